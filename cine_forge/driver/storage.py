"""Where the store of a project lies, as the command or `project.yaml` says it.

Whoever opens a store or verifies one asks here first. Without a URL everything lies in the project's folder,
and nothing of the room `scale` is imported.
"""

from __future__ import annotations

import os
from pathlib import Path

from cine_forge.film.paths import PROJECT_FILE
from cine_forge.kernel.artifacts.store.storage import Storage
from cine_forge.kernel.ground.errors import Fault, ProjectError


def storage_of(folder: Path, *, write: bool, urls: tuple[str, ...] = ()) -> Storage | None:
    """Return where the store lies beyond this disk, or None. `urls` are the command's and win.

    Keys come from the environment. Raises ProjectErrors CF-A050, CF-A051, CF-A054 and those of the project
    file, ArtifactErrors CF-A052, CF-A053.
    """
    urls = urls or written_urls(folder)
    if not urls:
        return None
    try:
        from cine_forge.scale.location import Location
    except ImportError as error:
        what = f"a store at a URL needs the package `{error.name}`"
        raise ProjectError(Fault("CF-A054", what, hint="install `cine-forge[scale]`")) from None
    return Location.of(*urls).storage(folder, os.environ, "write" if write else "read")


def written_urls(folder: Path) -> tuple[str, ...]:
    """Return the URLs that `project.yaml` says, `store` first. Raises ProjectErrors as `load_project`.

    A file that does not have these words is not read any further: most commands ask, few projects say.
    """
    try:
        text = (folder / PROJECT_FILE).read_bytes()
    except OSError:
        return ()
    if b"store" not in text and b"index" not in text:
        return ()
    from cine_forge.film.project import load_project

    project = load_project(folder)
    return tuple(url for url in (project.store, project.index) if url)
