"""Wires: for each input of each stage, which stage's output feeds it; and what a stage fans out over.

Recipes do not know modules and modules do not know recipes: they meet here, and everything that does
not fit is reported at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cine_forge.kernel.artifacts.refs import type_of_schema
from cine_forge.kernel.ground.errors import Fault, listed
from cine_forge.kernel.recipes.recipe import LoadedRecipe, StageEntry, split_need
from cine_forge.kernel.stages.discovery import Module
from cine_forge.kernel.stages.manifest import InputSpec


@dataclass(frozen=True)
class Supply:
    """An output of a stage."""

    stage: str
    output: str


@dataclass(frozen=True)
class Wire:
    """Where an input comes from: outputs of stages, or (without any) what the store holds."""

    name: str
    spec: InputSpec
    type: str
    supplies: tuple[Supply, ...] = ()


@dataclass(frozen=True)
class StageWires:
    """All wires of a stage. `after` are stages that only come first."""

    wires: tuple[Wire, ...]
    fan: Supply | None
    after: tuple[str, ...]


def resolve_wires(
    loaded: LoadedRecipe, modules: Mapping[str, Module], ancestors: Callable[[str], frozenset[str]]
) -> tuple[dict[str, StageWires], list[Fault]]:
    """Resolve every stage's wires. `modules` are by stage id; only a fan-out asks for `ancestors`."""
    faults: list[Fault] = []
    found = {}
    for entry in loaded.recipe.stages:
        if entry.id in modules:
            found[entry.id] = _stage_wires(loaded, entry, modules, ancestors, faults)
    return found, faults


def _stage_wires(
    loaded: LoadedRecipe,
    entry: StageEntry,
    modules: Mapping[str, Module],
    ancestors: Callable[[str], frozenset[str]],
    faults: list[Fault],
) -> StageWires:
    needs = [split_need(need, loaded.positions) for need in (*entry.needs, *entry.needs_all)]
    after = tuple(split_need(need, loaded.positions)[0] for need in entry.after)
    wires = []
    for name, spec in _driving_first(modules[entry.id].manifest.inputs):
        wire = _stored(entry, name, spec) or _made(entry.id, name, spec, needs, modules)
        if isinstance(wire, Wire):
            wires.append(wire)
        elif not spec.optional or wire is not None:
            faults.append(wire or _unmade(loaded, entry.id, name, spec, modules))
    fan = _fan(loaded, entry, modules, ancestors, faults)
    return StageWires(tuple(wires), fan, after)


def _driving_first(inputs: Mapping[str, InputSpec]) -> list[tuple[str, InputSpec]]:
    return sorted(inputs.items(), key=lambda pair: pair[1].from_input is not None)


def _stored(entry: StageEntry, name: str, spec: InputSpec) -> Wire | None:
    for table in (entry.store_inputs, entry.store_inputs_optional, entry.store_inputs_all):
        if name in table:
            return Wire(name, spec, type_of_schema(table[name]))
    return None


def _made(
    stage: str,
    name: str,
    spec: InputSpec,
    needs: list[tuple[str, str | None]],
    modules: Mapping[str, Module],
) -> Wire | Fault | None:
    found = [
        (Supply(need, output), wanted is not None)
        for need, wanted in needs
        if need in modules
        for output, made in modules[need].manifest.outputs.items()
        if made.schema_name == spec.schema_name and wanted in (None, output)
    ]
    named = [supply for supply, by_name in found if by_name]
    chosen = tuple(dict.fromkeys(named or [supply for supply, _ in found]))
    if len(chosen) > 1 and spec.entities == "one":
        ways = listed([f"{supply.stage}.{supply.output}" for supply in chosen])
        what = f"input `{name}` ({spec.schema_name}) of `{stage}` is made by {ways}"
        return Fault("CF-P021", what, f"stage {stage}", "name one of them in needs")
    if not chosen:
        return None
    return Wire(name, spec, type_of_schema(spec.schema_name), chosen)


def _unmade(
    loaded: LoadedRecipe, stage: str, name: str, spec: InputSpec, modules: Mapping[str, Module]
) -> Fault:
    makers = [
        other
        for other, module in modules.items()
        if any(made.schema_name == spec.schema_name for made in module.manifest.outputs.values())
    ]
    hint = f"{listed(makers)} makes it: add it to needs" if makers else "no stage of this recipe makes it"
    what = f"nothing that `{stage}` needs makes its input `{name}` ({spec.schema_name})"
    return Fault("CF-P020", what, loaded.where(stage, "needs"), hint)


def _fan(
    loaded: LoadedRecipe,
    entry: StageEntry,
    modules: Mapping[str, Module],
    ancestors: Callable[[str], frozenset[str]],
    faults: list[Fault],
) -> Supply | None:
    wanted = entry.for_each or modules[entry.id].manifest.for_each
    if wanted is None:
        return None
    before = ancestors(entry.id)
    found = [
        Supply(stage, output)
        for stage in (one.id for one in loaded.recipe.stages)
        if stage in before and stage in modules
        for output, made in modules[stage].manifest.outputs.items()
        if wanted in (made.schema_name, f"{stage}.{output}")
    ]
    if len(found) == 1:
        return found[0]
    what = f"`{entry.id}` fans out over `{wanted}`, which {len(found) or 'no'} stages before it make"
    faults.append(Fault("CF-P022", what, loaded.where(entry.id, "for_each"), "add its maker to needs"))
    return None
