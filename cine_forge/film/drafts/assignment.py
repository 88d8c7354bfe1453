"""Assignment: who belongs to whom, so that all scores together are as high as they can be.

Knows nothing of scenes: two sides are positions, a score says how well two of them fit. Exact for any
number of pairs that people write (each new one on the left is fitted in by the shortest chain of changes);
beyond a bound on the pairs the best-fitting are taken first, so that time stays bounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heappop, heappush

MOST_EXACT_PAIRS = 20_000
_Edges = dict[int, list[tuple[int, float]]]


def best_assignment(scores: Mapping[tuple[int, int], float]) -> dict[int, int]:
    """Return left to right, each used once at most, with the highest sum of scores.

    Scores are above 0; what is not listed does not fit. Equal sums are decided by position.
    """
    if len(scores) > MOST_EXACT_PAIRS:
        return _greedy(scores)
    highest = max(scores.values(), default=0.0)
    edges: _Edges = {}
    for (left, right), score in sorted(scores.items()):
        edges.setdefault(left, []).append((right, highest - score))
    return _Fitting(edges, highest).all()


def _greedy(scores: Mapping[tuple[int, int], float]) -> dict[int, int]:
    found: dict[int, int] = {}
    used: set[int] = set()
    for left, right in sorted(scores, key=lambda pair: (-scores[pair], pair)):
        if left not in found and right not in used:
            found[left] = right
            used.add(right)
    return found


class _Fitting:
    """Shortest augmenting paths over reduced costs (Kuhn and Munkres, in its sparse form).

    Every left position may stay alone: that is an own place on the right, -1 - left, at the cost of a pair
    that scores nothing.
    """

    def __init__(self, edges: _Edges, alone: float) -> None:
        self.edges = {left: [*fits, (-1 - left, alone)] for left, fits in edges.items()}
        self.holder: dict[int, int] = {}
        self.held: dict[int, int] = {}
        self.price: dict[int, float] = {}

    def all(self) -> dict[int, int]:
        """Fit in every left position, one by one."""
        for left in self.edges:
            self._fit_in(left)
        return {left: right for left, right in self.held.items() if right >= 0}

    def _fit_in(self, start: int) -> None:
        """Find the cheapest chain from `start` to a free place, and shift everyone along it."""
        reach: dict[int, float] = {}
        came: dict[int, int] = {}
        settled: dict[int, float] = {}
        waiting: list[tuple[float, int]] = []
        left, spent = start, 0.0
        while True:
            base = self._cost_of_own(left)
            for right, cost in self.edges[left]:
                length = spent + max(0.0, cost - self.price.get(right, 0.0) - base)
                if right not in settled and length < reach.get(right, float("inf")):
                    reach[right], came[right] = length, left
                    heappush(waiting, (length, right))
            spent, right = heappop(waiting)
            while right in settled:
                spent, right = heappop(waiting)
            settled[right] = spent
            if right not in self.holder:
                break
            left = self.holder[right]
        for one, length in settled.items():
            self.price[one] = self.price.get(one, 0.0) + length - spent
        self._shift(right, came, start)

    def _cost_of_own(self, left: int) -> float:
        """Return the reduced cost of the place that `left` holds; of none, that of its cheapest."""
        costs = {right: cost - self.price.get(right, 0.0) for right, cost in self.edges[left]}
        return costs[self.held[left]] if left in self.held else min(costs.values())

    def _shift(self, right: int, came: Mapping[int, int], start: int) -> None:
        while True:
            left = came[right]
            before = self.held.get(left)
            self.holder[right], self.held[left] = left, right
            if left == start or before is None:
                return
            right = before
