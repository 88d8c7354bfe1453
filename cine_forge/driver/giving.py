"""Giving: the params that a command, a params file and the project give, each over the ones after it.

    --param  >  --params-file  >  overrides of project.yaml  >  the recipe  >  the module's manifest

A value keeps its type: what stands for a text of the recipe stays text, whatever it looks like.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cine_forge.driver.request import Request
from cine_forge.film.paths import PROJECT_FILE
from cine_forge.kernel.ground.errors import Fault, ProjectError, UsageError, listed, nearest
from cine_forge.kernel.ground.source import load_source
from cine_forge.kernel.recipes.placeholder import names_within
from cine_forge.kernel.recipes.recipe import LoadedRecipe
from cine_forge.kernel.stages.discovery import ModuleRegistry

if TYPE_CHECKING:
    from cine_forge.film.project import Project


class StageParams:
    """Params by stage that win over the recipe's, and for `stage.param` where each was written."""

    def __init__(
        self, values: dict[str, dict[str, Any]] | None = None, origins: dict[str, str] | None = None
    ) -> None:
        self.values = {} if values is None else values
        self.origins = {} if origins is None else origins

    def put(self, stage: str, name: str, value: Any, origin: str) -> None:
        """Add one; it wins over what was put before."""
        self.values.setdefault(stage, {})[name] = value
        self.origins[f"{stage}.{name}"] = origin


def given_params(loaded: LoadedRecipe, request: Request) -> dict[str, Any]:
    """Return the recipe's params as the command and its file give them.

    Raises UsageError CF-U040 and CF-U042, ProjectError CF-U041.
    """
    own = loaded.recipe.params
    given = _from_file(request.params_file)
    typed = dict(_param(text, own) for text in request.params)
    _refuse_unknown(given, own, "--params-file")
    _refuse_unknown(typed, own, "--param")
    _refuse_unknown(request.given, own, "params")
    return {**given, **typed, **request.given}


def project_params(loaded: LoadedRecipe, project: Project | None, folder: Path) -> dict[str, Any]:
    """Return the recipe's params as the project gives them. Raises ProjectError CF-U116."""
    over = project.overrides.get(loaded.recipe.recipe_id) if project else None
    if over is None:
        return {}
    unknown = [name for name in over.params if name not in loaded.recipe.params]
    if unknown:
        source = load_source(folder / PROJECT_FILE)
        known = list(loaded.recipe.params)
        path = ("overrides", loaded.recipe.recipe_id, "params")
        raise ProjectError(
            *(
                source.fault(
                    "CF-U116", f"the recipe has no param `{name}`", *path, name, hint=_known(name, known)
                )
                for name in unknown
            )
        )
    return dict(over.params)


def stage_params(
    loaded: LoadedRecipe, project: Project | None, folder: Path, given: Iterable[str]
) -> StageParams:
    """Return the params of stages as the project gives them.

    Where the recipe's own value stands for a param that the command gave, the command's stays.
    """
    found = StageParams()
    over = project.overrides.get(loaded.recipe.recipe_id) if project else None
    if over is None or not over.stages:
        return found
    source = load_source(folder / PROJECT_FILE)
    commanded = set(given)
    for stage, values in over.stages.items():
        written = loaded.stage(stage).params if stage in loaded.positions else {}
        for name, value in values.items():
            if not commanded & names_within(written.get(name)):
                origin = source.where("overrides", loaded.recipe.recipe_id, "stages", stage, name)
                found.put(stage, name, value, origin)
    return found


def approved(
    over: StageParams, loaded: LoadedRecipe, registry: ModuleRegistry, approve: str | None
) -> StageParams:
    """Return the same with what `--approve` says over the param of every gate that says who decides."""
    found = StageParams({stage: dict(values) for stage, values in over.values.items()}, dict(over.origins))
    for entry in loaded.recipe.stages if approve is not None else ():
        module = registry.modules.get(entry.module)
        gate = module.manifest.gate if module else None
        if gate and gate.mode:
            found.put(entry.id, gate.mode, approve, "--approve")
    return found


def extension_facts(loaded: LoadedRecipe) -> dict[str, Any]:
    """Return the settings of the recipe's extensions by the names under which manifests list them."""
    return {
        f"extension.{plug_in}.{key}": value
        for plug_in, block in loaded.recipe.extensions.items()
        for key, value in block.items()
    }


def _refuse_unknown(given: Mapping[str, Any], own: Mapping[str, Any], option: str) -> None:
    known = sorted(own)
    unknown = sorted(set(given) - set(own))
    if unknown:
        raise UsageError(
            *(
                Fault("CF-U040", f"the recipe has no param `{name}`", option, _known(name, known))
                for name in unknown
            )
        )


def _known(name: str, known: list[str]) -> str:
    return nearest(name, known) or (f"it has {listed(known)}" if known else "it has none")


def _from_file(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    source = load_source(path)
    if not isinstance(source.value, dict):
        raise ProjectError(Fault("CF-U041", "a params file is a mapping of names to values", source.where()))
    return dict(source.value)


def _param(text: str, own: Mapping[str, Any]) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(Fault("CF-U042", f"`{text}` is no param", "--param", "write name=value"))
    written = own.get(name)
    if isinstance(written, str) and "${" not in written:
        return name, value
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value
