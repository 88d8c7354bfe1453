"""What is left of a faulty recipe: readable enough to look for the faults that come later."""

from __future__ import annotations

from pathlib import Path

import pytest

from cine_forge.kernel.ground.errors import Fault, RecipeError
from cine_forge.kernel.ground.source import Source, parse_source
from cine_forge.kernel.recipes.placeholder import UNFILLED, fill_placeholders, holds_unfilled, names_within
from cine_forge.kernel.recipes.recipe import LoadedRecipe, place_of, survey_recipe, survey_recipe_file


def survey(text: str) -> tuple[LoadedRecipe | None, list[str]]:
    loaded, faults = survey_recipe(parse_source(text, "r.yaml", family=RecipeError))
    return loaded, [fault.code for fault in faults]


def left(text: str) -> LoadedRecipe:
    loaded, codes = survey(text)
    assert codes
    assert loaded is not None
    return loaded


def test_a_sound_recipe_is_whole() -> None:
    loaded, codes = survey("recipe_id: r\nstages: [{id: a, module: m}]\n")
    assert codes == []
    assert loaded is not None
    assert loaded.doubtful == frozenset()


def test_stages_keep_their_places_when_others_cannot_be_read() -> None:
    loaded = left(
        "recipe_id: r\nstages:\n- 7\n- {id: a}\n- {id: b, module: m, needs: [a, c]}\n- {id: c, module: m}\n"
    )
    assert [stage.id for stage in loaded.recipe.stages] == ["b", "c"]
    assert loaded.recipe.stages[0].needs == ("c",)
    assert loaded.doubtful == {"b"}
    assert loaded.where("c", "module") == "r.yaml:6:11"


def test_a_stage_loses_only_the_key_that_is_refused() -> None:
    loaded = left("recipe_id: r\nstages:\n- {id: a, module: m, needs: x, params: {p: 1}, zz: 1}\n")
    assert loaded.stage("a").params == {"p": 1}
    assert loaded.doubtful == {"a"}


def test_what_cannot_be_read_at_the_top_is_left_out() -> None:
    loaded = left("recipe_id: a b\nentity: 3\nwhat: 1\nstages: [{id: a, module: m}]\n")
    assert (loaded.recipe.recipe_id, loaded.recipe.entity) == ("unread", "project")


@pytest.mark.parametrize("text", ["recipe_id: r\n", "recipe_id: r\nstages: {a: 1}\n", "- a\n"])
def test_without_stages_nothing_is_left(text: str) -> None:
    loaded, codes = survey(text)
    assert codes
    assert loaded is None or loaded.recipe.stages == ()


def test_keys_that_stand_twice_are_told_with_the_faults_behind_them(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text("recipe_id: r\nstages:\n- {id: a, module: m, module: n}\n- {id: a, module: m}\n")
    loaded, faults = survey_recipe_file(path, search=())
    assert [(fault.code, place_of(fault)) for fault in faults] == [("CF-U205", (3, 22)), ("CF-R003", (4, 4))]
    assert loaded.stage("a").module == "n"


def test_a_file_that_is_no_yaml_or_no_recipe_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    for text in ("a: [", "a: *b\n", "- a\n"):
        path.write_text(text)
        with pytest.raises(RecipeError):
            survey_recipe_file(path, search=())


def test_the_place_of_a_fault_without_one_comes_first() -> None:
    assert place_of(Fault("CF-R001", "x")) == place_of(Fault("CF-R001", "x", "stage a")) == (0, 0)
    assert place_of(Fault("CF-R001", "x", "C:/r.yaml:3:4")) == (3, 4)


def test_what_cannot_be_filled_is_marked_and_its_stage_is_doubtful() -> None:
    text = 'recipe_id: r\nparams: {a: "${b}", b: "${a}", n: 1}\nentity: "${e}"\nstages:\n'
    text += '- {id: s, module: m, when: "${q}", for_each: "${f}",\n'
    text += '   params: {x: "${n}", y: ["${z}"], w: "<${z}>"}}\n'
    text += '- {id: t, module: m, config: {deep: {k: "${a}"}}}\n'
    loaded, _ = survey(text)
    assert loaded is not None
    filled, faults = fill_placeholders(loaded, {})
    stage = filled.stage("s")
    assert {fault.code for fault in faults} == {"CF-R008", "CF-R009"}
    assert stage.params == {"x": 1, "y": UNFILLED, "w": UNFILLED}
    assert (stage.when, stage.for_each, filled.recipe.entity) == (True, "${f}", "${e}")
    assert filled.stage("t").config == {"deep": UNFILLED}
    assert holds_unfilled(filled.stage("t").config)
    assert filled.doubtful == {"s", "t"}


def test_a_condition_on_what_cannot_be_filled_is_no_second_fault() -> None:
    text = 'recipe_id: r\nparams: {a: "${a}"}\nstages: [{id: s, module: m, when: "${a} == 3"}]\n'
    loaded, _ = survey(text)
    assert loaded is not None
    filled, (fault,) = fill_placeholders(loaded, {})
    assert fault.code == "CF-R009"
    assert filled.stage("s").when is True


def test_the_names_within_a_value_are_found_however_deep() -> None:
    value = {"a": ["${x} and ${y.z}", 3], "b": "$${no}", "c": {"d": "${w}"}}
    assert names_within(value) == {"x", "y", "y.z", "w"}


def test_of_a_source_that_cannot_be_mended_nothing_is_left() -> None:
    loaded, faults = survey_recipe(Source("r.yaml", {"recipe_id": "r", "stages": [], 1: "x"}))
    assert loaded is None
    assert "CF-R002" in [fault.code for fault in faults]
