"""An experiment in a terminal: the plans of its arms, and how they compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import click

from cine_forge.driver.experiments.experiment import Arm, Experiment
from cine_forge.driver.history.story_text import COLOURS, counts_text, seconds_text
from cine_forge.kernel.planning.plan import Plan


def plans_json(experiment: Experiment, plans: list[tuple[Arm, Plan]]) -> dict[str, Any]:
    """Return every arm's plan, `experiment_plan/1`."""
    rows = [{"arm": arm.name, "params": dict(arm.params), "plan": plan.to_json()} for arm, plan in plans]
    cost = sum(plan.totals()["est_cost_usd"] for _, plan in plans)
    name = experiment.written.experiment
    return {"schema": "experiment_plan/1", "experiment": name, "arms": rows, "est_cost_usd": cost}


def plans_lines(plans: list[tuple[Arm, Plan]]) -> Iterator[str]:
    """Yield each arm's params, actions, price and time."""
    cost = seconds = 0.0
    for arm, plan in plans:
        totals = plan.totals()
        cost, seconds = cost + totals["est_cost_usd"], seconds + totals["est_seconds"]
        price = f"est. ${totals['est_cost_usd']:.2f}, {seconds_text(totals['est_seconds'])}"
        yield f"arm {arm.name}: {counts_text(totals['actions'])} · {price} · plan {plan.plan_id}"
        for unit in plan.units:
            if unit.action not in ("reuse", "skip"):
                yield f"  {unit.action:<8} {unit.unit.stage}  {unit.label}  {unit.reasons[0].text}"
    yield f"all arms: est. ${cost:.2f}, {seconds_text(seconds)}; nothing was written"


def index_lines(index: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each arm and one for each pair."""
    wide = max(len(arm["arm"]) for arm in index["arms"])
    for arm in index["arms"]:
        status = click.style(f"{arm['status']:<11}", fg=COLOURS.get(arm["status"]))
        took = ""
        if arm["run_id"]:
            cost, time = f"${arm['cost_usd']:.2f}", seconds_text(arm["active_seconds"])
            took = f"{counts_text(arm['statuses'])} · {time} · {cost}"
        yield f"{arm['arm']:<{wide}}  {status}  {took}"
    for pair in index["pairs"]:
        counts = pair["totals"]["outputs"]
        only = counts["first"] + counts["second"]
        told = f"{counts['equal']} equal, {counts['different']} different, {only} in one only"
        yield f"{pair['first']} and {pair['second']}: {told}"
