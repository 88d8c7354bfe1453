"""Carrying out a tree: what is asked, what is said afterwards, and that a failure leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cine_forge.kernel.ground.errors import BudgetError, CineForgeError, Fault, StageError
from cine_forge.kernel.stages.contract import Given, Parked
from cine_forge.kernel.stages.steps.block import ActionStep, Block, ChatStep
from cine_forge.kernel.stages.steps.conversation import MergeMode, Message
from cine_forge.kernel.stages.steps.material import StepContext
from tests.kernel.stages.steps.talk import Talk


def failing(error: BaseException) -> Callable[[Any], Any]:
    def act(view: object) -> None:
        raise error

    return act


@pytest.mark.row("F4")
@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("all_messages", ["u:one", "a:<one>", "u:two", "a:<two>"]),
        ("last_response", ["a:<two>"]),
        ("none", []),
    ],
)
def test_a_merge_mode_says_what_comes_back(mode: MergeMode, said: list[str]) -> None:
    inner = Block([ChatStep("one"), ChatStep("two", capture_key="kept")], merge=mode)
    talk = Talk(Block([inner])).run()
    assert talk.said == said
    assert talk.captured == {"kept": "<two>"}


@pytest.mark.row("F4")
def test_the_outermost_block_merges_by_its_own_mode_too() -> None:
    assert Talk(Block([ChatStep("one")], merge="none")).run().said == []


def test_each_step_hears_what_was_said_before_it_in_its_block() -> None:
    talk = Talk(Block([ChatStep("one"), Block([ChatStep("two")], merge="none"), ChatStep("three")])).run()
    heard = {path: [one.text for one in messages] for path, messages in talk.model.asked}
    assert heard["root/block_02/step_01"] == ["before", "one", "<one>", "two"]
    assert heard["root/step_03"] == ["before", "one", "<one>", "three"]


def test_a_system_text_is_said_before_its_prompt() -> None:
    talk = Talk(Block([ChatStep("one", system="Be ${params.tone}.")]), params={"tone": "brief"}).run()
    assert talk.said == ["s:Be brief.", "u:one", "a:<one>"]


def test_a_prompt_reads_captures_inputs_params_facts_and_entity() -> None:
    note = Given("note/a@v1", "d", "a", {"text": "N", "list": [{"x": 1}]})
    text = "${first} ${params.tone} ${inputs.note.text} ${inputs.note.list.0.x} ${facts.a.b} ${entity} $${x}"
    talk = Talk(
        Block([ChatStep("one", capture_key="first"), ChatStep(text)]),
        inputs={"note": note},
        params={"tone": "dry"},
        facts={"a.b": 24},
        entity="thing:1",
    ).run()
    assert talk.said[2] == "u:<one> dry N 1 24 thing:1 ${x}"


def test_what_is_put_into_a_prompt_is_not_read_again() -> None:
    talk = Talk(Block([ChatStep("${params.evil}")]), params={"evil": "${params.secret}", "secret": "s"})
    assert talk.run().said[0] == "u:${params.secret}"


def test_data_in_a_prompt_is_shown_as_json() -> None:
    many = (Given("note/a@v1", "d", "a", {"n": 1}), Given("note/b@v1", "d", "b", {"n": 2}))
    talk = Talk(Block([ChatStep("${inputs.notes}")]), inputs={"notes": many}).run()
    assert talk.said[0] == 'u:[\n  {\n    "n": 1\n  },\n  {\n    "n": 2\n  }\n]'


def test_a_name_that_stands_for_nothing_fails_at_its_step() -> None:
    with pytest.raises(StageError, match=r"CF-S042 root/step_01: there is nothing called `params.tune`"):
        Talk(Block([ChatStep("${params.tune}")]), params={"tone": "x"}).run()


@pytest.mark.parametrize(
    "name", ["inputs.note.none", "inputs.note.list.9", "inputs.note.list.x", "first.deeper"]
)
def test_a_way_into_data_that_leads_nowhere_fails_at_its_step(name: str) -> None:
    note = Given("note/a@v1", "d", "a", {"list": [1]})
    block = Block([ChatStep("one", capture_key="first"), ChatStep(f"${{{name}}}")])
    with pytest.raises(StageError, match=f"CF-S042 root/step_02: there is nothing called `{name}`"):
        Talk(block, inputs={"note": note}).run()


def test_a_prompt_may_be_a_function_whose_text_is_taken_as_it_is() -> None:
    def prompt(view: StepContext) -> str:
        return f"{view.path} after {view.last_response}, ${{params.x}}"

    assert Talk(Block([ChatStep("one"), ChatStep(prompt)])).run().said[2] == (
        "u:root/step_02 after <one>, ${params.x}"
    )


def test_a_function_that_returns_no_text_fails_at_its_step() -> None:
    with pytest.raises(StageError, match=r"CF-S041 root/step_01: .*returned int"):
        Talk(Block([ChatStep(lambda view: 7)])).run()  # type: ignore[arg-type,return-value]


def test_an_action_reads_a_copy_and_its_value_is_captured() -> None:
    def act(view: StepContext) -> dict[str, Any]:
        view.captured["earlier"].append(2)
        return {"seen": view.captured["earlier"], "said": [one.text for one in view.messages]}

    talk = Talk(Block([ActionStep(act, capture_key="kept")])).run()
    assert talk.captured == {"kept": {"seen": [1, 2], "said": ["before"]}}
    assert talk.conversation.captured["earlier"] == [1]


def test_a_block_captures_the_last_answer_of_its_own_conversation() -> None:
    inner = Block([ChatStep("one"), Block([ChatStep("aside")], merge="none")], capture_key="kept")
    assert Talk(Block([inner])).run().captured == {"kept": "<one>"}


def test_a_value_that_is_no_plain_data_is_not_captured() -> None:
    with pytest.raises(StageError, match=r"CF-S043 root/step_01: what is captured as `x` is no plain data"):
        Talk(Block([ActionStep(lambda view: object(), capture_key="x")])).run()


def test_a_block_is_passed_over_unless_its_condition_holds() -> None:
    def long(view: StepContext) -> bool:
        return len(view.messages) > 3

    block = Block(
        [Block([ChatStep("a")], when=long), ChatStep("b"), ChatStep("c"), Block([ChatStep("d")], when=long)]
    )
    assert Talk(block).run().paths == ["root/step_02", "root/step_03", "root/block_04/step_01"]


@pytest.mark.row("F16")
@pytest.mark.parametrize("mode", ["all_messages", "last_response", "none"])
def test_a_failure_leaves_the_conversation_as_it_was(mode: MergeMode) -> None:
    deep = Block([ChatStep("two", capture_key="kept"), ActionStep(failing(ValueError("broken")))], merge=mode)
    talk = Talk(Block([ChatStep("one"), deep]))
    before = talk.conversation.copied()
    with pytest.raises(
        StageError, match=r"CF-S041 root/block_02/step_02: the step raised ValueError: broken"
    ):
        talk.run()
    assert talk.conversation == before


@pytest.mark.row("F16")
def test_no_message_dangles_when_the_model_fails() -> None:
    def answer(path: str, messages: tuple[Message, ...]) -> str:
        raise StageError(Fault("CF-S040", "no answer"))

    talk = Talk(Block([ChatStep("one", system="s")]), answer)
    before = talk.conversation.copied()
    with pytest.raises(StageError, match=r"CF-S040 root/step_01: no answer"):
        talk.run()
    assert talk.conversation == before


@pytest.mark.row("F15")
def test_an_error_keeps_its_family_its_own_place_and_the_path() -> None:
    error = BudgetError(Fault("CF-G010", "over the cap", "ledger"), transient=True)
    with pytest.raises(BudgetError) as caught:
        Talk(Block([Block([ActionStep(failing(error))], name="deep")])).run()
    assert caught.value.transient
    assert str(caught.value) == "CF-G010 root/deep/step_01 (ledger): over the cap"


def test_a_condition_that_fails_is_told_with_its_block() -> None:
    with pytest.raises(CineForgeError, match=r"CF-S041 root/block_01: the step raised KeyError"):
        Talk(Block([Block([ChatStep("a")], when=lambda view: bool(view.captured["none"]))])).run()


def test_a_parked_call_passes_through_untouched() -> None:
    def answer(path: str, messages: tuple[Message, ...]) -> str:
        raise Parked("rc-1")

    talk = Talk(Block([ChatStep("one")]), answer)
    before = talk.conversation.copied()
    with pytest.raises(Parked):
        talk.run()
    assert talk.conversation == before
