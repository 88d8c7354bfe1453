"""Random trees with random failures: paths are unique and stable, and a failure changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cine_forge.kernel.ground.errors import StageError
from cine_forge.kernel.stages.steps.block import ActionStep, Block, ChatStep, Node
from cine_forge.kernel.stages.steps.conversation import MERGE_MODES, Message
from cine_forge.kernel.stages.steps.naming import named, walk
from cine_forge.kernel.stages.steps.recorder import StepRecord
from tests.kernel.stages.steps.talk import Talk

_MODES = st.sampled_from(MERGE_MODES)


def _spoil(view: Any) -> list[int]:
    view.captured.clear()
    view.captured["spoilt"] = True
    return [1]


def trees() -> st.SearchStrategy[Block]:
    """Return trees of up to four levels; keys are made distinct afterwards."""
    chat = st.builds(ChatStep, st.sampled_from(["one", "two"]))
    action = st.just(ActionStep(_spoil))
    leaves = st.one_of(chat, action)
    nested = st.recursive(
        leaves,
        lambda inner: st.builds(Block, st.lists(inner, min_size=1, max_size=4), merge=_MODES),
        max_leaves=12,
    )
    return st.builds(Block, st.lists(nested, min_size=1, max_size=4), merge=_MODES)


def with_keys(block: Block) -> Block:
    """Return the tree in which every step captures under a key of its own."""
    numbers = iter(range(1000))

    def keyed(node: Node) -> Node:
        if isinstance(node, Block):
            return replace(node, nodes=[keyed(inner) for inner in node.nodes])
        return replace(node, capture_key=f"k{next(numbers)}")

    made = keyed(block)
    assert isinstance(made, Block)
    return made


class Trap:
    """Fails at one step of a run, counted over the whole tree, in one of three ways."""

    def __init__(self, at: int, how: str) -> None:
        self.left = at
        self.how = how

    def spring(self, how: str) -> None:
        self.left -= how == self.how
        if how == self.how and self.left < 0:
            raise ValueError(how)

    def answer(self, path: str, messages: tuple[Message, ...]) -> str:
        self.spring("answer")
        return f"<{messages[-1].text}>"

    def record(self, record: StepRecord) -> None:
        if record.error is None:
            self.spring("record")


@pytest.mark.row("F16")
@settings(max_examples=150, deadline=None)
@given(trees(), st.integers(0, 8), st.sampled_from(["answer", "record", "never"]))
def test_a_failure_anywhere_leaves_the_parent_conversation_as_it_was(tree: Block, at: int, how: str) -> None:
    trap = Trap(at, how)
    talk = Talk(with_keys(tree), trap.answer, trap)
    before = talk.conversation.copied()
    try:
        talk.run()
    except StageError:
        assert talk.conversation == before
        return
    steps = [placed for placed in walk(talk.block) if not isinstance(placed.node, Block)]
    assert set(talk.captured) == {placed.capture_key for placed in steps}
    assert talk.conversation.captured["earlier"] == [1]


@pytest.mark.row("F4")
@pytest.mark.row("F25")
@settings(max_examples=150, deadline=None)
@given(trees())
def test_paths_are_unique_and_the_same_each_time(tree: Block) -> None:
    paths = [placed.path for placed in walk(named(tree, "root"))]
    assert len(set(paths)) == len(paths)
    assert paths == [placed.path for placed in walk(named(named(tree, "root"), "root"))]


@settings(max_examples=100, deadline=None)
@given(trees())
def test_the_paths_that_were_asked_are_those_of_the_tree_in_order(tree: Block) -> None:
    talk = Talk(tree).run()
    asked = [placed.path for placed in walk(talk.block) if isinstance(placed.node, ChatStep)]
    assert talk.paths == asked
