"""A prompt module: checked with its plan, carried out through the context, kept with its transcript."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from cine_forge.authoring.conventions import block_policies
from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry
from cine_forge.kernel.ground.config import ConfigNamespace, Opening
from cine_forge.kernel.ground.errors import CineForgeError, ModuleError, RecipeError, StageError
from cine_forge.kernel.ground.hashing import digest_of_file
from cine_forge.kernel.stages.contract import Parked, StageResult
from cine_forge.kernel.stages.discovery import Module, read_module
from cine_forge.kernel.stages.kept import register_kernel_schemas
from cine_forge.kernel.stages.loading import is_prompt_module, load_builder, load_entry
from cine_forge.kernel.stages.prompting import block_entry, compile_block, order_of
from cine_forge.kernel.stages.steps.compilation import CompiledBlock

HEAD = """
from cine_forge.kernel.stages.steps.block import ActionStep, Block, ChatStep, StageIO
from cine_forge.kernel.stages.steps.pattern import iterate
"""

TWO_STEPS = """
def build_block(config):
    tone = config.choice("tone", ["calm", "loud"], "calm")
    return Block([
        ChatStep("Plan ${params.topic}, " + tone + ".", name="plan", capture_key="plan"),
        ChatStep("Write {\\"text\\": …} after ${plan}.", name="write"),
    ])
"""

MANIFEST = {
    "module_id": "talk_v1",
    "stage": "any",
    "description": "Talks.",
    "version": 1,
    "outputs": {"letter": {"schema": "letter@1"}, "transcript": {"schema": "transcript@1"}},
    "params": {"topic": {"type": "string", "default": "tea"}},
    "schemas": ["schemas/letter@1.json"],
    "determinism": "external",
}


class FakeContext:
    """Answers each dispatch by a function of the payload, and keeps what it was told."""

    run_id, stage_id, entity, seed, role = "run-1", "talk", "thing:1", 7, None
    facts: Mapping[str, Any] = {}

    def __init__(self, answer: Callable[[Mapping[str, Any]], str]) -> None:
        self.payloads: list[Mapping[str, Any]] = []
        self.logged: list[Mapping[str, Any]] = []
        self.done: list[tuple[int, int]] = []
        self._answer = answer

    def dispatch(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        payload = request["payload"]
        self.payloads.append(payload)
        said = {"provider": "p", "model": "m", "receipt": f"rc-{len(self.payloads)}", "cost_micro_usd": 5}
        text = self._answer(payload)
        failed = text.startswith("!")
        told = {"text": text, "input_tokens": 3, "output_tokens": 2}
        return {**said, **told, "result": {"success": not failed, "error": text[1:] if failed else None}}

    def log(self, message: str, **values: Any) -> None:
        self.logged.append({"message": message, **values})

    def progress(self, done: int, total: int) -> None:
        self.done.append((done, total))


def module(tmp_path: Path, code: str = TWO_STEPS, **changes: Any) -> Module:
    folder = tmp_path / "modules" / "any" / "talk_v1"
    (folder / "schemas").mkdir(parents=True)
    (folder / "schemas" / "letter@1.json").write_text('{"type": "object"}')
    (folder / "module.yaml").write_text(yaml.safe_dump(MANIFEST | changes))
    (folder / "main.py").write_text(HEAD + code)
    return read_module(folder, tmp_path / "modules")


def settled(found: Module, root: Path = Path(), /, **config: Any) -> CompiledBlock:
    opening = Opening("config", lambda path: "r.yaml:" + ".".join(map(str, path)))
    return compile_block(found, ConfigNamespace(config, opening), block_policies(), root=root)


def refusal(family: type[CineForgeError], found: Module, root: Path = Path(), /, **config: Any) -> str:
    with pytest.raises(family) as caught:
        settled(found, root, **config)
    return str(caught.value)


def carried_out(found: Module, context: FakeContext, **config: Any) -> StageResult:
    order = json.loads(json.dumps(order_of(settled(found, **config))))
    return block_entry(found, order, lambda: 0.0)({}, {"topic": "salt"}, context)


def last(payload: Mapping[str, Any]) -> str:
    return json.dumps({"text": payload["messages"][-1]["text"]})


def test_captures_become_drafts_of_the_declared_outputs(tmp_path: Path) -> None:
    context = FakeContext(last)
    result = carried_out(module(tmp_path), context, tone="loud")
    letter, transcript = result.outputs
    assert (letter.output, letter.entity, letter.source) == ("letter", "thing:1", "ai")
    assert letter.data == {"text": 'Write {"text": …} after {"text": "Plan salt, loud."}.'}
    assert letter.cost is not None and (letter.cost.micro_usd, letter.cost.receipts) == (5, ("rc-2",))
    assert (transcript.output, transcript.entity) == ("transcript", "thing:1/talk")
    assert transcript.cost is not None
    assert (transcript.cost.micro_usd, transcript.cost.input_tokens, transcript.cost.model) == (10, 6, "m")
    assert result.cost_micro_usd == 10


@pytest.mark.row("F14")
@pytest.mark.row("F25")
def test_the_transcript_holds_every_message_by_path_and_how_the_tree_came_about(tmp_path: Path) -> None:
    found = module(tmp_path)
    transcript = carried_out(found, FakeContext(last), overrides={"plan": {"temperature": 0.5}}).outputs[1]
    steps = transcript.data["steps"]
    assert [step["path"] for step in steps] == ["talk_v1/plan", "talk_v1/write"]
    assert [said["role"] for said in steps[1]["messages"]] == ["user", "assistant", "user"]
    assert (steps[0]["response"], steps[0]["receipt"]) == ('{"text": "Plan salt, calm."}', "rc-1")
    told = transcript.data["compiled"]
    assert told["config"] == {"overrides": {"plan": {"temperature": 0.5}}, "tone": "calm"}
    assert told["captures"] == {"plan": "talk_v1/plan", "letter": "talk_v1/write"}
    assert told["overrides"][0]["path"] == "talk_v1/plan"
    assert [one["policy"] for one in told["decisions"]] == ["selection", "override", "capture"]
    assert (
        transcript.data
        == carried_out(found, FakeContext(last), overrides={"plan": {"temperature": 0.5}}).outputs[1].data
    )


def test_each_call_is_one_payload_with_its_path_seed_and_params(tmp_path: Path) -> None:
    context = FakeContext(last)
    carried_out(module(tmp_path), context, overrides={"write": {"temperature": 0.5, "max_tokens": 9}})
    first, second = context.payloads
    assert (first["modality"], first["entity"], first["step"]) == ("text_author", "thing:1", "talk_v1/plan")
    assert (first["temperature"], second["temperature"], second["max_tokens"]) == (None, 0.5, 9)
    assert first["seed"] != second["seed"] and "call" not in first


def test_each_step_is_told_while_it_goes_on(tmp_path: Path) -> None:
    context = FakeContext(last)
    carried_out(module(tmp_path), context)
    assert [(one["path"], one["model"]) for one in context.logged] == [
        ("talk_v1/plan", "m"),
        ("talk_v1/write", "m"),
    ]
    assert context.done == [(1, 2), (2, 2)]


@pytest.mark.row("F15")
def test_a_provider_that_fails_is_told_with_the_path_and_nothing_is_kept(tmp_path: Path) -> None:
    context = FakeContext(lambda payload: "!too busy" if payload["step"].endswith("write") else "fine")
    with pytest.raises(StageError, match=r"CF-S040 talk_v1/write: `p` gave no answer: too busy"):
        carried_out(module(tmp_path), context)
    assert "too busy" in context.logged[-1]["error"]


def test_a_parked_call_parks_the_unit(tmp_path: Path) -> None:
    def answer(payload: Mapping[str, Any]) -> str:
        raise Parked("rc-9")

    with pytest.raises(Parked):
        carried_out(module(tmp_path), FakeContext(answer))


@pytest.mark.parametrize(
    ("said", "why"), [("Dear all", "is no JSON: Expecting value"), ("[1]", "is list, not an object")]
)
def test_a_captured_text_that_is_no_object_fails_at_its_step(tmp_path: Path, said: str, why: str) -> None:
    with pytest.raises(StageError, match=f"CF-S045 talk_v1/write: what was captured as `letter` {why}"):
        carried_out(module(tmp_path), FakeContext(lambda payload: said))


@pytest.mark.row("F10")
def test_a_setting_that_nobody_reads_is_refused_with_its_place(tmp_path: Path) -> None:
    said = refusal(RecipeError, module(tmp_path), tune="loud")
    assert "CF-R020 r.yaml:tune: nobody reads `config.tune`" in said and "did you mean `tone`?" in said


def test_a_slip_in_a_key_about_the_tree_is_told_as_one(tmp_path: Path) -> None:
    assert "did you mean `overrides`?" in refusal(RecipeError, module(tmp_path), overides={})


def test_a_setting_of_the_wrong_kind_is_refused(tmp_path: Path) -> None:
    found = module(tmp_path)
    assert "CF-R021 r.yaml:tone" in refusal(RecipeError, found, tone="soft")
    assert "CF-R021 r.yaml:overrides" in refusal(RecipeError, found, overrides=[1])


@pytest.mark.row("F7")
@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"exclude": ["plam"]}, "CF-R040 r.yaml:exclude: no node has a path like `plam`"),
        ({"overrides": {"write": {"promt": "x"}}}, "CF-R042 r.yaml:overrides: "),
        ({"capture": "nowhere"}, "CF-R040 r.yaml:capture: "),
    ],
)
def test_a_wish_that_cannot_be_is_refused_at_its_key(tmp_path: Path, config: Any, said: str) -> None:
    assert said in refusal(RecipeError, module(tmp_path), **config)


@pytest.mark.row("F3")
def test_a_builder_that_returns_no_block_is_refused_in_its_file(tmp_path: Path) -> None:
    said = refusal(ModuleError, module(tmp_path, "\ndef build_block(config):\n    return 'text'\n"))
    assert "main.py (talk_v1): a block is wanted, found str" in said and said.startswith("CF-M020")


@pytest.mark.row("F5")
def test_a_gap_is_told_before_anything_runs(tmp_path: Path) -> None:
    said = refusal(ModuleError, module(tmp_path), exclude=["plan"])
    assert "main.py (talk_v1/write): the prompt reads `plan`, which is not there before it" in said


def test_a_builder_that_fails_is_told_with_its_line(tmp_path: Path) -> None:
    said = refusal(ModuleError, module(tmp_path, "\ndef build_block(config):\n    return 1 / 0\n"))
    assert "CF-M029" in said and "main.py:6:1: `build_block` raised ZeroDivisionError" in said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"determinism": "pure"}, "what it makes is `external`"),
        ({"outputs": {"letter": {"schema": "letter@1"}}}, "keeps one transcript; 0 are declared"),
        (
            {"outputs": {**MANIFEST["outputs"], "letter": {"schema": "letter@1", "entities": "many"}}},  # type: ignore[dict-item]
            "`letter` says `many`",
        ),
    ],
)
def test_a_manifest_that_does_not_suit_a_prompt_module_is_refused(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    found = refusal(ModuleError, module(tmp_path, **changes))
    assert "CF-M030" in found and "module.yaml:" in found and said in found


def test_the_answers_of_a_rehearsal_go_with_each_request(tmp_path: Path) -> None:
    context = FakeContext(last)
    sheet = {"in_order": ["a", "b"]}
    carried_out(module(tmp_path), context, answers=sheet)
    assert [(one["answer_sheet"], one["call"]) for one in context.payloads] == [(sheet, 1), (sheet, 2)]


def test_a_file_of_answers_is_bound_by_its_digest(tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text("in_order: [a]\n")
    found = settled(module(tmp_path), tmp_path, answers="answers.yaml")
    reference = {
        "entity": "talk_v1",
        "role": "answers",
        "path": "answers.yaml",
        "sha256": digest_of_file(path),
    }
    assert found.answers == {"answers": reference}
    assert found.config["answers"] == reference


def test_a_file_of_answers_that_is_not_there_is_refused(tmp_path: Path) -> None:
    found = module(tmp_path)
    assert "CF-R044 r.yaml:answers: `answers`: there is no file `no.yaml`" in refusal(
        RecipeError, found, tmp_path, answers="no.yaml"
    )


def test_which_of_the_two_a_module_offers_is_told_by_its_code(tmp_path: Path) -> None:
    assert is_prompt_module(module(tmp_path / "a"))
    mentions = '\ndef run_module(inputs, params, context):\n    "Not a build_block."\n'
    assert not is_prompt_module(module(tmp_path / "b", mentions))
    assert not is_prompt_module(module(tmp_path / "c", "\nx = 1\n"))


def test_both_or_neither_is_refused(tmp_path: Path) -> None:
    both = module(tmp_path / "a", TWO_STEPS + "\ndef run_module(inputs, params, context): ...\n")
    neither = module(tmp_path / "b", "\nx = 1\n")
    for load in (load_entry, load_builder):
        with pytest.raises(ModuleError, match=r"CF-M014.*main.py:1:1: `main.py` has both"):
            load(both)
        with pytest.raises(ModuleError, match=r"CF-M014.*main.py:1:1: `main.py` has no"):
            load(neither)


def test_a_prompt_module_is_no_plain_one(tmp_path: Path) -> None:
    with pytest.raises(ModuleError, match=r"CF-M014.*has no `run_module`"):
        load_entry(module(tmp_path))


def test_a_builder_with_other_arguments_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModuleError, match=r"CF-M014.*main.py:5:1: `build_block` cannot be called"):
        load_builder(module(tmp_path, "\ndef build_block(): ...\n"))


@pytest.mark.row("F10")
def test_a_required_setting_that_is_missing_is_told_as_such(tmp_path: Path) -> None:
    found = module(tmp_path, TWO_STEPS.replace(', "calm")', ")"))
    assert "CF-R022" in refusal(RecipeError, found)


def test_the_transcript_of_a_run_fits_its_schema(tmp_path: Path) -> None:
    schemas = SchemaRegistry()
    register_kernel_schemas(schemas)
    transcript = carried_out(module(tmp_path), FakeContext(last)).outputs[1]
    assert schemas.validate("transcript@1", transcript.data) == ()
    assert schemas.validate("transcript@1", {"steps": []})
