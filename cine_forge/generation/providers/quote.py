"""Quotes: what a vendor asks today for one of what it counts, told by the vendor itself and without buying.

A dialect that can ask is `Quoting`; an opened provider that can is a `Quoter`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol, runtime_checkable

from cine_forge.generation.providers.call import Answer, Call

_MICRO_USD = 1_000_000


@dataclass(frozen=True)
class Quote:
    """What one `unit` costs at an endpoint, in micro-USD; the unit is in the vendor's own word."""

    endpoint: str
    unit: str
    micro_usd: Fraction


def micro_usd_of(told: Any) -> Fraction | None:
    """Return a sum in US dollars as micro-USD, or None for what is none."""
    if isinstance(told, bool) or not isinstance(told, int | float) or not math.isfinite(told) or told < 0:
        return None
    return Fraction(str(told)) * _MICRO_USD


@runtime_checkable
class Quoting(Protocol):
    """A dialect whose vendor tells its prices."""

    def prices(self, endpoints: Sequence[str]) -> tuple[Call, ...]:
        """Return the requests that ask what these cost today."""

    def priced(self, answer: Answer) -> tuple[Quote, ...] | None:
        """Read an answer: every price in it that is one, or None for an error."""


@runtime_checkable
class Quoter(Protocol):
    """A provider that can be asked for its prices."""

    def quotes(self, endpoints: Sequence[str]) -> tuple[Quote, ...]:
        """Ask, at no cost. Raises StageError CF-G105 when it could not be asked."""
