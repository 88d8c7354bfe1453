"""`cine-forge run RECIPE` and `cine-forge plan RECIPE`: the driver by other names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cine_forge.cli.project import project_around
from cine_forge.driver.command import carry_out, run_options


@click.command()
@click.argument("recipe", required=False)
@run_options
def run(recipe: str | None, project: Path | None, **options: Any) -> int:
    """Plan a recipe and carry it out; without RECIPE, the project's own."""
    return carry_out(*_named(recipe, project, options))


@click.command()
@click.argument("recipe", required=False)
@run_options
def plan(recipe: str | None, project: Path | None, **options: Any) -> int:
    """Print what a run would do and why; writes nothing."""
    return carry_out(*_named(recipe, project, {**options, "dry_run": True}))


def _named(recipe: str | None, project: Path | None, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if recipe is not None:
        return recipe, {**options, "project": project}
    from cine_forge.film.project import load_project

    folder = project or project_around(Path.cwd())
    return load_project(folder).recipe, {**options, "project": folder}
