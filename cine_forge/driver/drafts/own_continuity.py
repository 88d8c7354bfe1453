"""The continuity of a project's own script: as the breakdown kept it, or read anew where the file changed."""

from __future__ import annotations

from pathlib import Path

from cine_forge.driver.drafts.drafts import standing_version
from cine_forge.driver.kept import open_store
from cine_forge.film.continuity.continuity import read_continuity
from cine_forge.film.project import load_project
from cine_forge.film.schemas.continuity import Continuity
from cine_forge.film.screenplay.reading import read_script


def own_continuity(folder: Path) -> Continuity:
    """Return what is kept, with ids and with what people ruled, while the script is what it was made from.

    Raises as `load_project` and `read_script` do.
    """
    project = load_project(folder)
    path = folder / project.script
    if standing_version(path, folder) is not None:
        with open_store(folder) as store:
            held = store.current("continuity", project.episode)
        if held is not None:
            return Continuity.model_validate(held.envelope().data)
    return read_continuity(read_script(path), path.name)
