"""The patterns, carried out."""

from __future__ import annotations

import pytest

from cine_forge.kernel.stages.steps.block import ActionStep, Block, ChatStep
from cine_forge.kernel.stages.steps.conversation import Message
from cine_forge.kernel.stages.steps.pattern import fan_out, iterate, select
from tests.kernel.stages.steps.talk import Talk


@pytest.mark.row("F17")
def test_branches_do_not_hear_each_other_and_only_the_sum_stays() -> None:
    branches = [ChatStep(f"view {name}", capture_key=name) for name in ("left", "right")]
    block = fan_out(branches, ChatStep("join ${left} ${right}"), capture_key="sum")
    talk = Talk(Block([ChatStep("open"), block])).run()
    heard = {path: [one.text for one in messages] for path, messages in talk.model.asked}
    assert heard["root/block_02/branch_02/step_01"] == ["before", "open", "<open>", "view right"]
    assert talk.said == ["u:open", "a:<open>", "a:<join <view left> <view right>>"]
    assert talk.captured["sum"] == "<join <view left> <view right>>"


@pytest.mark.row("F17")
def test_candidates_are_made_apart_and_one_is_chosen() -> None:
    def longest(view: object) -> str:
        found = [view.captured[f"idea_{n}"] for n in (1, 2, 3)]  # type: ignore[attr-defined]
        return max(found, key=len)

    def answer(path: str, messages: tuple[Message, ...]) -> str:
        return "x" * (5 if "candidate_02" in path else 2)

    block = select(ChatStep("An idea."), 3, ActionStep(longest, capture_key="best"), prefix="idea")
    talk = Talk(Block([block]), answer).run()
    assert talk.captured["best"] == "xxxxx"
    assert len(talk.paths) == 3 and talk.said == []


@pytest.mark.row("F17")
def test_a_loop_ends_when_its_condition_says_so() -> None:
    def answer(path: str, messages: tuple[Message, ...]) -> str:
        return "fine" if "round_02" in path else "rough"

    block = iterate(
        lambda number: ChatStep("Better."), 5, lambda view: view.last_response == "fine", capture_key="text"
    )
    talk = Talk(Block([block]), answer).run()
    assert talk.paths == ["root/block_01/round_01/step_01", "root/block_01/round_02/step_01"]
    assert (talk.said, talk.captured) == (["a:fine"], {"text": "fine"})


@pytest.mark.row("F17")
def test_a_loop_ends_at_its_bound() -> None:
    talk = Talk(Block([iterate(lambda number: ChatStep(f"Round {number}."), 3, lambda view: False)])).run()
    assert [messages[-1].text for _, messages in talk.model.asked] == ["Round 1.", "Round 2.", "Round 3."]


@pytest.mark.parametrize("wrong", [0, -1])
def test_patterns_of_nothing_are_refused(wrong: int) -> None:
    with pytest.raises(ValueError, match="at least one round"):
        iterate(lambda number: ChatStep("x"), wrong, lambda view: True)
    with pytest.raises(ValueError, match="at least one candidate"):
        select(ChatStep("x"), wrong, ChatStep("y"), prefix="x")
