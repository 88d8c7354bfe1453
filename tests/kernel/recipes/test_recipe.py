"""A recipe is found by path or name, keeps its places, and writes its groups out."""

from __future__ import annotations

from pathlib import Path

import pytest

from cine_forge.kernel.ground.errors import RecipeError
from cine_forge.kernel.ground.source import parse_source
from cine_forge.kernel.recipes.recipe import LoadedRecipe, Resilience, load_recipe, parse_recipe

GROUPED = """recipe_id: r
stages:
  - {id: draw.pencil, module: m}
  - {id: draw.finish, module: m, needs: [draw.pencil.board]}
  - id: cut
    module: m
    needs: [draw]
    after: [draw.pencil]
"""


def recipe(text: str) -> LoadedRecipe:
    return parse_recipe(parse_source(text, "r.yaml"))


def kept(folder: Path, *names: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / f"{name}.yaml").write_text(f"recipe_id: {name}\nstages: [{{id: a, module: m}}]\n")
    return folder


def test_a_recipe_has_what_its_file_says_and_defaults_for_the_rest() -> None:
    found = recipe("recipe_id: r\nstages: [{id: a, module: m, params: {n: 1}}]\n").recipe
    assert (found.recipe_id, found.entity, found.project, found.params) == ("r", "project", None, {})
    assert found.stages[0].params == {"n": 1}
    assert found.resilience == Resilience(attempts=4, delay_s=0.5, jitter=0.25)


def test_a_group_in_needs_stands_for_its_members_in_file_order() -> None:
    found = recipe(GROUPED)
    assert found.stage("cut").needs == ("draw.pencil", "draw.finish")
    assert found.recipe.links() == {
        "draw.pencil": (),
        "draw.finish": ("draw.pencil",),
        "cut": ("draw.pencil", "draw.finish"),
    }


def test_every_key_of_a_stage_can_be_located() -> None:
    found = recipe(GROUPED)
    assert found.where("cut", "needs") == "r.yaml:7:5"
    assert found.where("draw.finish", "module") == "r.yaml:4:23"
    assert found.where("cut", "params") == "r.yaml:5:5"
    assert found.where() == "r.yaml:1:1"


def test_a_recipe_is_loaded_by_its_path(tmp_path: Path) -> None:
    folder = kept(tmp_path / "mine", "ep001")
    assert load_recipe(folder / "ep001.yaml", search=[]).recipe.recipe_id == "ep001"


@pytest.mark.parametrize("name", ["ep001", "ep001.yaml"])
def test_a_recipe_is_loaded_by_its_name_from_the_first_folder_that_has_it(name: str, tmp_path: Path) -> None:
    first, second = kept(tmp_path / "a", "other"), kept(tmp_path / "b", "ep001")
    found = load_recipe(name, search=[tmp_path / "absent", first, second])
    assert found.source.name == str(second / "ep001.yaml")


@pytest.mark.row("A28")
def test_a_missing_recipe_names_the_nearest_one(tmp_path: Path) -> None:
    folder = kept(tmp_path / "a", "ep001", "test-echo")
    with pytest.raises(RecipeError) as refusal:
        load_recipe("ep01.yaml", search=[folder])
    (fault,) = refusal.value.faults
    assert fault.what == f"there is no recipe `ep01.yaml`, neither as a path nor in `{folder}`"
    assert fault.hint == "did you mean `ep001`?; recipes are `ep001`, `test-echo`"


def test_a_name_that_leaves_the_folder_is_only_a_path(tmp_path: Path) -> None:
    folder = kept(tmp_path / "a", "ep001")
    kept(tmp_path, "secret")
    with pytest.raises(RecipeError, match="CF-R001"):
        load_recipe("nowhere/../../secret", search=[folder])


def test_a_recipe_of_ten_thousand_stages_is_read(tmp_path: Path) -> None:
    lines = [f"- {{id: s{n}, module: m, needs: [s{n - 1}]}}\n" for n in range(1, 10_000)]
    found = recipe("recipe_id: r\nstages:\n- {id: s0, module: m}\n" + "".join(lines))
    assert len(found.recipe.stages) == 10_000
