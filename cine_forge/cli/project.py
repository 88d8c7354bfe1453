"""`cine-forge project`: which project this is; and `--project DIR`, the option of every command about one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from cine_forge.driver.places import SAMPLE as SAMPLE
from cine_forge.driver.places import project_around as project_around

Command = TypeVar("Command", bound=Callable[..., Any])


def project_option(command: Command) -> Command:
    """Add `--project DIR`, given to the command as `folder`."""
    return click.option(
        "--project",
        "folder",
        type=click.Path(path_type=Path),
        default=lambda: project_around(Path.cwd()),
        show_default="the project of the working folder, else projects/sample",
        help="The project folder.",
    )(command)


@click.group()
def project() -> None:
    """Say which project this is; make a copied one its own."""


@project.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@project_option
def show(as_json: bool, folder: Path) -> None:
    """Show the project's id, where it lives, and whether it is a copy of another."""
    from cine_forge.driver.upkeep.identity_text import standing_json, standing_lines

    if as_json:
        click.echo(json.dumps(standing_json(folder), indent=1, ensure_ascii=False))
        return
    for line in standing_lines(folder):
        click.echo(line)


@project.command()
@click.option(
    "--with-receipts", is_flag=True, help="Take along what is open: only when the original is gone."
)
@click.option("--note", default="", help="Why.")
@click.option("--as", "by", help="Who decides, by id; default: the project's first user.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@project_option
def adopt(with_receipts: bool, note: str, by: str | None, as_json: bool, folder: Path) -> None:
    """Make a copied project a project of its own; what is open at providers stays its original's."""
    from cine_forge.driver.artifacts.decide import person_of
    from cine_forge.driver.upkeep.adoption import Adopting
    from cine_forge.driver.upkeep.adoption import adopt as adopted_by
    from cine_forge.driver.upkeep.identity import fresh_id
    from cine_forge.driver.upkeep.identity_text import adoption_lines
    from cine_forge.film.project import load_project

    person = person_of(load_project(folder), by)
    adopted = adopted_by(folder, Adopting(person, note, with_receipts), fresh_id)
    if as_json:
        click.echo(json.dumps(adopted.to_json(), indent=1, ensure_ascii=False))
        return
    for line in adoption_lines(adopted):
        click.echo(line)
