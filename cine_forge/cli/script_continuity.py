"""`cine-forge script continuity`: who wears and carries what, and what does not follow, before any board."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cine_forge.cli.project import project_option

if TYPE_CHECKING:
    from cine_forge.film.schemas.continuity import Continuity


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--json", "as_json", is_flag=True, help="Print `continuity/1` as JSON.")
@project_option
def continuity(file: Path | None, as_json: bool, folder: Path) -> None:
    """Show wardrobe and props of everyone per story day, and list the jumps; without FILE, of the project.

    It reads the action of the script, in English. Nothing is written.
    """
    found = _read(file) if file else _own(folder)
    if as_json:
        told = {"schema": "continuity/1", **found.model_dump(mode="json")}
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
        return
    from rich.console import Console

    from cine_forge.driver.drafts.continuity_text import print_continuity

    print_continuity(found, Console(highlight=False))


def _read(file: Path) -> Continuity:
    from cine_forge.film.continuity.continuity import read_continuity
    from cine_forge.film.screenplay.reading import read_script

    return read_continuity(read_script(file), file.name)


def _own(folder: Path) -> Continuity:
    from cine_forge.driver.drafts.own_continuity import own_continuity

    return own_continuity(folder)
