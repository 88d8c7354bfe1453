"""`--project DIR`, the option of every command that needs a project, and its default."""

from __future__ import annotations

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
