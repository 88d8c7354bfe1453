"""`cine-forge script sheet` and `script view`: a script's sheets and its lines, from a file or a project."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cine_forge.cli.export import format_option, out_option, palette_of, warn_of_lacking, write_out
from cine_forge.cli.project import project_option

if TYPE_CHECKING:
    from cine_forge.exchange.sheets.production import Production
    from cine_forge.exchange.sheets.sheet_files import Format


@dataclass(frozen=True)
class Pages:
    """Which pages are written: the sheets of these scenes (of all where none is named), or the schedule."""

    scenes: tuple[str, ...]
    schedule: bool


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option(
    "--scene", "scenes", multiple=True, help="Only this scene, by number; may be said several times."
)
@click.option("--schedule", is_flag=True, help="Write the one-line schedule instead.")
@format_option
@out_option
@project_option
def sheet(
    file: Path | None, folder: Path, *, formats: tuple[Format, ...], out: Path | None, **which: Any
) -> None:
    """Write the breakdown sheets of FILE, or of the project's last breakdown."""
    from cine_forge.exchange.sheets.sheet_files import FORMATS, schedule_files, sheet_files

    production = _production(file, folder)
    palette, wanted = palette_of(folder), formats or FORMATS
    warn_of_lacking(production, wanted)
    pages = Pages(**which)
    if pages.schedule:
        files = schedule_files(production, palette, wanted)
    else:
        files = sheet_files(production, palette, wanted, pages.scenes)
    write_out(out or (Path("exports") if file else folder / "exports"), files)


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--json", "as_json", is_flag=True, help="Print `script_view/1` as JSON.")
@project_option
def view(file: Path | None, as_json: bool, folder: Path) -> None:
    """Show every line of FILE, or of the project's script, with what it is and what it mentions."""
    seen = _view(file, folder)
    if as_json:
        click.echo(json.dumps(seen, indent=1, ensure_ascii=False))
    else:
        for line in seen["lines"]:
            click.echo(_gutter(line))


def _view(file: Path | None, folder: Path) -> dict[str, Any]:
    if file is not None:
        from cine_forge.film.breakdown.script_view import view_of_file
        from cine_forge.film.looks import design

        return view_of_file(file, design)
    from cine_forge.driver.kept import open_store
    from cine_forge.exchange.scripts.kept_script import kept_view
    from cine_forge.film.project import load_project

    project = load_project(folder)
    with open_store(folder) as store:
        return kept_view(store, project.episode)


def _gutter(line: dict[str, Any]) -> str:
    """Return a line for the terminal: number, kind, scene, words, and what they mention.

    Nothing that a script holds moves the cursor or changes colours.
    """
    from cine_forge.exchange.paper.typeface import printable

    scene = next((mark["number"] for mark in line["marks"] if mark["kind"] == "scene"), "")
    told = ", ".join(f"{one['category']} {line['text'][one['start'] : one['end']]}" for one in line["spans"])
    mentions = f"    [{told}]" if told else ""
    shown = f"{line['n']:>5} {line['type'] or '':<14} {scene:>5}  {line['text']}{mentions}"
    return printable(shown).rstrip()


def _production(file: Path | None, folder: Path) -> Production:
    from cine_forge.exchange.sheets.production import production_of_file, production_of_project

    if file is not None:
        return production_of_file(file)
    from cine_forge.driver.kept import open_store
    from cine_forge.film.project import load_project

    project = load_project(folder)
    with open_store(folder) as store:
        return production_of_project(store, project.episode, project.title)
