"""`cine-forge ledger`: what was spent, what is reserved, and on what."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path

import click

from cine_forge.cli.project import project_option
from cine_forge.driver.terminal.screen import Screen


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@project_option
def ledger(as_json: bool, folder: Path) -> None:
    """Show what was spent, reserved and lost: by scene, shot, stage, provider, model, try and run."""
    from cine_forge.driver.money.ledger_report import report_ledger
    from cine_forge.driver.money.ledger_text import ledger_lines

    report = report_ledger(folder)
    if as_json:
        click.echo(json.dumps(report.to_json(), indent=1, ensure_ascii=False))
        return
    screen = Screen.here(os.environ)
    screen.show(ledger_lines(report, screen.width))
    if report.books.open():
        click.echo(f"next: cine-forge providers recover --project {shlex.quote(str(folder))}")
