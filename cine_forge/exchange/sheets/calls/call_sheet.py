"""The call sheet: what a set of scenes needs, as far as the script says it.

Times, dates, addresses and actors are the production's: no artifact holds them, so their fields are there
and stay empty, for whoever fills the form in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cine_forge.exchange.sheets.palette import CAST, Palette
from cine_forge.exchange.sheets.production import Production, chosen_sheets
from cine_forge.exchange.sheets.scene_sheet import SceneSheet, scene_sheets
from cine_forge.exchange.sheets.schedules.schedule import CastRow, cast_rows, page_count
from cine_forge.kernel.ground.errors import Fault, UsageError, listed

OPEN_FIELDS = (
    "Date",
    "Shooting day",
    "Crew call",
    "First shot",
    "Lunch",
    "Wrap",
    "Sunrise / sunset",
    "Weather",
)
"""What a call sheet asks for and a script does not tell."""
CAST_FIELDS = ("Actor", "Pick-up", "Make-up", "On set")
PLACE_FIELDS = ("Address", "Parking", "Nearest hospital")


@dataclass(frozen=True)
class Need:
    """One thing that a department brings, and the scenes that need it."""

    department: str
    name: str
    scenes: tuple[str, ...]


@dataclass(frozen=True)
class CallSheet:
    """A call sheet's own facts; the open fields are the form's."""

    title: str
    scenes: tuple[SceneSheet, ...]
    cast: tuple[CastRow, ...]
    sets: tuple[tuple[str, tuple[str, ...]], ...]
    needs: tuple[Need, ...]

    @property
    def total(self) -> str:
        """Return the length of its scenes: `2 1/8 pages`."""
        return page_count(sum(one.eighths for one in self.scenes))

    def departments(self) -> Iterator[tuple[str, tuple[Need, ...]]]:
        """Yield every department that is needed with what it brings, in the order of the sheet's boxes."""
        for name in dict.fromkeys(one.department for one in self.needs):
            yield name, tuple(one for one in self.needs if one.department == name)


def call_sheet(
    production: Production, palette: Palette, *, scenes: Iterable[str] = (), day: str = ""
) -> CallSheet:
    """Return the call sheet for scenes by number, or for a story day; for all when neither is given.

    Raises UsageError CF-X023 for a number or a day that is not there, and CF-X024 when nothing is left to
    shoot because all scenes are omitted.
    """
    chosen = scene_sheets(production, palette, chosen_sheets(production, scenes))
    if day:
        days = tuple(dict.fromkeys(one.day for one in chosen))
        if day not in days:
            raise UsageError(
                Fault("CF-X023", f"no scene plays on story day `{day}`", hint=f"days: {listed(days)}")
            )
        chosen = tuple(one for one in chosen if one.day == day)
    played = tuple(one for one in chosen if not one.omitted)
    if not played:
        raise UsageError(
            Fault("CF-X024", "every scene that was asked for is omitted", hint="name other scenes")
        )
    return CallSheet(
        title=production.title,
        scenes=played,
        cast=tuple(cast_rows(played)),
        sets=tuple(_sets(played)),
        needs=tuple(_needs(played)),
    )


def _sets(scenes: Sequence[SceneSheet]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield every place with the scenes that play there, the first one first."""
    for name in dict.fromkeys(one.set_name for one in scenes):
        yield name, tuple(one.number for one in scenes if one.set_name == name)


def _needs(scenes: Sequence[SceneSheet]) -> Iterator[Need]:
    """Yield what the boxes of all sheets hold, each name once with its scenes; the cast has its own table."""
    found: dict[tuple[str, str], list[str]] = {}
    names: dict[tuple[str, str], str] = {}
    order = [style.label for style, _ in scenes[0].boxes]
    for scene in scenes:
        for style, entries in scene.boxes:
            for entry in entries if style.category != CAST else ():
                key = (style.label, entry.name.casefold())
                names.setdefault(key, entry.name)
                found.setdefault(key, []).append(scene.number)
    for key in sorted(found, key=lambda one: order.index(one[0])):
        yield Need(key[0], names[key], tuple(dict.fromkeys(found[key])))
