"""The records of scene assembly: shots, their set, and how they are grouped for generation."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cine_forge.film.schemas.record import Record
from cine_forge.staging.blocking import Blocking
from cine_forge.staging.grammar import Angle, DayTime, Move, Place, Size


class ShotLine(Record):
    """A line of dialogue within a shot; times are seconds from its start."""

    character: str
    name: str
    text: str
    parenthetical: str | None = None
    extension: str | None = None
    start_s: float = Field(ge=0)
    length_s: float = Field(gt=0)


class Shot(Record):
    """`shot@1`, entity `ep001/shot:x7q2`. `label` ("12B") is allotted once."""

    id: str
    scene: str
    label: str
    size: Size
    angle: Angle
    move: Move
    lens_mm: float
    duration_s: float = Field(gt=0)
    action: str = ""
    lines: tuple[ShotLine, ...] = ()
    place: Place
    daytime: DayTime
    location: str
    location_name: str
    cast: tuple[str, ...] = ()
    refs: tuple[str, ...] = Field((), description="assets whose sheets this shot needs: cast and location")
    blocking: Blocking
    transition_in: str | None = None
    described: str = Field("", description="the action with people described instead of named, for prompts")
    beats: tuple[str, ...] = Field((), description="the keys of the script's beats it holds, in order")


class Batch(Record):
    """Shots that are generated together. Ids are `BATCH_001` or `ONER_001` within the scene."""

    id: str
    modality: Literal["video_i2v", "r2v_multi"]
    shots: tuple[str, ...]
    below_threshold: bool = False


class SceneGrouping(Record):
    """`scene_grouping@1`, entity the scene's: the only source that boards and video both read."""

    scene: str
    strategy: Literal["coverage", "continuity", "oner"]
    batches: tuple[Batch, ...]
