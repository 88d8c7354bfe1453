"""The record of continuity: wardrobe and props of everyone per story day, and what does not follow.

It stands on absolute lines, as the ledger does, and nothing is made from it: a new draft changes it and
makes no shot stale.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cine_forge.film.schemas.record import Record

JumpKind = Literal["wardrobe", "prop", "destroyed", "injury", "death", "two_places", "light"]


class Spot(Record):
    """A line of a scene, as it stands there. `scene` is the number."""

    scene: str
    line: int
    text: str


class Jump(Record):
    """Something that does not follow: a question to the writer. `person` is a name, or None."""

    kind: JumpKind
    person: str | None
    what: str
    before: Spot
    after: Spot
    confidence: float = Field(ge=0, le=1)


class KeptItem(Record):
    """A garment, a prop or an injury, and where the script said so last. `scene` is the number."""

    name: str
    scene: str
    line: int


class PersonContinuity(Record):
    """One person at the end of a scene, as far as anything was said of them on that day."""

    person: str
    name: str
    wardrobe: tuple[KeptItem, ...] = ()
    props: tuple[KeptItem, ...] = ()
    injuries: tuple[KeptItem, ...] = ()


class SceneContinuity(Record):
    """One scene. `day` is `D2`; a memory is `F1`, a dream `V1`, and there nobody is followed."""

    id: str | None = None
    number: str
    heading: str
    line: int
    day: str
    closeness: Literal["continuous", "meanwhile", "later"]
    people: tuple[PersonContinuity, ...] = ()


class Continuity(Record):
    """`continuity@1`, entity the episode: scenes in story order, and jumps, the surest first."""

    source: str
    days: tuple[str, ...]
    scenes: tuple[SceneContinuity, ...]
    jumps: tuple[Jump, ...]
