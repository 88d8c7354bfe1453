"""The commission: everything a plan is made from, checked as a whole.

Recipe, modules, params, facts, policies and selection come together here; every fault of their meeting
(unknown module, unmade input, refused param, unresolved fan-out) is reported at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cine_forge.kernel.artifacts.schemas import SchemaRegistry
from cine_forge.kernel.ground.errors import Fault, RecipeError
from cine_forge.kernel.ground.hashing import digest_of
from cine_forge.kernel.planning.decision import StageBrief
from cine_forge.kernel.planning.params import effective_params
from cine_forge.kernel.planning.policy import Policies
from cine_forge.kernel.planning.selection import Selection
from cine_forge.kernel.planning.wires import StageWires, resolve_wires
from cine_forge.kernel.recipes.graph import RecipeGraph
from cine_forge.kernel.recipes.recipe import LoadedRecipe, StageEntry
from cine_forge.kernel.stages.closure import code_digests
from cine_forge.kernel.stages.discovery import Module, ModuleRegistry


@dataclass(frozen=True)
class Surroundings:
    """What the project and the command bring: facts by dotted name, params that override a stage's."""

    project: Path
    facts: Mapping[str, Any]
    project_seed: Any = 0
    overrides: Mapping[str, Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class Commission:
    """A checked order for a plan."""

    recipe_id: str
    root_entity: str
    project: Path
    order: tuple[str, ...]
    graph: RecipeGraph
    briefs: Mapping[str, StageBrief]
    wires: Mapping[str, StageWires]
    policies: Policies
    selection: Selection
    identity: str

    def selected(self, selection: Selection) -> Commission:
        """Return the same commission about another selection."""
        briefs = {id: replace(brief, forced=selection.forces(id)) for id, brief in self.briefs.items()}
        return replace(self, selection=selection, briefs=briefs)


def commission(
    loaded: LoadedRecipe,
    registry: ModuleRegistry,
    schemas: SchemaRegistry,
    around: Surroundings,
    policies: Policies,
) -> Commission:
    """Check that recipe, modules and project fit. Raises RecipeError with every fault."""
    graph = RecipeGraph(loaded.recipe)
    faults: list[Fault] = []
    modules = _modules(loaded, registry, faults)
    ancestors = {entry.id: frozenset(graph.ancestors(entry.id)) for entry in loaded.recipe.stages}
    wires, unmet = resolve_wires(loaded, modules, ancestors)
    faults += unmet
    briefs = {}
    for entry in loaded.recipe.stages:
        if entry.id in modules:
            briefs[entry.id] = _brief(loaded, entry, modules[entry.id], schemas, around, faults)
    if faults:
        raise RecipeError(*faults)
    recipe = loaded.recipe
    return Commission(
        recipe.recipe_id,
        recipe.entity,
        around.project,
        tuple(graph.order()),
        graph,
        briefs,
        wires,
        policies,
        Selection(),
        digest_of(recipe.model_dump(mode="json", exclude={"description"})),
    )


def _modules(loaded: LoadedRecipe, registry: ModuleRegistry, faults: list[Fault]) -> dict[str, Module]:
    found = {}
    for entry in loaded.recipe.stages:
        try:
            found[entry.id] = registry.get(entry.module)
        except RecipeError as error:
            place = loaded.where(entry.id, "module")
            faults += [replace(fault, where=place) for fault in error.faults]
    return found


def _brief(
    loaded: LoadedRecipe,
    entry: StageEntry,
    module: Module,
    schemas: SchemaRegistry,
    around: Surroundings,
    faults: list[Fault],
) -> StageBrief:
    given = {**entry.params, **(around.overrides or {}).get(entry.id, {})}
    params, refused = effective_params(module.manifest, given, around.project, _param_place(loaded, entry.id))
    faults += refused
    names = {spec.schema_name for spec in module.manifest.inputs.values()}
    names |= {spec.schema_name for spec in module.manifest.outputs.values()}
    unknown = sorted(name for name in names if name not in schemas)
    faults += [
        Fault(
            "CF-P024",
            f"module `{module.manifest.module_id}` uses the unknown schema `{name}`",
            module.where,
            "register it or add its file to `schemas`",
        )
        for name in unknown
    ]
    faults += [
        Fault(
            "CF-P025",
            f"the project has no setting `{name}`",
            module.where,
            f"settings are {', '.join(sorted(around.facts)) or 'none'}",
        )
        for name in module.manifest.facts
        if name not in around.facts
    ]
    return StageBrief(
        module,
        params,
        {name: around.facts.get(name) for name in module.manifest.facts},
        code_digests(module),
        {name: schemas.digest(name) for name in sorted(names - set(unknown))},
        around.project_seed,
    )


def _param_place(loaded: LoadedRecipe, stage: str) -> Callable[[str], str]:
    return lambda name: loaded.where(stage, "params", name) if name else loaded.where(stage, "params")
