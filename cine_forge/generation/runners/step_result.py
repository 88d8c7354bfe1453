"""Results of steps: what one came to, and what several segments or shots came to together.

Nothing is summed up away: a part that failed keeps its own error and receipt beside those that did not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cine_forge.generation.verdict import GateVerdict, summed

_SETTLED = "settled"


@dataclass(frozen=True)
class StepResult:
    """What a step came to: the ten fields of seed 000. `cost_usd` is US dollars, for display.

    `take_index` counts from 1 within the take owner; 0 where no take is made.
    """

    shot_id: str
    success: bool
    final_state: str
    output_path: str | None
    cost_usd: float
    error: str | None
    take_index: int
    gate_verdict: GateVerdict | None
    model: str = ""
    pipeline: str = ""


@dataclass(frozen=True)
class SegmentResult:
    """One part: its place, counted from 1, the id of its segment or shot, and what it came to."""

    index: int
    segment_id: str
    step: StepResult

    def entry(self) -> dict[str, Any]:
        """Return it as an entry of a run's result."""
        fields = {name: value for name, value in vars(self.step).items() if name != "shot_id"}
        return {"index": self.index, "segment_id": self.segment_id, **fields}


@dataclass(frozen=True)
class PassResult:
    """All parts, in order: as many as were asked for, unless the last one still runs elsewhere."""

    shot_id: str
    segments: tuple[SegmentResult, ...]

    def step(self) -> StepResult:
        """Return what all came to: a success when each is one, else the state of the first that is none."""
        steps = [segment.step for segment in self.segments]
        short = [step for step in steps if not step.success]
        verdicts = [step.gate_verdict for step in steps if step.gate_verdict is not None]
        errors = [f"{one.segment_id}: {one.step.error}" for one in self.segments if one.step.error]
        return StepResult(
            shot_id=self.shot_id,
            success=not short,
            final_state=short[0].final_state if short else _SETTLED,
            output_path=steps[0].output_path if len(steps) == 1 else None,
            cost_usd=round(sum(step.cost_usd for step in steps), 6),
            error="; ".join(errors) or None,
            take_index=max(step.take_index for step in steps),
            gate_verdict=summed(verdicts),
            model=_each_once(step.model for step in steps),
            pipeline=_each_once(step.pipeline for step in steps),
        )


def _each_once(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, names)))
