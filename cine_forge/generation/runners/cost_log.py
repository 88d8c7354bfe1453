"""The cost log: what the steps of one runner came to, each receipt once however often it is asked for.

It is kept in memory for whoever runs the steps; the ledger is what was really paid.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from cine_forge.generation.money.receipt import ENDED, Receipt
from cine_forge.generation.runners.shot_label import canonical_label, keyframe_label, video_label


@dataclass(frozen=True)
class CostLine:
    """What one receipt came to, in micro-USD, under the label of its still, clip or other result."""

    receipt: str
    label: str
    cost_micro_usd: int


class CostLog:
    """The costs of one session. Safe for threads."""

    def __init__(self) -> None:
        self._lines: dict[str, CostLine] = {}
        self._lock = threading.Lock()

    def note(self, receipt: Receipt) -> None:
        """Take down what a receipt came to. One that is not ended is not counted yet."""
        if receipt.state not in ENDED:
            return
        with self._lock:
            self._lines[receipt.id] = CostLine(receipt.id, label_of(receipt), receipt.cost_micro_usd or 0)

    @property
    def lines(self) -> tuple[CostLine, ...]:
        """Return a line for each receipt, in the order of their first note."""
        with self._lock:
            return tuple(self._lines.values())

    @property
    def total_micro_usd(self) -> int:
        """Return the sum of all lines."""
        return sum(line.cost_micro_usd for line in self.lines)


def label_of(receipt: Receipt) -> str:
    """Return what the result of a receipt is called."""
    entity = str(receipt.request["entity"])
    if receipt.take is not None:
        return video_label(entity, receipt.take)
    return keyframe_label(entity, receipt.attempt) if "image" in receipt.modality else canonical_label(entity)
