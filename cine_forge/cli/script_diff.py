"""`cine-forge script diff OLD NEW`: what a new draft changes, and with --price what that would cost."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from cine_forge.cli.project import project_option
from cine_forge.driver.terminal.screen import Screen


@dataclass(frozen=True)
class Look:
    """What is to be seen of a draft: its price, another colour than the next, a row for `every` scene."""

    price: bool
    colour: str | None
    every: bool


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--price", is_flag=True, help="What would go stale with NEW, and what each depth costs.")
@click.option("--colour", help="The revision colour of NEW; default: the next in order.")
@click.option(
    "--all", "every", is_flag=True, help="A row for every scene, also for those that are as they were."
)
@click.option("--json", "as_json", is_flag=True, help="Print `script_diff/1` as JSON.")
@project_option
def diff(old: str, new: str, *, folder: Path, as_json: bool, **asked: Any) -> None:
    """Show what NEW changes against OLD: scenes added, moved, omitted, reworded, split, merged and renamed.

    OLD and NEW are files, `@v2` for a version of the project's script, or `current`. Nothing is written.
    """
    from cine_forge.driver.drafts.diff_text import diff_json, print_diff
    from cine_forge.driver.drafts.drafts import find_drafts
    from cine_forge.film.drafts.revision import revise

    look = Look(**asked)
    revision = revise(find_drafts(old, new, folder=folder, colour=look.colour))
    found = None
    if look.price:
        from cine_forge.driver.drafts.pricing import price_draft

        found = price_draft(old, new, folder=folder)
    if as_json:
        told = diff_json(revision, found.to_json() if found else None)
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
        return
    from rich.console import Console

    print_diff(revision, Console(highlight=False), every=look.every)
    if found:
        click.echo("\nwith this draft in place")
        screen = Screen.here(os.environ)
        screen.show(found.lines(screen.width))
