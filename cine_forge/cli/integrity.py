"""`cine-forge artifacts verify|rebuild` and `cine-forge gc`: is everything whole, and what can go."""

from __future__ import annotations

from pathlib import Path

import click

from cine_forge.cli.project import project_option


@click.command()
@project_option
def verify(folder: Path) -> int:
    """Check every file that is kept against its digest."""
    from cine_forge.driver.storage import storage_of
    from cine_forge.kernel.artifacts.verify import verify as faults_of

    faults = faults_of(folder, storage=storage_of(folder, write=False))
    for fault in faults:
        click.echo(str(fault))
    if not faults:
        click.echo("everything kept is whole")
    return 7 if faults else 0


@click.command()
@project_option
def rebuild(folder: Path) -> None:
    """Make the index again from the kept files."""
    from cine_forge.driver.wiring import wire_project

    with wire_project(folder, write=True).store as store:
        store.rebuild_index()
    click.echo("the index was made again from what is kept")
