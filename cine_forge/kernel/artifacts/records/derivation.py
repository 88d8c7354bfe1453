"""Derivations: the write-once record that a unit finished. Linking it is the unit's commit.

`components` is the fingerprint taken apart, name to digest, so that the next plan can say which part
changed. Names are `param:x`, `input:name:entity`, `file:x`, `code:<path>`, `schema:x`, `fact:x`,
`policy:x`. Reuse and staleness read the newest derivation of a unit.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from pydantic import Field, PlainSerializer

from cine_forge.kernel.artifacts.records.edition import RecordForm
from cine_forge.kernel.artifacts.records.envelope import Frozen

DERIVATION_VERSION = 1
DERIVATION_FORM = RecordForm("derivation_version", DERIVATION_VERSION)


class UnitKey(NamedTuple):
    """One stage for one entity. A plan makes, hashes and compares many, so it is no model."""

    stage: str
    entity: str

    def __str__(self) -> str:
        return f"{self.stage}/{self.entity}"


class Bound(Frozen):
    """An artifact as it was bound or kept: its ref, its content digest, and under which name."""

    name: str
    ref: str
    digest: str


class Derivation(Frozen):
    """What a finished unit was made of and what it made.

    `sequence` counts from 1 within the unit, `ordinal` over all commits of the project: of two derivations
    that made one artifact the one with the higher ordinal is the newest. `seconds` is how long the work took;
    it serves estimates only.
    """

    derivation_version: int = DERIVATION_VERSION
    unit: Annotated[UnitKey, PlainSerializer(UnitKey._asdict)]
    sequence: int = Field(ge=1)
    fingerprint: str
    components: dict[str, str]
    module: str
    module_version: str
    inputs: tuple[Bound, ...] = ()
    outputs: tuple[Bound, ...] = ()
    cost_micro_usd: int = Field(0, ge=0)
    warnings: tuple[str, ...] = ()
    seconds: float = Field(0.0, ge=0)
    run_id: str
    created_at: str
    ordinal: int = Field(0, ge=0)
