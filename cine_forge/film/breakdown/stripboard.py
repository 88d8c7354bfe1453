"""The stripboard: the scenes of an episode in script order, with the page, the length and the day of each.

What depends on where a scene stands is told here and nowhere else, so that an inserted scene changes this
one record and no sheet. The colours of strips are data too: a consumer looks them up by place and light.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cine_forge.film.breakdown.page import EIGHTHS, PAGE_LINES, length_of
from cine_forge.film.breakdown.scene_draft import SceneDraft
from cine_forge.film.breakdown.story_day import story_days
from cine_forge.film.schemas.breakdown_sheet import Strip, Stripboard
from cine_forge.staging.grammar import DayTime, Place


@dataclass(frozen=True)
class StripColour:
    """A colour of the trade: its name as it is spoken of, and the paper and ink that show it (`#rrggbb`)."""

    name: str
    paper: str
    ink: str = "#1a1a1a"


STRIP_COLOURS: dict[tuple[Place, DayTime], StripColour] = {
    (Place.INT, DayTime.DAY): StripColour("white", "#ffffff"),
    (Place.EXT, DayTime.DAY): StripColour("yellow", "#fff3a3"),
    (Place.INT, DayTime.NIGHT): StripColour("blue", "#b9d3f0"),
    (Place.EXT, DayTime.NIGHT): StripColour("green", "#bfe3b4"),
    (Place.INT, DayTime.DAWN): StripColour("pink", "#f9cfd6"),
    (Place.EXT, DayTime.DAWN): StripColour("pink", "#f9cfd6"),
    (Place.INT, DayTime.DUSK): StripColour("orange", "#fad2a0"),
    (Place.EXT, DayTime.DUSK): StripColour("orange", "#fad2a0"),
    (Place.INT_EXT, DayTime.DAY): StripColour("tan", "#ecdfc4"),
    (Place.INT_EXT, DayTime.NIGHT): StripColour("lavender", "#d6cbea"),
    (Place.INT_EXT, DayTime.DAWN): StripColour("pink", "#f9cfd6"),
    (Place.INT_EXT, DayTime.DUSK): StripColour("orange", "#fad2a0"),
}
"""Colours by place and light; white, yellow, blue and green are those of the trade's scheduling programs."""

OMITTED_COLOUR = StripColour("grey", "#d9d9d9", "#6b6b6b")
DAY_COLOUR = StripColour("black", "#222222", "#ffffff")
"""The strip that parts shooting days."""


def strip_colour(place: Place | None, daytime: DayTime) -> StripColour:
    """Return the colour of a scene's strip; one whose place is unknown is shown as an interior."""
    return STRIP_COLOURS[place or Place.INT, daytime]


def stripboard_of(ids: Sequence[str], numbers: Sequence[str], drafts: Sequence[SceneDraft]) -> Stripboard:
    """Return the board of an episode; the three sequences go together, by position."""
    strips, lines, total = [], 0, 0
    rows = zip(ids, numbers, drafts, story_days(drafts), strict=True)
    for scene, number, draft, day in rows:
        own = 0 if draft.heading.omitted else draft.printed_lines
        eighths = 0 if draft.heading.omitted else draft.eighths
        page, rest = divmod(lines, PAGE_LINES)
        strip = Strip(
            scene=scene,
            number=number,
            page=page + 1,
            eighth=rest * EIGHTHS // PAGE_LINES,
            eighths=eighths,
            omitted=draft.heading.omitted,
            day=day.mark,
            day_why=day.why,
            day_confidence=day.confidence,
        )
        strips.append(strip)
        lines, total = lines + own, total + eighths
    return Stripboard(strips=tuple(strips), eighths=total, pages=str(length_of(lines)))
