"""`cine-forge status`: how the newest run and what is kept stand, also after a kill, and what to do next."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cine_forge.cli.project import project_option
from cine_forge.driver.terminal.screen import Screen

if TYPE_CHECKING:
    from cine_forge.driver.artifacts.standing import ProjectStanding


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@project_option
def status(as_json: bool, folder: Path) -> None:
    """Show the newest run, what its stages did, how what is kept stands, what waits, what to do next."""
    from cine_forge.driver.artifacts.standing import standing_of
    from cine_forge.driver.runs import run_heads

    kept = standing_of(folder, whole=as_json)
    told = _as_json if as_json else _as_text
    told(folder, kept, bool(run_heads(folder)))


def _as_json(folder: Path, kept: ProjectStanding, ran: bool) -> None:
    from cine_forge.driver.history.story import read_story
    from cine_forge.driver.runs import find_run, next_commands, standing

    state: dict[str, object] = {"schema": "run_state/1", "run_id": None, "status": None, "stages": {}}
    after = ["cine-forge run"]
    if ran:
        run = find_run(folder)
        found = standing(run)
        state, after = (
            found.to_json(),
            list(next_commands(folder, run.name, found.status, stopped=read_story(run).stopped)),
        )
    click.echo(json.dumps({**state, **kept.to_json(), "next": after}, indent=1, ensure_ascii=False))


def _as_text(folder: Path, kept: ProjectStanding, ran: bool) -> None:
    from cine_forge.driver.history.story import read_story
    from cine_forge.driver.history.story_text import status_lines
    from cine_forge.driver.runs import find_run

    if ran:
        lines = status_lines(read_story(find_run(folder)), folder, kept.lines())
    else:
        lines = iter(("no run yet: `cine-forge run`", *kept.lines()))
    Screen.here(os.environ).show(lines)
