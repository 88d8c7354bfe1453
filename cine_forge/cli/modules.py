"""`cine-forge modules …`: which modules can be used, and why others cannot."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cine_forge.cli.project import project_option

if TYPE_CHECKING:
    from cine_forge.kernel.stages.discovery import ModuleRegistry


@click.group()
def modules() -> None:
    """Look at the modules that perform stages."""


@modules.command(name="list")
@project_option
@click.option("--modules", "given", type=click.Path(path_type=Path), multiple=True, help="A further folder.")
@click.option("--json", "as_json", is_flag=True, help="Print `modules/1` as JSON.")
def list_modules(folder: Path, given: tuple[Path, ...], as_json: bool) -> int:
    """List every module by its stage; status 1 when one is disabled by a fault of its own."""
    registry = found_modules(given, folder)
    if as_json:
        click.echo(json.dumps(_document(registry), indent=2, ensure_ascii=False))
    else:
        from cine_forge.driver.terminal.screen import Screen
        from cine_forge.driver.terminal.table import table

        found = [module.manifest for module in registry.modules.values()]
        cells = [(one.stage, one.module_id, one.description) for one in found]
        for line in table(("stage", "module", "what it does"), cells, width=Screen.here(os.environ).width):
            click.echo(line)
    for fault in () if as_json else registry.broken:
        click.echo(str(fault), err=True)
    return 1 if registry.broken else 0


def found_modules(given: tuple[Path, ...], folder: Path) -> ModuleRegistry:
    """Look for modules as a run of the project in `folder` would."""
    from cine_forge.driver.kept import shared_schemas
    from cine_forge.driver.places import Places
    from cine_forge.kernel.stages.discovery import discover

    return discover(Places.here(os.environ).modules(given, folder), known_schemas=shared_schemas().names())


def _document(registry: ModuleRegistry) -> dict[str, Any]:
    usable = [
        {
            "module_id": module.manifest.module_id,
            "stage": module.manifest.stage,
            "version": module.manifest.version,
            "description": module.manifest.description,
            "folder": str(module.folder),
        }
        for module in registry.modules.values()
    ]
    disabled = [
        {"folder": name, "faults": [str(fault) for fault in faults]}
        for name, faults in registry.disabled.items()
    ]
    return {"schema": "modules/1", "modules": usable, "disabled": disabled}
