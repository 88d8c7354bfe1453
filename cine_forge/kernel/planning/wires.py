"""Wires: for each input of each stage, which stage's output feeds it; and what a stage fans out over.

Recipes do not know modules and modules do not know recipes: they meet here, and everything that does
not fit is reported at once.

    needs         data: an output whose schema is the input's; named as `stage.output`, also one of another
                  schema whose shape promises all that the input's requires
    needs_all     data of all of them, for an input that takes many
    after         order only
    store_inputs  data that the project holds; nothing in this recipe makes it
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal, NamedTuple

from cine_forge.kernel.artifacts.records.refs import type_of_schema
from cine_forge.kernel.artifacts.schemas.promise import lacks
from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry
from cine_forge.kernel.ground.errors import Fault, listed, nearest
from cine_forge.kernel.recipes.recipe import LoadedRecipe, StageEntry
from cine_forge.kernel.recipes.selector import expand_need, split_need
from cine_forge.kernel.stages.discovery import Module
from cine_forge.kernel.stages.manifest import InputSpec

Held = Literal["must", "may", "all", "none"]

_TABLES: tuple[tuple[str, Held], ...] = (
    ("store_inputs", "must"),
    ("store_inputs_optional", "may"),
    ("store_inputs_all", "all"),
)


class Supply(NamedTuple):
    """An output of a stage."""

    stage: str
    output: str


class Wire(NamedTuple):
    """Where an input comes from: outputs of stages, or what the store holds of `type`.

    `held` says how the recipe takes it from the store: it must be there, may be there, all of them; or that
    nothing feeds an optional input, not even the store.
    """

    name: str
    spec: InputSpec
    type: str
    supplies: tuple[Supply, ...] = ()
    held: Held | None = None


class StageWires(NamedTuple):
    """All wires of a stage. `after` are stages that only come first."""

    wires: tuple[Wire, ...]
    fan: Supply | None
    after: tuple[str, ...]


class Wiring:
    """Resolves every stage's wires. `modules` are by stage id; only a fan-out asks for `ancestors`."""

    def __init__(
        self,
        loaded: LoadedRecipe,
        modules: Mapping[str, Module],
        schemas: SchemaRegistry,
        ancestors: Callable[[str], frozenset[str]],
    ) -> None:
        self.loaded = loaded
        self.modules = modules
        self.schemas = schemas
        self.ancestors = ancestors
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []

    def resolve(self) -> dict[str, StageWires]:
        """Return the wires by stage id; what does not fit is in `faults`, what does nothing in `warnings`."""
        found = {}
        for entry in self.loaded.recipe.stages:
            if entry.id in self.modules:
                found[entry.id] = self._of_stage(entry)
        return found

    def _of_stage(self, entry: StageEntry) -> StageWires:
        inputs = self.modules[entry.id].manifest.inputs
        needs = _Needs(entry, self)
        stores = entry.store_inputs or entry.store_inputs_optional or entry.store_inputs_all
        wires = []
        for name, spec in sorted(inputs.items(), key=_driven_last):
            wire = (self._stored(entry, name, spec) if stores else None) or needs.wire(name, spec)
            if wire is not None:
                wires.append(wire)
            elif spec.optional:
                wires.append(Wire(name, spec, type_of_schema(spec.schema_name), held="none"))
            elif not needs.is_refused(name):
                self._unmade(entry, name, spec)
        if stores:
            self._check_stored_names(entry)
        fan = self._fan(entry)
        needs.check_unread(fan)
        after = tuple(split_need(need, self.loaded.positions)[0] for need in entry.after)
        return StageWires(tuple(wires), fan, after)

    def leads(self, made: str, wanted: str) -> bool:
        """Say whether an output can be read as an input of another schema, or has the very same."""
        return made == wanted or self.schemas.leads(made, wanted)

    def _stored(self, entry: StageEntry, name: str, spec: InputSpec) -> Wire | None:
        for key, held in _TABLES:
            table = getattr(entry, key)
            if name in table:
                self._check_stored(entry, key, name, spec)
                return Wire(name, spec, type_of_schema(table[name]), held=held)
        return None

    def _check_stored(self, entry: StageEntry, key: str, name: str, spec: InputSpec) -> None:
        module = self.modules[entry.id].manifest.module_id
        path = self.loaded.path(entry.id, key, name)
        if (key == "store_inputs_all") != (spec.entities == "all" and spec.from_input is None):
            takes = "many" if spec.entities == "all" else "one"
            way = "store_inputs_all" if takes == "many" else "store_inputs"
            what = f"input `{name}` of `{module}` takes {takes}"
            self.faults.append(
                self.loaded.source.fault("CF-P031", what, *path, hint=f"write it under `{way}`")
            )
        elif key == "store_inputs_optional" and not spec.optional:
            what = f"module `{module}` cannot do without its input `{name}`"
            hint = "write it under `store_inputs`"
            self.faults.append(self.loaded.source.fault("CF-P031", what, *path, hint=hint))
        schema = self._stored_schema(getattr(entry, key)[name], spec)
        if schema is None:
            known = sorted({type_of_schema(one) for one in self.schemas.names()})
            written = type_of_schema(getattr(entry, key)[name])
            hint = nearest(written, known) or f"there are {listed(known)}"
            what = f"no module here knows an artifact type `{getattr(entry, key)[name]}`"
            self.faults.append(self.loaded.source.fault("CF-P032", what, *path, hint=hint))
        elif schema != spec.schema_name and (missing := self.missing(schema, spec)):
            self.faults.append(self.mismatch(entry, name, schema, path=path, missing=missing))

    def _stored_schema(self, written: str, spec: InputSpec) -> str | None:
        """Return the schema of an artifact type; without a number the input's own, else the newest."""
        if written in self.schemas:
            return written
        if written == type_of_schema(spec.schema_name):
            return spec.schema_name
        numbers = [name for name in self.schemas.names() if type_of_schema(name) == written]
        return max(numbers, key=lambda name: int(name.partition("@")[2]), default=None)

    def _check_stored_names(self, entry: StageEntry) -> None:
        manifest = self.modules[entry.id].manifest
        for key, _ in _TABLES:
            for name in getattr(entry, key):
                if name not in manifest.inputs:
                    known = list(manifest.inputs)
                    hint = nearest(name, known) or (
                        f"its inputs are {listed(known)}" if known else "it has none"
                    )
                    what = f"module `{manifest.module_id}` has no input `{name}`"
                    path = self.loaded.path(entry.id, key, name)
                    self.faults.append(self.loaded.source.fault("CF-P033", what, *path, hint=hint))

    def missing(self, schema: str, spec: InputSpec) -> tuple[str, ...]:
        """Return what the input's schema requires and the other does not promise."""
        if schema not in self.schemas or spec.schema_name not in self.schemas:
            return ()
        if self.schemas.leads(schema, spec.schema_name):
            return ()
        found = lacks(self.schemas.shape(schema), self.schemas.shape(spec.schema_name))
        return tuple(str(lack) for lack in found)

    def mismatch(
        self,
        entry: StageEntry,
        name: str,
        schema: str,
        *,
        path: tuple[str | int, ...],
        missing: tuple[str, ...],
    ) -> Fault:
        """Return the fault of a schema that does not promise enough for an input."""
        wanted = self.modules[entry.id].manifest.inputs[name].schema_name
        what = f"`{schema}` does not promise what input `{name}` of `{entry.id}` requires ({wanted})"
        return self.loaded.source.fault("CF-P023", what, *path, hint="; ".join(missing))

    def _unmade(self, entry: StageEntry, name: str, spec: InputSpec) -> None:
        if entry.id in self.loaded.doubtful:
            return
        makers = [
            other
            for other, module in self.modules.items()
            if other != entry.id and spec.schema_name in _schemas_made(module)
        ]
        stored = (
            f"or take it from the project: `store_inputs: {{{name}: {type_of_schema(spec.schema_name)}}}`"
        )
        hint = f"{listed(makers)} makes it: add it to needs" if makers else "no stage of this recipe makes it"
        what = f"nothing that `{entry.id}` needs makes its input `{name}` ({spec.schema_name})"
        place = self.loaded.where(entry.id, "needs")
        self.faults.append(Fault("CF-P020", what, place, f"{hint}; {stored}"))

    def _fan(self, entry: StageEntry) -> Supply | None:
        wanted = entry.for_each or self.modules[entry.id].manifest.for_each
        if wanted is None:
            return None
        before = self.ancestors(entry.id)
        found = [
            Supply(stage, output)
            for stage in (one.id for one in self.loaded.recipe.stages)
            if stage in before and stage in self.modules
            for output, made in self.modules[stage].manifest.outputs.items()
            if wanted in (made.schema_name, f"{stage}.{output}")
        ]
        if len(found) == 1:
            return found[0]
        if entry.id in self.loaded.doubtful:
            return None
        makers = f"{len(found)} stages before it make" if found else "no stage before it makes"
        what = f"`{entry.id}` fans out over `{wanted}`, which {makers}"
        place = self.loaded.where(entry.id, "for_each")
        self.faults.append(Fault("CF-P022", what, place, self._fan_hint(wanted, found)))
        return None

    def _fan_hint(self, wanted: str, found: list[Supply]) -> str:
        if found:
            return f"name one in `for_each`: {listed([f'{one.stage}.{one.output}' for one in found])}"
        makers = [stage for stage, module in self.modules.items() if wanted in _schemas_made(module)]
        if makers:
            return f"{listed(makers)} makes it: add it to needs"
        sets = sorted({name for module in self.modules.values() for name in _schemas_made(module)})
        return nearest(wanted, sets) or "no stage of this recipe makes it"


class _Needs:
    """What one stage needs, as it is dealt out to its inputs."""

    def __init__(self, entry: StageEntry, wiring: Wiring) -> None:
        self._entry = entry
        self._wiring = wiring
        self._one = [split_need(need, wiring.loaded.positions) for need in entry.needs]
        self._all = [split_need(need, wiring.loaded.positions) for need in entry.needs_all]
        self._used: set[str] = set()
        self._refused: set[str] = set()
        self._misnamed = False
        self._unmatched = [pair for pair in self._one if pair[1] is not None and not self._is_taken(pair)]

    def wire(self, name: str, spec: InputSpec) -> Wire | None:
        """Return the wire of an input, None when no need feeds it."""
        chosen = self._made(spec)
        if len(chosen) > 1 and spec.entities == "one":
            self._refuse_several(name, spec, chosen)
            return None
        if not chosen:
            return self._adapted(name, spec)
        self._used |= {supply.stage for supply in chosen}
        return Wire(name, spec, type_of_schema(spec.schema_name), chosen)

    def is_refused(self, name: str) -> bool:
        """Say whether a fault was told that may be why nothing feeds this input."""
        return name in self._refused or self._misnamed

    def check_unread(self, fan: Supply | None) -> None:
        """Warn of each need of which nothing is read; under `needs_all` refuse it."""
        used = self._used | ({fan.stage} if fan else set())
        if all(stage in used for stage, _ in (*self._one, *self._all)):
            return
        loaded = self._wiring.loaded
        written = loaded.source.value["stages"][loaded.path(self._entry.id)[1]]
        for key, said in (("needs", self._wiring.warnings), ("needs_all", self._wiring.faults)):
            for at, need in enumerate(written.get(key, ())):
                if not isinstance(need, str) or self._entry.id in loaded.doubtful:
                    continue
                stages = {split_need(one, loaded.positions)[0] for one in expand_need(need, loaded.positions)}
                if not stages & used and stages <= self._wiring.modules.keys():
                    path = loaded.path(self._entry.id, key, at)
                    said.append(loaded.source.fault(*self._unread(key, need), *path, hint=_UNREAD[key]))

    def _unread(self, key: str, need: str) -> tuple[str, str]:
        if key == "needs":
            return "CF-P029", f"`{self._entry.id}` needs `{need}` and reads nothing of it"
        return "CF-P034", f"no input of `{self._entry.id}` takes many of what `{need}` makes"

    def _made(self, spec: InputSpec) -> tuple[Supply, ...]:
        pairs = self._one if spec.entities == "one" else [*self._one, *self._all]
        found = [
            (Supply(stage, output), wanted is not None)
            for stage, wanted in pairs
            if stage in self._wiring.modules
            for output, made in self._wiring.modules[stage].manifest.outputs.items()
            if wanted in (None, output) and self._wiring.leads(made.schema_name, spec.schema_name)
        ]
        named = [supply for supply, by_name in found if by_name]
        every = [supply for supply, _ in found]
        return tuple(dict.fromkeys(named if named and spec.entities == "one" else every))

    def _adapted(self, name: str, spec: InputSpec) -> Wire | None:
        """Feed an input with a named output of another schema that promises what the input requires."""
        fits = []
        for stage, output in self._unmatched:
            made = self._wiring.modules[stage].manifest.outputs[str(output)].schema_name
            missing = self._wiring.missing(made, spec)
            if not missing:
                fits.append((Supply(stage, str(output)), made))
            elif not spec.optional:
                path = self._wiring.loaded.path(self._entry.id, "needs")
                fault = self._wiring.mismatch(self._entry, name, made, path=path, missing=missing)
                self._refuse(name, fault)
        if not fits:
            return None
        if len(fits) > 1 and spec.entities == "one":
            self._refuse_several(name, spec, tuple(supply for supply, _ in fits))
            return None
        self._used |= {supply.stage for supply, _ in fits}
        return Wire(name, spec, type_of_schema(fits[0][1]), tuple(supply for supply, _ in fits))

    def _is_taken(self, pair: tuple[str, str | None]) -> bool:
        """Say whether an input has the very schema of a named output; refuse an output that is none."""
        stage, output = pair
        if stage not in self._wiring.modules:
            return True
        outputs = self._wiring.modules[stage].manifest.outputs
        if output not in outputs:
            hint = nearest(str(output), outputs) or f"its outputs are {listed(list(outputs))}"
            place = self._wiring.loaded.where(self._entry.id, "needs")
            what = f"stage `{stage}` has no output `{output}`"
            self._wiring.faults.append(Fault("CF-P035", what, place, hint))
            self._misnamed = True
            return True
        inputs = self._wiring.modules[self._entry.id].manifest.inputs.values()
        made = outputs[output].schema_name
        return any(self._wiring.leads(made, spec.schema_name) for spec in inputs)

    def _refuse_several(self, name: str, spec: InputSpec, chosen: tuple[Supply, ...]) -> None:
        ways = listed([f"{supply.stage}.{supply.output}" for supply in chosen])
        what = f"input `{name}` ({spec.schema_name}) of `{self._entry.id}` is made by {ways}"
        place = self._wiring.loaded.where(self._entry.id, "needs")
        self._refuse(name, Fault("CF-P021", what, place, "name one of them in needs, as `stage.output`"))

    def _refuse(self, name: str, fault: Fault) -> None:
        self._refused.add(name)
        self._wiring.faults.append(fault)


_UNREAD = {
    "needs": "write it under `after` when it shall only come first",
    "needs_all": "write it under `needs`, or under `after` when it shall only come first",
}


def _driven_last(pair: tuple[str, InputSpec]) -> bool:
    return pair[1].from_input is not None


def _schemas_made(module: Module) -> Iterator[str]:
    return (made.schema_name for made in module.manifest.outputs.values())
