"""The plan before a run, as a person reads it, on stdout; with `--json` it is one JSON value."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING

import click

from cine_forge.driver.terminal.screen import Screen
from cine_forge.driver.terminal.table import Column, table
from cine_forge.kernel.planning.plan import Plan, PlannedUnit

if TYPE_CHECKING:
    from cine_forge.driver.plans.replan import Replanned

_PLAIN = re.compile(r"primary of \w+")
_COLOURS = {
    "run": "green",
    "may_run": "yellow",
    "reuse": "bright_black",
    "hold": "magenta",
    "blocked": "red",
    "skip": "bright_black",
}

_MOST_REASONS = 3
"""A plan names so many of a unit; `--json` and `explain` have them all."""
_KEYS = re.compile(r" \([a-z]+:[^)]*\)")
_HEADS = (
    Column("", colour=_COLOURS.get),
    *(Column("") for _ in ("stage", "label")),
    Column("", figures=True),
    Column("", prose=True),
)


def print_plan(plan: Plan, *, as_json: bool) -> None:
    """Print a plan in execution order, one unit a line with its action and reasons."""
    if as_json:
        print(json.dumps(plan.to_json(), indent=1, ensure_ascii=False))
        return
    screen = Screen.here(os.environ)
    screen.show([_plan_head(plan)])
    for line in list(table(_HEADS, [_cells(unit) for unit in plan.units], width=screen.width))[1:]:
        click.echo(line)
    lines = []
    for expansion in plan.expands:
        lines.append(f"{'?':<8} {expansion.stage}: entities become known when {expansion.for_each} is made")
    learnt = dict.fromkeys(ruling.why for ruling in plan.rulings if ruling.policy == "price")
    lines += [f"estimates: {told}" for told in learnt]
    lines += _routing_lines(plan)
    lines += _concession_lines(plan)
    lines += [click.style(f"warning: {warning}", fg="yellow") for warning in plan.warnings]
    screen.show(lines)


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
    cost = f"${totals['est_cost_usd']:,.2f}"
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


def _cells(unit: PlannedUnit) -> tuple[str, ...]:
    cost = f"${unit.est_cost_micro_usd / 1_000_000:,.2f}" if unit.est_cost_micro_usd else ""
    via = f"{unit.provider} {cost}".rstrip() if unit.provider else ""
    return unit.action, unit.unit.stage, unit.label, via, _because(unit)


def _because(unit: PlannedUnit) -> str:
    """Return why, in short: files of code by their number, and no more than some reasons."""
    code = [reason.text for reason in unit.reasons if reason.text.startswith("code `")]
    texts = [_KEYS.sub("", reason.text) for reason in unit.reasons if reason.text not in code]
    texts += code if len(code) < 2 else [f"{len(code)} files of code changed"]
    more = [f"and {len(texts) - _MOST_REASONS} more"] if len(texts) > _MOST_REASONS else []
    return "; ".join([*texts[:_MOST_REASONS], *more])
