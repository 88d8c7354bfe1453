"""`cine-forge stale`: what no longer fits its inputs, why, whether it matters, what refreshing costs."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from cine_forge.cli.project import project_option
from cine_forge.driver.terminal.screen import Screen


@dataclass(frozen=True)
class Look:
    """Who looks at what is stale, by what answers of a rehearsal, and in whose name."""

    assessor: str
    answers: str | None
    by: str | None


@click.command()
@click.option("--triage", is_flag=True, help="Let an assessor say of each whether the change matters to it.")
@click.option("--assessor", default="wording", help="Who looks: `wording` (a rule, free) or `model`.")
@click.option("--answers", help="With `model`: a file of the project with a rehearsal's answers.")
@click.option("--price", is_flag=True, help="What refreshing costs: to boards, to stills, to video.")
@click.option("--as", "by", help="Who has it looked at, by id; default: the project's first user.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@project_option
def stale(folder: Path, *, triage: bool, price: bool, as_json: bool, **look: Any) -> None:
    """List what no longer fits its inputs, each with its cause.

    With --price also what does not fit any more because a file of yours changed since the last run.
    """
    if triage:
        _triage(folder, Look(**look), as_json=as_json)
        return
    if price:
        _price(folder, as_json=as_json)
        return
    _list(folder, as_json=as_json)


def _price(folder: Path, *, as_json: bool) -> None:
    from cine_forge.driver.artifacts.refreshing import refreshing

    found = refreshing(folder)
    if as_json:
        _print({"schema": "stale/1", "stale": _rows(folder), "refresh": found.to_json()})
        return
    screen = Screen.here(os.environ)
    screen.show(found.lines(screen.width))


def _list(folder: Path, *, as_json: bool) -> None:
    from cine_forge.driver.artifacts.standing import path_text
    from cine_forge.driver.kept import open_store

    if as_json:
        _print({"schema": "stale/1", "stale": _rows(folder)})
        return
    with open_store(folder) as store:
        found = store.lineage.stale()
    for one in found:
        note = "  (needs revision)" if one.health == "needs_revision" else ""
        click.echo(f"{one.ref}{note}  because {path_text(one.cause)}")
    if not found:
        click.echo("nothing is stale")


def _rows(folder: Path) -> list[dict[str, object]]:
    from cine_forge.driver.kept import open_store

    with open_store(folder) as store:
        found = store.lineage.stale()
    return [{"ref": str(one.ref), "health": one.health, "cause": list(one.cause)} for one in found]


def _triage(folder: Path, look: Look, *, as_json: bool) -> None:
    from cine_forge.driver.artifacts.triage import triage_project

    outcomes = list(triage_project(folder, look.assessor, by=look.by, answers=look.answers))
    if as_json:
        rows = [
            {"ref": str(one.ref), "finding": vars(one.finding) if one.finding else None, "left": one.left}
            for one in outcomes
        ]
        _print({"schema": "triage/1", "assessor": look.assessor, "outcomes": rows})
        return
    for one in outcomes:
        found = one.finding
        sure = f" ({found.confidence:.0%})" if found and found.confidence else ""
        told = f"{found.answer}{sure}: {found.reason}" if found else f"left: {one.left}"
        click.echo(f"{one.ref}  {told}")
    if not outcomes:
        click.echo("nothing is stale")


def _print(told: dict[str, object]) -> None:
    click.echo(json.dumps(told, indent=1, ensure_ascii=False))
