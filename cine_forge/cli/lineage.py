"""`cine-forge lineage REF` and `cine-forge stale`: what was made from what, and what no longer fits."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cine_forge.cli.project import project_option


@click.command()
@click.argument("ref")
@click.option("--down", is_flag=True, help="What was made from it, instead of what it was made from.")
@click.option("--all", "transitive", is_flag=True, help="Directly or not.")
@project_option
def lineage(ref: str, down: bool, transitive: bool, folder: Path) -> None:
    """List what an artifact was made from, or what was made from it."""
    from cine_forge.driver.wiring import open_store
    from cine_forge.kernel.artifacts.refs import Ref

    graph, start = open_store(folder).lineage, Ref.parse(ref)
    if down:
        found = [str(one) for one in graph.consequences_of(start, transitive=transitive)]
    else:
        found = [f"{edge.ref}  {edge.role}" for edge in graph.inputs_of(start, transitive=transitive)]
    for line in found:
        click.echo(line)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@project_option
def stale(as_json: bool, folder: Path) -> None:
    """List what no longer fits its inputs, each with its cause."""
    from cine_forge.driver.wiring import open_store

    found = open_store(folder).lineage.stale()
    if as_json:
        rows = [{"ref": str(one.ref), "cause": [str(step) for step in one.cause]} for one in found]
        click.echo(json.dumps({"schema": "stale/1", "stale": rows}, indent=1, ensure_ascii=False))
        return
    for one in found:
        click.echo(f"{one.ref}  because {' → '.join(str(step) for step in one.cause)}")
    if not found:
        click.echo("nothing is stale")
