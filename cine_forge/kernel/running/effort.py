"""Efforts: one unit at work, over all its tries in one run.

A try that failed is tried again with the same order: the same inputs and the same seed, so that what it
bought is returned and not bought again.
"""

from __future__ import annotations

from cine_forge.kernel.planning.decision import Decision
from cine_forge.kernel.running.order import WorkOrder
from cine_forge.kernel.running.port import RunPort


class Effort:
    """A unit with what was decided about it. `number` counts its tries from 1; `seconds` is the last one's.

    `began` is seconds on the run's clock.
    """

    def __init__(self, decision: Decision, order: WorkOrder, port: RunPort, began: float) -> None:
        self.decision = decision
        self.order = order
        self.port = port
        self.began = began
        self.number = 1
        self.seconds = 0.0
        self._told_micro_usd = 0

    def ends(self, now: float) -> None:
        """Say that this try ended."""
        self.seconds = round(now - self.began, 3)

    def begins_again(self, now: float) -> None:
        """Say that the next try begins."""
        self.number += 1
        self.began = now

    def cost_usd(self, cost_micro_usd: int) -> float:
        """Return what this try adds to the cost of those before, of `cost_micro_usd` for all so far."""
        added = max(0, cost_micro_usd - self._told_micro_usd)
        self._told_micro_usd += added
        return added / 1_000_000
