"""`cine-forge people`: who is who in the scripts, and a person's word on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cine_forge.cli.project import project_option

if TYPE_CHECKING:
    from cine_forge.driver.people.ruling import Ruled

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group()
def people() -> None:
    """List who is who in the scripts; say who is one person and who are two."""


@people.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print `people/1` as JSON, with the evidence.")
@project_option
def list_people(as_json: bool, folder: Path) -> None:
    """List everyone with their other names, and what a person should settle."""
    from cine_forge.driver.people.roster_text import people_json, people_lines

    if as_json:
        click.echo(json.dumps(people_json(folder), indent=1, ensure_ascii=False))
        return
    for line in people_lines(folder):
        click.echo(line)


def _ruling_options(command: Command) -> Command:
    """Add the options that every ruling has."""
    for option in (
        click.option("--as", "called", help="What the person shall be called."),
        click.option("--why", default="", help="Why."),
        click.option("--by", help="Who rules, by id; default: the project's first user."),
        click.option("--dry-run", is_flag=True, help="Only say what a run would do then."),
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
        project_option,
    ):
        command = option(command)
    return command


@people.command()
@click.argument("one")
@click.argument("other")
@_ruling_options
def merge(
    one: str,
    other: str,
    folder: Path,
    **told: Any,
) -> None:
    """Rule that ONE and OTHER are one person, who keeps the look of ONE.

    Each is a name, in any letters, or an id.
    """
    from cine_forge.driver.people.ruling import Said
    from cine_forge.driver.people.ruling import merge as merged

    said = Said(told["by"], told["why"], told["called"])
    _show(merged(folder, one, other, said, dry_run=told["dry_run"]), as_json=told["as_json"])


@people.command()
@click.argument("person")
@click.argument("names", nargs=-1, required=True, metavar="NAME…")
@_ruling_options
def split(person: str, names: tuple[str, ...], folder: Path, **told: Any) -> None:
    """Rule that whoever is called NAME is not PERSON but somebody else."""
    from cine_forge.driver.people.ruling import Said
    from cine_forge.driver.people.ruling import split as put_apart

    said = Said(told["by"], told["why"], told["called"])
    _show(put_apart(folder, person, names, said, dry_run=told["dry_run"]), as_json=told["as_json"])


def _show(ruled: Ruled, *, as_json: bool) -> None:
    from cine_forge.driver.plans.plan_text import print_plan

    if as_json:
        plan = ruled.plan.to_json() if ruled.plan else None
        told = {"schema": "ruling/1", "text": ruled.text, "ref": ruled.ref, "undo": ruled.undo, "plan": plan}
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
    elif ruled.plan:
        click.echo(f"if {ruled.text}:")
        print_plan(ruled.plan, as_json=False)
    else:
        click.echo(
            f"{ruled.text}\nkept as {ruled.ref}; `cine-forge plan` says what changes\nundo: {ruled.undo}"
        )
