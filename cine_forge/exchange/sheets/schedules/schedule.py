"""The one-line schedule: every scene a strip, in script order, with totals by story day and by person.

No shooting days are made up: who sorts strips into days starts from here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from cine_forge.exchange.sheets.palette import CAST, Palette
from cine_forge.exchange.sheets.production import Production
from cine_forge.exchange.sheets.scene_sheet import SceneSheet, eighths_text, scene_sheets


@dataclass(frozen=True)
class CastRow:
    """Where one person plays: scene numbers and story days in script order, and the pages of those scenes."""

    number: str
    name: str
    scenes: tuple[str, ...]
    days: tuple[str, ...]
    eighths: int

    @property
    def pages(self) -> str:
        """Return the pages as they are written: `1 4/8`."""
        return eighths_text(self.eighths)


@dataclass(frozen=True)
class Schedule:
    """The strips of an episode and who plays in them."""

    title: str
    strips: tuple[SceneSheet, ...]
    cast: tuple[CastRow, ...]

    @property
    def total(self) -> str:
        """Return the length of all scenes: `23 5/8 pages`."""
        return page_count(sum(one.eighths for one in self.strips))

    @property
    def count(self) -> int:
        """Return how many scenes are played; omitted ones are not counted."""
        return sum(not one.omitted for one in self.strips)

    def days(self) -> Iterator[tuple[str, tuple[SceneSheet, ...]]]:
        """Yield runs of scenes of one story day, in script order; a day that comes back is another run."""
        for day, strips in groupby(self.strips, key=lambda one: one.day):
            yield day, tuple(strips)


def schedule_of(production: Production, palette: Palette) -> Schedule:
    """Return the one-line schedule of a production."""
    strips = scene_sheets(production, palette)
    return Schedule(production.title, strips, tuple(cast_rows(strips)))


def day_title(day: str, strips: Sequence[SceneSheet]) -> str:
    """Return what the bar above a story day says."""
    played = sum(not one.omitted for one in strips)
    scenes = "1 scene" if played == 1 else f"{played} scenes"
    return f"Story day {day} · {scenes} · {page_count(sum(one.eighths for one in strips))}"


def page_count(eighths: int) -> str:
    """Return a length with its unit: `1 page`, `3/8 page`, `2 1/8 pages`."""
    return f"{eighths_text(eighths)} {'page' if eighths <= 8 else 'pages'}"


def cast_rows(strips: Sequence[SceneSheet]) -> Iterator[CastRow]:
    """Yield where everybody of the cast plays in some scenes, by number."""
    names: dict[str, str] = {}
    plays: dict[str, list[SceneSheet]] = {}
    for strip in strips:
        for style, entries in strip.boxes:
            for entry in entries if style.category == CAST else ():
                names.setdefault(entry.number, entry.name)
                plays.setdefault(entry.number, []).append(strip)
    for number in sorted(plays, key=int):
        own = plays[number]
        yield CastRow(
            number=number,
            name=names[number],
            scenes=tuple(one.number for one in own),
            days=tuple(dict.fromkeys(one.day for one in own)),
            eighths=sum(one.eighths for one in own),
        )
