"""The plan before a run, as a person reads it, on stdout; with `--json` it is one JSON value."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import click

from cine_forge.kernel.planning.plan import Plan, PlannedUnit

if TYPE_CHECKING:
    from cine_forge.driver.replan import Replanned

_PLAIN = re.compile(r"primary of \w+")
_COLOURS = {
    "run": "green",
    "may_run": "yellow",
    "reuse": "bright_black",
    "hold": "magenta",
    "blocked": "red",
    "skip": "bright_black",
}


def print_plan(plan: Plan, *, as_json: bool) -> None:
    """Print a plan in execution order, one unit a line with its action and reasons."""
    if as_json:
        print(json.dumps(plan.to_json(), indent=1, ensure_ascii=False))
        return
    lines = [_plan_head(plan)]
    if plan.units:
        stage_width = max(len(unit.unit.stage) for unit in plan.units)
        label_width = max(min(len(unit.label), 24) for unit in plan.units)
        lines += [_plan_line(unit, stage_width, label_width) for unit in plan.units]
    for expansion in plan.expands:
        lines.append(f"{'?':<8} {expansion.stage}: entities become known when {expansion.for_each} is made")
    learnt = dict.fromkeys(ruling.why for ruling in plan.rulings if ruling.policy == "price")
    lines += [f"estimates: {told}" for told in learnt]
    lines += _routing_lines(plan)
    lines += _concession_lines(plan)
    lines += [click.style(f"warning: {warning}", fg="yellow") for warning in plan.warnings]
    click.echo("\n".join(lines))


def print_replanned(again: Replanned, *, as_json: bool) -> None:
    """Print a run's plan as it would be today, and what is no longer as the run had it."""
    if as_json:
        print(json.dumps(again.to_json(), indent=1, ensure_ascii=False))
        return
    print_plan(again.plan, as_json=False)
    click.echo(f"made from the folder of run {again.run_id}, whose plan was {again.plan_id_then}")
    for module in again.modules:
        colour = None if module.status == "same" else "yellow"
        click.echo(click.style(f"module {module.module} {module.before}: {module.text}", fg=colour))
    for one in again.since:
        click.echo(click.style(f"not used here: {one.text}", fg="yellow"))


def _plan_head(plan: Plan) -> str:
    totals = plan.totals()
    counts = ", ".join(f"{count} {action}" for action, count in totals["actions"].items()) or "nothing"
    cost = f"${totals['est_cost_usd']:.2f}"
    return f"plan {plan.plan_id}  {plan.recipe_id} · {totals['units']} units: {counts} · est. {cost}"


def _routing_lines(plan: Plan) -> list[str]:
    """Return who makes what, and why, wherever that is not simply the primary."""
    stages: dict[tuple[str, str], list[str]] = {}
    for ruling in plan.rulings:
        if ruling.policy == "spend" and ruling.why and not _PLAIN.fullmatch(ruling.why):
            stages.setdefault((ruling.answer, ruling.why), []).append(
                ruling.question.removeprefix("who makes ")
            )
    return [f"{answer}: {why} ({'; '.join(asked)})" for (answer, why), asked in stages.items()]


def _concession_lines(plan: Plan) -> list[str]:
    """Return what is not asked for as the film wishes it, of whom and why, with the stages that ask."""
    stages: dict[tuple[str, str, str], list[str]] = {}
    for ruling in plan.rulings:
        if ruling.policy == "concession":
            stage, _, reader = ruling.question.removeprefix("what ").partition(" asks of ")
            stages.setdefault((reader, ruling.answer, ruling.why), []).append(stage)
    return [
        f"{reader}: asked {what}, since {why} ({', '.join(asked)})"
        for (reader, what, why), asked in stages.items()
    ]


def _plan_line(unit: PlannedUnit, stage_width: int, label_width: int) -> str:
    action = click.style(f"{unit.action:<8}", fg=_COLOURS[unit.action])
    cost = f" ${unit.est_cost_micro_usd / 1_000_000:.2f}" if unit.est_cost_micro_usd else ""
    via = f" [{unit.provider}{cost}]" if unit.provider else ""
    reasons = "; ".join(reason.text for reason in unit.reasons)
    return f"{action} {unit.unit.stage:<{stage_width}}  {unit.label:<{label_width}}  {reasons}{via}"
