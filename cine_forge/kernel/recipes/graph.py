"""The graph of a recipe: which stage waits for which.

It knows ids and links only. Whether a link means data or mere order is the recipe's affair; what is
fed to whom is planning's. What every plan asks (order, reach, what remains) is one sweep over the links;
networkx is imported when there are knots to untie.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import networkx as nx


class Linked(Protocol):
    """A recipe, or what is left of one that has faults."""

    def links(self) -> Mapping[str, Sequence[str]]:
        """Return for each stage id, in file order, the ids that it waits for."""


class RecipeGraph:
    """The stages of a recipe with an edge from each to those that wait for it."""

    def __init__(self, recipe: Linked) -> None:
        self._needs = recipe.links()
        self._position = {stage: place for place, stage in enumerate(self._needs)}
        self._users: dict[str, list[str]] = {stage: [] for stage in self._needs}
        for stage, needs in self._needs.items():
            for need in dict.fromkeys(needs):
                self._users[need].append(stage)

    def order(self) -> tuple[str, ...]:
        """Return every stage after those it waits for; among equals, file order. Needs no cycle."""
        return self._order

    def ancestors(self, stage: str) -> frozenset[str]:
        """Return all stages that `stage` waits for, directly or not."""
        return _reached(stage, self._needs)

    def descendants(self, stage: str) -> frozenset[str]:
        """Return all stages that wait for `stage`, directly or not."""
        return _reached(stage, self._users)

    def remaining(self, seconds: Mapping[str, float]) -> Mapping[str, float]:
        """Return for each stage how long the longest path after it takes. Needs no cycle."""
        after: dict[str, float] = {}
        for stage in reversed(self._order):
            after[stage] = max((seconds[user] + after[user] for user in self._users[stage]), default=0.0)
        return after

    def find_cycle(self) -> tuple[str, ...] | None:
        """Return a cycle as a path of needs that ends where it began, or None."""
        cycles = self.cycles()
        return cycles[0] if cycles else None

    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """Return one cycle for each knot of stages, in file order.

        Each is the shortest one through the knot's first stage: `(a, b, a)` says that `a` needs `b` and
        `b` needs `a`.
        """
        if len(self._order) == len(self._position):
            return ()
        import networkx as nx

        graph = nx.DiGraph((need, stage) for stage, needs in self._needs.items() for need in needs)
        knots = [knot for knot in nx.strongly_connected_components(graph) if _is_knot(graph, knot)]
        firsts = sorted((min(knot, key=self._place) for knot in knots), key=self._place)
        return tuple(self._shortest_cycle(graph, first) for first in firsts)

    @cached_property
    def _order(self) -> tuple[str, ...]:
        """The stages that no cycle keeps waiting."""
        stages = tuple(self._position)
        unmet = {stage: len(set(needs)) for stage, needs in self._needs.items()}
        ready = [self._position[stage] for stage, count in unmet.items() if not count]
        heapify(ready)
        order: list[str] = []
        while ready:
            order.append(stages[heappop(ready)])
            for user in self._users[order[-1]]:
                unmet[user] -= 1
                if not unmet[user]:
                    heappush(ready, self._position[user])
        return tuple(order)

    def _place(self, stage: str) -> int:
        return self._position[stage]

    def _shortest_cycle(self, graph: nx.DiGraph[str], first: str) -> tuple[str, ...]:
        import networkx as nx

        ways = [
            nx.shortest_path(graph, first, need)
            for need in sorted(graph.predecessors(first), key=self._place)
            if nx.has_path(graph, first, need)
        ]
        return (first, *reversed(min(ways, key=len)))


def _reached(start: str, links: Mapping[str, Sequence[str]]) -> frozenset[str]:
    found: set[str] = set()
    open_stages = list(links[start])
    while open_stages:
        stage = open_stages.pop()
        if stage not in found:
            found.add(stage)
            open_stages.extend(links[stage])
    return frozenset(found)


def _is_knot(graph: nx.DiGraph[str], knot: set[str]) -> bool:
    return len(knot) > 1 or any(graph.has_edge(stage, stage) for stage in knot)
