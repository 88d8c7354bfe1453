"""What refreshing costs: each stale unit with its cause, and the price of making it again to each depth.

The prices are those of the plan: for each depth the recipe is planned with that end, and what those plans
estimate is added up. A unit is stale when it has a result that the plan would make again, be it because of
what is kept or because of a file of the user's that changed since. Nothing is written and nothing asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cine_forge.driver.plans.replan import wire_as_before
from cine_forge.driver.terminal.screen import UNBOUNDED
from cine_forge.driver.terminal.table import Column, table
from cine_forge.driver.wiring import Wired
from cine_forge.film.depths import DEPTHS, depth_of
from cine_forge.kernel.planning.compilation import compile_plan
from cine_forge.kernel.planning.plan import PlannedUnit
from cine_forge.kernel.planning.selection import Selection

_AGAIN = ("run", "may_run")


@dataclass(frozen=True)
class Depth:
    """One depth: the stages that end it, the stale units up to it, and new ones that would come along."""

    name: str
    ends: tuple[str, ...]
    stale: tuple[PlannedUnit, ...]
    new: tuple[PlannedUnit, ...]

    def to_json(self) -> dict[str, Any]:
        """Return counts and prices; those of earlier depths are part of them."""
        return {
            "name": self.name,
            "ends": list(self.ends),
            "units": len(self.stale),
            "est_cost_usd": usd(self.stale),
            "new_units": len(self.new),
            "new_est_cost_usd": usd(self.new),
        }


@dataclass(frozen=True)
class Refreshing:
    """All depths that the recipe has, the cheapest first. `rest` are stale units behind the last of them."""

    depths: tuple[Depth, ...]
    rest: tuple[PlannedUnit, ...]

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield each entity that has stale units: why, which, and its price to each depth."""
        units = {unit.unit: unit for depth in self.depths for unit in depth.stale}
        units |= {unit.unit: unit for unit in self.rest}
        by_entity: dict[str, list[PlannedUnit]] = {}
        for unit in units.values():
            by_entity.setdefault(unit.unit.entity, []).append(unit)
        for entity, found in by_entity.items():
            prices = {
                depth.name: usd(tuple(unit for unit in depth.stale if unit.unit.entity == entity))
                for depth in self.depths
            }
            yield {
                "entity": entity,
                "label": found[0].label,
                "because": found[0].reasons[0].text if found[0].reasons else "",
                "stages": [unit.unit.stage for unit in found],
                "est_cost_usd": prices,
            }

    def to_json(self) -> dict[str, Any]:
        """Return what `stale/1` holds under `refresh`."""
        return {
            "depths": [depth.to_json() for depth in self.depths],
            "entities": list(self.rows()),
            "units": [{**_unit_json(unit), "depth": depth} for depth, unit in self._first_met()],
        }

    def lines(self, width: int = UNBOUNDED) -> Iterator[str]:
        """Yield it for a person: an entity a line, its price to each depth, then the sums."""
        rows = list(self.rows())
        if not rows:
            yield "nothing is stale"
            return
        heads = [
            Column(""),
            *(Column(depth.name, figures=True) for depth in self.depths),
            Column("", prose=True),
        ]
        total = {depth.name: usd(depth.stale) for depth in self.depths}
        cells = [(row["label"], *_prices(row["est_cost_usd"]), row["because"]) for row in rows]
        cells.append(("in all", *_prices(total), self._counts()))
        yield from table(heads, cells, width=width)
        for depth in self.depths:
            if depth.new:
                yield f"{depth.name}: {len(depth.new)} new units come along for ${usd(depth.new):.2f}"

    def _counts(self) -> str:
        told = ", ".join(f"{len(depth.stale)} units to {depth.name}" for depth in self.depths)
        return f"{told}; {len(self.rest)} behind" if self.rest else told

    def _first_met(self) -> Iterator[tuple[str | None, PlannedUnit]]:
        """Yield every stale unit with the depth that first needs it; None for what lies behind all."""
        met = set()
        for depth in self.depths:
            for unit in depth.stale:
                if unit.unit not in met:
                    met.add(unit.unit)
                    yield depth.name, unit
        yield from ((None, unit) for unit in self.rest)


def refreshing(folder: Path) -> Refreshing:
    """Price the refreshing of a project as it is now. Raises CineForgeErrors as planning does."""
    return refreshing_of(wire_as_before(folder))


def refreshing_of(wired: Wired) -> Refreshing:
    """Price the refreshing of what was put together, be it as it is or as it would be."""
    ends: dict[str, tuple[str, ...]] = {}
    for stage, brief in wired.commission.briefs.items():
        depth = depth_of(brief.module.manifest.resources)
        if depth is not None:
            ends[depth] = (*ends.get(depth, ()), stage)
    depths: list[Depth] = []
    stages: tuple[str, ...] = ()
    for name in DEPTHS:
        if name in ends:
            stages = (*stages, *ends[name])
            stale, new = _to_be_made(wired, Selection(end_at=stages))
            depths.append(Depth(name, ends[name], stale, new))
    stale, _ = _to_be_made(wired, Selection())
    met = {unit.unit for depth in depths for unit in depth.stale}
    return Refreshing(tuple(depths), tuple(unit for unit in stale if unit.unit not in met))


def usd(units: tuple[PlannedUnit, ...]) -> float:
    """Return what units are estimated to cost together, in USD."""
    return sum(unit.est_cost_micro_usd for unit in units) / 1_000_000


def _to_be_made(
    wired: Wired, selection: Selection
) -> tuple[tuple[PlannedUnit, ...], tuple[PlannedUnit, ...]]:
    """Return the units that a plan with this selection makes again, and those that it makes newly."""
    plan = compile_plan(wired.commission.selected(selection), wired.view).plan()
    kept = wired.store.newest_derivations()
    planned = [unit for unit in plan.units if unit.action in _AGAIN]
    return (
        tuple(unit for unit in planned if unit.unit in kept),
        tuple(unit for unit in planned if unit.unit not in kept),
    )


def _prices(prices: Mapping[str, float]) -> list[str]:
    return [f"${price:,.2f}" for price in prices.values()]


def _unit_json(unit: PlannedUnit) -> dict[str, Any]:
    return {
        "stage": unit.unit.stage,
        "entity": unit.unit.entity,
        "label": unit.label,
        "action": unit.action,
        "because": [reason.text for reason in unit.reasons],
        "provider": unit.provider,
        "est_cost_usd": unit.est_cost_micro_usd / 1_000_000,
    }
