"""Selections: which stages a command is about, and which entities answer to a selector."""

from __future__ import annotations

import pytest

from cine_forge.kernel.ground.source import parse_source
from cine_forge.kernel.planning.selection import Entity, FollowNeeds, Selection, needed_units
from cine_forge.kernel.recipes.graph import RecipeGraph
from cine_forge.kernel.recipes.recipe import parse_recipe
from tests.kernel.planning.making import unit

TEXT = """
recipe_id: r
stages:
- {id: a, module: m}
- {id: b, module: m, needs: [a]}
- {id: c, module: m, needs: [b]}
- {id: side, module: m, needs: [a]}
"""
GRAPH = RecipeGraph(parse_recipe(parse_source(TEXT, "r.yaml")).recipe)


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), "a b c side"),
        (Selection(start_from=("b",)), "b c"),
        (Selection(end_at=("b",)), "a b"),
        (Selection(start_from=("b",), end_at=("b", "side")), "b"),
        (Selection(start_from=("b", "side")), "b c side"),
        (Selection(include=("c", "a")), "a c"),
        (Selection(exclude=("b",)), "a c side"),
        (Selection(include=("a", "b"), exclude=("a",), end_at=("c",)), "b"),
        (Selection(force=True), "a b c side"),
    ],
)
def test_each_field_narrows_the_stages_that_may_run(selection: Selection, expected: str) -> None:
    assert sorted(selection.stages(GRAPH)) == expected.split()


def test_force_and_start_from_run_what_could_be_reused() -> None:
    assert not Selection().forces("a")
    assert Selection(force=True).forces("a")
    again = Selection(start_from=("b",))
    assert (again.forces("b"), again.forces("c")) == (True, False)


PARENT = Entity("ep1/part:p7", "7")
CHILD = Entity("ep1/thing:k3", "12A", PARENT)


def test_an_entity_is_named_by_label_short_id_and_id() -> None:
    assert CHILD.names() == ("thing:12A", "thing:k3", "ep1/thing:k3")
    assert Entity("project").names() == ("project", "project")


@pytest.mark.parametrize(
    "selector", ["thing:12A", "THING:12a", "thing:k3", "ep1/thing:k3", "part:7", "part:p7"]
)
def test_an_entity_answers_to_its_names_and_to_those_of_what_it_belongs_to(selector: str) -> None:
    assert CHILD.answers_to(selector)


@pytest.mark.parametrize("selector", ["thing:12", "part:12A", "k3", "12A", "", "thing"])
def test_an_entity_answers_to_nothing_else(selector: str) -> None:
    assert not CHILD.answers_to(selector)


def test_a_parent_does_not_answer_for_what_belongs_to_it() -> None:
    assert not PARENT.answers_to("thing:12A")


def test_needed_are_the_wanted_and_all_before_them_even_in_a_ring() -> None:
    a, b, c, d = (unit(name) for name in "abcd")
    needs = {c: frozenset({b}), b: frozenset({a}), a: frozenset({c})}
    assert needed_units([b], needs) == {a, b, c}
    assert needed_units([d], needs) == {d}
    assert needed_units([], needs) == frozenset()


def test_the_convention_follows_the_needs() -> None:
    assert FollowNeeds().stages(Selection(end_at=("b",)), GRAPH) == {"a", "b"}
