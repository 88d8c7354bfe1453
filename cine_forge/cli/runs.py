"""`cine-forge runs`: what ran before, what it did, how two runs differ, and a failed one carried on."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cine_forge.cli.project import project_option

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def runs() -> None:
    """List runs, look at them, compare them, carry a failed one on."""


@runs.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@project_option
def list_runs(as_json: bool, folder: Path) -> None:
    """List every run, oldest first: what its units did, what it cost, when."""
    from cine_forge.driver.history.story_text import COLOURS, seconds_text
    from cine_forge.driver.runs import run_rows

    rows = run_rows(folder)
    if as_json:
        click.echo(json.dumps({"schema": "runs/1", "runs": rows}, indent=1, ensure_ascii=False))
        return
    if not rows:
        click.echo("no run yet: `cine-forge run`")
        return
    wide = max(len(row["run_id"]) for row in rows)
    named = max(len(row["recipe_id"]) for row in rows)
    heads = "status         run reused failed     cost  started              took"
    click.echo(f"{'run':<{wide}}  {'recipe':<{named}}  {heads}")
    for row in rows:
        status = click.style(f"{row['status']:<11}", fg=COLOURS.get(row["status"]))
        counts = f"{row['run']:>6} {row['reused']:>6} {row['failed']:>6}"
        cost = f"{'$' + format(row['cost_usd'], '.2f'):>8}"
        began = f"{(row['started_at'] or '')[:19].replace('T', ' '):<19}"
        took = seconds_text(row["elapsed_seconds"]) if row["elapsed_seconds"] is not None else ""
        who = f"{row['run_id']:<{wide}}  {row['recipe_id']:<{named}}"
        click.echo(f"{who}  {status} {counts} {cost}  {began}  {took}".rstrip())


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
    for line in show_lines(read_story(path), folder):
        click.echo(line)


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
        for line in show_lines(read_story(path), folder):
            click.echo(line)


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
        for line in comparison_lines(found):
            click.echo(line)


@runs.command()
@click.argument("run", required=False, default="")
@click.option("--quiet", is_flag=True, help="No progress.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@project_option
def retry(run: str, quiet: bool, as_json: bool, folder: Path) -> int:
    """Carry on a run that failed or stopped, with the options it began with; what is done is reused.

    Without RUN, the newest. The recipe, the modules and the script are read as they are now.
    """
    from cine_forge.driver.again import carry_on
    from cine_forge.driver.runs import find_run

    return carry_on(folder, find_run(folder, run), quiet=quiet, as_json=as_json)


def _report(folder: Path, run: Path) -> dict[str, object]:
    from cine_forge.driver.history.run_report import report_of
    from cine_forge.driver.wiring import open_store

    with open_store(folder) as store:
        return report_of(folder, run, store)
