"""Payloads of several shots, of references alone, and of stretches of a clip that is there already.

What one request holds here may be several purchases: `parts` says which (see `parts`). A clip that shall
obey a lens brings its typed blocking along; prose is for those who read no blocking.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

from cine_forge.generation.payload_kinds.reference import Frozen, Reference
from cine_forge.staging.blocking import Blocking


class ReferencesPayload(Frozen):
    """A clip from references alone: pictures, clips, sounds, at least one. It has `frames` at `fps`."""

    modality: Literal["video_r2v"] = "video_r2v"
    entity: str
    prompt: str
    negative_prompt: str | None = None
    width: int = Field(ge=16, le=8192)
    height: int = Field(ge=16, le=8192)
    fps: str = Field("24", pattern=r"^\d+(/\d+)?$")
    frames: int = Field(ge=1)
    seed: int = Field(ge=0)
    reference_images: tuple[Reference, ...] = ()
    reference_clips: tuple[Reference, ...] = ()
    reference_sounds: tuple[Reference, ...] = ()
    generate_audio: bool = True
    blocking: Blocking | None = None

    @model_validator(mode="after")
    def _has_a_reference(self) -> ReferencesPayload:
        if not (self.reference_images or self.reference_clips or self.reference_sounds):
            raise ValueError("it needs at least one reference")
        return self


class ShotRequest(Frozen):
    """One shot of several: its own prompt, length in frames, and references besides those of all."""

    entity: str
    prompt: str
    frames: int = Field(ge=1)
    reference_images: tuple[Reference, ...] = ()
    blocking: Blocking | None = None


class MultiShotPayload(Frozen):
    """Several shots of the same references. `native` asks for them in one request, where a model can.

    Otherwise each shot is a request of its own, and as many clips come as there are shots.
    """

    modality: Literal["r2v_multi"] = "r2v_multi"
    entity: str
    prompt: str = ""
    negative_prompt: str | None = None
    width: int = Field(ge=16, le=8192)
    height: int = Field(ge=16, le=8192)
    fps: str = Field("24", pattern=r"^\d+(/\d+)?$")
    seed: int = Field(ge=0)
    shots: tuple[ShotRequest, ...] = Field(min_length=1)
    reference_images: tuple[Reference, ...] = ()
    generate_audio: bool = True
    native: bool = False

    @property
    def frames(self) -> int:
        """Return how many frames all shots have together."""
        return sum(shot.frames for shot in self.shots)

    @model_validator(mode="after")
    def _every_shot_follows_something(self) -> MultiShotPayload:
        bare = [shot.entity for shot in self.shots if not (shot.reference_images or self.reference_images)]
        if bare:
            raise ValueError(f"shot `{bare[0]}` has no reference, and there is none for all")
        return self


class Segment(Frozen):
    """A stretch of a clip that is made anew: from frame `first`, counted from 0, for `frames` frames."""

    entity: str
    first: int = Field(ge=0)
    frames: int = Field(ge=1)
    prompt: str
    reference_images: tuple[Reference, ...] = ()
    blocking: Blocking | None = None


class PassPayload(Frozen):
    """A pass over a clip that is there: segments in order, none over another. Sizes are the clip's."""

    modality: Literal["video_pass"] = "video_pass"
    entity: str
    prompt: str = ""
    negative_prompt: str | None = None
    clip: Reference
    width: int = Field(ge=16, le=8192)
    height: int = Field(ge=16, le=8192)
    fps: str = Field("24", pattern=r"^\d+(/\d+)?$")
    seed: int = Field(ge=0)
    segments: tuple[Segment, ...] = Field(min_length=1)
    generate_audio: bool = True

    @property
    def frames(self) -> int:
        """Return how many frames all segments have together."""
        return sum(segment.frames for segment in self.segments)

    @property
    def blocking(self) -> Blocking | None:
        """Return the blocking of the only segment; None where there are several or it has none."""
        return self.segments[0].blocking if len(self.segments) == 1 else None

    @model_validator(mode="after")
    def _segments_follow_each_other(self) -> PassPayload:
        for before, after in pairwise(self.segments):
            if after.first < before.first + before.frames:
                raise ValueError(f"segment `{after.entity}` begins before `{before.entity}` ends")
        return self
