"""Names of stages, groups and outputs are told apart although all may hold dots."""

from __future__ import annotations

import pytest

from cine_forge.kernel.ground.errors import RecipeError
from cine_forge.kernel.recipes.selector import expand_need, expand_selector, split_need

IDS = ("script", "draw.pencil", "draw.finish", "draw.finish.colour", "cut", "cut.late")


@pytest.mark.parametrize(
    ("entry", "parts"),
    [
        ("script", ("script", None)),
        ("script.scenes", ("script", "scenes")),
        ("draw.pencil", ("draw.pencil", None)),
        ("draw.pencil.board", ("draw.pencil", "board")),
        ("draw.finish.colour", ("draw.finish.colour", None)),
        ("draw.finish.board", ("draw.finish", "board")),
        ("cut.late", ("cut.late", None)),
        ("cut.early", ("cut", "early")),
    ],
)
def test_a_full_id_wins_then_the_longest_id_with_an_output(entry: str, parts: tuple[str, str | None]) -> None:
    assert split_need(entry, IDS) == parts


@pytest.mark.parametrize("entry", ["", "scrpt", "draw", "script.a.b", "script.", ".scenes", "nobody.out"])
def test_an_entry_that_no_stage_begins_is_refused(entry: str) -> None:
    with pytest.raises(RecipeError, match="CF-R004"):
        split_need(entry, IDS)


@pytest.mark.parametrize(
    ("selector", "stages"),
    [
        ("script", ("script",)),
        ("draw", ("draw.pencil", "draw.finish", "draw.finish.colour")),
        ("draw.finish", ("draw.finish",)),
        ("cut", ("cut",)),
    ],
)
def test_a_selector_is_a_stage_or_all_of_a_group(selector: str, stages: tuple[str, ...]) -> None:
    assert expand_selector(selector, IDS) == stages
    assert expand_need(selector, IDS) == stages


def test_a_need_with_an_output_stands_for_itself() -> None:
    assert expand_need("script.scenes", IDS) == ("script.scenes",)


@pytest.mark.parametrize("selector", ["drw", "dra", "draw.", "script.scenes", ""])
def test_a_selector_of_nobody_is_refused(selector: str) -> None:
    with pytest.raises(RecipeError, match="CF-R010"):
        expand_selector(selector, IDS)


def test_a_wrong_selector_names_the_nearest_stage_or_group_and_all_stages() -> None:
    with pytest.raises(RecipeError) as refusal:
        expand_selector("drw", ("draw.a", "cut"))
    (fault,) = refusal.value.faults
    assert fault.what == "no stage is called `drw`"
    assert fault.hint == "did you mean `draw`?; the stages are `draw.a`, `cut`"
