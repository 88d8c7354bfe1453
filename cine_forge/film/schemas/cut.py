"""The records of the edit: the cut as an ordered list of clips, and what was delivered."""

from __future__ import annotations

from pydantic import Field

from cine_forge.film.schemas.record import Record


class Clip(Record):
    """One clip of the cut. `frames` at the cut's rate; `media` is relative to the project."""

    shot: str
    label: str
    scene: str
    scene_number: str
    take: str
    approved: bool
    media: str
    sha256: str
    frames: int = Field(ge=1)


class Cut(Record):
    """`cut@1`, entity the episode: the timeline before anything is rendered."""

    title: str
    fps: str
    width: int
    height: int
    start_timecode: str
    clips: tuple[Clip, ...]


class Delivery(Record):
    """`delivery@1`, entity the episode: what was made of the cut; the files are its media."""

    title: str
    frames: int
    seconds: float
    fps: str
    width: int
    height: int
    scenes: int
    shots: int
