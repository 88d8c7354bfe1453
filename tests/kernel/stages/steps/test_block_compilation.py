"""Compiling a tree: what is left out, patched and captured, by which policy, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from cine_forge.authoring.conventions import block_policies
from cine_forge.kernel.ground.errors import CineForgeError, ModuleError, RecipeError
from cine_forge.kernel.stages.steps.block import ActionStep, Block, ChatStep, StageIO
from cine_forge.kernel.stages.steps.chat import ChatParams
from cine_forge.kernel.stages.steps.compilation import CompiledBlock, Demand, Wishes, compile_tree
from cine_forge.kernel.stages.steps.naming import Placed, at, walk
from cine_forge.kernel.stages.steps.policy import BlockPolicies, Chosen

TREE = Block(
    [
        Block([ChatStep("Plan.", name="plan"), ActionStep(str, name="count")], name="open"),
        Block(
            [
                ChatStep(
                    "Draft.", name="draft", meta={"role": "primary"}, params=ChatParams(temperature=0.7)
                ),
                ChatStep("Check.", name="check"),
                ChatStep("Sign.", name="sign", meta={"fixed": True}),
            ],
            name="write",
        ),
        ChatStep("Bye.", name="bye", meta={"fixed": True}),
    ]
)


def compiled(tree: Block = TREE, *, wanted: tuple[str, ...] = (), **wishes: Any) -> CompiledBlock:
    demand = Demand("talk", ("inputs.note", "params.tone"), wanted)
    return compile_tree(tree, Wishes(**wishes), demand, block_policies())


def paths(made: CompiledBlock) -> list[str]:
    return [placed.path for placed in walk(made.block) if not isinstance(placed.node, Block)]


def refusal(family: type[CineForgeError], tree: Block = TREE, **wishes: Any) -> str:
    with pytest.raises(family) as caught:
        compiled(tree, **wishes)
    return str(caught.value)


def prompt(made: CompiledBlock, path: str) -> Any:
    step = at(made.block, path)
    assert isinstance(step, ChatStep)
    return step.prompt


@pytest.mark.row("F7")
def test_what_is_excluded_goes_and_keeps_no_path_of_others() -> None:
    made = compiled(exclude=("plan", "talk/write"))
    assert paths(made) == ["talk/open/count", "talk/bye"]
    assert [(one["asked"], one["chosen"]) for one in made.decisions] == [
        ("exclude: plan", ["talk/open/plan"]),
        ("exclude: talk/write", ["talk/write"]),
    ]


@pytest.mark.row("F7")
def test_what_is_included_stays_with_what_holds_it_and_all_below() -> None:
    assert paths(compiled(include=("write", "count"))) == [
        "talk/open/count",
        "talk/write/draft",
        "talk/write/check",
        "talk/write/sign",
    ]
    assert paths(compiled(include=("write",), exclude=("check", "sign"))) == ["talk/write/draft"]


def test_a_block_that_loses_everything_goes_too_and_nothing_left_is_refused() -> None:
    assert [p.path for p in walk(compiled(exclude=("plan", "count", "write")).block)] == ["talk", "talk/bye"]
    assert "CF-R041 exclude: nothing is left of `talk`" in refusal(
        RecipeError, exclude=("open", "write", "bye")
    )


@pytest.mark.row("F6")
@pytest.mark.parametrize(
    ("selector", "said"),
    [
        ("drafft", "CF-R040 exclude: no node has a path like `drafft`\n    did you mean `draft`?"),
        ("zzz", "CF-R040 exclude: no node has a path like `zzz`\n    paths are `talk/open`, "),
    ],
)
def test_a_selector_of_nothing_is_refused_with_what_there_is(selector: str, said: str) -> None:
    assert said in refusal(RecipeError, exclude=(selector,))


@pytest.mark.row("F6")
def test_a_selector_of_two_nodes_is_refused_with_both() -> None:
    twice = Block([Block([ChatStep("a")], name="one"), Block([ChatStep("b")], name="two")])
    said = refusal(RecipeError, twice, exclude=("step_01",))
    assert "CF-R045 exclude: `step_01` may be `talk/one/step_01`, `talk/two/step_01`" in said


@pytest.mark.row("F8")
def test_an_override_patches_its_target_and_nothing_else() -> None:
    made = compiled(overrides={"write": {"prompt": "Write!", "temperature": 0.1, "system": "Calm."}})
    draft = at(made.block, "talk/write/draft")
    assert isinstance(draft, ChatStep)
    assert (draft.prompt, draft.system, draft.params.temperature) == ("Write!", "Calm.", 0.1)
    before, after = compiled(), made
    for path in (path for path in paths(before) if path != "talk/write/draft"):
        assert at(before.block, path) == at(after.block, path)


@pytest.mark.row("F8")
@pytest.mark.row("F14")
def test_an_override_is_summed_up_with_target_fields_and_old_values() -> None:
    made = compiled(overrides={"write": {"temperature": 0.1}}).to_json()
    assert made["overrides"] == [
        {"selector": "write", "path": "talk/write/draft", "fields": {"temperature": {"from": 0.7, "to": 0.1}}}
    ]
    decision = made["decisions"][1]
    assert (decision["policy"], decision["chosen"], decision["reason"], decision["values"]) == (
        "override",
        ["talk/write/draft"],
        "it is the block's primary step",
        {"fields": ["temperature"]},
    )


@pytest.mark.row("F8")
@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"bye": {"prompt": "x"}}, "`talk/bye` cannot be overridden: all its steps are fixed"),
        ({"sign": {"prompt": "x"}}, "`talk/write/sign` cannot be overridden: all its steps are fixed"),
        ({"count": {"prompt": "x"}}, "`talk/open/count` cannot be overridden: nothing in it asks a model"),
        ({"write": {"promt": "x"}}, "sets `promt`, which cannot be overridden\n    did you mean `prompt`?"),
        ({"write": {"name": "x"}}, "sets `name`, which cannot be overridden"),
        ({"write": {"temperature": -1}}, "sets `temperature` to `-1`; expected a number from 0"),
        ({"write": {"max_tokens": 1.5}}, "sets `max_tokens` to `1.5`; expected a whole number from 1"),
        ({"write": {"prompt": " "}}, "sets `prompt` to ` `; expected text"),
        ({"write": "x"}, "is no mapping of fields to values"),
        ({"write": {"prompt": "x"}, "draft": {"prompt": "y"}}, "both override `talk/write/draft`"),
    ],
)
def test_an_override_that_cannot_be_is_refused(overrides: Any, said: str) -> None:
    found = refusal(RecipeError, overrides=overrides)
    assert said in found and "CF-R042 overrides: " in found


@pytest.mark.row("F8")
def test_an_override_that_may_be_for_two_steps_is_refused_with_both() -> None:
    two = Block([ChatStep("a", name="a"), ChatStep("b", name="b")], name="pair")
    said = refusal(RecipeError, Block([two]), overrides={"pair": {"prompt": "x"}})
    assert "the override of `talk/pair` may be for `talk/pair/a`, `talk/pair/b`" in said


@pytest.mark.row("F9")
def test_what_nothing_captures_is_taken_from_the_last_answer_and_told() -> None:
    made = compiled(wanted=("letter",))
    assert made.captures() == {"letter": "talk/bye"}
    assert made.decisions[-1] == {
        "policy": "capture",
        "asked": "capture of `letter`: nothing is said",
        "chosen": ["talk/bye"],
        "reason": "it is the last that ends with an answer",
        "values": {},
    }


@pytest.mark.row("F9")
def test_the_default_passes_over_what_does_not_end_with_an_answer() -> None:
    silent = Block([ChatStep("x")], merge="none")
    tree = Block(
        [ChatStep("a"), Block([silent]), ActionStep(str), Block([ChatStep("b")], when=lambda view: True)]
    )
    assert compiled(tree, wanted=("letter",)).captures() == {"letter": "talk/step_01"}


@pytest.mark.row("F9")
def test_a_capture_that_is_asked_for_is_attached_there() -> None:
    made = compiled(wanted=("letter",), capture="write")
    assert made.captures() == {"letter": "talk/write"}
    assert [one["policy"] for one in made.decisions] == ["selection", "capture"]


@pytest.mark.row("F9")
@pytest.mark.parametrize(
    ("capture", "said"),
    [
        ("count", "`count` cannot be captured: `talk/open/count` is not sure to end with an answer"),
        ("nowhere", "CF-R040 capture: no node has a path like `nowhere`"),
    ],
)
def test_a_capture_that_cannot_be_is_refused(capture: str, said: str) -> None:
    assert said in refusal(RecipeError, wanted=("letter",), capture=capture)


@pytest.mark.row("F9")
def test_a_capture_over_another_and_one_that_does_nothing_are_refused() -> None:
    taken = Block([ChatStep("a", capture_key="letter"), ChatStep("b", capture_key="b")])
    assert "has nothing to do: `letter` is captured already" in refusal(
        RecipeError, taken, wanted=("letter",), capture="step_02"
    )
    assert "`talk/step_02` captures `b` already" in refusal(
        RecipeError, taken, wanted=("letter", "more"), capture="step_02"
    )


@pytest.mark.row("F9")
def test_two_results_that_nothing_captures_are_the_authors_fault() -> None:
    assert "CF-M027 talk: nothing is sure to capture `a`, `b`" in refusal(ModuleError, wanted=("a", "b"))


def test_a_result_captured_only_under_a_condition_is_refused() -> None:
    tree = Block([Block([ChatStep("x", capture_key="a")], when=lambda view: True), ChatStep("y")])
    assert "`a` is captured only in a block that may be passed over" in refusal(
        ModuleError, tree, wanted=("a",)
    )


@pytest.mark.row("F9")
def test_nothing_to_capture_from_is_refused() -> None:
    assert "CF-R043 capture: no node is sure to end with an answer for `a`" in refusal(
        RecipeError, Block([ActionStep(str)]), wanted=("a",)
    )


@pytest.mark.row("F7")
def test_the_kernel_itself_knows_whole_paths_only_and_guesses_nothing() -> None:
    demand = Demand("talk", (), ("letter",))
    exact = Wishes(
        exclude=("talk/open",), overrides={"talk/write/check": {"prompt": "x"}}, capture="talk/bye"
    )
    made = compile_tree(TREE, exact, demand, BlockPolicies())
    assert made.captures() == {"letter": "talk/bye"} and prompt(made, "talk/write/check") == "x"
    for wishes in (Wishes(exclude=("open",)), Wishes()):
        with pytest.raises(RecipeError, match=r"CF-R04[03]"):
            compile_tree(TREE, wishes, demand, BlockPolicies())


class OnlyTheFirst:
    """A convention of somebody else."""

    def resolve(self, selector: str, available: tuple[str, ...]) -> Chosen:
        return Chosen(available[:1], "the first")

    def targets(self, selected: Placed, below: tuple[Placed, ...], override: Any) -> Chosen:
        return Chosen((below[1].path,), "the second below")


@pytest.mark.row("F7")
def test_another_convention_decides_otherwise() -> None:
    policies = BlockPolicies(selectors=OnlyTheFirst(), overrides=OnlyTheFirst())
    made = compile_tree(TREE, Wishes(exclude=("x",)), Demand("talk"), policies)
    assert "talk/open/plan" not in paths(made) and made.decisions[0]["reason"] == "the first"
    with pytest.raises(RecipeError, match="`talk/open/count` is no ChatStep"):
        compile_tree(TREE, Wishes(overrides={"x": {"prompt": "y"}}), Demand("talk"), policies)


def test_what_was_settled_gives_the_same_tree_again_without_any_convention() -> None:
    first = compiled(exclude=("plan",), overrides={"write": {"prompt": "x"}}, wanted=("letter",))
    again = compile_tree(TREE, first.exact, Demand("talk", (), ("letter",)), BlockPolicies())
    assert again.block == first.block


@pytest.mark.row("F5")
@pytest.mark.parametrize(
    ("tree", "said"),
    [
        (
            Block([Block([ChatStep("x")], name="late", io=StageIO(requires=("plan",)))]),
            "CF-M026 talk/late: the block requires `plan`, which is not there before it",
        ),
        (
            Block([Block([ChatStep("x")], io=StageIO(requires=("inputs.nota",)))]),
            "requires `inputs.nota`, which is not there before it\n    did you mean `inputs.note`?",
        ),
        (
            Block([ChatStep("x", name="open"), ChatStep("${plan}", name="ask")]),
            "CF-M026 talk/ask: the prompt reads `plan`, which is not there before it",
        ),
        (
            Block([ChatStep("${params.tone.deep} ${params.tune}")]),
            "the prompt reads `params.tune`, which is not there before it\n    did you mean `params.tone`?",
        ),
        (
            Block([Block([ChatStep("x")], io=StageIO(provides=("plan",)))]),
            "CF-M026 talk/block_01: the block provides `plan`, which it does not capture",
        ),
        (
            Block([Block([ChatStep("x", capture_key="a")], io=StageIO(captures=("b",)))]),
            "the block says that it captures `b`\n    it captures `a`",
        ),
        (
            Block([Block([ChatStep("x", capture_key="a")], when=lambda view: True), ChatStep("${a}")]),
            "CF-M026 talk/step_02: the prompt reads `a`",
        ),
        (
            Block([Block([ChatStep("x")], capture_key="a"), ChatStep("${a} ${b}")]),
            "CF-M026 talk/step_02: the prompt reads `b`",
        ),
    ],
)
def test_what_is_read_and_not_there_is_refused_before_anything_runs(tree: Block, said: str) -> None:
    assert said in refusal(ModuleError, tree)


@pytest.mark.row("F5")
def test_what_is_left_out_supplies_nothing() -> None:
    tree = Block([ChatStep("x", name="plan", capture_key="plan"), ChatStep("${plan}", name="use")])
    assert compiled(tree).calls == 2
    assert "CF-M026 talk/use: the prompt reads `plan`" in refusal(ModuleError, tree, exclude=("talk/plan",))


@pytest.mark.row("F14")
def test_the_metadata_tells_steps_io_captures_and_conditions() -> None:
    io = StageIO(requires=("params.tone",), provides=("a",))
    tree = Block(
        [Block([ChatStep("x", capture_key="a", meta={"role": "primary"})], name="one", io=io, merge="none")]
    )
    told = compiled(tree).to_json()
    assert told["steps"] == [
        {"path": "talk", "kind": "block", "sure": True, "merge": "all_messages"},
        {"path": "talk/one", "kind": "block", "sure": True, "merge": "none"},
        {
            "path": "talk/one/step_01",
            "kind": "chat",
            "sure": True,
            "capture_key": "a",
            "meta": {"role": "primary"},
        },
    ]
    assert told["io"][1] == {
        "path": "talk/one",
        "requires": ["params.tone"],
        "provides": ["a"],
        "captures": [],
        "discovered": ["a"],
    }
    assert told["captures"] == {"a": "talk/one/step_01"}
