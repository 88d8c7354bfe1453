"""The record of what an author adds to the breakdown of a scene; nothing is ever taken away."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cine_forge.film.schemas.record import Record


class AddedMention(Record):
    """A mention that the deterministic reading does not have. `at` is its line, counted from the heading's.

    `name` is as the script spells it; `entity` is one of the scene's own, or follows from category and name.
    """

    category: str
    entity: str
    name: str
    at: int = Field(ge=0)
    confidence: float = Field(ge=0, le=1)


class AddedAlias(Record):
    """Words by which the script calls an entity that it knows already."""

    entity: str
    name: str
    at: int = Field(ge=0)
    confidence: float = Field(ge=0, le=1)


class BreakdownAdditions(Record):
    """`breakdown_additions@1`, entity the scene. `dropped` counts what did not stand up to the text."""

    scene: str
    author: Literal["ai", "code"]
    mentions: tuple[AddedMention, ...] = ()
    aliases: tuple[AddedAlias, ...] = ()
    dropped: int = Field(0, ge=0)
