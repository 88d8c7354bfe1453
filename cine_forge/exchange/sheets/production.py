"""The production: what sheets are printed from, the records of one episode as they are kept.

It is read from a project's artifacts, or broken down from a file on the spot; sheets, strips and call sheets
know no other source. Nothing is made up here: what no record says stays empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from cine_forge.film import design
from cine_forge.film.breakdown.breakdown import History, break_down
from cine_forge.film.breakdown.sheet import sheet_of
from cine_forge.film.schemas.asset import Asset
from cine_forge.film.schemas.breakdown_sheet import BreakdownSheet, Stripboard
from cine_forge.film.schemas.record import Record
from cine_forge.film.schemas.scene import EntitySet
from cine_forge.film.screenplay.reading import check_suffix, read_source
from cine_forge.film.screenplay.source_text import open_source
from cine_forge.kernel.artifacts.store import Store
from cine_forge.kernel.ground.errors import Fault, ProjectError, UsageError, listed, nearest

_Kept = TypeVar("_Kept", bound=Record)


@dataclass(frozen=True)
class Production:
    """An episode's sheets in script order, their strips by scene, and who is who."""

    title: str
    sheets: tuple[BreakdownSheet, ...]
    board: Stripboard
    assets: Mapping[str, Asset]


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
    return Production(title, tuple(sheets), done.stripboard, assets)


def production_of_project(store: Store, episode: str, title: str) -> Production:
    """Read what the last breakdown of an episode kept. Raises ProjectError CF-X022 when there is none."""
    board = _kept(store, "stripboard", episode, Stripboard)
    if board is None:
        what = f"`{episode}` has not been broken down yet, so there is nothing to print"
        raise ProjectError(
            Fault("CF-X022", what, hint="run the recipe: `cine-forge run --end-at script_breakdown`")
        )
    found = (_kept(store, "breakdown_sheet", one.scene, BreakdownSheet) for one in board.strips)
    cast = _kept(store, "asset_set", episode, EntitySet) or EntitySet(members=())
    assets = {one.id: _kept(store, "asset", one.id, Asset) for one in cast.members}
    known = {name: asset for name, asset in assets.items() if asset is not None}
    return Production(title, tuple(one for one in found if one is not None), board, known)


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


def _kept(store: Store, kind: str, entity: str, model: type[_Kept]) -> _Kept | None:
    held = store.current(kind, entity)
    return model.model_validate(store.load(held.ref).data) if held else None
