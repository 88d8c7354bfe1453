"""Remaining: how long the longest way from a unit to the end of the run is, in seconds.

The loop starts the unit with the longest way first. A unit that may run takes as long as it took the last
time that it was done, else what spending estimates; one that nobody knows takes as long as those which are
known do on average. What is reused takes no time. Only the order of starts depends on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.planning.compilation import Compilation

_UNKNOWN_S = 1.0


class Remaining(NamedTuple):
    """Seconds by unit where they are known, a guess for others, and the longest way after each stage."""

    seconds: Mapping[UnitKey, float]
    guess: float
    after: Mapping[str, float]

    @classmethod
    def of(cls, compilation: Compilation) -> Remaining:
        """Return what remains of a compilation before anything runs."""
        known = {unit: _seconds(compilation, unit) for unit in compilation.all_units()}
        sure = {unit: seconds for unit, seconds in known.items() if seconds is not None}
        taken = [seconds for seconds in sure.values() if seconds]
        guess = sum(taken) / len(taken) if taken else _UNKNOWN_S
        longest: dict[str, float] = {}
        for unit, seconds in known.items():
            own = guess if seconds is None else seconds
            longest[unit.stage] = max(own, longest.get(unit.stage, 0.0))
        graph = compilation.commission.graph
        stages = {stage: longest.get(stage, guess) for stage in graph.order()}
        return cls(sure, guess, graph.remaining(stages))

    def way(self, unit: UnitKey) -> float:
        """Return the seconds of the longest way that begins with a unit."""
        return self.seconds.get(unit, self.guess) + self.after[unit.stage]


def _seconds(compilation: Compilation, unit: UnitKey) -> float | None:
    decision = compilation.decision(unit)
    if decision.action not in ("run", "may_run"):
        return 0.0
    before = decision.newest.seconds if decision.newest else 0.0
    return before or (decision.estimate.seconds if decision.estimate else 0.0) or None
