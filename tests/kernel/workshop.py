"""A workshop for kernel tests: modules written to a folder, a real store, plans and runs over them.

Everything is real but the clock and, where a test says so, the door to generation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from cine_forge.driver.foresight import PureForesight
from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.ground.source import parse_source
from cine_forge.kernel.planning.commission import commission
from cine_forge.kernel.planning.compilation import Compilation, compile_plan
from cine_forge.kernel.planning.meeting import Surroundings
from cine_forge.kernel.planning.policy import Policies
from cine_forge.kernel.planning.selection import Selection
from cine_forge.kernel.planning.view import StoreView
from cine_forge.kernel.recipes.placeholder import resolve_placeholders
from cine_forge.kernel.recipes.recipe import parse_recipe
from cine_forge.kernel.running.events import ListSink, Teller
from cine_forge.kernel.running.execute import Execution, RunOutcome, RunSetting
from cine_forge.kernel.running.executors import Executor, LocalExecutor
from cine_forge.kernel.stages.discovery import ModuleRegistry, discover

_SHAPE = '{"type": "object"}'

HEAD = """
from cine_forge import Draft, StageResult

def draft(output, entity, data):
    return Draft(output=output, entity=entity, data=data, intent="test", rationale="test")

def texts(inputs):
    found = []
    for value in inputs.values():
        for given in value if isinstance(value, tuple) else (value,):
            if given is not None:
                found.append(str(given.data["text"]))
    return found
"""

JOIN = """
def run_module(inputs, params, context):
    text = "dull" if params.get("dull") else params.get("text", "") + "(" + ",".join(texts(inputs)) + ")"
    return StageResult(outputs=(draft("out", context.entity, {"text": text}),))
"""

MEMBERS = """
def run_module(inputs, params, context):
    ids = params["ids"].split()
    members = [{"id": "thing:" + one, "label": one.upper()} for one in ids]
    drafts = [draft("set", context.entity, {"members": members, "retired": []})]
    drafts += [draft("things", "thing:" + one, {"text": one + params.get("suffix", "")}) for one in ids]
    return StageResult(outputs=tuple(drafts))
"""


@dataclass
class Workshop:
    """A project, its modules and its recipe. Without a `registry` of its own it discovers for each plan."""

    root: Path
    policies: Policies = field(default_factory=Policies)
    facts: Mapping[str, Any] = field(default_factory=dict)
    seed: Any = 0
    recipe: Mapping[str, Any] = field(default_factory=dict)
    door: Any = None
    foresees: bool = False
    registry: ModuleRegistry | None = None
    executor: Callable[[], Executor] = lambda: LocalExecutor(2)
    monotonic: Callable[[], float] = field(default_factory=lambda: _ticks())
    stopped: Callable[[], bool] = lambda: False
    stages: list[dict[str, Any]] = field(default_factory=list)
    sink: ListSink = field(default_factory=ListSink)

    def module(self, module_id: str, code: str = JOIN, **manifest: Any) -> str:
        """Write a module folder; unknown schemas named in its manifest become private ones."""
        folder = self.root / "modules" / "any" / module_id
        (folder / "schemas").mkdir(parents=True, exist_ok=True)
        declared = {"outputs": {"out": {"schema": f"{module_id}@1"}}} | manifest
        tables = (*declared["outputs"].values(), *declared.get("inputs", {}).values())
        names = {table["schema"] for table in tables}
        for name in names:
            (folder / "schemas" / f"{name}.json").write_text(_SHAPE)
        text = {"module_id": module_id, "stage": "any", "description": "test", "version": 1} | declared
        text["schemas"] = [f"schemas/{name}.json" for name in sorted(names)]
        (folder / "module.yaml").write_text(yaml.safe_dump(text))
        (folder / "main.py").write_text(HEAD + code)
        return module_id

    def stage(self, stage_id: str, module: str, **entry: Any) -> None:
        """Add a stage to the recipe, or replace the one of that id in its place."""
        row = {"id": stage_id, "module": module} | entry
        known = [old["id"] for old in self.stages]
        if stage_id in known:
            self.stages[known.index(stage_id)] = row
        else:
            self.stages.append(row)

    def plan(self, **selection: Any) -> Compilation:
        """Compile against what is kept now."""
        with self._store(write=False) as store:
            return self._compile(store, selection)

    def actions(self, **selection: Any) -> dict[str, str]:
        """Return the plan as `stage/entity` to action, in execution order."""
        return {str(unit.unit): unit.action for unit in self.plan(**selection).plan().units}

    def run(self, **selection: Any) -> RunOutcome:
        """Plan and carry out; events of all runs are in `sink`."""
        with self._store(write=True) as store:
            compilation = self._compile(store, selection)
            executor = self.executor()
            teller = Teller(
                "run", [self.sink], clock=lambda: 1_767_225_600.0, first_seq=len(self.sink.events) + 1
            )
            folder = self.root / "project" / "runs" / "run"
            setting = RunSetting(
                "run", folder, store, executor, self.door, teller, self.monotonic, stopped=self.stopped
            )
            try:
                return Execution(compilation, setting).execute()
            finally:
                executor.close()

    def statuses(self, **selection: Any) -> dict[str, str]:
        """Run and return `stage/entity` to status."""
        return {str(unit): outcome.status for unit, outcome in self.run(**selection).units.items()}

    def reopen(self, *, write: bool = False) -> Store:
        """Return the store as another process would open it."""
        return self._store(write=write)

    def text(self, artifact_type: str, entity: str = "project") -> str:
        """Return the text of a current artifact."""
        with self._store(write=False) as store:
            held = store.current(artifact_type, entity)
            assert held is not None
            return str(held.envelope().data["text"])

    def _compile(self, store: Store, selection: Mapping[str, Any]) -> Compilation:
        text = _yaml({"recipe_id": "test", **self.recipe, "stages": self.stages})
        loaded = resolve_placeholders(parse_recipe(parse_source(text, "test.yaml")), self.facts)
        registry = self.registry or discover([self.root / "modules"])
        for module in registry.modules.values():
            for name, shape in module.schemas.items():
                store.registry.register_json(name, dict(shape))
            for newer, moves in module.manifest.upcasts.items():
                store.registry.register_moves(newer, [one.model_dump(exclude_unset=True) for one in moves])
        around = Surroundings(store.project, self.facts, self.seed)
        view = StoreView(store)
        policies = self.policies
        if self.foresees:
            policies = policies._replace(foresight=PureForesight(registry, view, self.facts, 0))
        order = commission(loaded, registry, store.registry, around, policies)
        return compile_plan(order.selected(Selection(**selection)), view)

    def _store(self, *, write: bool) -> Store:
        (self.root / "project").mkdir(exist_ok=True)
        return Store.open(self.root / "project", registry=SchemaRegistry(), clock=_clock, write=write)


def chain(workshop: Workshop, *names: str, **manifest: Any) -> None:
    """Add modules and stages of these names, each reading the one before it."""
    before: str | None = None
    for name in names:
        inputs = {"inputs": {"before": {"schema": f"{before}@1"}}} if before else {}
        params = {"text": {"type": "string", "default": name}, "dull": {"type": "boolean", "default": False}}
        workshop.module(name, JOIN, params=params, **inputs, **manifest)
        workshop.stage(name, name, needs=[before] if before else [])
        before = name


def _yaml(recipe: Mapping[str, Any]) -> str:
    """Return a recipe as YAML; the same one is planned again and again, and written once."""
    key = repr(recipe)
    if key not in _WRITTEN:
        _WRITTEN[key] = yaml.dump(recipe, Dumper=yaml.CSafeDumper, sort_keys=False)
    return _WRITTEN[key]


_WRITTEN: dict[str, str] = {}


def _ticks() -> Callable[[], float]:
    """Return a clock that goes on by a second whenever somebody looks."""
    seconds = count()
    return lambda: float(next(seconds))


def _clock() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)
