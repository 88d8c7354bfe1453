"""Versions for people and programs: one artifact's history, and what differs between two of its versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cine_forge.driver.terminal.table import table
from cine_forge.kernel.artifacts.diff.diff import MediaChange, VersionDiff
from cine_forge.kernel.artifacts.records.envelope import Envelope
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.planning.explain import describe

_DIGITS = 8
_SHA = "sha-256 "


def history(store: Store, kind: str, entity: str) -> list[dict[str, Any]]:
    """Return every version, oldest first: who made it when and why, and how it stands."""
    held = store.current(kind, entity)
    waiting = store.candidates(kind, entity)
    found = []
    for ref in store.versions(kind, entity):
        envelope = store.load(ref)
        standing = "current" if held and held.ref == ref else "candidate" if ref in waiting else ""
        found.append({"ref": str(ref), "standing": standing, "digest": envelope.digest, **told(envelope)})
    return found


def history_lines(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the history as a table."""
    heads = ("version", "standing", "when", "by", "source", "why")
    return table(heads, [_row(row) for row in rows])


def told(envelope: Envelope) -> dict[str, Any]:
    """Return who made a version, when, and why it came out so."""
    return {
        "created_at": envelope.created_at,
        "by": envelope.by or envelope.producing_module,
        "source": envelope.source,
        "rationale": envelope.rationale,
    }


def diff_lines(old: Envelope, new: Envelope, found: VersionDiff) -> Iterator[str]:
    """Yield what differs, after one line for each of the two versions."""
    for sign, envelope in (("-", old), ("+", new)):
        by = envelope.by or envelope.producing_module or "nobody named"
        yield f"{sign} {envelope.ref}  {when(envelope.created_at)}  {by} ({envelope.source})"
    if found.schemas:
        yield f"schema {found.schemas[0]} → {found.schemas[1]}"
    kind = Ref.parse(new.ref).type
    for change in found.fields:
        yield describe(change, kind, old.data if change.kind == "removed" else new.data, None)
    for media in found.media:
        yield _media_line(media)
    if not found:
        yield "no difference"


def diff_json(old: Envelope, new: Envelope, found: VersionDiff) -> dict[str, Any]:
    """Return what differs as `--json` prints it; a `moved` element has its pointers under `from` and `to`."""
    return {
        "schema": "diff/1",
        "from": {"ref": old.ref, "digest": old.digest, **told(old)},
        "to": {"ref": new.ref, "digest": new.digest, **told(new)},
        "schemas": list(found.schemas) if found.schemas else None,
        "fields": [
            {"path": one.path, "kind": one.kind, "from": one.before, "to": one.after} for one in found.fields
        ],
        "media": [
            {"name": one.name, "kind": one.kind, "from": one.before, "to": one.after} for one in found.media
        ],
    }


def when(created_at: str) -> str:
    """Return a time to the second, as people read it."""
    return created_at[:19].replace("T", " ")


def _row(row: Mapping[str, Any]) -> tuple[str, ...]:
    by = row["by"] or ""
    return row["ref"], row["standing"], when(row["created_at"]), by, row["source"], row["rationale"]


def _media_line(change: MediaChange) -> str:
    if change.kind == "moved":
        return f"media {change.name} stands at another place"
    before, after = _facts(change.before), _facts(change.after)
    if change.kind != "changed":
        return f"media {change.name} {change.kind}: {', '.join((after or before).values())}"
    told = (_change(before.get(name, "-"), after.get(name, "-")) for name in dict.fromkeys([*before, *after]))
    return f"media {change.name}: {', '.join(told)}"


def _change(before: str, after: str) -> str:
    """Return `before → after`, or the one text when they are the same; the unit is said once."""
    unit = _SHA if before.startswith(_SHA) and after.startswith(_SHA) else ""
    return before if before == after else f"{before} → {after.removeprefix(unit)}"


def _facts(measured: Mapping[str, Any] | None) -> dict[str, str]:
    """Return what was measured of a file, each fact as people read it; what does not apply is left out."""
    if measured is None:
        return {}
    found = {"size": f"{measured['bytes']:,} bytes", "digest": f"{_SHA}{measured['sha256'][:_DIGITS]}…"}
    if measured["width"]:
        found["frame"] = f"{measured['width']} × {measured['height']}"
    if measured["fps"]:
        found["rate"] = f"{measured['fps']} fps"
    if measured["seconds"] is not None:
        found["length"] = f"{measured['seconds']:g} s"
    return found
