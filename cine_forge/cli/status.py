"""`cine-forge status`: how the newest run stands, also one that was killed, and what to do next."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cine_forge.cli.project import project_option


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@project_option
def status(as_json: bool, folder: Path) -> None:
    """Show the newest run: its status, what its stages did, what is stale, what to do next."""
    from cine_forge.driver.history.story import read_story
    from cine_forge.driver.history.story_text import status_lines
    from cine_forge.driver.runs import find_run, next_commands, run_heads, standing
    from cine_forge.driver.wiring import open_store

    if not run_heads(folder):
        none: dict[str, object] = {
            "schema": "run_state/1",
            "run_id": None,
            "status": None,
            "stages": {},
            "next": ["cine-forge run"],
        }
        click.echo(json.dumps(none, indent=1) if as_json else "no run yet: `cine-forge run`")
        return
    run = find_run(folder)
    with open_store(folder) as store:
        stale = [f"{one.ref}  because {' → '.join(one.cause)}" for one in store.lineage.stale()]
    if as_json:
        state = standing(run)
        told = {"stale": stale, "next": list(next_commands(folder, run.name, state.status))}
        click.echo(json.dumps({**state.to_json(), **told}, indent=1, ensure_ascii=False))
        return
    for line in status_lines(read_story(run), folder, stale):
        click.echo(line)
