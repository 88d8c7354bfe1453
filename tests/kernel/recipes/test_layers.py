"""Config in layers: merged, replaced, or refused where two kinds meet."""

from __future__ import annotations

from typing import Any

import pytest

from cine_forge.kernel.ground.source import parse_source
from cine_forge.kernel.recipes.layers import config_of, unmatched
from cine_forge.kernel.recipes.recipe import LoadedRecipe, parse_recipe

ROWS = [
    ("{a: 1}", "{b: 2}", "{c: 3}", {"a": 1, "b": 2, "c": 3}),
    ("{a: 1}", "{a: 2}", "{a: 3}", {"a": 3}),
    ("{a: {x: 1, y: 1}}", "{a: {y: 2}}", "{a: {z: 3}}", {"a": {"x": 1, "y": 2, "z": 3}}),
    ("{a: [1, 2]}", "{}", "{a: [3]}", {"a": [3]}),
    ("{a: 1}", "{a: 1.5}", "{}", {"a": 1.5}),
    ("{a: {}}", "{}", "{a: {b: {c: 1}}}", {"a": {"b": {"c": 1}}}),
]


def loaded(default: str, instance: str, own: str) -> LoadedRecipe:
    text = (
        f"recipe_id: r\nstage_configs:\n  defaults: {{m: {default}}}\n  instances: {{s: {instance}}}\n"
        f"stages:\n- {{id: s, module: m, config: {own}}}\n- {{id: t, module: m}}\n"
    )
    return parse_recipe(parse_source(text, "r.yaml"))


@pytest.mark.row("F11")
@pytest.mark.parametrize(("default", "instance", "own", "merged"), ROWS)
def test_layers_are_laid_over_each_other(
    default: str, instance: str, own: str, merged: dict[str, Any]
) -> None:
    recipe = loaded(default, instance, own)
    found, faults = config_of(recipe, recipe.stage("s"), "m")
    assert faults == []
    assert found.values == merged


@pytest.mark.row("F11")
def test_merging_changes_no_layer_for_the_next_stage() -> None:
    recipe = loaded("{a: {x: 1}}", "{a: {x: 2}}", "{a: {y: 3}}")
    config_of(recipe, recipe.stage("s"), "m")
    assert config_of(recipe, recipe.stage("t"), "m")[0].values == {"a": {"x": 1}}
    assert recipe.recipe.stage_configs.defaults == {"m": {"a": {"x": 1}}}


@pytest.mark.row("F11")
@pytest.mark.parametrize(
    ("below", "above"),
    [("{x: 1}", "3"), ("[1]", "1"), ("1", '"1"'), ("true", "1"), ("1", "true"), ("x", "[x]"), ("1", "null")],
)
def test_a_value_never_replaces_one_of_another_kind(below: str, above: str) -> None:
    recipe = loaded(f"{{k: {{a: {below}}}}}", "{}", f"{{k: {{a: {above}}}}}")
    found, (fault,) = config_of(recipe, recipe.stage("s"), "m")
    assert (fault.code, fault.where) == ("CF-R023", "r.yaml:6:35")
    assert "`config.k.a` is" in fault.what
    assert "r.yaml:3:22" in fault.hint
    assert found.where(("k", "a")) == "r.yaml:3:22"


def test_each_key_keeps_the_place_where_it_was_written() -> None:
    recipe = loaded("{a: 1, d: {x: 1}}", "{b: 2}", "{c: 3, d: {y: 2}}")
    found, _ = config_of(recipe, recipe.stage("s"), "m")
    places = {
        path: found.where(path) for path in ((), ("a",), ("b",), ("c",), ("d", "x"), ("d", "y"), ("z",))
    }
    assert places == {
        (): "r.yaml:6:22", ("a",): "r.yaml:3:18", ("b",): "r.yaml:4:19", ("c",): "r.yaml:6:31",
        ("d", "x"): "r.yaml:3:28", ("d", "y"): "r.yaml:6:41", ("z",): "r.yaml:6:22",
    }  # fmt: skip


@pytest.mark.row("F11")
def test_a_layer_that_no_stage_stands_on_is_refused_with_the_nearest_name() -> None:
    recipe = loaded("{a: 1}", "{a: 1}", "{}")
    assert list(unmatched(recipe, {"s": "m", "t": "m"})) == []
    (fault,) = unmatched(recipe, {"s": "mm", "t": "n"})
    assert (fault.code, fault.where) == ("CF-R024", "r.yaml:3:14")
