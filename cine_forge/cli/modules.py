"""`cine-forge modules list`: which modules there are, and why others cannot be used."""

from __future__ import annotations

from pathlib import Path

import click

from cine_forge.cli.project import project_option


@click.group()
def modules() -> None:
    """Look at modules."""


@modules.command(name="list")
@click.option("--modules", "given", type=click.Path(path_type=Path), multiple=True, help="A further folder.")
@project_option
def list_modules(given: tuple[Path, ...], folder: Path) -> None:
    """List every module with its stage, version and folder; then what is disabled, and why."""
    from cine_forge.driver.places import Places
    from cine_forge.kernel.stages.discovery import discover

    registry = discover(Places.here().modules(given, folder))
    for module_id, module in sorted(registry.modules.items()):
        manifest = module.manifest
        click.echo(f"{module_id:<24} {manifest.stage:<20} v{manifest.version}  {module.folder}")
    for fault in registry.broken:
        click.echo(f"disabled: {fault}", err=True)
