"""The graph of a recipe: which stage waits for which.

It knows ids and links only. Whether a link means data or mere order is the recipe's affair; what is
fed to whom is planning's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Protocol

import networkx as nx


class Linked(Protocol):
    """A recipe, or what is left of one that has faults."""

    def links(self) -> Mapping[str, Sequence[str]]:
        """Return for each stage id, in file order, the ids that it waits for."""


class RecipeGraph:
    """The stages of a recipe with an edge from each to those that wait for it."""

    def __init__(self, recipe: Linked) -> None:
        links = recipe.links()
        self._position = {stage: place for place, stage in enumerate(links)}
        self._graph: nx.DiGraph[str] = nx.DiGraph()
        self._graph.add_nodes_from(links)
        self._graph.add_edges_from((need, stage) for stage, needs in links.items() for need in needs)

    def order(self) -> tuple[str, ...]:
        """Return every stage after those it waits for; among equals, file order. Needs no cycle."""
        return self._order

    def ancestors(self, stage: str) -> frozenset[str]:
        """Return all stages that `stage` waits for, directly or not."""
        return frozenset(nx.ancestors(self._graph, stage))

    def descendants(self, stage: str) -> frozenset[str]:
        """Return all stages that wait for `stage`, directly or not."""
        return frozenset(nx.descendants(self._graph, stage))

    def find_cycle(self) -> tuple[str, ...] | None:
        """Return a cycle as a path of needs that ends where it began, or None."""
        cycles = self.cycles()
        return cycles[0] if cycles else None

    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """Return one cycle for each knot of stages, in file order.

        Each is the shortest one through the knot's first stage: `(a, b, a)` says that `a` needs `b` and
        `b` needs `a`.
        """
        knots = [knot for knot in nx.strongly_connected_components(self._graph) if self._is_knot(knot)]
        firsts = sorted((min(knot, key=self._place) for knot in knots), key=self._place)
        return tuple(self._shortest_cycle(first) for first in firsts)

    @cached_property
    def _order(self) -> tuple[str, ...]:
        return tuple(nx.lexicographical_topological_sort(self._graph, key=self._place))

    def _place(self, stage: str) -> int:
        return self._position[stage]

    def _is_knot(self, knot: set[str]) -> bool:
        return len(knot) > 1 or any(self._graph.has_edge(stage, stage) for stage in knot)

    def _shortest_cycle(self, first: str) -> tuple[str, ...]:
        ways = [
            nx.shortest_path(self._graph, first, need)
            for need in sorted(self._graph.predecessors(first), key=self._place)
            if nx.has_path(self._graph, first, need)
        ]
        return (first, *reversed(min(ways, key=len)))
