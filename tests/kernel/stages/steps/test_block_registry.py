"""Kinds of blocks: found by id or ending, described, and composed into one tree."""

from __future__ import annotations

import pytest

from cine_forge.kernel.ground.config import ConfigNamespace
from cine_forge.kernel.ground.errors import ModuleError, RecipeError
from cine_forge.kernel.stages.steps.block import Block, ChatStep, StageIO
from cine_forge.kernel.stages.steps.naming import at, named, walk
from cine_forge.kernel.stages.steps.registry import BlockKind, BlockRegistry, Use

IO = StageIO(provides=("draft",))


def ask(config: ConfigNamespace) -> Block:
    return Block([ChatStep(config.text("prompt", "Ask."), capture_key="draft")])


def close(config: ConfigNamespace) -> Block:
    return Block([ChatStep("Close.")], name="close")


KINDS = BlockRegistry(
    BlockKind("talk.open.ask", ask, "Asks.", IO, ("short",)),
    BlockKind("talk.late.ask", ask),
    BlockKind("talk.close", close, "Closes."),
)


@pytest.mark.row("F6")
def test_a_kind_is_found_by_its_id_and_by_an_ending_of_its_own() -> None:
    assert KINDS.resolve("talk.close").doc == KINDS.resolve("close").doc == "Closes."


@pytest.mark.row("F6")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ask", "CF-M025 `ask` may be `talk.late.ask`, `talk.open.ask`"),
        ("clos", "CF-M025 there is no kind of block `clos`\n    did you mean `close`?"),
        ("zz", "CF-M025 there is no kind of block `zz`\n    there are `talk.close`, `talk.late.ask`"),
    ],
)
def test_a_name_of_none_or_several_is_refused(name: str, said: str) -> None:
    with pytest.raises(ModuleError) as caught:
        KINDS.resolve(name)
    assert said in str(caught.value)


@pytest.mark.row("F6")
def test_two_kinds_of_one_id_are_refused() -> None:
    with pytest.raises(ModuleError, match="CF-M025 two kinds of block are called `a`"):
        BlockRegistry(BlockKind("a", ask), BlockKind("a", close))


@pytest.mark.row("F6")
def test_the_kinds_are_described_in_order_of_their_ids() -> None:
    rows = KINDS.describe()
    assert [row["id"] for row in rows] == ["talk.close", "talk.late.ask", "talk.open.ask"]
    assert rows[2]["doc"] == "Asks." and rows[2]["tags"] == ["short"]
    assert rows[2]["io"]["provides"] == ("draft",)


@pytest.mark.row("F3")
def test_kinds_are_composed_under_their_names_with_settings_of_their_own() -> None:
    config = ConfigNamespace({"first": {"prompt": "One."}})
    uses = (Use("open.ask", "first"), Use("close"))
    tree = named(KINDS.compose(uses, config), "root")
    assert [placed.path for placed in walk(tree)] == [
        "root",
        "root/first",
        "root/first/step_01",
        "root/close",
        "root/close/step_01",
    ]
    first = at(tree, "root/first")
    assert isinstance(first, Block) and first.io == IO and first.nodes[0].prompt == "One."  # type: ignore[union-attr]
    assert config.finish() == {"first": {"prompt": "One."}, "close": {}}


@pytest.mark.row("F3")
def test_a_builder_that_returns_no_block_or_another_name_is_refused() -> None:
    kinds = BlockRegistry(BlockKind("a", lambda config: "text"), BlockKind("b", close))  # type: ignore[arg-type,return-value]
    with pytest.raises(ModuleError, match="CF-M020 a: a block is wanted, found str"):
        kinds.compose([Use("a")], ConfigNamespace({}))
    with pytest.raises(ModuleError, match="CF-M024 b: the block calls itself `close`"):
        kinds.compose([Use("b")], ConfigNamespace({}))


def test_a_setting_that_no_builder_reads_is_refused() -> None:
    config = ConfigNamespace({"first": {"promt": "One."}})
    KINDS.compose([Use("open.ask", "first")], config)
    with pytest.raises(RecipeError, match=r"CF-R020.*nobody reads `config.first.promt`"):
        config.finish()
