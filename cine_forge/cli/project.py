"""`--project DIR`, the option of every command that needs a project, and its default."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

SAMPLE = Path("projects/sample")

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


def project_around(place: Path) -> Path:
    """Return the nearest folder at or above `place` that holds a project, else the sample project."""
    folders = (place, *place.parents)
    return next((folder for folder in folders if (folder / "project.yaml").is_file()), SAMPLE)
