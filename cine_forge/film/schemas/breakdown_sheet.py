"""The records that breakdown sheets and schedules are printed from: one for each scene, one for the episode.

A sheet holds nothing that another scene could change: its lines count from the heading. Where a scene stands
in the script, on which page and on which day of the story, is the stripboard's.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cine_forge.film.schemas.record import Record
from cine_forge.staging.grammar import DayTime, Place


class SheetPerson(Record):
    """Somebody of a scene. `at` are the lines where a cue or the action names them, from the heading's (0).

    A `voice` is heard and not seen, one who is `silent` is seen and never speaks. A group that a cue calls
    (`BOTH`) has the ids of its `members` where they are known.
    """

    id: str
    name: str
    part: Literal["speaking", "silent", "voice", "group"]
    speeches: int = Field(0, ge=0)
    members: tuple[str, ...] = ()
    at: tuple[int, ...] = ()
    confidence: float = Field(1.0, ge=0, le=1)


class SheetItem(Record):
    """One thing or effect of a category. `name` is as the text has it; `tagged` by a person in the source.

    What is only `spoken` of is handed over in dialogue and named nowhere else.
    """

    category: str
    entity: str
    name: str
    at: tuple[int, ...]
    confidence: float = Field(ge=0, le=1)
    spoken: bool = False
    tagged: bool = False


class BreakdownSheet(Record):
    """`breakdown_sheet@1`, entity the scene: all that the departments need to know of it.

    `length` is the exact length in pages as a fraction (`37/55`), `eighths` the nearest whole eighths.
    Items stand in the order of a sheet's categories, then of their lines.
    """

    scene: str
    number: str
    heading: str
    omitted: bool = False
    parent: str | None = None
    place: Place | None = None
    location: str
    location_name: str
    sublocation: str | None = None
    time: str | None = None
    daytime: DayTime = DayTime.DAY
    synopsis: str = ""
    printed_lines: int = Field(ge=0)
    length: str
    eighths: int = Field(ge=0)
    people: tuple[SheetPerson, ...] = ()
    items: tuple[SheetItem, ...] = ()


class Strip(Record):
    """One scene of the stripboard. `page` and `eighth` (0 to 7) say where it begins in the printed script.

    `day` is the day of the story: D1, D2 …, F1 in a flashback, V1 in a dream or vision; `day_why` says why.
    """

    scene: str
    number: str
    page: int = Field(ge=1)
    eighth: int = Field(ge=0, le=7)
    eighths: int = Field(ge=0)
    omitted: bool = False
    day: str
    day_why: str
    day_confidence: float = Field(ge=0, le=1)


class Stripboard(Record):
    """`stripboard@1`, entity the episode: its scenes in script order. `eighths` is the sum of all strips."""

    strips: tuple[Strip, ...]
    eighths: int = Field(ge=0)
    pages: str = Field(description="the printed length in pages, exactly, as a fraction")


class SceneTag(Record):
    """A breakdown item that a person tagged in the source. `at` is its line from the heading's."""

    category: str
    name: str
    at: int = Field(ge=0)


class SceneTags(Record):
    """`scene_tags@1`, entity the scene; only scenes with tagged items have one."""

    scene: str
    tags: tuple[SceneTag, ...]
