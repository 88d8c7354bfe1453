"""The graph of a recipe: order, reach, and cycles as paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cine_forge.kernel.recipes.graph import RecipeGraph


@dataclass(frozen=True)
class Links:
    found: Mapping[str, Sequence[str]]

    def links(self) -> Mapping[str, Sequence[str]]:
        return self.found


def graph(**links: str) -> RecipeGraph:
    return RecipeGraph(Links({stage: needs.split() for stage, needs in links.items()}))


@pytest.mark.row("A31")
def test_every_stage_comes_after_those_it_waits_for() -> None:
    assert graph(d="b c", b="a", c="a", a="").order() == ("a", "b", "c", "d")


@pytest.mark.row("A31")
def test_equals_keep_the_order_of_the_file() -> None:
    assert graph(z="", a="", m="", b="z").order() == ("z", "a", "m", "b")


def test_reach_goes_all_the_way_in_both_directions() -> None:
    chain = graph(a="", b="a", c="b", x="")
    assert chain.ancestors("c") == {"a", "b"}
    assert chain.descendants("a") == {"b", "c"}
    assert chain.descendants("x") == frozenset()


@pytest.mark.row("A30")
@pytest.mark.parametrize(
    ("links", "cycle"),
    [
        ({"a": "b", "b": "a"}, ("a", "b", "a")),
        ({"a": "c", "b": "a", "c": "b"}, ("a", "c", "b", "a")),
        ({"x": "", "a": "a x"}, ("a", "a")),
        ({"a": "b d", "b": "c", "c": "a", "d": "a"}, ("a", "d", "a")),
        ({"a": "", "b": "a"}, None),
    ],
)
def test_a_cycle_is_the_shortest_path_back_to_its_first_stage(
    links: dict[str, str], cycle: tuple[str, ...] | None
) -> None:
    assert graph(**links).find_cycle() == cycle


def test_each_knot_gives_one_cycle_in_file_order() -> None:
    found = graph(c="d", d="c", a="b", b="a", e="a").cycles()
    assert found == (("c", "d", "c"), ("a", "b", "a"))


@given(st.lists(st.sets(st.integers(0, 11)), min_size=1, max_size=12))
def test_an_order_respects_all_links_and_a_cycle_consists_of_links(needs: list[set[int]]) -> None:
    links = {f"s{n}": [f"s{m}" for m in sorted(wanted) if m < len(needs)] for n, wanted in enumerate(needs)}
    found = RecipeGraph(Links(links))
    cycle = found.find_cycle()
    if cycle is None:
        place = {stage: n for n, stage in enumerate(found.order())}
        assert all(place[need] < place[stage] for stage, wanted in links.items() for need in wanted)
    else:
        assert cycle[0] == cycle[-1]
        assert all(need in links[stage] for stage, need in pairwise(cycle))
