"""`cine-forge artifacts verify`, `cine-forge artifacts rebuild`, `cine-forge gc`: all whole, what can go."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cine_forge.cli.project import project_option


@click.command()
@click.option("--slice", "share", help="Only this share, as `1/5`; five nights check everything.")
@click.option("--json", "as_json", is_flag=True, help="Print `verify/1` as JSON.")
@project_option
def verify(share: str | None, as_json: bool, folder: Path) -> int:
    """Check every file that is kept against its digest; say what a fault means and what repairs it."""
    from cine_forge.driver.upkeep.wholeness import examine_project
    from cine_forge.driver.upkeep.wholeness_text import verdict_json, verdict_lines
    from cine_forge.kernel.artifacts.verify.slice import WHOLE, Slice

    found = examine_project(folder, Slice.parse(share) if share else WHOLE)
    if as_json:
        click.echo(json.dumps(verdict_json(found), indent=1, ensure_ascii=False))
    for line in () if as_json else verdict_lines(found):
        click.echo(line)
    return 7 if found.damages else 0


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print `rebuild/1` as JSON.")
@project_option
def rebuild(as_json: bool, folder: Path) -> None:
    """Make what is derived again from what is kept: the index, and the readable copies of receipts."""
    from cine_forge.driver.upkeep.wholeness import rebuild_project

    made = rebuild_project(folder)
    if as_json:
        click.echo(json.dumps({"schema": "rebuild/1", **vars(made)}, indent=1))
        return
    click.echo(f"the index was made again from what is kept: {made.versions} versions, {made.units} units")
    if made.records:
        click.echo(f"{made.records} damaged records of finished units were written again from the old index")
    if made.receipts:
        click.echo(f"{made.receipts} readable copies of receipts were written again from the ledger")


@click.command()
@click.option("--dry-run", is_flag=True, help="List what would go and write nothing.")
@click.option("--runs", "newest_runs", type=click.IntRange(0), help="Of ended runs only the newest N count.")
@click.option("--json", "as_json", is_flag=True, help="Print `gc/1` as JSON.")
@project_option
def gc(dry_run: bool, newest_runs: int | None, as_json: bool, folder: Path) -> None:
    """Set aside what nothing refers to, and clear up after dead runs.

    Nothing that is current, decided about, made by a person or paid for goes, nor anything such was made
    from, nor what runs or receipts name. Versions are moved to `quarantine/`; delete that folder yourself.
    """
    from cine_forge.driver.upkeep.clearing import clear_project, plan_clearing
    from cine_forge.driver.upkeep.clearing_text import clearing_json, clearing_lines

    found = plan_clearing(folder, newest_runs) if dry_run else clear_project(folder, newest_runs)
    if as_json:
        click.echo(json.dumps(clearing_json(found, dry_run=dry_run), indent=1, ensure_ascii=False))
    for line in () if as_json else clearing_lines(found, dry_run=dry_run):
        click.echo(line)
