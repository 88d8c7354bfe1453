"""Verdicts: what a QC gate says of a file that was made, and what several of them say together.

A gate is any callable that takes the file and what is known of its making, and returns a verdict. It is a
live object of the step runner's own interface: it is handed on as it is and never written down.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Facts = dict[str, Any]
"""What a gate is told: `shot_id`, `modality`, `attempt`, `take_index`, `prompt`, `inputs_snapshot`."""


@dataclass(frozen=True)
class GateVerdict:
    """What a gate found. `score` and `asked` are from 0 to 1 where it measured something."""

    gate: str
    passed: bool
    says: str = ""
    score: float | None = None
    asked: float | None = None


GateFunction = Callable[[Path, Facts], GateVerdict]


def summed(verdicts: Sequence[GateVerdict]) -> GateVerdict | None:
    """Return one verdict for all: the only one as it is, else passed when every one passed. None for none."""
    if len(verdicts) < 2:
        return verdicts[0] if verdicts else None
    failed = [verdict for verdict in verdicts if not verdict.passed]
    told = failed or verdicts
    return GateVerdict(
        gate=", ".join(verdict.gate for verdict in told),
        passed=not failed,
        says="; ".join(verdict.says for verdict in told if verdict.says),
        score=min((verdict.score for verdict in told if verdict.score is not None), default=None),
    )
