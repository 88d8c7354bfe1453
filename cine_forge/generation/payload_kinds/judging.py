"""Judging payloads: what a judge of stills or of clips is asked. The result is data, one score a criterion.

A judge looks at one subject, beside references of what it ought to show. What follows from a score is
decided elsewhere.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from cine_forge.generation.payload_kinds.reference import Frozen, Reference


class Criterion(Frozen):
    """One thing that is judged. `least` is the score, from 0 to 1, from which it counts as passed."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    question: str
    least: float = Field(0.5, ge=0, le=1)


class JudgedStill(Frozen):
    """What a judge of stills is asked about one picture."""

    modality: Literal["eval_image_v1"] = "eval_image_v1"
    entity: str
    prompt: str = ""
    subject: Reference
    references: tuple[Reference, ...] = ()
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    seed: int = Field(0, ge=0)

    @field_validator("criteria")
    @classmethod
    def _names_differ(cls, criteria: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
        return _named_once(criteria)


class JudgedClip(Frozen):
    """What a judge of clips is asked about one clip, which plays for `seconds`."""

    modality: Literal["eval_video_v1"] = "eval_video_v1"
    entity: str
    prompt: str = ""
    subject: Reference
    references: tuple[Reference, ...] = ()
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    seconds: float = Field(gt=0, le=3600)
    seed: int = Field(0, ge=0)

    @field_validator("criteria")
    @classmethod
    def _names_differ(cls, criteria: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
        return _named_once(criteria)


def _named_once(criteria: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
    names = [one.name for one in criteria]
    if len(set(names)) < len(names):
        raise ValueError("two criteria have one name")
    return criteria
