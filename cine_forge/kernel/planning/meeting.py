"""The meeting of a recipe with modules and a project: what each stage comes to, and all that does not fit.

`commission` calls it. It reads what is declared and runs no module code but the builders of prompt
modules; every fault, every default that is used and every decision of a policy is gathered here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry
from cine_forge.kernel.ground.config import ConfigNamespace, Opening
from cine_forge.kernel.ground.errors import CineForgeError, Fault, RecipeError, listed, nearest
from cine_forge.kernel.planning.decision import StageBrief
from cine_forge.kernel.planning.params import EffectiveParams, effective_params
from cine_forge.kernel.planning.policy import Policies, Ruling
from cine_forge.kernel.planning.record import Record, UsedDefault
from cine_forge.kernel.recipes.layers import config_of, unmatched
from cine_forge.kernel.recipes.placeholder import holds_unfilled
from cine_forge.kernel.recipes.recipe import LoadedRecipe, Resilience, StageEntry
from cine_forge.kernel.stages.closure import code_digests
from cine_forge.kernel.stages.discovery import Module, ModuleRegistry

EXTENSION = "extension."
"""What the facts begin with that modules read from the recipe's `extensions`."""


@dataclass(frozen=True)
class Surroundings:
    """What the project and the command bring.

    `facts` come by dotted name; those of `defaulted` nobody wrote. `overrides` are params by stage, and
    `origins` says for `stage.param` where one was written. `found` are faults of the recipe's form, told
    together with the others. `strict` refuses every default that is used.
    """

    project: Path
    facts: Mapping[str, Any]
    project_seed: Any = 0
    overrides: Mapping[str, Mapping[str, Any]] | None = None
    origins: Mapping[str, str] = field(default_factory=dict)
    defaulted: frozenset[str] = frozenset()
    found: tuple[Fault, ...] = ()
    record: Record = field(default_factory=Record)
    strict: bool = False


class Meeting:
    """Recipe, modules and project as they meet."""

    def __init__(
        self,
        loaded: LoadedRecipe,
        registry: ModuleRegistry,
        schemas: SchemaRegistry,
        around: Surroundings,
        policies: Policies,
    ) -> None:
        self.loaded = loaded
        self.registry = registry
        self.schemas = schemas
        self.around = around
        self.policies = policies
        self.faults: list[Fault] = []
        self._code: dict[str, Mapping[str, str]] = {}
        self._shapes: dict[str, Mapping[str, str]] = {}
        self._read: set[str] = set()
        self._plain: dict[str, StageBrief] = {}

    def modules(self) -> dict[str, Module]:
        """Return each stage's module; a stage without one is a fault."""
        found = {}
        for entry in self.loaded.recipe.stages:
            try:
                found[entry.id] = self._module(entry)
            except RecipeError as error:
                place = self.loaded.where(entry.id, "module")
                self.faults += [fault._replace(where=place) for fault in error.faults]
        ids = {stage: module.manifest.module_id for stage, module in found.items()}
        self.faults += unmatched(self.loaded, ids)
        return found

    def brief(self, entry: StageEntry, module: Module) -> StageBrief:
        """Return what planning needs to know of a stage; those that say nothing of their own share it."""
        name, faults = module.manifest.module_id, len(self.faults)
        if self._says_more(entry, module):
            return self._brief(entry, module)
        made = self._plain.get(name) or self._brief(entry, module)
        if len(self.faults) == faults:
            self._plain[name] = made
        return made

    def _says_more(self, entry: StageEntry, module: Module) -> bool:
        """Say whether a stage's brief is its own, or could tell something at the stage's own place."""
        configs, blocks = self.loaded.recipe.stage_configs, self.policies.blocks
        written = entry.params or entry.config or entry.resilience or configs.defaults or configs.instances
        told = self.around.strict or module.manifest.gate or entry.id in (self.around.overrides or {})
        return bool(written or told or (blocks is not None and blocks.consumes(module)))

    def _brief(self, entry: StageEntry, module: Module) -> StageBrief:
        params = self._params(entry, module)
        self._check_gate(entry, module, params)
        return StageBrief(
            module=module,
            params=params,
            facts=self._facts(module),
            code=self._code_of(module),
            schemas=self._shapes_of(module),
            project_seed=self.around.project_seed,
            resilience=self._resilience(entry),
            config=self._config(entry, module),
        )

    def close(self) -> None:
        """Check what concerns the whole recipe, once every stage has been met."""
        self.faults += [*self._unread_extensions(), *self._unmatched_overrides()]
        self._note_recipe()
        if self.around.strict:
            self.faults += [default.fault() for default in self.around.record.defaults]
            self.faults += self.around.record.warnings

    def _module(self, entry: StageEntry) -> Module:
        ids = self.registry.modules
        if entry.module in ids or entry.module in self.registry.disabled:
            return self.registry.get(entry.module)
        chosen = self.policies.selectors.module(entry.module, ids)
        if chosen is None:
            return self.registry.get(entry.module)
        name = chosen.names[0]
        question = f"which module `{entry.module}` is"
        self.around.record.decide(Ruling("selectors", question, name, chosen.why))
        return ids[name]

    def _params(self, entry: StageEntry, module: Module) -> EffectiveParams:
        over = (self.around.overrides or {}).get(entry.id, {})
        given = {**entry.params, **over} if over else entry.params

        def where(name: str) -> str:
            origin = self.around.origins.get(f"{entry.id}.{name}")
            return origin or self.loaded.where(entry.id, "params", *([name] if name else []))

        params, refused = effective_params(module.manifest, given, self.around.project, where)
        doubtful = entry.id in self.loaded.doubtful
        self.faults += [fault for fault in refused if not (doubtful and fault.code == "CF-P013")]
        for name in params.defaults:
            whole = f"{self._owner(entry, module)}.{name}"
            if whole not in self.around.record.names:
                write = f"write `{name}: {_written(params.values[name])}` under `params` of `{entry.id}`"
                place = self._place(entry.id, "params")
                self.around.record.use(UsedDefault(whole, params.values[name], write, place))
        return params

    def _owner(self, entry: StageEntry, module: Module) -> str:
        """Return whose a default is: the module's, for all its stages; told to be written, each stage's."""
        return entry.id if self.around.strict else module.manifest.module_id

    def _place(self, stage: str = "", *keys: str | int) -> str:
        """Return a place when it will be shown: reading places takes a second look at the whole text."""
        return self.loaded.where(stage, *keys) if self.around.strict else ""

    def _check_gate(self, entry: StageEntry, module: Module, params: EffectiveParams) -> None:
        gate = module.manifest.gate
        if gate is None or gate.mode is None or entry.when is False:
            return
        mode = params.values.get(gate.mode)
        origin = "the command or the project says so" if self._is_over(entry, gate.mode) else ""
        why = origin or ("the recipe says so" if gate.mode in entry.params else "its manifest's default")
        question = f"who passes the gate `{entry.id}`"
        self.around.record.decide(Ruling("gate", question, _written(mode), why))
        if self.policies.approvers is None:
            return
        way = self.policies.approvers.missing(entry.id, mode)
        if way is not None:
            what = f"nobody could ever pass the gate `{entry.id}`: `{gate.mode}` is `{mode}`"
            path = ("params", gate.mode) if gate.mode in entry.params else ("module",)
            self.faults.append(Fault("CF-P028", what, self.loaded.where(entry.id, *path), way))

    def _is_over(self, entry: StageEntry, param: str) -> bool:
        return param in (self.around.overrides or {}).get(entry.id, {})

    def _facts(self, module: Module) -> dict[str, Any]:
        """Return the facts that a module lists. A setting of an extension that is not written is None."""
        found: dict[str, Any] = {}
        for name in module.manifest.facts:
            if name.startswith(EXTENSION):
                plug_in, _, key = name.removeprefix(EXTENSION).partition(".")
                found[name] = self.loaded.recipe.extensions.get(plug_in, {}).get(key)
                self._read.add(f"{plug_in}.{key}")
            elif name not in self.around.facts:
                self.faults.append(self._unknown_fact(module, name))
            else:
                found[name] = self.around.facts[name]
                self._note_fact(name, found[name])
        return found

    def _note_fact(self, name: str, value: Any) -> None:
        if name in self.around.defaulted:
            write = f"write `{name}: {_written(value)}` in `project.yaml`, its parts as nested keys"
            self.around.record.use(UsedDefault(name, value, write))

    def _unknown_fact(self, module: Module, name: str) -> Fault:
        known = sorted(self.around.facts)
        hints = (nearest(name, known), f"settings are {', '.join(known)}" if known else "")
        hint = "; ".join(filter(None, hints)) or "this project has no project.yaml"
        return Fault("CF-P025", f"the project has no setting `{name}`", module.where, hint)

    def _code_of(self, module: Module) -> Mapping[str, str]:
        name = module.manifest.module_id
        if name not in self._code:
            self._code[name] = code_digests(module)
        return self._code[name]

    def _shapes_of(self, module: Module) -> Mapping[str, str]:
        name = module.manifest.module_id
        if name not in self._shapes:
            self._shapes[name] = self._read_shapes(module)
        return self._shapes[name]

    def _read_shapes(self, module: Module) -> dict[str, str]:
        manifest = module.manifest
        read = {spec.schema_name for spec in manifest.inputs.values()}
        names = sorted(read | {spec.schema_name for spec in manifest.outputs.values()})
        for name in names:
            if name not in self.schemas:
                what = f"module `{manifest.module_id}` uses the unknown schema `{name}`"
                hints = (nearest(name, self.schemas.names()), "register it or add its file to `schemas`")
                self.faults.append(Fault("CF-P024", what, module.where, "; ".join(filter(None, hints))))
        shapes = {name: self.schemas.digest(name) for name in names if name in self.schemas}
        for name in sorted(read):
            shapes |= self.schemas.upcasts_to(name)
        return shapes

    def _resilience(self, entry: StageEntry) -> Resilience:
        """Return the recipe's tries under the stage's own; both as far as they are written."""
        recipe = self.loaded.recipe.resilience
        if entry.resilience is None:
            return recipe
        own = entry.resilience
        return recipe.model_copy(update={name: getattr(own, name) for name in own.model_fields_set})

    def _config(self, entry: StageEntry, module: Module) -> Mapping[str, Any]:
        """Return the effective config: what the module's builder read, defaults included."""
        blocks, configs = self.policies.blocks, self.loaded.recipe.stage_configs
        consumes = blocks is not None and blocks.consumes(module)
        if not (consumes or entry.config or configs.defaults or configs.instances):
            return {}
        layered, clashes = config_of(self.loaded, entry, module.manifest.module_id)
        self.faults += clashes
        if clashes or holds_unfilled(layered.values):
            return {}
        opening = Opening("config", layered.where, partial(self._note_config, entry, module))
        config = ConfigNamespace(layered.values, opening)
        try:
            if blocks is not None and consumes:
                for ruling in blocks.read(entry.id, module, config):
                    self.around.record.decide(ruling)
            return config.finish()
        except CineForgeError as error:
            hint = "" if consumes else f"module `{module.manifest.module_id}` reads no config, only params"
            self.faults += [fault._replace(hint=hint or fault.hint) for fault in error.faults]
        return {}

    def _note_config(self, entry: StageEntry, module: Module, name: str, value: Any) -> None:
        write = f"write `{name.removeprefix('config.')}: {_written(value)}` under `config` of `{entry.id}`"
        place = self._place(entry.id, "config")
        self.around.record.use(UsedDefault(f"{self._owner(entry, module)}.{name}", value, write, place))

    def _unread_extensions(self) -> Iterator[Fault]:
        """Yield a fault for each setting of an extension that neither a plug-in nor a module reads."""
        readers = self.policies.extensions
        for name, block in self.loaded.recipe.extensions.items():
            read = [key for key in block if f"{name}.{key}" in self._read]
            if name not in readers and not read and not any(one.startswith(f"{name}.") for one in self._read):
                known = sorted({*readers, *(one.partition(".")[0] for one in self._read)})
                here = f"extensions that are read here: {listed(known)}" if known else "none is read here"
                hint = "; ".join(filter(None, (nearest(name, known), here)))
                what = f"nobody here reads the extension `{name}`"
                yield self.loaded.source.fault("CF-R025", what, "extensions", name, hint=hint)
                continue
            yield from self._unread_settings(name, block, read)

    def _unread_settings(self, name: str, block: Mapping[str, Any], read: list[str]) -> Iterator[Fault]:
        def where(path: tuple[str | int, ...]) -> str:
            return self.loaded.where("", "extensions", name, *path)

        def note(key: str, value: Any) -> None:
            write = f"write `{key}: {_written(value)}` in the recipe"
            self.around.record.use(UsedDefault(key, value, write, self._place("", "extensions", name)))

        space = ConfigNamespace(block, Opening(f"extensions.{name}", where, note))
        for key in read:
            space.value(key)
        try:
            if name in self.policies.extensions:
                self.policies.extensions[name](space)
            space.finish()
        except CineForgeError as error:
            yield from error.faults

    def _unmatched_overrides(self) -> Iterator[Fault]:
        known = self.loaded.positions
        for stage, values in (self.around.overrides or {}).items():
            if stage not in known:
                hint = nearest(stage, known) or f"the stages are {listed(list(known))}"
                place = next((self.around.origins.get(f"{stage}.{name}", "") for name in values), "")
                yield Fault("CF-P041", f"params are given for `{stage}`, which is no stage", place, hint)

    def _note_recipe(self) -> None:
        """Note the defaults of the recipe itself."""
        recipe = self.loaded.recipe
        if "entity" not in self.loaded.source.value:
            write = f"write `entity: {recipe.entity}` in the recipe"
            self.around.record.use(UsedDefault("entity", recipe.entity, write, self._place()))
        written = recipe.resilience.model_fields_set if "resilience" in recipe.model_fields_set else set()
        tries = recipe.resilience
        times = f"{tries.attempts} times, after {tries.delay_s} s and twice that each time"
        why = "the recipe says so" if written else "its default"
        self.around.record.decide(Ruling("retry", "how often a unit is tried", times, why))
        for name in type(recipe.resilience).model_fields:
            if name not in written:
                value = getattr(recipe.resilience, name)
                write = f"write `{name}: {value}` under `resilience` of the recipe"
                place = self._place("", "resilience")
                self.around.record.use(UsedDefault(f"resilience.{name}", value, write, place))


def _written(value: Any) -> str:
    """Return a value as YAML has it, on one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_written(one) for one in value) + "]"
    return "null" if value is None else str(value) if value != "" else '""'
