"""The envelope: what is known about one version of an artifact, beside its data.

The content digest covers the data, the schema and the hashes of the media, and nothing that differs
between two runs that made the same thing (times, costs, run ids).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from cine_forge.kernel.artifacts.records.edition import RecordForm
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.ground.files import stays_inside
from cine_forge.kernel.ground.hashing import digest_of

ENVELOPE_VERSION = 1
ENVELOPE_FORM = RecordForm("envelope_version", ENVELOPE_VERSION)

Role = Literal["revision_of", "variant_of", "derived_from", "input_to", "component_of"]
Source = Literal["ai", "human", "hybrid", "code"]


class Frozen(BaseModel):
    """A frozen model that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Edge(Frozen):
    """One artifact that this one was made from. `ref` is `type/entity@v3`; `digest` its content digest."""

    ref: str
    digest: str
    role: Role = "derived_from"


class MediaFile(Frozen):
    """A file kept beside the envelope. `path` is relative to the project; sizes in bytes and pixels."""

    name: str
    path: str
    sha256: str
    bytes: int = Field(ge=0)
    media_type: str
    width: int | None = None
    height: int | None = None
    fps: str | None = None
    seconds: float | None = None

    @field_validator("path")
    @classmethod
    def _stays_inside(cls, path: str) -> str:
        """Refuse a path that leads out of the project, whoever wrote the record."""
        if not stays_inside(path):
            raise ValueError("the path leaves the project")
        return path


class CostRecord(Frozen):
    """What one result cost. Money is integer micro-USD."""

    micro_usd: int = Field(ge=0)
    provider: str | None = None
    model: str | None = None
    receipts: tuple[str, ...] = ()
    input_tokens: int | None = None
    output_tokens: int | None = None


class MediaDraft(Frozen):
    """A file to be kept: `path` is where it lies now, `name` what it shall be called (`board.png`).

    `sha256` is given for a file that is not the unit's own, such as one that a person edits: it is copied,
    never linked, and refused (CF-A043) when it has other bytes by then.
    """

    path: Path
    name: str
    media_type: str
    sha256: str | None = None
    width: int | None = None
    height: int | None = None
    fps: str | None = None
    seconds: float | None = None


class Draft(Frozen):
    """An artifact that a module offers to keep. `output` names the manifest's output.

    `revises` is the ref that this one is a revision of; every input of the unit becomes lineage anyway.
    """

    output: str
    entity: str
    data: dict[str, Any]
    media: tuple[MediaDraft, ...] = ()
    intent: str
    rationale: str
    alternatives_considered: tuple[str, ...] = ()
    confidence: float = Field(1.0, ge=0, le=1)
    source: Source = "code"
    producing_role: str | None = None
    revises: str | None = None
    cost: CostRecord | None = None
    digital_source_type: str | None = None


class Envelope(Frozen):
    """One version of an artifact with its data, as it is written to `v0001.json`."""

    envelope_version: int = ENVELOPE_VERSION
    ref: str
    schema_name: str
    digest: str
    data: dict[str, Any]
    media: tuple[MediaFile, ...] = ()
    lineage: tuple[Edge, ...] = ()
    intent: str
    rationale: str
    alternatives_considered: tuple[str, ...] = ()
    confidence: float = Field(ge=0, le=1)
    source: Source
    producing_module: str | None = None
    producing_role: str | None = None
    cost: CostRecord | None = None
    fingerprint: str | None = None
    run_id: str | None = None
    created_at: str
    candidate: bool = False
    own_commit: bool = Field(False, description="visible without a derivation: announced, edited, stated")
    digital_source_type: str | None = None
    by: str | None = Field(None, description="the person who edited or stated this")

    @property
    def parsed_ref(self) -> Ref:
        """Return the ref as its three parts."""
        return Ref.parse(self.ref)


def content_digest(schema: str, data: dict[str, Any], media: tuple[tuple[str, str], ...]) -> str:
    """Return the content digest. `media` are (name, sha-256) pairs, in the order they are kept."""
    return digest_of({"schema": schema, "data": data, "media": [list(pair) for pair in media]})
