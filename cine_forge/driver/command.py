"""The options of a run, shared by `python -m cine_forge.driver` and `cine-forge run`.

Only click and the standard library are imported here: a project that is held by another run is told at
once, before anything heavy is loaded.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from cine_forge.driver.request import Request
from cine_forge.kernel.ground.lock import ProjectLock

_PATH = click.Path(path_type=Path)

_OPTIONS: tuple[Any, ...] = (
    click.option("--project", type=_PATH, help="The project's folder."),
    click.option("--run-id", help="Resume this run, or begin one of this name."),
    click.option("--new-run", is_flag=True, help="Begin a new run even when one could be resumed."),
    click.option("--dry-run", is_flag=True, help="Print the plan and write nothing."),
    click.option("--plan", "plan_id", help="Run only if the plan is still this one."),
    click.option("--start-from", multiple=True, help="Run this stage again, and what depends on it."),
    click.option("--end-at", multiple=True, help="Go no further than this stage."),
    click.option("--only", multiple=True, help="Only these entities (`scene:7`) and what they need."),
    click.option("--include", multiple=True, help="Only these stages."),
    click.option("--exclude", multiple=True, help="Not these stages."),
    click.option("--force", is_flag=True, help="Run although results could be reused; buys nothing again."),
    click.option("--param", "params", multiple=True, help="name=value; beats the file and the recipe."),
    click.option("--params-file", type=_PATH, help="A YAML file of params."),
    click.option("--approve", type=click.Choice(["auto", "ask"]), help="Who passes approval gates."),
    click.option("--budget", "budget_usd", type=float, help="Spend cap of this run in USD."),
    click.option("--provider", help="Use this provider for everything."),
    click.option("--jobs", type=click.IntRange(1, 256), help="How many units work at a time."),
    click.option("--modules", type=_PATH, multiple=True, help="A further folder of modules."),
    click.option("--strict", is_flag=True, help="Refuse every default and whatever would only be a warning."),
    click.option("--on-waiting", help="A command to run when a person is needed."),
    click.option("--json", is_flag=True, help="Print the result as JSON."),
    click.option("--quiet", is_flag=True, help="No progress."),
    click.option("--debug", is_flag=True, help="Show tracebacks."),
)


def run_options(command: Any) -> Any:
    """Give a click command every option of a run."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def carry_out(recipe: str, options: dict[str, Any]) -> int:
    """Carry out one request and return its exit status. Raises CineForgeErrors."""
    request = Request(recipe=recipe, environment=dict(os.environ), **options)
    if request.project is not None and not request.dry_run:
        refuse_when_held(request.project)
    from cine_forge.driver.planned import run_request

    return run_request(request)


def refuse_when_held(project: Path) -> None:
    """Raise LockedError CF-U030 when another process runs in this project; writes nothing."""
    path = project / "run.lock"
    if path.is_file():
        lock = ProjectLock(path)
        lock.probe()
