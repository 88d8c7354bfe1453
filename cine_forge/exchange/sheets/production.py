"""The production: what sheets are printed from, the records of one episode as they are kept.

It is read from a project's artifacts, or broken down from a file on the spot; sheets, strips and call sheets
know no other source. Nothing is made up here: what no record says stays empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cine_forge.exchange.kept_record import kept_record, kept_records
from cine_forge.exchange.paper.typeface import lacking, printable
from cine_forge.film.breakdown.breakdown import History, break_down
from cine_forge.film.breakdown.category import THINGS
from cine_forge.film.breakdown.sheet import sheet_of
from cine_forge.film.looks import design
from cine_forge.film.schemas.addition import BreakdownAdditions
from cine_forge.film.schemas.breakdown_sheet import BreakdownSheet, SheetItem, Stripboard
from cine_forge.film.screenplay.reading import check_suffix, read_source
from cine_forge.film.screenplay.source_text import open_source
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.ground.errors import Fault, ProjectError, UsageError, listed, nearest

_MOST_WARNINGS = 20


@dataclass(frozen=True)
class Production:
    """An episode's sheets in script order, and their strips."""

    title: str
    sheets: tuple[BreakdownSheet, ...]
    board: Stripboard


def production_of_file(path: Path) -> Production:
    """Break a script down on the spot; nothing is written.

    Raises ProjectError as `read_script` does, and CF-F010 for a script without a scene.
    """
    check_suffix(path.name)
    source = open_source(path)
    document = read_source(source)
    done = break_down(document, source, episode="script", history=History(), designer=design)
    named = {key.lower(): value for key, value in document.title_page.items()}
    title = named.get("title", "").partition("\n")[0].strip() or path.stem
    assets, tags = {one.id: one for one in done.assets}, {one.scene: one for one in done.tags}
    sheets = (
        sheet_of(scene, [assets[one] for one in scene.cast if one in assets], tags.get(scene.id))
        for scene in done.scenes
    )
    return Production(title, tuple(sheets), done.stripboard)


def production_of_project(store: Store, episode: str, title: str) -> Production:
    """Read what the last breakdown of an episode kept. Raises ProjectError CF-X022 when there is none."""
    board = kept_record(store, "stripboard", episode, Stripboard)
    scenes = [one.scene for one in board.strips] if board else []
    sheets = tuple(kept_records(store, "breakdown_sheet", scenes, BreakdownSheet))
    if board is None or len(sheets) < len(scenes):
        what = f"`{episode}` has not been broken down to the end, so there is nothing to print"
        raise ProjectError(
            Fault("CF-X022", what, hint="run the recipe: `cine-forge run --end-at script_breakdown`")
        )
    added = kept_records(store, "breakdown_additions", scenes, BreakdownAdditions)
    more = {one.scene: one for one in added}
    return Production(title, tuple(_with(one, more.get(one.scene)) for one in sheets), board)


def _with(sheet: BreakdownSheet, added: BreakdownAdditions | None) -> BreakdownSheet:
    """Return a sheet with what an author added to it; what it has already is not listed twice."""
    known = {(one.category, one.name.casefold()) for one in sheet.items}
    items = [
        SheetItem(
            category=one.category, entity=one.entity, name=one.name, at=(one.at,), confidence=one.confidence
        )
        for one in (added.mentions if added else ())
        if one.category in THINGS and (one.category, one.name.casefold()) not in known
    ]
    return sheet.model_copy(update={"items": (*sheet.items, *items)}) if items else sheet


def chosen_sheets(production: Production, numbers: Iterable[str]) -> tuple[BreakdownSheet, ...]:
    """Return the sheets of the scenes with these numbers, in script order; of all when none is named.

    Raises UsageError CF-X023 for a number that no scene has.
    """
    wanted = {number.strip().upper(): number for number in numbers}
    known = {one.number.upper() for one in production.sheets}
    faults = [
        Fault("CF-X023", f"there is no scene `{number}`", hint=_hint(number, production))
        for key, number in wanted.items()
        if key not in known
    ]
    if faults:
        raise UsageError(*faults)
    return tuple(one for one in production.sheets if not wanted or one.number.upper() in wanted)


def _hint(number: str, production: Production) -> str:
    numbers = [one.number for one in production.sheets]
    return nearest(number, numbers) or f"scenes: {listed(numbers, 20)}"


def unprintable_sheets(sheets: Iterable[BreakdownSheet]) -> tuple[str, ...]:
    """Return a sentence for each of the first scenes that hold what the PDF's fonts cannot show."""
    told = ((printable(one.number), lacking(" ".join(_words(one)))) for one in sheets)
    found = [
        f"scene {number}: no font here shows `{signs}`; a box is printed" for number, signs in told if signs
    ]
    return tuple(found[:_MOST_WARNINGS])


def _words(sheet: BreakdownSheet) -> Iterator[str]:
    yield from (sheet.number, sheet.heading, sheet.synopsis, sheet.location_name, sheet.time or "")
    yield from (one.name for one in sheet.people)
    yield from (one.name for one in sheet.items)
