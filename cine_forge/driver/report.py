"""The report: the summary after a run, as a person reads it.

stdout carries the result; progress goes to stderr elsewhere. With `--json` the result is one JSON value.
"""

from __future__ import annotations

import json
import os
import sys
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from cine_forge.driver.runs import RUN_STATUS, labels_of, next_commands
from cine_forge.driver.terminal.screen import Screen, fitted
from cine_forge.driver.terminal.stopped import KINDS, Stopped, stopped_lines

if TYPE_CHECKING:
    from cine_forge.driver.runs import RunFolder
    from cine_forge.driver.wiring import Wired
    from cine_forge.kernel.running.execute import RunOutcome

_MEDIA_NAMES = {
    ".mp4": "cut",
    ".otio": "timeline",
    "contact": "contact sheet",
    ".html": "storyboard (web)",
    "storyboard": "storyboard page",
}
_FAILED = ("failed", "paused", "resumable")
_MOST_STALE = 8
_MOST_CHANGES = 8


def print_summary(wired: Wired, outcome: RunOutcome, run: RunFolder, status: int) -> None:
    """Print what was made and where, what waits, what failed and what is stale now."""
    if wired.request.json:
        print(json.dumps(_summary_json(wired, outcome, run, status), indent=1, ensure_ascii=False))
        _print_failed(outcome, run)
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
    Screen.here(os.environ).show(_waiting_lines(outcome, run))
    _print_failed(outcome, run)
    _print_candidates(wired)
    _print_stale(wired)
    if status != 0:
        for command in _after(wired, outcome, run, status):
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


def _waiting_lines(outcome: RunOutcome, run: RunFolder) -> Iterator[str]:
    return (line for _, line in stopped_lines(_stopped(outcome, run, ("waiting",))))


def _print_failed(outcome: RunOutcome, run: RunFolder) -> None:
    screen = Screen.here(os.environ, sys.stderr)
    for kind, line in stopped_lines(_stopped(outcome, run, _FAILED)):
        told = click.style(line, fg="red") if line.startswith(kind) else line
        click.echo(fitted(told, screen.width), err=True)
    for unit in outcome.with_status(*_FAILED):
        if unit.traceback and "--debug" in sys.argv:
            click.echo(textwrap.indent(unit.traceback, "  "), err=True)


def _stopped(outcome: RunOutcome, run: RunFolder, kinds: tuple[str, ...]) -> list[Stopped]:
    units = outcome.with_status(*kinds)
    labels = labels_of(run.path) if units else {}
    return [
        Stopped(
            one.status,
            one.unit.stage,
            one.unit.entity,
            labels.get((one.unit.stage, one.unit.entity), one.unit.entity.rpartition("/")[2]),
            "\n".join(map(str, one.error.faults)) if one.error else one.text,
        )
        for one in units
    ]


def _after(wired: Wired, outcome: RunOutcome, run: RunFolder, status: int) -> tuple[str, ...]:
    stopped = _stopped(outcome, run, KINDS)
    return next_commands(wired.folder, run.run_id, RUN_STATUS[status], stopped=stopped)


def _print_candidates(wired: Wired) -> None:
    waiting = len(wired.store.all_candidates())
    if waiting:
        told = "1 candidate waits" if waiting == 1 else f"{waiting} candidates wait"
        click.echo(f"{told} for a person: `cine-forge artifacts list --candidates`")


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
            for unit in outcome.with_status("failed", "paused", "resumable", "waiting", "blocked")
        ],
        "changed": list(run.changed),
        "stale": [{"ref": str(one.ref), "cause": list(one.cause)} for one in wired.store.lineage.stale()],
        "next": list(_after(wired, outcome, run, status)),
    }
