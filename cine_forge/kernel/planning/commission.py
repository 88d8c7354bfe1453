"""The commission: everything a plan is made from, checked as a whole.

Recipe, modules, params, facts, policies and selection come together here; every fault of their meeting
(unknown module, unmade input, refused param, unresolved fan-out) is reported at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from cine_forge.kernel.artifacts.records.refs import type_of_schema
from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry
from cine_forge.kernel.ground.errors import RecipeError
from cine_forge.kernel.ground.hashing import digest_of
from cine_forge.kernel.planning.decision import StageBrief
from cine_forge.kernel.planning.meeting import Meeting, Surroundings
from cine_forge.kernel.planning.policy import Policies
from cine_forge.kernel.planning.record import Record
from cine_forge.kernel.planning.selection import Selection
from cine_forge.kernel.planning.wires import StageWires, Wiring
from cine_forge.kernel.recipes.graph import RecipeGraph
from cine_forge.kernel.recipes.recipe import LoadedRecipe, place_of
from cine_forge.kernel.stages.discovery import ModuleRegistry


class Commission(NamedTuple):
    """A checked order for a plan. `off` are the stages whose `when` is false."""

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
    record: Record
    off: frozenset[str] = frozenset()
    loaded: LoadedRecipe | None = None
    schemas: SchemaRegistry | None = None

    def selected(self, selection: Selection) -> Commission:
        """Return the same commission about another selection."""
        forced = {
            id: replace(brief, forced=selection.forces(id))
            for id, brief in self.briefs.items()
            if brief.forced != selection.forces(id)
        }
        return self._replace(selection=selection, briefs={**self.briefs, **forced})

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
    meeting = Meeting(loaded, registry, schemas, around, policies)
    graph = RecipeGraph(loaded.recipe)
    modules = meeting.modules()
    wiring = Wiring(loaded, modules, schemas, graph.ancestors)
    wires = wiring.resolve()
    briefs = {id: meeting.brief(loaded.stage(id), module) for id, module in modules.items()}
    around.record.warnings += wiring.warnings
    meeting.close()
    faults = dict.fromkeys([*around.found, *meeting.faults, *wiring.faults])
    if faults:
        name = f"{loaded.source.name}:"
        raise RecipeError(
            *sorted(faults, key=lambda fault: (not fault.where.startswith(name), place_of(fault)))
        )
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
        identity=digest_of(recipe.model_dump(mode="json", exclude={"description"}, exclude_defaults=True)),
        record=around.record,
        loaded=loaded,
        schemas=schemas,
        off=frozenset(entry.id for entry in recipe.stages if entry.when is False),
    )
