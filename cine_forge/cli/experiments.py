"""`cine-forge experiments`: a recipe tried with several sets of params, side by side."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click

from cine_forge.cli.project import project_option
from cine_forge.driver.terminal.usd import amount_usd


@click.group()
def experiments() -> None:
    """Try a recipe with several sets of params, each in an arm of its own, and compare what comes out."""


@experiments.command()
@click.argument("experiment")
@click.option("--dry-run", is_flag=True, help="Print the plan and price of each arm and write nothing.")
@click.option("--name", help="The name of the experiment's folder; default: the experiment's own.")
@click.option("--budget", "budget_usd", type=float, callback=amount_usd, help="Spend cap of each arm.")
@click.option("--jobs", type=click.IntRange(1, 256), help="How many units work at a time.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@project_option
def run(experiment: str, folder: Path, *, dry_run: bool, as_json: bool, **each: Any) -> int:
    """Run EXPERIMENT (a path, or a name in `configs/experiments`) and write its index."""
    from cine_forge.driver.experiments.experiment import load_experiment
    from cine_forge.driver.experiments.experiment_run import Trial
    from cine_forge.driver.experiments.experiment_text import index_lines, plans_json, plans_lines
    from cine_forge.driver.places import Places
    from cine_forge.driver.runs import usable_id

    places = Places.here(os.environ)
    read = load_experiment(experiment, places, folder)
    name = usable_id(each.pop("name") or read.written.experiment, "--name")
    trial = Trial(read, folder, name, environment=dict(os.environ), **each)
    if dry_run:
        plans = trial.plans(places)
        lines = [json.dumps(plans_json(read, plans), indent=1)] if as_json else plans_lines(plans)
        click.echo("\n".join(lines))
        return 0
    status, index = trial.carry_out(places, lambda text: click.echo(text, err=True))
    lines = [json.dumps(index, indent=1, ensure_ascii=False)] if as_json else index_lines(index)
    click.echo("\n".join(lines))
    click.echo(f"index: {trial.folder / 'index.html'}", err=as_json)
    return status


@experiments.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@project_option
def list_experiments(as_json: bool, folder: Path) -> None:
    """List the experiments that were run in a project."""
    from cine_forge.driver.experiments.arm import FOLDER
    from cine_forge.driver.experiments.experiment_index import read_index

    places = sorted((folder / FOLDER).glob("*/"))
    found = {place.name: index for place in places if (index := read_index(place))}
    if as_json:
        rows = [
            {"name": name, "experiment": index["experiment"], "recipe": index["recipe"]}
            | {"arms": {arm["arm"]: arm["status"] for arm in index["arms"]}}
            for name, index in found.items()
        ]
        click.echo(json.dumps({"schema": "experiments/1", "experiments": rows}, indent=1))
        return
    for name, index in found.items():
        told = ", ".join(f"{arm['arm']} {arm['status']}" for arm in index["arms"])
        click.echo(f"{name}  {index['recipe']}  {told}")
    if not found:
        click.echo("no experiment was run here")


@experiments.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print the index as JSON.")
@project_option
def show(name: str, as_json: bool, folder: Path) -> None:
    """Show how the arms of an experiment compare."""
    from cine_forge.driver.experiments.arm import FOLDER
    from cine_forge.driver.experiments.experiment_index import read_index
    from cine_forge.driver.experiments.experiment_text import index_lines
    from cine_forge.kernel.ground.errors import Fault, UsageError, nearest

    index = read_index(folder / FOLDER / name)
    if index is None:
        known = [path.name for path in (folder / FOLDER).glob("*/")]
        hint = nearest(name, known) or "`cine-forge experiments list` shows those that were run"
        raise UsageError(Fault("CF-U062", f"no experiment `{name}` was run here", hint=hint))
    lines = [json.dumps(index, indent=1, ensure_ascii=False)] if as_json else index_lines(index)
    click.echo("\n".join(lines))
