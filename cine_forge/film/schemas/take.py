"""The records of generation and review: frozen payloads, takes, verdicts, the chosen take."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from cine_forge.film.schemas.record import Record
from cine_forge.generation.payloads import Concession

DEFAULT_BUILDER = "local-clip"


def _is_empty(value: object) -> bool:
    return not value


class FrozenPayload(Record):
    """`payload@1`, entity `<shot>/attempt:1`: one priced, routed request, ready to be dispatched.

    Where the model that is asked takes less than the film wished, `wish` is what it wished and `conceded`
    says what is left out of it and why. `prompt_model` is the one whose builder wrote the prompt.
    """

    shot: str
    attempt: int = Field(ge=1)
    provider: str
    model: str
    est_cost_micro_usd: int = Field(ge=0)
    routing_reason: str
    receipt: str
    payload: dict[str, Any]
    wish: dict[str, Any] | None = Field(None, exclude_if=_is_empty)
    conceded: tuple[Concession, ...] = Field((), exclude_if=_is_empty)
    prompt_model: str = Field(DEFAULT_BUILDER, exclude_if=lambda model: model == DEFAULT_BUILDER)


class Take(Record):
    """`take@1`, entity `<shot>/take:1`; its media are the clip (MP4, or WebM as it came) and a JSON sidecar.

    `inputs_snapshot` is what the clip was made from, as it went through the door and came back.
    """

    shot: str
    label: str
    number: int = Field(ge=1)
    attempt: int = Field(ge=1)
    provider: str
    model: str
    receipt: str
    seed: int
    frames: int
    fps: str
    width: int
    height: int
    has_audio: bool
    cost_micro_usd: int = Field(ge=0)
    inputs_snapshot: dict[str, Any] | None = Field(None, exclude_if=_is_empty)


class QcCheck(Record):
    """One check of the QC gate, with what it measured and what it expected."""

    name: str
    passed: bool
    found: str
    expected: str


class TakeVerdict(Record):
    """`verdict@1`, entity the take's."""

    shot: str
    take: str
    verdict: Literal["approve", "reroll", "reject"]
    reasons: tuple[str, ...] = ()
    checks: tuple[QcCheck, ...] = ()
    by: str


class Selection(Record):
    """`selection@1`, entity the shot's: which take the cut uses and why."""

    shot: str
    take: str
    approved: bool
    attempts: int
    why: str
