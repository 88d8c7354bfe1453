"""Placeholders keep types, stay inside their recipe, and are refused together."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cine_forge.kernel.ground.errors import RecipeError
from cine_forge.kernel.ground.source import parse_source
from cine_forge.kernel.recipes.placeholder import resolve_placeholders
from cine_forge.kernel.recipes.recipe import LoadedRecipe, parse_recipe

HEAD = "recipe_id: r\nparams: {n: 3, on: true, list: [1, 2], text: hello, deep: {x: {y: 7}}}\n"


def stage(written: str, head: str = HEAD) -> LoadedRecipe:
    return parse_recipe(
        parse_source(f"{head}stages:\n- {{id: a, module: m, params: {{p: {written}}}}}\n", "r.yaml")
    )


def param(written: str, **values: Any) -> Any:
    return resolve_placeholders(stage(written), values).recipe.stages[0].params["p"]


def refusals(loaded: LoadedRecipe, **values: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(RecipeError) as refusal:
        resolve_placeholders(loaded, values)
    return [(fault.code, fault.where, fault.what) for fault in refusal.value.faults]


@pytest.mark.row("B2")
@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"${n}"', 3),
        ('"${on}"', True),
        ('"${list}"', [1, 2]),
        ('"${deep}"', {"x": {"y": 7}}),
        ('"${deep.x.y}"', 7),
        ('"n is ${n}"', "n is 3"),
        ('"${n}${n}"', "33"),
        ('"${on} ${text}"', "true hello"),
        ('"$${n}"', "${n}"),
        ('"$$${n}"', "$${n}"),
        ('"$ {n} $n"', "$ {n} $n"),
        ('["${n}", {k: "${text}"}]', [3, {"k": "hello"}]),
    ],
)
def test_a_placeholder_is_whole_or_inside_text(written: str, value: Any) -> None:
    found = param(written)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.row("B2")
def test_values_from_outside_win_over_the_recipes_own() -> None:
    assert param('"${n}"', n=5) == 5
    assert resolve_placeholders(stage("1"), {"n": 5}).recipe.params["n"] == 5


def test_facts_come_dotted_or_nested() -> None:
    assert param('"${project.script}"', **{"project.script": "s.md"}) == "s.md"
    assert param('"${project.script}"', project={"script": "s.md"}) == "s.md"


def test_a_param_may_stand_for_another() -> None:
    head = 'recipe_id: r\nparams: {a: "${b}!", b: "${c}", c: 1}\n'
    assert resolve_placeholders(stage('"${a}"', head), {}).recipe.stages[0].params["p"] == "1!"


def test_entity_extensions_config_and_condition_are_filled() -> None:
    text = (
        'recipe_id: r\nentity: "${ep}"\nextensions: {x: {y: "${ep}"}}\n'
        'stages: [{id: a, module: m, config: {c: "${ep}"}, when: "${go}"}]\n'
    )
    found = resolve_placeholders(
        parse_recipe(parse_source(text, "r.yaml")), {"ep": "ep001", "go": False}
    ).recipe
    assert (found.entity, found.extensions) == ("ep001", {"x": {"y": "ep001"}})
    assert (found.stages[0].config, found.stages[0].when) == ({"c": "ep001"}, False)


@pytest.mark.row("H7")
@pytest.mark.parametrize("hostile", ["${n}", "${secret}", "{{ 7*7 }}", "${deep.x}", "$${n}", "a ${n} b"])
def test_what_is_put_in_is_never_read_again(hostile: str) -> None:
    assert param('"${text}"', text=hostile) == hostile
    assert param('"<${text}>"', text=hostile) == f"<{hostile}>"


@pytest.mark.parametrize(
    ("written", "code", "what"),
    [
        ('"${tixt}"', "CF-R008", "nothing is given for `${tixt}`"),
        ('"a ${tixt} b"', "CF-R008", "nothing is given for `${tixt}`"),
        ('"${deep.x.z}"', "CF-R008", "nothing is given for `${deep.x.z}`"),
        ('"${n.x}"', "CF-R008", "nothing is given for `${n.x}`"),
        ('"${}"', "CF-R009", "`${}` is not a placeholder"),
        ('"${a b}"', "CF-R009", "`${a b}` is not a placeholder"),
        ('"${__class__.x()}"', "CF-R009", "`${__class__.x()}` is not a placeholder"),
        ('"${n"', "CF-R009", "a placeholder is not closed"),
        ('"all of ${list}"', "CF-R009", "`${list}` is a list and cannot stand inside text"),
        ('"all of ${deep}"', "CF-R009", "`${deep}` is a mapping and cannot stand inside text"),
    ],
)
def test_a_placeholder_that_stands_for_nothing_is_refused_in_its_place(
    written: str, code: str, what: str
) -> None:
    assert refusals(stage(written)) == [(code, "r.yaml:4:31", what)]


def test_a_missing_value_names_the_nearest_and_how_to_give_it() -> None:
    with pytest.raises(RecipeError) as refusal:
        resolve_placeholders(stage('"${tixt}"'), {})
    hint = refusal.value.faults[0].hint
    assert hint.splitlines()[0] == "did you mean `text`?"
    assert "`--param NAME=VALUE`" in hint


def test_params_that_stand_for_each_other_are_refused_as_a_circle() -> None:
    head = 'recipe_id: r\nparams: {a: "${b}", b: "${a}"}\n'
    assert refusals(stage("1", head)) == [
        ("CF-R009", "r.yaml:2:10", "params stand for each other: a → b → a")
    ]


def test_a_condition_that_is_no_truth_value_is_refused() -> None:
    text = 'recipe_id: r\nparams: {go: maybe}\nstages: [{id: a, module: m, when: "${go}"}]\n'
    found = refusals(parse_recipe(parse_source(text, "r.yaml")))
    assert found == [("CF-R012", "r.yaml:3:29", "`when` is text `maybe`; expected `true` or `false`")]


def test_all_faults_come_at_once() -> None:
    found = refusals(stage('["${a}", "${b}", "${c c}"]'))
    assert [code for code, _, _ in found] == ["CF-R008", "CF-R008", "CF-R009"]


@given(st.text(alphabet="${}abn. ", max_size=30))
def test_any_text_is_filled_or_refused_with_a_fault(text: str) -> None:
    loaded = stage("1")
    hostile = loaded.recipe.model_copy(update={"extensions": {"x": {"y": text}}})
    try:
        found = resolve_placeholders(LoadedRecipe(hostile, loaded.source), {"a": 1}).recipe.extensions["x"][
            "y"
        ]
    except RecipeError as error:
        assert {fault.code for fault in error.faults} <= {"CF-R008", "CF-R009"}
    else:
        assert found == text or "${" in text
