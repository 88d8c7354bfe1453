"""The market: who could make what, and for how much; the driver's one way to generation.

Routes, profiles and prices are read, and the rooms behind them imported, when the first unit wants
something generated; a recipe that generates nothing pays for none of it. It is planning's `Spend` and,
once a run has opened it, the `Door` of working units.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cine_forge.kernel.planning.policy import Asked, Estimate

if TYPE_CHECKING:
    from cine_forge.driver.money.spend import Forecast
    from cine_forge.generation.desk import Desk
    from cine_forge.generation.dispatch.surroundings import Surroundings
    from cine_forge.generation.profiles import Profile
    from cine_forge.generation.routing import Routes
    from cine_forge.kernel.planning.record import Record


class Market:
    """Routes and profiles that are read when they are first looked at."""

    def __init__(self, routes: Callable[[], Routes], profiles: Callable[[], Mapping[str, Profile]]) -> None:
        self._read_routes = routes
        self._read_profiles = profiles

    @classmethod
    def of_files(
        cls,
        strategy: Path,
        models: tuple[Path, ...],
        provider: str | None,
        *,
        adapters: tuple[Path, ...] = (),
    ) -> Market:
        """Return the market of a strategy file and folders of profiles; `provider` overrides the routes.

        `adapters` are folders of providers besides ours.
        """

        def routes() -> Routes:
            from cine_forge.generation.routing import read_routes

            return read_routes(strategy, provider, adapters)

        def profiles() -> Mapping[str, Profile]:
            from cine_forge.generation.profiles import read_profiles

            return read_profiles(models)

        return cls(routes, profiles)

    def check(self) -> None:
        """Read the routes now, whoever may come to need them: an override that nobody is called is told.

        Raises what reading the strategy file raises.
        """
        self._read_routes()

    @cached_property
    def routes(self) -> Routes:
        """Return the routes. Raises what reading the strategy file raises."""
        return self._read_routes()

    @cached_property
    def profiles(self) -> Mapping[str, Profile]:
        """Return the profiles by model. Raises what reading them raises."""
        return self._read_profiles()


class Spend:
    """Planning's question about providers and prices, answered by the forecast for units that generate."""

    def __init__(
        self,
        market: Market,
        facts: Mapping[str, Any],
        calls: Callable[[str], int],
        *,
        project: Path,
        record: Record,
    ) -> None:
        self._market = market
        self._project = project
        self._facts = facts
        self._calls = calls
        self._record = record

    def route(self, asked: Asked) -> Mapping[str, str]:
        """Return provider, model and reason for a unit that generates, else nothing."""
        return self._forecast.route(asked) if "modality" in asked.resources else {}

    def estimate(self, asked: Asked) -> Estimate | None:
        """Return the price of a unit that generates, else None."""
        return self._forecast.estimate(asked) if "modality" in asked.resources else None

    @cached_property
    def _forecast(self) -> Forecast:
        from cine_forge.driver.money.spend import Forecast
        from cine_forge.generation.money.account import read_history

        history = partial(read_history, self._project)
        market = self._market
        return Forecast(
            market.routes,
            market.profiles,
            self._facts,
            self._calls,
            history=history,
            record=self._record,
        )


class Door:
    """The desk of a run, opened when a unit first asks for something. Safe for threads."""

    def __init__(self, project: Path, market: Market, around: Callable[[], Surroundings]) -> None:
        self._project = project
        self._market = market
        self._around = around
        self._desk: Desk | None = None
        self._turn = threading.Lock()

    def ask(self, request: Mapping[str, Any], origin: Mapping[str, str]) -> Mapping[str, Any]:
        """Answer a request as the desk does."""
        return self._opened().ask(request, origin)

    def ready(self, receipts: Collection[str]) -> frozenset[str]:
        """Return which of these receipts would not park again."""
        return self._opened().ready(receipts)

    def close(self) -> None:
        """Let go of what was opened."""
        if self._desk is not None:
            self._desk.close()

    def _opened(self) -> Desk:
        with self._turn:
            if self._desk is None:
                from cine_forge.generation.desk import open_desk

                market = self._market
                self._desk = open_desk(self._project, market.routes, market.profiles, self._around())
            return self._desk
