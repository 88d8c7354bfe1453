"""A run's story in a terminal: how it stands, stage by stage or unit by unit, and what to do next."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from cine_forge.driver.history.story import RunStory, StageStory, UnitStory, counted
from cine_forge.driver.runs import next_commands
from cine_forge.driver.terminal.stopped import Stopped, stopped_lines
from cine_forge.driver.terminal.table import BOUND, Column, table

COLOURS = {
    "done": "green",
    "reused": "bright_black",
    "running": "cyan",
    "waiting": "magenta",
    "failed": "red",
    "interrupted": "yellow",
    "paused": "yellow",
    "resumable": "yellow",
    "blocked": "red",
    "skipped": "bright_black",
    "pending": "bright_black",
}


_RUN = (
    Column("run"),
    Column("recipe"),
    Column("status", colour=COLOURS.get),
    *(Column(head, figures=True) for head in ("run", "reused", "failed", "cost")),
    Column("took", figures=True, spare=True),
    Column("started", spare=True),
)


def status_lines(story: RunStory, project: Path, kept: Iterable[str]) -> Iterator[str]:
    """Yield how the run stands: each stage, what went wrong or waits, what is kept, what is next."""
    yield from head_lines(story)
    yield from (_stage_line(stage, story) for stage in story.stages)
    yield from _unfinished(story.stopped)
    yield from kept
    yield from next_lines(project, story)


def show_lines(story: RunStory, project: Path) -> Iterator[str]:
    """Yield everything that the run did, unit by unit with its reasons."""
    yield from head_lines(story)
    for part in story.parts if len(story.parts) > 1 else ():
        yield f"  part of {_moment(part.started_at)}: {part.status}, plan {part.plan_id}"
    for stage in story.stages:
        yield _stage_line(stage, story)
        yield from (f"    {line}" for unit in stage.units for line in _unit_lines(unit))
    for event in story.decisions:
        yield f"decided: {decision_text(event.fields)}"
    for event in story.defaults:
        yield f"default: {event.fields.get('name')} is {event.fields.get('value')}"
    yield from dict.fromkeys(f"budget: {event.fields.get('message')}" for event in story.budget)
    yield from (f"warning: {text}" for text in story.warnings)
    yield from next_lines(project, story)


def head_lines(story: RunStory) -> Iterator[str]:
    """Yield who the run is, its status and its totals."""
    state = story.state
    status = click.style(state.status, fg=COLOURS.get(state.status))
    yield f"run {story.run_id}  {state.recipe_id}  {status}  {_moment(state.started_at)}"
    told = counts_text(counted(story.units))
    yield f"  {told} · {seconds_text(story.active_s)} · ${state.total_cost_usd:.2f}"


def next_lines(project: Path, story: RunStory) -> Iterator[str]:
    """Yield the commands that a person calls next."""
    after = next_commands(project, story.run_id, story.state.status, stopped=story.stopped)
    yield from (f"next: {command}" for command in after)


def run_lines(rows: Sequence[Mapping[str, Any]], width: int) -> Iterator[str]:
    """Yield the table of runs for a terminal of `width` columns."""
    yield from table(_RUN, [_run_cells(row) for row in rows], width=width)


def _run_cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    took = row["elapsed_seconds"]
    return (
        row["run_id"],
        row["recipe_id"],
        row["status"],
        str(row["run"]),
        str(row["reused"]),
        str(row["failed"]),
        f"${row['cost_usd']:,.2f}",
        seconds_text(took).replace(" ", BOUND) if took is not None else "",
        (row["started_at"] or "")[:19].replace("T", BOUND),
    )


def counts_text(counts: Mapping[str, int]) -> str:
    """Return counts as `3 done, 1 failed`."""
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "nothing to do"


def seconds_text(seconds: float) -> str:
    """Return a duration for people: `35 ms`, `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`."""
    if 0 < seconds < 0.095:
        return f"{max(1, round(seconds * 1000))} ms"
    if seconds < 10:
        return f"{seconds:.1f} s"
    if round(seconds) < 60:
        return f"{round(seconds)} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"


def decision_text(fields: Mapping[str, object]) -> str:
    """Return what a policy decided as a sentence: the question, the answer, and why."""
    why = f" ({fields['why']})" if fields.get("why") else ""
    return f"{fields.get('question', fields.get('policy'))}: {fields.get('answer', '')}{why}"


def _stage_line(stage: StageStory, story: RunStory) -> str:
    width = max((len(one.id) for one in story.stages), default=0)
    status = click.style(f"{stage.state.status:<11}", fg=COLOURS.get(stage.state.status))
    cost = f" · ${stage.state.cost_usd:.2f}" if stage.state.cost_usd else ""
    time = f" · {seconds_text(stage.busy_s)}" if stage.busy_s else ""
    return f"  {stage.id:<{width}}  {status}  {counts_text(stage.counts)}{time}{cost}"


def _unit_lines(unit: UnitStory) -> Iterator[str]:
    status = click.style(f"{unit.status:<9}", fg=COLOURS.get(unit.status))
    time = f" · {seconds_text(unit.seconds)}" if unit.bars else ""
    tries = f" · {len(unit.bars)} tries" if len(unit.bars) > 1 else ""
    cost = f" · ${unit.state.cost_usd:.2f}" if unit.state.cost_usd else ""
    yield f"{status} {unit.label}  {unit.why}{time}{tries}{cost}"
    if unit.state.error:
        yield from textwrap.indent(unit.state.error, "  ").splitlines()
    yield from (f"  warning: {text}" for text in unit.warnings)


def _unfinished(stopped: Iterable[Stopped]) -> Iterator[str]:
    """Yield what is to be said of the units that did not end well or wait."""
    for kind, line in stopped_lines(stopped):
        yield click.style(kind, fg=COLOURS[kind]) + line[len(kind) :] if line.startswith(kind) else line


def _moment(iso: str | None) -> str:
    return iso[:19].replace("T", " ") + " UTC" if iso else ""
