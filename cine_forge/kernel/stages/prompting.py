"""Prompt modules: what becomes of a module whose `main.py` offers `build_block` instead of `run_module`.

    compile_block()      when a plan is made, and again where the unit runs: build, choose, check
    block_entry()        the module as a function that can be called like any other
      run                carry out the tree through `context.dispatch`; captures become drafts

The keys `include`, `exclude`, `overrides`, `capture` and `answers` of a stage's config are read here; every
other key is for the builder, and one that nobody reads is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cine_forge.kernel.artifacts.envelope import Draft
from cine_forge.kernel.ground.config import ConfigNamespace, Opening
from cine_forge.kernel.ground.errors import CineForgeError, Fault, ModuleError, RecipeError, StageError
from cine_forge.kernel.ground.hashing import digest_of_file
from cine_forge.kernel.stages.contract import Context, Input, StageResult
from cine_forge.kernel.stages.discovery import Module
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
from cine_forge.kernel.stages.steps.transcript import TRANSCRIPT, cost_of, transcript_of


@dataclass(frozen=True)
class Prompting:
    """What a tree is built with beside the module: the stage's config, the policies, the project's folder."""

    config: Mapping[str, Any] = field(default_factory=dict)
    policies: BlockPolicies = field(default=BlockPolicies())
    root: Path = Path()


def compile_block(module: Module, prompting: Prompting, opening: Opening | None = None) -> CompiledBlock:
    """Build the module's tree and check it as a whole; nobody is asked anything.

    `opening` says where the keys of the config stand and who hears of defaults. Raises ModuleError
    (CF-M013, CF-M014, CF-M020 to CF-M030) or RecipeError (CF-R020 to CF-R022, CF-R040 to CF-R044).
    """
    opening = opening or Opening("config")
    main = str(module.folder / "main.py")
    demand = _demand(module)
    build = load_builder(module)
    config = ConfigNamespace(prompting.config, opening)
    try:
        wishes = _wishes(config, prompting.config)
        answers = _answers(config, module, prompting)
        tree = build(config)
        effective = config.finish()
        compiled = compile_tree(tree, wishes, demand, prompting.policies)
    except ModuleError as error:
        raise ModuleError(*_placed(error, main)) from error
    except RecipeError as error:
        raise RecipeError(*_placed(error, opening.where(()))) from error
    return replace(compiled, config=effective, answers=answers)


def block_entry(module: Module, prompting: Prompting, clock: Callable[[], float]) -> Entry:
    """Return the module as `run_module` would be. `clock` returns seconds, to tell how long steps take."""

    def run(inputs: Mapping[str, Input], params: Mapping[str, Any], context: Context) -> StageResult:
        compiled = compile_block(module, prompting)
        material = Material(inputs, params, context.facts, context.entity, context.seed, context.log)
        recorder = _TellingRecorder(context, compiled.calls)
        runner = Runner(DispatchChat(context, compiled.answers), material, clock=clock, recorder=recorder)
        conversation = Conversation()
        runner.run(compiled.block, conversation)
        made = _Made(module.manifest, compiled, tuple(recorder.records), conversation.captured)
        spent = sum(record.response.cost_micro_usd for record in made.records if record.response)
        return StageResult(outputs=tuple(made.drafts(context)), cost_micro_usd=spent)

    return run


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


def _wishes(config: ConfigNamespace, given: Mapping[str, Any]) -> Wishes:
    """Read what the recipe asks of the tree. A key that is left out is no default anybody must hear of."""
    return Wishes(
        include=config.items("include") if "include" in given else (),
        exclude=config.items("exclude") if "exclude" in given else (),
        overrides=config.table("overrides") if "overrides" in given else {},
        capture=config.text("capture") if "capture" in given else None,
    )


def _answers(config: ConfigNamespace, module: Module, prompting: Prompting) -> Mapping[str, Any] | None:
    """Return a rehearsal's answers as a request carries them. Raises RecipeError CF-R044: no such file."""
    if "answers" not in prompting.config:
        return None
    if isinstance(prompting.config["answers"], Mapping):
        return {"answer_sheet": config.table("answers")}
    name, root = config.path("answers"), prompting.root
    path = root / name
    if not (path.is_file() and path.resolve().is_relative_to(root.resolve())):
        what = f"`answers`: there is no file `{name}` in `{root}`"
        raise RecipeError(Fault("CF-R044", what, hint="put it there, or write the answers in the recipe"))
    found = {"entity": module.manifest.module_id, "role": "answers", "path": name}
    return {"answers": {**found, "sha256": digest_of_file(path)}}


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


def _placed(error: CineForgeError, place: str) -> Iterable[Fault]:
    """Put a file in front of places that are only a path in the tree."""
    for fault in error.faults:
        if not fault.where:
            yield replace(fault, where=place)
        elif ":" not in fault.where and fault.code.startswith("CF-M"):
            yield replace(fault, where=f"{place} ({fault.where})")
        else:
            yield fault
