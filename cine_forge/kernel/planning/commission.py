"""The commission: everything a plan is made from, checked as a whole.

Recipe, modules, params, facts, policies and selection come together here; every fault of their meeting
(unknown module, unmade input, refused param, unresolved fan-out) is reported at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cine_forge.kernel.artifacts.refs import type_of_schema
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
        forced = {
            id: replace(brief, forced=selection.forces(id))
            for id, brief in self.briefs.items()
            if brief.forced != selection.forces(id)
        }
        return replace(self, selection=selection, briefs={**self.briefs, **forced})

    @property
    def types(self) -> frozenset[str]:
        """Return the artifact types that the stages read or make."""
        read = {wire.type for wires in self.wires.values() for wire in wires.wires}
        manifests = {id(brief.module): brief.module.manifest for brief in self.briefs.values()}.values()
        made = {type_of_schema(one.schema_name) for found in manifests for one in found.outputs.values()}
        return frozenset(read | made)


def commission(
    loaded: LoadedRecipe,
    registry: ModuleRegistry,
    schemas: SchemaRegistry,
    around: Surroundings,
    policies: Policies,
) -> Commission:
    """Check that recipe, modules and project fit. Raises RecipeError with every fault."""
    meeting = _Meeting(loaded, registry, schemas, around)
    meeting.faults += _not_honoured(loaded)
    graph = RecipeGraph(loaded.recipe)
    modules = meeting.modules()
    wires, unmet = resolve_wires(loaded, modules, graph.ancestors)
    meeting.faults += unmet
    briefs = {id: meeting.brief(loaded.stage(id), module) for id, module in modules.items()}
    if meeting.faults:
        raise RecipeError(*meeting.faults)
    recipe = loaded.recipe
    return Commission(
        recipe_id=recipe.recipe_id,
        root_entity=recipe.entity,
        project=around.project,
        order=tuple(graph.order()),
        graph=graph,
        briefs=briefs,
        wires=wires,
        policies=policies,
        selection=Selection(),
        identity=digest_of(recipe.model_dump(mode="json", exclude={"description"})),
    )


@dataclass
class _Meeting:
    """Recipe, modules and project as they meet; it gathers every fault of that."""

    loaded: LoadedRecipe
    registry: ModuleRegistry
    schemas: SchemaRegistry
    around: Surroundings
    faults: list[Fault] = field(default_factory=list)
    _code: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def modules(self) -> dict[str, Module]:
        """Return each stage's module; a stage without one is a fault."""
        found = {}
        for entry in self.loaded.recipe.stages:
            try:
                found[entry.id] = self.registry.get(entry.module)
            except RecipeError as error:
                place = self.loaded.where(entry.id, "module")
                self.faults += [replace(fault, where=place) for fault in error.faults]
        return found

    def brief(self, entry: StageEntry, module: Module) -> StageBrief:
        """Return what planning needs to know of a stage."""
        manifest = module.manifest
        given = {**entry.params, **(self.around.overrides or {}).get(entry.id, {})}
        place = _param_place(self.loaded, entry.id)
        params, refused = effective_params(manifest, given, self.around.project, place)
        self.faults += [*refused, *self._unknown_facts(module)]
        return StageBrief(
            module=module,
            params=params,
            facts={name: self.around.facts.get(name) for name in manifest.facts},
            code=self._code_of(module),
            schemas=self._schemas(module),
            project_seed=self.around.project_seed,
        )

    def _code_of(self, module: Module) -> Mapping[str, str]:
        name = module.manifest.module_id
        if name not in self._code:
            self._code[name] = code_digests(module)
        return self._code[name]

    def _schemas(self, module: Module) -> dict[str, str]:
        read = {spec.schema_name for spec in module.manifest.inputs.values()}
        made = {spec.schema_name for spec in module.manifest.outputs.values()}
        names = sorted(read | made)
        for name in names:
            if name not in self.schemas:
                what = f"module `{module.manifest.module_id}` uses the unknown schema `{name}`"
                hint = "register it or add its file to `schemas`"
                self.faults.append(Fault("CF-P024", what, module.where, hint))
        return {name: self.schemas.digest(name) for name in names if name in self.schemas}

    def _unknown_facts(self, module: Module) -> list[Fault]:
        known = sorted(self.around.facts)
        hint = f"settings are {', '.join(known)}" if known else "this project has no project.yaml"
        return [
            Fault("CF-P025", f"the project has no setting `{name}`", module.where, hint)
            for name in module.manifest.facts
            if name not in self.around.facts
        ]


_LATER_KEYS = ("when", "config")
_LATER_TOP_KEYS = ("resilience", "extensions")


def _not_honoured(loaded: LoadedRecipe) -> list[Fault]:
    """Refuse what the recipe language has and this version does not carry out: nothing is ignored."""
    written = dict(loaded.source.value)
    paths: list[tuple[str | int, ...]] = [(key,) for key in _LATER_TOP_KEYS if key in written]
    for place, entry in enumerate(written.get("stages", ())):
        paths += [("stages", place, key) for key in _LATER_KEYS if key in entry]
    what = "`{}` is not carried out by this version"
    return [
        loaded.source.fault("CF-P026", what.format(path[-1]), *path, hint="leave it out") for path in paths
    ]


def _param_place(loaded: LoadedRecipe, stage: str) -> Callable[[str], str]:
    return lambda name: loaded.where(stage, "params", name) if name else loaded.where(stage, "params")
