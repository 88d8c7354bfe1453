"""`cine-forge run RECIPE` and `cine-forge plan RECIPE`: the driver by other names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from cine_forge.cli.project import project_around
from cine_forge.driver.command import carry_out, run_options
from cine_forge.kernel.ground.errors import Fault, UsageError, listed

_SHOWING = frozenset({"json", "quiet", "debug"})


@click.command()
@click.argument("recipe", required=False)
@run_options
def run(recipe: str | None, project: Path | None, **options: Any) -> int:
    """Plan a recipe and carry it out; without RECIPE, the project's own."""
    return carry_out(*_named(recipe, project, options))


@click.command()
@click.argument("recipe", required=False)
@click.option("--run", "of_run", help="Plan this run again, with what its own folder says.")
@run_options
def plan(recipe: str | None, project: Path | None, of_run: str | None, **options: Any) -> int:
    """Print what a run would do and why; writes nothing."""
    if of_run is not None:
        return _plan_again(of_run, recipe, project, options)
    return carry_out(*_named(recipe, project, {**options, "dry_run": True}))


def _plan_again(name: str, recipe: str | None, project: Path | None, options: dict[str, Any]) -> int:
    own = [
        f"--{option.replace('_', '-')}"
        for option, value in options.items()
        if value and option not in _SHOWING
    ]
    if recipe is not None or own:
        other = listed([recipe] if recipe else own)
        what = f"`--run` plans with the run's own recipe and options, not with {other}"
        raise UsageError(Fault("CF-U047", what, "--run", "leave the others out, or leave --run out"))
    from cine_forge.driver.places import Places
    from cine_forge.driver.plans.plan_text import print_replanned
    from cine_forge.driver.plans.replan import replan
    from cine_forge.driver.runs import find_run

    folder = project or project_around(Path.cwd())
    print_replanned(replan(folder, find_run(folder, name), Places.here(os.environ)), as_json=options["json"])
    return 0


def _named(recipe: str | None, project: Path | None, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if recipe is not None:
        return recipe, {**options, "project": project}
    from cine_forge.film.project import load_project

    folder = project or project_around(Path.cwd())
    return load_project(folder).recipe, {**options, "project": folder}
