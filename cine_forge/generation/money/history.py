"""History: how estimates of a model and action turned out, and what follows for the next one."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from cine_forge.generation.money.prices import dollars

MOST_RAISED = 4
"""What is set aside is never more than so many estimates, whatever one vendor's bill once said."""


@dataclass(frozen=True)
class History:
    """What settled receipts of one model and action cost, in micro-USD, against what was expected of them."""

    receipts: int = 0
    estimated: int = 0
    charged: int = 0

    @property
    def ratio(self) -> Fraction | None:
        """Return what was charged for each micro-USD that was expected, or None when nothing was."""
        return Fraction(self.charged, self.estimated) if self.estimated else None

    def __str__(self) -> str:
        was = f"was charged {dollars(self.charged)} where {dollars(self.estimated)} was expected"
        return f"{was}, over {self.receipts} settled"

    def raised(self, micro_usd: int) -> int:
        """Return what is set aside for an estimate: more where such receipts cost more, never less."""
        return max(micro_usd, ceil(micro_usd * min(self.ratio or 1, MOST_RAISED)))
