"""The shelf: what a project keeps now, as a list that a person can narrow down. It only reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import click

from cine_forge.driver.artifacts.version_text import when
from cine_forge.driver.terminal.table import table
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.records.sets import SET_SUFFIX, members_of
from cine_forge.kernel.artifacts.records.statements import STATEMENT_TYPE
from cine_forge.kernel.artifacts.store.store import Held, Store
from cine_forge.kernel.ground.errors import Fault, UsageError, listed, nearest

_COLOURS = {"stale": "yellow", "needs_revision": "red", "confirmed_valid": "green"}


@dataclass(frozen=True)
class Wanted:
    """What to list; None lists all. `entity` is a label, a part of the id, or a pattern with `*` and `?`."""

    type: str | None = None
    entity: str | None = None
    health: str | None = None
    source: str | None = None
    locked: bool = False


@dataclass(frozen=True)
class Listed:
    """One current version. `lock` is `soft`, `hard` or None; `candidates` wait to take its place.

    `label` is what the set that lists its entity calls it for people, empty where none does.
    """

    ref: Ref
    label: str
    health: str
    source: str
    schema_name: str
    digest: str
    lock: str | None
    candidates: tuple[Ref, ...]

    def to_json(self) -> dict[str, object]:
        """Return the row as `--json` prints it."""
        return {
            "ref": str(self.ref),
            "type": self.ref.type,
            "entity": self.ref.entity,
            "version": self.ref.version,
            "label": self.label,
            "health": self.health,
            "source": self.source,
            "schema_name": self.schema_name,
            "digest": self.digest,
            "lock": self.lock,
            "candidates": [str(ref) for ref in self.candidates],
        }


def listed_now(store: Store, wanted: Wanted) -> tuple[Listed, ...]:
    """Return the current versions that are wanted, by type and entity; decisions only when asked for.

    Raises UsageError CF-U056 for a type of which nothing is kept.
    """
    if wanted.type is not None and wanted.type not in store.types():
        hint = nearest(wanted.type, store.types()) or f"kept are {listed(store.types())}"
        raise UsageError(Fault("CF-U056", f"nothing is kept of the type `{wanted.type}`", hint=hint))
    named = _named(wanted.entity)
    rows = (row for row in _rows(store, wanted.type) if named(row))
    return tuple(row for row in rows if _is_wanted(row, wanted))


def shelf_lines(rows: Sequence[Listed]) -> Iterator[str]:
    """Yield the rows as a table, and how to begin or widen when there are none."""
    if not rows:
        yield "nothing to list: `cine-forge artifacts list` without filters lists all that is kept"
        return
    heads = ("artifact", "label", "health", "source", "lock", "candidates")
    cells = [
        (str(row.ref), row.label, row.health, row.source, row.lock or "", _count(len(row.candidates)))
        for row in rows
    ]
    for line, health in zip(table(heads, cells), ("", *(row.health for row in rows)), strict=True):
        yield click.style(line, fg=_COLOURS.get(health))


def candidate_lines(rows: Sequence[Listed]) -> Iterator[str]:
    """Yield each candidate that waits beside what it would replace, and what a person can do."""
    pairs = [(str(ref), str(row.ref), row.lock or "") for row in rows for ref in row.candidates]
    if not pairs:
        yield "no candidate waits"
        return
    yield from table(("candidate", "in the place of", "lock"), pairs)
    new, old, _ = pairs[0]
    yield f"look: cine-forge artifacts diff {old} {new}"
    yield f"then: cine-forge artifacts accept {new}, or reject"


def lock_rows(store: Store) -> list[dict[str, object]]:
    """Return the locks that stand, by type and entity: who locked what, when and why."""
    found = sorted(store.locks().items())
    return [
        {
            "ref": str(lock.ref),
            "lock": "hard" if lock.hard else "soft",
            "by": lock.by,
            "at": store.load(lock.stated).created_at,
            "note": lock.note,
        }
        for _, lock in found
    ]


def lock_lines(rows: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """Yield the locks as a table."""
    if not rows:
        yield "nothing is locked"
        return
    cells = [[str(row[name]) for name in ("ref", "lock", "by", "at", "note")] for row in rows]
    cells = [[ref, lock, by, when(at), note] for ref, lock, by, at, note in cells]
    yield from table(("locked", "lock", "by", "when", "why"), cells)


def _count(number: int) -> str:
    return str(number) if number else ""


def _rows(store: Store, kind: str | None) -> Iterator[Listed]:
    healths = {found.ref: str(found.health) for found in store.lineage.stale()}
    healths |= dict.fromkeys(store.lineage.confirmed(), "confirmed_valid")
    locks = {subject: "hard" if lock.hard else "soft" for subject, lock in store.locks().items()}
    waiting: dict[tuple[str, str], list[Ref]] = {}
    for ref in store.all_candidates():
        waiting.setdefault((ref.type, ref.entity), []).append(ref)
    labels = _labels(store)
    for held in _currents(store, kind):
        subject = (held.ref.type, held.ref.entity)
        health, candidates = healths.get(held.ref, "valid"), tuple(waiting.get(subject, ()))
        facts = held.source, held.schema_name, held.digest
        label = _label(labels, held.ref.entity)
        yield Listed(held.ref, label, health, *facts, locks.get(subject), candidates)


def _currents(store: Store, kind: str | None) -> Iterator[Held]:
    found = store.currents([kind]) if kind else store.currents()
    return (held for held in found if kind or held.ref.type != STATEMENT_TYPE)


def _labels(store: Store) -> dict[str, str]:
    """Return what the sets that are current call their members."""
    sets = [kind for kind in store.types() if kind.endswith(SET_SUFFIX)]
    members = (one for held in store.currents(sets) for one in members_of(held.envelope().data))
    return {member.id: member.label for member in members}


def _label(labels: Mapping[str, str], entity: str) -> str:
    """Return the label of an entity, or of the nearest one that its id lies below."""
    while entity and entity not in labels:
        entity = entity.rpartition("/")[0]
    return labels.get(entity, "")


def _named(entity: str | None) -> Callable[[Listed], bool]:
    if entity is None:
        return lambda _: True
    said = entity.lower()
    pattern = said if "*" in said or "?" in said else f"*{said}*"
    return lambda row: row.label.lower() == said or fnmatchcase(row.ref.entity.lower(), pattern)


def _is_wanted(one: Listed, wanted: Wanted) -> bool:
    return (
        wanted.health in (None, one.health)
        and wanted.source in (None, one.source)
        and (one.lock is not None or not wanted.locked)
    )
