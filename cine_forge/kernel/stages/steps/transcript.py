"""Transcripts: what was asked and answered in one unit, step by step, as an artifact.

It holds nothing that differs between two runs that went alike: no time, no duration, no cost. Receipts
say what each call cost; the run's events say how long it took.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cine_forge.kernel.artifacts.records.envelope import CostRecord, Frozen
from cine_forge.kernel.stages.question import Authored
from cine_forge.kernel.stages.steps.compilation import CompiledBlock
from cine_forge.kernel.stages.steps.conversation import Speaker
from cine_forge.kernel.stages.steps.recorder import StepRecord


class Said(Frozen):
    """One message."""

    role: Speaker
    text: str


class TranscriptStep(Frozen):
    """One step. `messages` are all that were sent; `value` is what an action's capture kept."""

    path: str
    kind: str
    messages: tuple[Said, ...] = ()
    response: str | None = None
    value: Any = None
    provider: str | None = None
    model: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    receipt: str | None = None


class Transcript(Frozen):
    """A unit's transcript. `compiled` is how its tree came about: steps, io, overrides, config, decisions."""

    steps: tuple[TranscriptStep, ...]
    compiled: dict[str, Any]


def transcript_of(compiled: CompiledBlock, records: Iterable[StepRecord]) -> dict[str, Any]:
    """Return the transcript as data."""
    steps = tuple(_step(record) for record in records)
    return Transcript(steps=steps, compiled=compiled.to_json()).model_dump(mode="json")


def steps_of(records: Iterable[StepRecord]) -> tuple[dict[str, Any], ...]:
    """Return the steps as a transcript holds them."""
    return tuple(_step(record).model_dump(mode="json") for record in records)


def transcript_of_answers(answers: Iterable[Authored]) -> dict[str, Any]:
    """Return the transcript of a unit that asked an author, as data; no tree of steps was compiled."""
    steps = [step for answer in answers for step in answer.steps]
    return Transcript.model_validate({"steps": steps, "compiled": {}}).model_dump(mode="json")


def cost_of(records: Iterable[StepRecord]) -> CostRecord | None:
    """Return what these steps cost together, or None when no model was asked."""
    answers = [record.response for record in records if record.response is not None]
    if not answers:
        return None
    models = list(dict.fromkeys((one.provider, one.model) for one in answers))
    one = models[0] if len(models) == 1 else (None, None)
    return CostRecord(
        micro_usd=sum(answer.cost_micro_usd for answer in answers),
        provider=one[0],
        model=one[1],
        receipts=tuple(answer.receipt for answer in answers if answer.receipt is not None),
        input_tokens=_sum([answer.input_tokens for answer in answers]),
        output_tokens=_sum([answer.output_tokens for answer in answers]),
    )


def _step(record: StepRecord) -> TranscriptStep:
    answer = record.response
    told = {} if answer is None else {name: getattr(answer, name) for name in _OF_ANSWER}
    return TranscriptStep(
        path=record.path,
        kind=record.kind,
        messages=tuple(Said(role=one.role, text=one.text) for one in record.messages),
        response=None if answer is None else answer.text,
        value=record.value,
        **told,
    )


_OF_ANSWER = ("provider", "model", "input_tokens", "output_tokens", "receipt")


def _sum(counts: list[int | None]) -> int | None:
    """Add up, or return None when one of them was not told."""
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None
