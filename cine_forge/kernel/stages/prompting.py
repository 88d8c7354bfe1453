"""Prompt modules: what becomes of a module whose `main.py` offers `build_block` instead of `run_module`.

    compile_block()      when a plan is made: build, choose, check
    order_of()           what was settled then, as plain data
    block_entry()        where the unit runs: the module as a function that can be called like any other
      run                build again, carry out through `context.dispatch`; captures become drafts

The keys `include`, `exclude`, `overrides`, `capture` and `answers` of a stage's config are read here; every
other key is for the builder, and one that nobody reads is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cine_forge.kernel.artifacts.records.envelope import Draft
from cine_forge.kernel.ground.config import ConfigNamespace
from cine_forge.kernel.ground.errors import CineForgeError, Fault, ModuleError, RecipeError, StageError
from cine_forge.kernel.ground.files import file_within
from cine_forge.kernel.ground.hashing import digest_of_file
from cine_forge.kernel.stages.contract import Context, Input, StageResult
from cine_forge.kernel.stages.discovery import Module
from cine_forge.kernel.stages.kept import TRANSCRIPT
from cine_forge.kernel.stages.loading import Entry, load_builder
from cine_forge.kernel.stages.manifest import Manifest
from cine_forge.kernel.stages.steps.block import Block, ChatStep
from cine_forge.kernel.stages.steps.chat import DispatchChat
from cine_forge.kernel.stages.steps.compilation import CompiledBlock, Demand, Wishes, compile_tree
from cine_forge.kernel.stages.steps.conversation import Conversation
from cine_forge.kernel.stages.steps.material import Material
from cine_forge.kernel.stages.steps.naming import at
from cine_forge.kernel.stages.steps.policy import BlockPolicies
from cine_forge.kernel.stages.steps.recorder import ListRecorder, StepRecord
from cine_forge.kernel.stages.steps.runner import Runner
from cine_forge.kernel.stages.steps.transcript import cost_of, transcript_of

UNJUDGED = 0.5
"""The confidence of what a model said: nobody has judged it yet."""

OWN_KEYS = ("include", "exclude", "overrides", "capture", "answers")
"""Keys of a stage's config that are about the tree as a whole; every other one is for its builder."""


def compile_block(
    module: Module, config: ConfigNamespace, policies: BlockPolicies, *, root: Path
) -> CompiledBlock:
    """Build the module's tree and check it as a whole; nobody is asked anything.

    `root` is the project's folder. Consumes the whole config. Raises ModuleError (CF-M013, CF-M014, CF-M020
    to CF-M030) or RecipeError (CF-R020 to CF-R022, CF-R040 to CF-R045).
    """
    try:
        demand = _demand(module)
        wishes, answers = _wishes(config), _answers(config, module, root)
        tree = load_builder(module)(config)
        effective = config.finish()
        compiled = compile_tree(tree, wishes, demand, policies)
    except ModuleError as error:
        raise ModuleError(*_in_file(error, str(module.folder / "main.py"))) from error
    except RecipeError as error:
        raise RecipeError(*_at_key(error, config)) from error
    return replace(compiled, config=effective, answers=answers)


def order_of(compiled: CompiledBlock) -> dict[str, Any]:
    """Return what the tree is built with again where its unit runs, as plain data: all is resolved."""
    return {
        "config": {key: value for key, value in compiled.config.items() if key not in OWN_KEYS},
        "exclude": list(compiled.exact.exclude),
        "overrides": dict(compiled.exact.overrides),
        "capture": compiled.exact.capture,
        "answers": compiled.answers,
        "told": {
            "config": dict(compiled.config),
            "decisions": list(compiled.decisions),
            "overridden": list(compiled.overridden),
        },
    }


def block_entry(module: Module, order: Mapping[str, Any], clock: Callable[[], float]) -> Entry:
    """Return the module as `run_module` would be. `clock` returns seconds, to tell how long steps take."""

    def run(inputs: Mapping[str, Input], params: Mapping[str, Any], context: Context) -> StageResult:
        compiled = _rebuilt(module, order)
        material = Material(inputs, params, context.facts, context.entity, context.seed, context.log)
        recorder = _TellingRecorder(context, compiled.calls)
        chat = DispatchChat(context, compiled.answers)
        conversation = Conversation()
        Runner(chat, material, clock=clock, recorder=recorder).run(compiled.block, conversation)
        made = _Made(module.manifest, compiled, tuple(recorder.records), conversation.captured)
        spent = sum(record.response.cost_micro_usd for record in made.records if record.response)
        return StageResult(outputs=tuple(made.drafts(context)), cost_micro_usd=spent)

    return run


def _rebuilt(module: Module, order: Mapping[str, Any]) -> CompiledBlock:
    """Return the tree that was compiled for the plan; what was decided then is not decided again."""
    wishes = Wishes(exclude=tuple(order["exclude"]), overrides=order["overrides"], capture=order["capture"])
    tree = load_builder(module)(ConfigNamespace(order["config"]))
    compiled = compile_tree(tree, wishes, _demand(module), BlockPolicies())
    told = order["told"]
    return replace(
        compiled,
        decisions=tuple(told["decisions"]),
        overridden=tuple(told["overridden"]),
        config=told["config"],
        answers=order["answers"],
    )


class _TellingRecorder(ListRecorder):
    """Keeps records, and tells each in the run's log: who answered, how long it took, how it failed."""

    def __init__(self, context: Context, calls: int) -> None:
        super().__init__()
        self._context = context
        self._calls = calls

    def record(self, record: StepRecord) -> None:
        super().record(record)
        told = {"path": record.path, "kind": record.kind, "seconds": round(record.duration_s, 3)}
        if record.response is not None:
            told |= {"model": record.response.model, "receipt": record.response.receipt}
        if record.error is not None:
            told["error"] = record.error
        self._context.log("step", **told)
        if record.response is not None:
            answered = sum(one.response is not None for one in self.records)
            self._context.progress(answered, self._calls)


@dataclass(frozen=True)
class _Made:
    """What a run of a tree came to."""

    manifest: Manifest
    compiled: CompiledBlock
    records: tuple[StepRecord, ...]
    captured: Mapping[str, Any]

    def drafts(self, context: Context) -> Iterator[Draft]:
        """Yield a draft for each declared output, the transcript's among them."""
        for name, spec in self.manifest.outputs.items():
            if spec.schema_name == TRANSCRIPT:
                yield self._transcript(name, f"{context.entity}/{context.stage_id}")
            else:
                yield self._captured(name, context.entity)

    def _transcript(self, output: str, entity: str) -> Draft:
        return Draft(
            output=output,
            entity=entity,
            data=transcript_of(self.compiled, self.records),
            intent="Show what was asked and what was answered.",
            rationale="Written down step by step as it was carried out.",
            confidence=1.0,
            source="code",
            cost=cost_of(self.records),
        )

    def _captured(self, output: str, entity: str) -> Draft:
        path = self.compiled.captures()[output]
        node = at(self.compiled.block, path)
        within = [one for one in self.records if one.path == path or one.path.startswith(f"{path}/")]
        return Draft(
            output=output,
            entity=entity,
            data=_data(self.captured[output], output, path),
            intent=self.manifest.description,
            rationale=f"Captured from `{path}`; the transcript shows what was asked.",
            confidence=UNJUDGED,
            source="ai" if isinstance(node, ChatStep | Block) else "hybrid",
            cost=cost_of(within),
        )


def _demand(module: Module) -> Demand:
    """Return what the tree must do by the manifest. Raises ModuleError CF-M030 with every misfit."""
    manifest = module.manifest
    faults = list(_misdeclared(module))
    if faults:
        raise ModuleError(*faults)
    given = (
        *(f"inputs.{name}" for name in manifest.inputs),
        *(f"params.{name}" for name in manifest.params),
        *(f"facts.{name}" for name in manifest.facts),
    )
    wanted = tuple(name for name, spec in manifest.outputs.items() if spec.schema_name != TRANSCRIPT)
    return Demand(manifest.module_id, given, wanted)


def _misdeclared(module: Module) -> Iterator[Fault]:
    manifest = module.manifest
    if manifest.determinism != "external":
        what = "a prompt module asks a language model, so what it makes is `external`"
        yield Fault("CF-M030", what, module.place("determinism"), "write `determinism: external`")
    transcripts = [name for name, spec in manifest.outputs.items() if spec.schema_name == TRANSCRIPT]
    if len(transcripts) != 1:
        what = f"a prompt module keeps one transcript; {len(transcripts)} are declared"
        hint = f"write `transcript: {{schema: {TRANSCRIPT}}}` under outputs"
        yield Fault("CF-M030", what, module.place("outputs"), hint)
    for name, spec in manifest.outputs.items():
        if spec.entities == "many":
            what = f"a prompt module keeps one artifact for each output; `{name}` says `many`"
            yield Fault("CF-M030", what, module.place("outputs", name), "write `entities: one`")


def _wishes(config: ConfigNamespace) -> Wishes:
    """Read what the recipe asks of the tree. A key that is left out is no default anybody must hear of."""
    config.expect(*OWN_KEYS)
    return Wishes(
        include=config.items("include") if config.has("include") else (),
        exclude=config.items("exclude") if config.has("exclude") else (),
        overrides=config.table("overrides") if config.has("overrides") else {},
        capture=config.text("capture") if config.has("capture") else None,
    )


def _answers(config: ConfigNamespace, module: Module, root: Path) -> Mapping[str, Any] | None:
    """Return a rehearsal's answers as a request carries them. Raises RecipeError CF-R044: no such file."""
    if not config.has("answers"):
        return None
    if isinstance(config.value("answers"), Mapping):
        return {"answer_sheet": config.table("answers")}
    name = config.path("answers")
    path = file_within(root, name)
    if path is None:
        what = f"`answers`: there is no file `{name}` in `{root}`"
        hint = "put it there, or write the answers in the recipe"
        raise RecipeError(Fault("CF-R044", what, "answers", hint))
    found = {"entity": module.manifest.module_id, "role": "answers", "path": name}
    found["sha256"] = digest_of_file(path)
    config.bind("answers", found)
    return {"answers": found}


def _data(value: Any, output: str, path: str) -> dict[str, Any]:
    """Return captured data as an artifact's. Raises StageError CF-S045 when it is no JSON object."""
    where, hint = path, f"ask for JSON at `{path}`, or let an ActionStep make the data of `{output}`"
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            what = f"what was captured as `{output}` is no JSON: {error}"
            raise StageError(Fault("CF-S045", what, where, hint)) from None
    if not isinstance(value, dict):
        what = f"what was captured as `{output}` is {type(value).__name__}, not an object"
        raise StageError(Fault("CF-S045", what, where, hint))
    return value


def _in_file(error: CineForgeError, main: str) -> Iterator[Fault]:
    """Put the file in front of places that are only a path in the tree."""
    for fault in error.faults:
        place = fault.where if ":" in fault.where else f"{main} ({fault.where})" if fault.where else main
        yield fault._replace(where=place)


def _at_key(error: CineForgeError, config: ConfigNamespace) -> Iterator[Fault]:
    """Say where in the recipe the key stands that a fault is about."""
    for fault in error.faults:
        own = fault.where in OWN_KEYS
        yield fault._replace(where=config.place(fault.where) or f"config.{fault.where}") if own else fault
