"""`cine-forge runs`: what ran before, what it did, how two runs differ, and a failed one carried on."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from cine_forge.cli.project import project_option
from cine_forge.driver.terminal.screen import Screen
from cine_forge.driver.terminal.usd import amount_usd

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def runs() -> None:
    """List runs, look at them, compare them, carry a failed one on."""


@runs.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@project_option
def list_runs(as_json: bool, folder: Path) -> None:
    """List every run, oldest first: what its units did, what it cost, when."""
    from cine_forge.driver.history.story_text import run_lines
    from cine_forge.driver.runs import run_rows

    rows = run_rows(folder)
    if as_json:
        click.echo(json.dumps({"schema": "runs/1", "runs": rows}, indent=1, ensure_ascii=False))
        return
    if not rows:
        click.echo("no run yet: `cine-forge run`")
        return
    screen = Screen.here(os.environ)
    screen.show(run_lines(rows, screen.width))


@runs.command()
@click.argument("run", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="Print the run's report as JSON.")
@project_option
def show(run: str, as_json: bool, folder: Path) -> None:
    """Show what a run did, unit by unit, and what to do next; without RUN, the newest."""
    from cine_forge.driver.history.story import read_story
    from cine_forge.driver.history.story_text import show_lines
    from cine_forge.driver.runs import find_run

    path = find_run(folder, run)
    if as_json:
        click.echo(json.dumps(_report(folder, path), indent=1, ensure_ascii=False))
        return
    Screen.here(os.environ).show(show_lines(read_story(path), folder))


@runs.command()
@click.argument("run", required=False, default="")
@click.option("--html", "page", type=_FILE, help="Write the report as one page that needs nothing else.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@project_option
def report(run: str, page: Path | None, as_json: bool, folder: Path) -> None:
    """Report a run as JSON or as a page; without either, as text. Without RUN, the newest."""
    from cine_forge.driver.history.page import write_page
    from cine_forge.driver.history.story import read_story
    from cine_forge.driver.history.story_text import show_lines
    from cine_forge.driver.runs import find_run

    path = find_run(folder, run)
    found = _report(folder, path) if page or as_json else None
    if page and found:
        write_page(page, "run_report.html.j2", found, project=folder)
        click.echo(f"report: {page}", err=as_json)
    if as_json:
        click.echo(json.dumps(found, indent=1, ensure_ascii=False))
    if not page and not as_json:
        Screen.here(os.environ).show(show_lines(read_story(path), folder))


@runs.command()
@click.argument("first")
@click.argument("second")
@click.option("--html", "page", type=_FILE, help="Write the comparison as one page.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@project_option
def compare(first: str, second: str, page: Path | None, as_json: bool, folder: Path) -> None:
    """Compare two runs: what they were made from, what they did, what came out."""
    from cine_forge.driver.history.comparison import compare_runs
    from cine_forge.driver.history.comparison_text import comparison_lines
    from cine_forge.driver.history.page import write_page
    from cine_forge.driver.runs import find_run

    found = compare_runs((folder, find_run(folder, first)), (folder, find_run(folder, second)))
    if page:
        write_page(page, "runs_compare.html.j2", found, project=folder)
        click.echo(f"comparison: {page}", err=as_json)
    if as_json:
        click.echo(json.dumps(found, indent=1, ensure_ascii=False))
    if not page and not as_json:
        Screen.here(os.environ).show(comparison_lines(found))


@runs.command()
@click.argument("run", required=False, default="")
@click.option("--budget", "budget_usd", type=float, callback=amount_usd, help="Another spend cap in USD.")
@click.option("--quiet", is_flag=True, help="No progress.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@project_option
def retry(run: str, budget_usd: float | None, quiet: bool, as_json: bool, folder: Path) -> int:
    """Carry on a run that failed or stopped, with the options it began with; what is done is reused.

    Without RUN, the newest. The recipe, the modules and the script are read as they are now.
    """
    from cine_forge.driver.plans.again import Further, carry_on
    from cine_forge.driver.runs import find_run

    further = Further(dict(os.environ), budget_usd, quiet, as_json)
    return carry_on(folder, find_run(folder, run), further)


def _report(folder: Path, run: Path) -> dict[str, object]:
    from cine_forge.driver.history.run_report import report_of
    from cine_forge.driver.wiring import open_store

    with open_store(folder) as store:
        return report_of(folder, run, store)
