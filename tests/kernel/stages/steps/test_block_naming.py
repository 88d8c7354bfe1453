"""Paths of a tree: one for each node, the same each time, and never two alike."""

from __future__ import annotations

from typing import Any

import pytest

from cine_forge.kernel.ground.errors import ModuleError
from cine_forge.kernel.stages.steps.block import ActionStep, Block, ChatStep
from cine_forge.kernel.stages.steps.naming import at, named, put, walk
from cine_forge.kernel.stages.steps.pattern import fan_out, iterate, select


def ask(text: str = "Go on.", **fields: Any) -> ChatStep:
    return ChatStep(text, **fields)


def paths(block: Block, name: str = "root") -> list[str]:
    return [placed.path for placed in walk(named(block, name))]


def refusal(block: Any, name: str = "root") -> str:
    with pytest.raises(ModuleError) as caught:
        named(block, name)
    return str(caught.value)


@pytest.mark.row("F25")
def test_the_paths_of_a_tree_are_pinned() -> None:
    draft = Block([ask(), ActionStep(str)])
    tree = Block([ask(name="open"), draft, draft, Block([ask(), Block([ask()])], name="close"), ask()])
    assert paths(tree, "talk_v1") == [
        "talk_v1",
        "talk_v1/open",
        "talk_v1/block_02",
        "talk_v1/block_02/step_01",
        "talk_v1/block_02/step_02",
        "talk_v1/block_03",
        "talk_v1/block_03/step_01",
        "talk_v1/block_03/step_02",
        "talk_v1/close",
        "talk_v1/close/step_01",
        "talk_v1/close/block_02",
        "talk_v1/close/block_02/step_01",
        "talk_v1/step_05",
    ]


@pytest.mark.row("F25")
def test_the_paths_of_the_patterns_are_pinned() -> None:
    spread = fan_out([ask(), Block([ask()], name="other")], ask(name="sum"), name="views")
    picked = select(ask(name="idea"), 2, ask(), prefix="idea", name="ideas")
    rounds = iterate(lambda number: ask(), 2, lambda view: True, name="polish")
    found = paths(Block([spread, picked, rounds]))
    assert [path for path in found if path.count("/") > 1] == [
        "root/views/branch_01",
        "root/views/branch_01/step_01",
        "root/views/other",
        "root/views/other/step_01",
        "root/views/sum",
        "root/ideas/candidate_01",
        "root/ideas/candidate_01/idea",
        "root/ideas/candidate_02",
        "root/ideas/candidate_02/idea",
        "root/ideas/step_03",
        "root/polish/round_01",
        "root/polish/round_01/step_01",
        "root/polish/round_02",
        "root/polish/round_02/step_01",
    ]


@pytest.mark.row("F4")
def test_naming_one_step_renames_no_other() -> None:
    before, after = paths(Block([ask(), ask(), ask()])), paths(Block([ask(), ask(name="second"), ask()]))
    assert [path for path in before if path not in after] == ["root/step_02"]


@pytest.mark.row("F4")
def test_two_nodes_of_one_name_are_refused_before_anything_runs() -> None:
    assert "CF-M022 root/a: two nodes of `root` are called `a`" in refusal(
        Block([ask(name="a"), ask(name="a")])
    )


@pytest.mark.row("F4")
def test_a_name_that_is_also_a_counted_one_is_refused() -> None:
    assert "CF-M022 root/step_02" in refusal(Block([ask(name="step_02"), ask()]))


@pytest.mark.row("F3")
@pytest.mark.parametrize("thing", [None, "text", [ask()], ask()])
def test_anything_but_a_block_is_refused(thing: Any) -> None:
    assert "CF-M020 root: a block is wanted" in refusal(thing)


@pytest.mark.row("F3")
def test_a_block_of_another_name_is_refused_and_the_right_one_is_not() -> None:
    assert "CF-M024" in refusal(Block([ask()], name="other"))
    assert paths(Block([ask()], name="root")) == paths(Block([ask()]))


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (Block([]), "CF-M021 root: the block holds nothing"),
        (Block([ask(), "step"]), "CF-M021 root: node 2 is str"),  # type: ignore[list-item]  # that is the point
        (Block([ask("  ")]), "CF-M021 root/step_01: `prompt` is neither text nor a function"),
        (Block([ask(system="")]), "CF-M021 root/step_01: `system` is neither"),
        (Block([ask()], merge="some"), "CF-M021 root: there is no merge mode `some`"),  # type: ignore[arg-type]
        (Block([ask()], when=True), "CF-M021 root: `when` is bool"),  # type: ignore[arg-type]
        (Block([ActionStep("x")]), "CF-M021 root/step_01: `act` is str"),  # type: ignore[arg-type]
        (Block([ask(meta={"x": object()})]), "CF-M021 root/step_01: `meta` is not"),
        (Block([ask(name="A/b")]), "CF-M022 root/A/b: `A/b` cannot be a name"),
        (Block([ask(capture_key="Two words")]), "CF-M023 root/step_01: `Two words` cannot be"),
        (Block([ask(capture_key="inputs")]), "CF-M023 root/step_01: `inputs` cannot be"),
        (Block([ActionStep(str)], capture_key="x"), "CF-M023 root: the block is to capture `x`"),
    ],
)
def test_what_is_wrong_with_a_tree_is_said_with_its_path(block: Block, said: str) -> None:
    assert said in refusal(block)


def test_every_fault_of_a_tree_is_said_at_once() -> None:
    found = refusal(Block([ask(""), Block([]), ask(name="X")]))
    assert [line.split()[0] for line in found.splitlines() if line.startswith("CF-")] == [
        "CF-M021",
        "CF-M021",
        "CF-M022",
    ]


@pytest.mark.row("F9")
def test_one_capture_key_at_two_places_is_refused_with_both() -> None:
    said = refusal(Block([ask(capture_key="x"), Block([ask(capture_key="x")])]))
    assert (
        "CF-M023 root/block_02/step_01: `root/step_01` and `root/block_02/step_01` both capture `x`" in said
    )


def test_a_node_is_found_replaced_and_left_out_by_its_path() -> None:
    tree = named(Block([ask(), Block([ask("old"), ask()])]), "root")
    changed = put(tree, "root/block_02/step_01", ask("new", name="step_01"))
    assert at(changed, "root/block_02/step_01") == ask("new", name="step_01")
    assert at(tree, "root/block_02/step_01") == ask("old", name="step_01")
    assert [p.path for p in walk(put(tree, "root/block_02", None))] == ["root", "root/step_01"]
    assert put(tree, "root", None) == tree


def test_what_stands_below_a_condition_is_not_sure() -> None:
    tree = named(Block([Block([ask()], when=lambda view: True), ask()]), "root")
    assert [placed.sure for placed in walk(tree)] == [True, False, False, True]
