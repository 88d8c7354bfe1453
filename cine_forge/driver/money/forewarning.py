"""Forewarning: what would keep a unit's generation from being made, or from falling back, said with the plan.

It looks at declarations, the strategy file and the environment's names, and asks nobody. A unit that spends
nothing is not looked at: what is reused needs no key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cine_forge.driver.money.market import Market
from cine_forge.kernel.ground.errors import Fault
from cine_forge.kernel.planning.policy import Asked, Estimate, Spend

Warn = Callable[[Fault], None]


class ForewarnedSpend:
    """A spend policy that warns, once each, of what stands in the way of those who would be asked."""

    def __init__(self, spend: Spend, market: Market, environment: Mapping[str, str], warn: Warn) -> None:
        self._spend = spend
        self._market = market
        self._environment = environment
        self._warn = warn
        self._seen: set[tuple[str, str]] = set()

    def route(self, asked: Asked) -> Mapping[str, str]:
        """Return what the policy answers."""
        return self._spend.route(asked)

    def estimate(self, asked: Asked) -> Estimate | None:
        """Return what the policy answers, having warned of a provider that could not be asked."""
        found = self._spend.estimate(asked)
        if found is not None:
            self._look_at(found.provider, str(asked.resources.get("modality")))
        return found

    def _look_at(self, provider: str, modality: str) -> None:
        if (provider, modality) in self._seen:
            return
        self._seen.add((provider, modality))
        from cine_forge.generation.readiness import unready, unwired

        routes = self._market.routes
        for warning in (unready(provider, routes, self._environment), unwired(modality, routes)):
            if warning is not None:
                self._warn(warning)
