"""Names of stages, groups and outputs are told apart although all may hold dots."""

from __future__ import annotations

import pytest

from cine_forge.kernel.ground.errors import RecipeError
from cine_forge.kernel.recipes.selector import (
    Chosen,
    SuffixSelectors,
    expand_need,
    expand_selector,
    split_need,
)

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
        ("draw.pencil", ("draw.pencil",)),
        ("cut.late", ("cut.late",)),
    ],
)
def test_a_selector_is_a_stage_or_all_of_a_group(selector: str, stages: tuple[str, ...]) -> None:
    assert expand_selector(selector, IDS) == stages
    assert expand_need(selector, IDS) == stages


@pytest.mark.row("F6")
@pytest.mark.parametrize(
    ("selector", "stages"),
    [("draw.finish", ("draw.finish", "draw.finish.colour")), ("cut", ("cut", "cut.late"))],
)
def test_a_stage_is_selected_with_those_below_it_and_needed_alone(
    selector: str, stages: tuple[str, ...]
) -> None:
    assert expand_selector(selector, IDS) == stages
    assert expand_need(selector, IDS) == stages[:1]


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


@pytest.mark.row("F6")
@pytest.mark.row("F7")
@pytest.mark.parametrize(
    ("selector", "stages", "why"),
    [
        ("cut.late", ("cut.late",), "the stage of that id"),
        ("cut", ("cut", "cut.late"), "the stage of that id and the 1 below it"),
        ("draw", ("draw.pencil", "draw.finish", "draw.finish.colour"), "the group of that name, 3 stages"),
        ("pencil", ("draw.pencil",), "the only stage whose id ends so"),
        ("finish.colour", ("draw.finish.colour",), "the only stage whose id ends so"),
    ],
)
def test_a_short_name_says_what_it_was_taken_for(selector: str, stages: tuple[str, ...], why: str) -> None:
    assert SuffixSelectors().stages(selector, IDS) == Chosen(stages, why)


@pytest.mark.row("F6")
def test_the_end_of_two_ids_is_nobodys_name() -> None:
    with pytest.raises(RecipeError) as refused:
        SuffixSelectors().stages("late", (*IDS, "mix.late"))
    (fault,) = refused.value.faults
    assert (fault.code, fault.what) == ("CF-R013", "`late` may be any of the stages `cut.late`, `mix.late`")


@pytest.mark.row("F6")
def test_a_module_is_found_whole_or_by_an_end_that_only_one_has() -> None:
    find, ids = SuffixSelectors().module, ("echo_v1", "deep_echo_v1", "far_sea_v2", "near_sea_v2")
    assert find("echo_v1", ids) == Chosen(("echo_v1",), "the module of that id")
    assert find("deep_echo_v1", ids) == Chosen(("deep_echo_v1",), "the module of that id")
    assert find("far_sea_v2", ids[2:]) == Chosen(("far_sea_v2",), "the module of that id")
    assert find("sea_v1", ids) is None
    assert find("", ids) is None
    with pytest.raises(RecipeError, match=r"may be any of the modules `far_sea_v2`, `near_sea_v2`"):
        find("sea_v2", ids)
