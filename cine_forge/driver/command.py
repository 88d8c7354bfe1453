"""The command that runs a recipe, and its options, which `cine-forge run` shares.

Only click and the standard library are imported here: a wrong option is told at once.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cine_forge.driver.request import Request
from cine_forge.driver.terminal.usd import amount_usd

if TYPE_CHECKING:
    from cine_forge.driver.plans.planned import Planned

_NEW_OBJECTS = 20_000

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
    click.option("--rebuy", is_flag=True, help="Pay again for what runs, also where it is paid already."),
    click.option("--param", "params", multiple=True, help="name=value; beats the file and the recipe."),
    click.option("--params-file", type=_PATH, help="A YAML file of params."),
    click.option("--approve", type=click.Choice(["auto", "ask"]), help="Who passes approval gates."),
    click.option(
        "--budget", "budget_usd", type=float, callback=amount_usd, help="Spend cap of this run in USD."
    ),
    click.option("--provider", help="Use this provider for everything."),
    click.option("--jobs", type=click.IntRange(1, 256), help="How many units work at a time."),
    click.option("--modules", type=_PATH, multiple=True, help="A further folder of modules."),
    click.option(
        "--store",
        multiple=True,
        metavar="URL",
        help="Where artifacts (s3:) or their index (postgresql:) lie.",
    ),
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


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--recipe", required=True, help="A recipe's path, or its name.")
@run_options
def driver(recipe: str, **options: Any) -> int:
    """Plan a recipe and carry it out; what is up to date is not made again."""
    return carry_out(recipe, options)


def carry_out(recipe: str, options: dict[str, Any]) -> int:
    """Carry out one request and return its exit status. Raises CineForgeErrors."""
    return run_request(Request(recipe=recipe, environment=dict(os.environ), **options))


def run_request(request: Request) -> int:
    """Plan one request, print or carry out the plan; return the exit status. Raises CineForgeErrors."""
    if request.dry_run:
        sys.dont_write_bytecode = True
    planned = _planned(request)
    for fault in (*planned.wired.registry.broken, *planned.plan.warnings):
        print(f"warning: {fault}", file=sys.stderr)
    if request.dry_run:
        from cine_forge.driver.plans.plan_text import print_plan

        print_plan(planned.plan, as_json=request.json)
        return 0
    from cine_forge.driver.run import run_planned

    return run_planned(planned)


def _planned(request: Request) -> Planned:
    """Plan with the garbage collector at rest: planning builds much and drops next to nothing.

    What it built stays until the end, so the collector never looks at that again; of what comes after it
    looks at many new objects at a time, since a run drops little besides.
    """
    gc.disable()
    try:
        from cine_forge.driver.plans.planned import plan_request

        return plan_request(request)
    finally:
        gc.freeze()
        gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])
        gc.enable()
