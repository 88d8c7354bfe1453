"""The records of the breakdown: script, ledger of mentions, scenes and their set.

A scene's record holds no absolute line and no ordinal: inserting a scene elsewhere must not change it.
Absolute line spans live in the mention ledger, order lives in the set.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cine_forge.film.schemas.record import Record
from cine_forge.staging.grammar import DayTime, Place


class SceneElement(Record):
    """One element of a scene. `at` is its line, counted from the heading's line (which is 0)."""

    type: str
    text: str
    at: int = Field(ge=0)
    character: str | None = None
    name: str | None = None
    extension: str | None = None
    dual: bool = False


class Scene(Record):
    """`scene@1`, entity `ep001/scene:k3f2`. `number` is allotted once ("12", "12A")."""

    id: str
    number: str
    heading: str
    kind: Literal["standard", "forced", "plain", "insert"]
    parent: str | None = None
    place: Place | None = None
    location: str
    location_name: str
    sublocation: str | None = None
    time: str | None = None
    daytime: DayTime = DayTime.DAY
    follows: str | None = Field(
        None, description="the scene whose light it takes over, where its heading names none"
    )
    elements: tuple[SceneElement, ...]
    cast: tuple[str, ...] = ()
    refs: tuple[str, ...] = Field((), description="the assets this scene needs: cast and location")
    props: tuple[str, ...] = ()
    eighths: int = Field(1, ge=0)
    transition_out: str | None = None
    omitted: bool = False


class SetMember(Record):
    """One entity of a set artifact. `parent` is the entity it belongs to."""

    id: str
    label: str = ""
    parent: str | None = None


class EntitySet(Record):
    """`scene_set@1`, `asset_set@1`, `shot_set@1`: entities in order, and the ids never to be used again."""

    members: tuple[SetMember, ...]
    retired: tuple[str, ...] = ()


class Mention(Record):
    """One mention in the script, by absolute lines of the source.

    What is `spoken` of is handed over in dialogue; `tagged` is what a person marked in the source.
    """

    scene: str
    entity: str
    category: str
    name: str
    line: int
    end_line: int
    confidence: float = Field(ge=0, le=1)
    spoken: bool = False
    tagged: bool = False


class Identity(Record):
    """Why one name is another's person: a reason with its line in the source, and how sure it is."""

    entity: str
    name: str
    of: str
    reason: str
    line: int
    confidence: float = Field(ge=0, le=1)


class SceneSpan(Record):
    """Where a scene stands in the source."""

    scene: str
    line: int
    end_line: int


class MentionLedger(Record):
    """`mention_ledger@1`, entity the episode: every scene, cue and mention with its line span."""

    source: str
    source_sha256: str
    spans: tuple[SceneSpan, ...]
    mentions: tuple[Mention, ...]
    identities: tuple[Identity, ...] = ()
    warnings: tuple[str, ...] = ()


class Script(Record):
    """`script@1`, entity the episode: the source kept as it came.

    `text` is what was read: of a PDF or Word file the text taken out of it, to which all lines refer. The
    file itself is media of the artifact; `source_sha256` is over its bytes.
    """

    source: str
    format: str
    text: str
    source_sha256: str = ""
    title_page: dict[str, str] = Field(default_factory=dict)
