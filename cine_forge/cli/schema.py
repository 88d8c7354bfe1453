"""`cine-forge schema …`: every key of the files that people write, and the shape of every artifact."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from cine_forge.cli.modules import found_modules
from cine_forge.cli.project import project_option

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


@click.group()
def schema() -> None:
    """Show a JSON Schema: of recipes, manifests, projects or artifacts."""


@schema.command()
def recipe() -> None:
    """Show what may stand in a recipe."""
    _show(recipe_schema())


@schema.command()
def module() -> None:
    """Show what may stand in module.yaml."""
    _show(module_schema())


@schema.command()
def project() -> None:
    """Show what may stand in project.yaml."""
    from cine_forge.film.project import Project

    _show(Project.model_json_schema())


@schema.command()
@click.argument("name", required=False)
@project_option
def artifact(name: str | None, folder: Path) -> None:
    """Show the shape of the artifact type NAME (`shot@1`); without it, list the types."""
    from cine_forge.film.schemas.registry import register_film_schemas
    from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry
    from cine_forge.kernel.stages.kept import register_kernel_schemas

    schemas = SchemaRegistry()
    register_kernel_schemas(schemas)
    register_film_schemas(schemas)
    for found in found_modules((), folder).modules.values():
        for own, shape in found.schemas.items():
            schemas.register_json(own, dict(shape))
    if name is None:
        click.echo("\n".join(schemas.names()))
    else:
        _show(schemas.shape(name))


def recipe_schema() -> dict[str, Any]:
    """Return the JSON Schema of recipes, as editors use it; `configs/schemas/` holds a copy."""
    from cine_forge.kernel.recipes.recipe import Recipe

    return {"$schema": _DRAFT, **Recipe.model_json_schema()}


def module_schema() -> dict[str, Any]:
    """Return the JSON Schema of `module.yaml`, likewise."""
    from cine_forge.kernel.stages.manifest import Manifest

    return {"$schema": _DRAFT, **Manifest.model_json_schema(by_alias=True)}


def _show(shape: dict[str, Any]) -> None:
    click.echo(json.dumps(shape, indent=2, ensure_ascii=False))
