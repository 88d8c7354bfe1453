"""`cine-forge init SCRIPT`: make a project from a script. Nothing is written unless all of it can be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import click

from cine_forge.kernel.ground.errors import Fault, ProjectError

RECIPE = "ep001.yaml"

_EPISODE = re.compile(r"(?:^|[^a-z])ep(?:isode)?[ _-]?0*(\d{1,4})(?:[^0-9]|$)", re.IGNORECASE)
_FOLDER = re.compile(r"[^a-z0-9]+")
_MARKS = re.compile(r"[*_]+")


@click.command()
@click.argument("script", type=click.Path(path_type=Path))
@click.option(
    "--project",
    "folder",
    type=click.Path(path_type=Path),
    show_default="projects/<name of the script>",
    help="The folder to make the project in.",
)
def init(script: Path, folder: Path | None) -> None:
    """Make a project from SCRIPT: copy it into `scripts/` and write `project.yaml`."""
    from cine_forge.film.screenplay.document import ElementType
    from cine_forge.film.screenplay.reading import read_script

    document = read_script(script)
    scenes = sum(element.type is ElementType.SCENE_HEADING for element in document.elements)
    if not scenes:
        raise ProjectError(_no_scene(script, document.lines))
    place = folder or Path("projects") / _slug(script)
    content = project_text(script, document.title_page)
    _write(place, script, content)
    click.echo(f"{place / 'project.yaml'}: {scenes} scenes from {script.name}")
    click.echo(f"next: cine-forge run {RECIPE} --project {place}")


def project_text(script: Path, title_page: Mapping[str, str]) -> str:
    """Return the text of a first `project.yaml` for a script, with every value that can be changed."""
    import yaml

    from cine_forge.film.project import Episode, Project, User

    kept = f"scripts/{script.name}"
    episode = _episode_of(script)
    project = Project(
        title=_title_of(script, title_page),
        script=kept,
        recipe=RECIPE,
        episode=episode,
        episodes=(Episode(id=episode, script=kept),),
        users=(User(id="director", name="Director"),),
    )
    return yaml.safe_dump(project.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def _no_scene(script: Path, lines: int) -> Fault:
    what = f"no scene heading in {lines} lines, expected at least one like `INT. KITCHEN - DAY`"
    hint = f"`cine-forge script inspect {script}` shows how each line was read"
    return Fault("CF-U109", what, f"{script}:1:1", hint)


def _slug(script: Path) -> str:
    return _FOLDER.sub("-", script.stem.lower()).strip("-") or "film"


def _episode_of(script: Path) -> str:
    found = _EPISODE.search(script.stem)
    return f"ep{int(found[1]):03d}" if found else "ep001"


def _title_of(script: Path, title_page: Mapping[str, str]) -> str:
    named = {key.lower(): value for key, value in title_page.items()}
    first_line = _MARKS.sub("", named.get("title", "")).strip().partition("\n")[0].strip()
    return first_line or _FOLDER.sub(" ", script.stem.lower()).strip().title() or "Film"


def _write(folder: Path, script: Path, content: str) -> None:
    from cine_forge.kernel.ground.files import make_folder

    project, copy = folder / "project.yaml", folder / "scripts" / script.name
    _refuse_overwriting(project, copy, script)
    make_folder(copy.parent)
    if not copy.exists():
        copy.write_bytes(script.read_bytes())
    with project.open("x", encoding="utf-8") as stream:
        stream.write(content)


def _refuse_overwriting(project: Path, copy: Path, script: Path) -> None:
    if project.exists():
        hint = "name another folder with `--project DIR`, or edit the file"
        raise ProjectError(Fault("CF-U110", "there is a project already", str(project), hint))
    if copy.exists() and copy.read_bytes() != script.read_bytes():
        hint = f"rename the script, or remove `{copy}`"
        raise ProjectError(Fault("CF-U110", "another script of that name is there already", str(copy), hint))
