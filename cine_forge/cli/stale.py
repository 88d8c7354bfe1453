"""`cine-forge stale`: what no longer fits its inputs, and why."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cine_forge.cli.project import project_option


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@project_option
def stale(as_json: bool, folder: Path) -> None:
    """List what no longer fits its inputs, each with its cause."""
    from cine_forge.driver.kept import open_store
    from cine_forge.driver.standing import path_text

    with open_store(folder) as store:
        found = store.lineage.stale()
    if as_json:
        rows = [{"ref": str(one.ref), "health": one.health, "cause": list(one.cause)} for one in found]
        click.echo(json.dumps({"schema": "stale/1", "stale": rows}, indent=1, ensure_ascii=False))
        return
    for one in found:
        click.echo(f"{one.ref}  because {path_text(one.cause)}")
    if not found:
        click.echo("nothing is stale")
