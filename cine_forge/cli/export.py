"""`cine-forge export …`: what a project keeps, as files that other people and programs open."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cine_forge.cli.project import project_option

if TYPE_CHECKING:
    from cine_forge.exchange.scripts.revision_marks import RevisionMarks
    from cine_forge.exchange.scripts.script_files import ScriptFormat
    from cine_forge.exchange.sheets.palette import Palette
    from cine_forge.exchange.sheets.production import Production
    from cine_forge.exchange.sheets.sheet_files import Format
    from cine_forge.film.project import Project
    from cine_forge.kernel.artifacts.store.store import Store

Command = TypeVar("Command", bound=Callable[..., Any])
Files = Mapping[str, bytes]

FORMATS = ("csv", "html", "pdf")


def format_option(command: Command) -> Command:
    """Add `--format`, given to the command as `formats`; all of them when it is not said."""
    return click.option(
        "--format",
        "formats",
        type=click.Choice(FORMATS),
        multiple=True,
        help="csv, html or pdf; may be said several times. Default: all three.",
    )(command)


def out_option(command: Command) -> Command:
    """Add `--out DIR`."""
    path = click.Path(path_type=Path, file_okay=False)
    return click.option("--out", type=path, help="The folder to write into.", show_default="exports")(command)


@click.group()
def export() -> None:
    """Write sheets, call sheets, shot lists and scripts for other people and programs."""


@export.command()
@click.option(
    "--scene", "scenes", multiple=True, help="Only this scene, by number; may be said several times."
)
@format_option
@out_option
@project_option
def sheet(scenes: tuple[str, ...], formats: tuple[Format, ...], out: Path | None, folder: Path) -> None:
    """Write a breakdown sheet for each scene and, for the whole episode, the one-line schedule."""

    def made(store: Store, project: Project) -> Files:
        from cine_forge.exchange.sheets.production import production_of_project
        from cine_forge.exchange.sheets.sheet_files import FORMATS, schedule_files, sheet_files

        production = production_of_project(store, project.episode, project.title)
        palette, wanted = palette_of(folder), formats or FORMATS
        warn_of_lacking(production, wanted)
        files = sheet_files(production, palette, wanted, scenes)
        return files if scenes else {**files, **schedule_files(production, palette, wanted)}

    _export(folder, out, made)


@export.command()
@click.option(
    "--scene", "scenes", multiple=True, help="A scene of the day, by number; several times for several."
)
@click.option("--day", default="", help="All scenes of a story day, D2.")
@format_option
@out_option
@project_option
def callsheet(
    scenes: tuple[str, ...], day: str, formats: tuple[Format, ...], out: Path | None, folder: Path
) -> None:
    """Write the call sheet of some scenes; what no script says is left open to fill in."""

    def made(store: Store, project: Project) -> Files:
        from cine_forge.exchange.sheets.calls.call_sheet import call_sheet
        from cine_forge.exchange.sheets.production import production_of_project
        from cine_forge.exchange.sheets.sheet_files import FORMATS, call_sheet_files

        production = production_of_project(store, project.episode, project.title)
        warn_of_lacking(production, formats or FORMATS)
        called = call_sheet(production, palette_of(folder), scenes=scenes, day=day)
        return call_sheet_files(called, formats or FORMATS, (*scenes, *([day] if day else [])))

    _export(folder, out, made)


@export.command()
@format_option
@out_option
@project_option
def shotlist(formats: tuple[Format, ...], out: Path | None, folder: Path) -> None:
    """Write the shot list of the episode."""

    def made(store: Store, project: Project) -> Files:
        from cine_forge.exchange.sheets.sheet_files import FORMATS, shot_list_files
        from cine_forge.exchange.sheets.shots.shot_list import shot_list

        return shot_list_files(shot_list(store, project.episode, project.title), formats or FORMATS)

    _export(folder, out, made)


def _script_command(form: ScriptFormat, told: str) -> click.Command:
    """Return the command that writes the script in one format."""

    @click.command(form, help=told)
    @out_option
    @project_option
    def script(out: Path | None, folder: Path) -> None:
        _export(folder, out, lambda store, project: _script(store, project, form))

    return script


export.add_command(_script_command("fountain", "Write the script as Fountain."))
export.add_command(_script_command("fdx", "Write the script as Final Draft."))
export.add_command(_script_command("docx", "Write the script as a Word document."))
export.add_command(_script_command("markdown", "Write the script as Markdown."))


@export.command()
@click.option("--since", metavar="DRAFT", help="Star what changed since a draft: `@v1` or a file.")
@out_option
@project_option
def pdf(since: str | None, out: Path | None, folder: Path) -> None:
    """Write the script as a PDF to print."""
    marks = _marks(since, folder) if since else None
    _export(folder, out, lambda store, project: _script(store, project, "pdf", marks))


def _marks(since: str, folder: Path) -> RevisionMarks:
    """Compare the project's script with an earlier draft. Raises as `find_drafts` does."""
    from cine_forge.driver.drafts.drafts import CURRENT, find_drafts
    from cine_forge.exchange.scripts.revision_marks import RevisionMarks
    from cine_forge.film.drafts.revision import revise

    drafts = find_drafts(since, CURRENT, folder=folder)
    marks = {line: colour.name for line, colour in revise(drafts).marks.items()}
    return RevisionMarks.since(marks, (draft.colour.name for draft in drafts))


def _script(store: Store, project: Project, form: ScriptFormat, marks: RevisionMarks | None = None) -> Files:
    from cine_forge.exchange.scripts.kept_script import kept_script
    from cine_forge.exchange.scripts.script_files import script_file, unprintable

    source, document = kept_script(store, project.episode)
    for warned in unprintable(document) if form == "pdf" else ():
        click.echo(f"{source.name}:{warned.line}: {warned.message}", err=True)
    return script_file(source, document, project.title, form, marks)


def palette_of(folder: Path) -> Palette:
    """Return the colours that apply in a folder. Raises ProjectError CF-X020."""
    from cine_forge.driver.places import Places
    from cine_forge.exchange.sheets.palette import read_palette

    return read_palette(Places.here(os.environ).sheet_colours(folder))


def warn_of_lacking(production: Production, formats: Iterable[Format]) -> None:
    """Say on stderr which scenes hold signs that no font of ours shows, where a PDF is made."""
    from cine_forge.exchange.sheets.production import unprintable_sheets

    for warned in unprintable_sheets(production.sheets) if "pdf" in formats else ():
        click.echo(warned, err=True)


def write_out(folder: Path, files: Files) -> None:
    """Write an export and say where it lies. Raises UsageError CF-X021, CF-X025."""
    from cine_forge.exchange.export_folder import write_exports

    _tell(write_exports(folder, files))


def _tell(paths: Iterable[Path]) -> None:
    for path in paths:
        click.echo(str(path))


def _export(folder: Path, out: Path | None, made: Callable[[Store, Project], Files]) -> None:
    """Read a project, make the files and write them all."""
    from cine_forge.driver.kept import open_store
    from cine_forge.film.project import load_project

    project = load_project(folder)
    with open_store(folder) as store:
        files = made(store, project)
    write_out(out or folder / "exports", files)
