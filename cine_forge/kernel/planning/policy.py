"""Policies: the decisions that the application injects into planning.

The kernel asks; it has no opinion. Each protocol is one question; wiring answers them all in one
`Policies` value. An answer that matters is a component of the fingerprint or a reason in the plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from cine_forge.kernel.artifacts.envelope import Draft


@dataclass(frozen=True)
class Asked:
    """A unit as a policy sees it: plain data, inputs by name as they stand now."""

    stage: str
    entity: str
    module: str
    params: Mapping[str, Any]
    inputs: Mapping[str, Any]
    resources: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Estimate:
    """Who would make it and for how much. Money is micro-USD, time is seconds of waiting."""

    provider: str
    micro_usd: int
    seconds: float = 0.0
    reason: str = ""


class Foresight(Protocol):
    """May run a pure module in memory, so that the plan knows what its consequences will read."""

    def __call__(self, asked: Asked) -> tuple[Draft, ...] | None:
        """Return what the unit would keep, or None when that cannot be known without doing it.

        Raises a CineForgeError that the user can mend; the plan is then refused.
        """


class Gate(Protocol):
    """Decides whether an approval gate is open."""

    def holds(self, asked: Asked, decisions: tuple[Mapping[str, Any], ...]) -> str | None:
        """Return the sentence a person reads while the gate is shut, or None when it is open."""


class Spend(Protocol):
    """Knows providers and prices."""

    def route(self, asked: Asked) -> Mapping[str, str]:
        """Return what was chosen for the unit's modality (`provider`, `model`, `reason`), or nothing."""

    def estimate(self, asked: Asked) -> Estimate | None:
        """Return the price of running the unit, or None when it spends nothing."""


class Locator(Protocol):
    """Knows where in the user's own files a value came from."""

    def __call__(self, artifact_type: str, data: Mapping[str, Any], path: str) -> str | None:
        """Return `file:line` for the JSON pointer `path` within the data, or None."""


@dataclass(frozen=True)
class Policies:
    """All answers that planning needs; None means that the question has no answer here."""

    foresight: Foresight | None = None
    gate: Gate | None = None
    spend: Spend | None = None
    locator: Locator | None = None
