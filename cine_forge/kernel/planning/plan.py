"""The plan: the ordered, explained decision before anything runs, as a frozen value.

A dry run prints it, a run executes it, `explain` shows its reasons. Actions `run`, `reuse`, `hold`,
`blocked` and `skip` are exact; `may_run` becomes `reuse` exactly when its inputs come out equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.ground.errors import Fault
from cine_forge.kernel.planning.policy import Ruling
from cine_forge.kernel.planning.record import UsedDefault

Action = Literal["run", "may_run", "reuse", "hold", "blocked", "skip"]


class Reason(NamedTuple):
    """Why a unit is planned so: a code with values, and the sentence made of them."""

    code: str
    text: str
    values: Mapping[str, Any] = MappingProxyType({})

    def to_json(self) -> dict[str, Any]:
        """Return the reason as events carry it."""
        return {"code": self.code, "text": self.text, "values": dict(self.values)}


class PlannedUnit(NamedTuple):
    """One unit of the plan. Money is micro-USD, time is seconds."""

    unit: UnitKey
    module: str
    label: str
    action: Action
    reasons: tuple[Reason, ...]
    needs: tuple[UnitKey, ...] = ()
    fingerprint: str | None = None
    provider: str | None = None
    est_cost_micro_usd: int = 0
    est_seconds: float = 0.0


class Expansion(NamedTuple):
    """A stage whose entities are not known before another stage has run."""

    stage: str
    for_each: str


class Plan(NamedTuple):
    """All units in execution order. `plan_id` changes when anything the plan was made from changes.

    `rulings` are what policies decided, `defaults` what nobody gave, `warnings` what does nothing.
    """

    plan_id: str
    recipe_id: str
    project: str
    units: tuple[PlannedUnit, ...]
    expands: tuple[Expansion, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    defaults: tuple[UsedDefault, ...] = ()
    warnings: tuple[Fault, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the plan in its outside shape, `plan/1`."""
        return {
            "schema": "plan/1",
            "plan_id": self.plan_id,
            "recipe_id": self.recipe_id,
            "project": self.project,
            "units": [_unit_json(unit) for unit in self.units],
            "expands": [expansion._asdict() for expansion in self.expands],
            "decisions": [ruling._asdict() for ruling in self.rulings],
            "defaults": [{"name": one.name, "value": one.value} for one in self.defaults],
            "warnings": [str(warning) for warning in self.warnings],
            "totals": self.totals(),
        }

    def totals(self) -> dict[str, Any]:
        """Return how many units take each action, and what running them is estimated to cost."""
        actions: dict[str, int] = {}
        for unit in self.units:
            actions[unit.action] = actions.get(unit.action, 0) + 1
        spending = [unit for unit in self.units if unit.action in ("run", "may_run")]
        return {
            "units": len(self.units),
            "actions": dict(sorted(actions.items())),
            "est_cost_usd": sum(unit.est_cost_micro_usd for unit in spending) / 1_000_000,
            "est_seconds": round(sum(unit.est_seconds for unit in spending), 1),
        }


def _unit_json(unit: PlannedUnit) -> dict[str, Any]:
    return {
        "stage": unit.unit.stage,
        "module": unit.module,
        "entity": unit.unit.entity,
        "label": unit.label,
        "action": unit.action,
        "reasons": [{"code": r.code, "text": r.text, **r.values} for r in unit.reasons],
        "provider": unit.provider,
        "est_cost_usd": unit.est_cost_micro_usd / 1_000_000,
        "est_seconds": unit.est_seconds,
    }
