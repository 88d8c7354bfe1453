"""The report: the plan before a run and the summary after it, as a person reads them.

stdout carries the result; progress goes to stderr elsewhere. With `--json` the result is one JSON value.
"""

from __future__ import annotations

import json
import sys
import textwrap
from typing import TYPE_CHECKING

import click

from cine_forge.driver.runs import RUN_STATUS, next_commands
from cine_forge.kernel.planning.plan import Plan, PlannedUnit

if TYPE_CHECKING:
    from cine_forge.driver.replan import Replanned
    from cine_forge.driver.runs import RunFolder
    from cine_forge.driver.wiring import Wired
    from cine_forge.kernel.running.execute import RunOutcome

_COLOURS = {
    "run": "green",
    "may_run": "yellow",
    "reuse": "bright_black",
    "hold": "magenta",
    "blocked": "red",
    "skip": "bright_black",
}
_MEDIA_NAMES = {
    ".mp4": "cut",
    ".otio": "timeline",
    "contact": "contact sheet",
    ".html": "storyboard (web)",
    "storyboard": "storyboard page",
}
_MOST_STALE = 8
_MOST_CHANGES = 8


def print_plan(plan: Plan, *, as_json: bool) -> None:
    """Print a plan in execution order, one unit a line with its action and reasons."""
    if as_json:
        print(json.dumps(plan.to_json(), indent=1, ensure_ascii=False))
        return
    click.echo(_plan_head(plan))
    if plan.units:
        stage_width = max(len(unit.unit.stage) for unit in plan.units)
        label_width = max(min(len(unit.label), 24) for unit in plan.units)
        for unit in plan.units:
            click.echo(_plan_line(unit, stage_width, label_width))
    for expansion in plan.expands:
        click.echo(f"{'?':<8} {expansion.stage}: entities become known when {expansion.for_each} is made")


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


def _plan_line(unit: PlannedUnit, stage_width: int, label_width: int) -> str:
    action = click.style(f"{unit.action:<8}", fg=_COLOURS[unit.action])
    cost = f" ${unit.est_cost_micro_usd / 1_000_000:.2f}" if unit.est_cost_micro_usd else ""
    via = f" [{unit.provider}{cost}]" if unit.provider else ""
    reasons = "; ".join(reason.text for reason in unit.reasons)
    return f"{action} {unit.unit.stage:<{stage_width}}  {unit.label:<{label_width}}  {reasons}{via}"


def print_summary(wired: Wired, outcome: RunOutcome, run: RunFolder, status: int) -> None:
    """Print what was made and where, what waits, what failed and what is stale now."""
    if wired.request.json:
        print(json.dumps(_summary_json(wired, outcome, run, status), indent=1, ensure_ascii=False))
        _print_failed(outcome)
        return
    counts = _counts(outcome)
    told = ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "nothing to do"
    cost = sum(unit.cost_micro_usd for unit in outcome.units.values()) / 1_000_000
    click.echo(f"run {run.run_id}: {told} · ${cost:.2f}")
    modules_run = counts.get("done", 0)
    click.echo(f"modules run: {modules_run}, reused: {counts.get('reused', 0)}")
    for name, path in made(wired):
        click.echo(f"  {name:<16} {path}")
    for warning in outcome.warnings:
        click.echo(f"warning: {warning}", err=True)
    for text in _few(run.changed, "changes"):
        click.echo(f"since this run began: {text}", err=True)
    _print_unfinished(outcome)
    _print_stale(wired)
    if status != 0:
        for command in next_commands(wired.folder, run.run_id, RUN_STATUS[status]):
            click.echo(f"next: {command}")


def made(wired: Wired) -> list[tuple[str, str]]:
    """Return the delivered files as (what it is, path), in the order they are kept."""
    held = wired.store.current("delivery", wired.commission.root_entity)
    if held is None:
        return []
    envelope = wired.store.load(held.ref)
    return [(_media_name(file.name), str(wired.folder / file.path)) for file in envelope.media]


def _media_name(name: str) -> str:
    return next((said for part, said in _MEDIA_NAMES.items() if part in name), name)


def _counts(outcome: RunOutcome) -> dict[str, int]:
    counts: dict[str, int] = {}
    for unit in outcome.units.values():
        counts[unit.status] = counts.get(unit.status, 0) + 1
    return counts


def _print_unfinished(outcome: RunOutcome) -> None:
    for unit in outcome.with_status("waiting"):
        click.echo(f"waiting: {unit.unit}: {unit.text}")
    _print_failed(outcome)


def _print_failed(outcome: RunOutcome) -> None:
    for unit in outcome.with_status("failed", "paused"):
        text = "\n".join(str(fault) for fault in unit.error.faults) if unit.error else unit.text
        click.echo(click.style(f"{unit.status}: {unit.unit}", fg="red"), err=True)
        click.echo(textwrap.indent(text, "  "), err=True)
        if unit.traceback and "--debug" in sys.argv:
            click.echo(textwrap.indent(unit.traceback, "  "), err=True)


def _print_stale(wired: Wired) -> None:
    found = wired.store.lineage.stale()
    if found:
        click.echo(f"{len(found)} artifacts are stale: `cine-forge stale` says why")
        for one in found[:_MOST_STALE]:
            click.echo(f"  {one.ref}  because {' → '.join(one.cause)}")


def _few(texts: tuple[str, ...], what: str) -> list[str]:
    more = [f"and {len(texts) - _MOST_CHANGES} more {what}"] if len(texts) > _MOST_CHANGES else []
    return [*texts[:_MOST_CHANGES], *more]


def _summary_json(wired: Wired, outcome: RunOutcome, run: RunFolder, status: int) -> dict[str, object]:
    return {
        "schema": "run_summary/1",
        "run_id": run.run_id,
        "exit_status": status,
        "status": RUN_STATUS[status],
        "units": _counts(outcome),
        "cost_usd": sum(unit.cost_micro_usd for unit in outcome.units.values()) / 1_000_000,
        "made": [{"name": name, "path": path} for name, path in made(wired)],
        "warnings": outcome.warnings,
        "unfinished": [
            {"unit": str(unit.unit), "status": unit.status, "text": unit.text}
            for unit in outcome.with_status("failed", "paused", "waiting", "blocked")
        ],
        "changed": list(run.changed),
        "stale": [{"ref": str(one.ref), "cause": list(one.cause)} for one in wired.store.lineage.stale()],
        "next": list(next_commands(wired.folder, run.run_id, RUN_STATUS[status])),
    }
