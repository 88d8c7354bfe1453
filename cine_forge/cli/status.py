"""`cine-forge status` and `cine-forge runs list`: how runs stand, also those that were killed."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cine_forge.cli.project import project_option


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@project_option
def status(as_json: bool, folder: Path) -> None:
    """Show the newest run: its status and what its stages did."""
    from cine_forge.driver.runs import run_heads, truthful

    states = run_heads(folder)
    if not states:
        click.echo("no run yet: `cine-forge run`")
        return
    state = truthful(folder, states[-1][1])
    if as_json:
        click.echo(json.dumps(state, indent=1, ensure_ascii=False))
        return
    click.echo(f"run {states[-1][0]}  {state['recipe_id']}  {state['status']}")
    for stage, found in state.get("stages", {}).items():
        counts: dict[str, int] = {}
        for unit in found.get("units", {}).values():
            counts[unit["status"]] = counts.get(unit["status"], 0) + 1
        told = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
        click.echo(f"  {stage:<20} {found['status']:<10} {told}")


@click.group()
def runs() -> None:
    """List and look at runs."""


@runs.command(name="list")
@project_option
def list_runs(folder: Path) -> None:
    """List every run, oldest first."""
    from cine_forge.driver.runs import run_heads, truthful

    for run_id, state in run_heads(folder):
        click.echo(f"{run_id}  {state.get('recipe_id')}  {truthful(folder, state)['status']}")
