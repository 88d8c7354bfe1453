"""The roster as people read it, and as `people/1`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cine_forge.driver.people.roster import CASTING, EVERYBODY, Entry, Roster, roster_of
from cine_forge.driver.wiring import wire_project
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.records.statements import STATEMENT_TYPE
from cine_forge.kernel.artifacts.store.store import Store

_MOST_NAMES = 60


def people_json(folder: Path) -> dict[str, Any]:
    """Return everyone, what is to be settled, and every ruling with who made it and when."""
    wired = wire_project(folder)
    assert wired.project is not None
    with wired.store as store:
        roster = roster_of(folder, wired.project, store)
        rulings = list(_rulings(store))
    doubts = [{"where": where, "message": message} for where, message in roster.doubts]
    people = [entry.to_json() for entry in roster.entries]
    return {"schema": "people/1", "people": people, "doubts": doubts, "rulings": rulings}


def people_lines(folder: Path) -> Iterator[str]:
    """Yield everyone with their other names, then what is to be settled, then the rulings."""
    wired = wire_project(folder)
    assert wired.project is not None
    with wired.store as store:
        roster = roster_of(folder, wired.project, store)
        rulings = list(_rulings(store))
    yield from _entries(roster)
    if roster.doubts:
        yield ""
        yield "to settle:"
        yield from (f"  {where}  {message}" for where, message in roster.doubts)
    if rulings:
        yield ""
        yield "ruled:"
        yield from (f"  {_told(one)}" for one in rulings)


def _entries(roster: Roster) -> Iterator[str]:
    if not roster.entries:
        yield "nobody was found in the scripts of this project"
        return
    wide = max(len(_title(one)) for one in roster.entries)
    for one in roster.entries:
        spoken = f"{one.speeches:>4} in {one.scenes}" if one.speeches else "  silent"
        others = ", ".join(one.aliases)
        cut = others if len(others) <= _MOST_NAMES else f"{others[:_MOST_NAMES]}…"
        yield f"{_title(one):<{wide}}  {spoken:<10}  {cut}".rstrip()


def _title(entry: Entry) -> str:
    return f"  {entry.name}" if entry.version_of else entry.name


def _rulings(store: Store) -> Iterator[dict[str, Any]]:
    entity = f"{CASTING}/{EVERYBODY}"
    for ref in store.versions(STATEMENT_TYPE, entity):
        envelope = store.load(Ref(STATEMENT_TYPE, entity, ref.version))
        said = envelope.data
        if said["kind"] in ("merge", "split"):
            yield {
                "kind": said["kind"],
                "names": said["values"].get("names", []),
                "called": said["values"].get("called"),
                "by": said["by"],
                "why": said["note"],
                "at": envelope.created_at,
                "ref": said["ref"],
            }


def _told(ruling: dict[str, Any]) -> str:
    called = f" as {ruling['called']}" if ruling["called"] else ""
    why = f": {ruling['why']}" if ruling["why"] else ""
    when = ruling["at"][:16].replace("T", " ")
    return f"{when}  {ruling['kind']} {', '.join(ruling['names'])}{called}  {ruling['by']}{why}"
