"""The outside shape of a plan, and what it adds up to."""

from __future__ import annotations

from typing import Any

from cine_forge.kernel.planning.plan import Expansion, Plan, PlannedUnit, Reason
from tests.kernel.planning.making import unit


def planned(stage: str, action: Any, **more: Any) -> PlannedUnit:
    reason = Reason(code="because", text="so", values={"name": "x"})
    return PlannedUnit(
        unit=unit(stage, "ep/thing:1"), module="maker", label="1", action=action, reasons=(reason,), **more
    )


UNITS = (
    planned("a", "run", provider="local", est_cost_micro_usd=1_500_000, est_seconds=1.26),
    planned("b", "may_run", est_cost_micro_usd=250_000, est_seconds=2.0),
    planned("c", "reuse", est_cost_micro_usd=9_000_000, est_seconds=99.0),
    planned("d", "run"),
)
PLAN = Plan(
    plan_id="p1",
    recipe_id="r1",
    project="demo",
    units=UNITS,
    expands=(Expansion(stage="each", for_each="members.set"),),
)


def test_a_plan_says_everything_of_each_unit_in_order() -> None:
    assert PLAN.to_json()["units"][0] == {
        "stage": "a",
        "module": "maker",
        "entity": "ep/thing:1",
        "label": "1",
        "action": "run",
        "reasons": [{"code": "because", "text": "so", "name": "x"}],
        "provider": "local",
        "est_cost_usd": 1.5,
        "est_seconds": 1.26,
    }
    assert [entry["stage"] for entry in PLAN.to_json()["units"]] == ["a", "b", "c", "d"]


def test_a_plan_names_its_shape_its_source_and_what_it_does_not_know_yet() -> None:
    found = PLAN.to_json()
    assert {key: found[key] for key in ("schema", "plan_id", "recipe_id", "project", "expands")} == {
        "schema": "plan/1",
        "plan_id": "p1",
        "recipe_id": "r1",
        "project": "demo",
        "expands": [{"stage": "each", "for_each": "members.set"}],
    }
    assert found["totals"] == PLAN.totals()


def test_totals_count_actions_and_add_up_only_what_runs() -> None:
    assert PLAN.totals() == {
        "units": 4,
        "actions": {"may_run": 1, "reuse": 1, "run": 2},
        "est_cost_usd": 1.75,
        "est_seconds": 3.3,
    }
    assert list(PLAN.totals()["actions"]) == ["may_run", "reuse", "run"]
    empty = PLAN._replace(units=())
    assert empty.totals() == {"units": 0, "actions": {}, "est_cost_usd": 0.0, "est_seconds": 0}


def test_a_unit_costs_nothing_and_has_no_needs_unless_it_is_said() -> None:
    bare = UNITS[3]
    assert (bare.needs, bare.fingerprint, bare.provider) == ((), None, None)
    assert (bare.est_cost_micro_usd, bare.est_seconds) == (0, 0.0)
