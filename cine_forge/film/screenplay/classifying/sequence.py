"""The sequence decision: the best labels for all lines together, and how sure each of them is.

Each line comes with the labels it may have and their scores; `FOLLOWS` says how well neighbours go together.
One pass forward and one backward find the best whole (Viterbi, 1967) and for every line the best whole in
which it has another label. The difference is the line's margin. Time and memory grow linearly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import exp
from operator import add
from typing import Literal, NamedTuple

from cine_forge.film.screenplay.classifying.label import FOLLOWS, Label

Space = Literal[0, 1, 2]
_NEVER = -1e9
_SCALE = 1.5
_ALONE = 30.0


class Scores(NamedTuple):
    """The labels that a line may have, and the score of each, in the same order."""

    labels: tuple[Label, ...]
    values: Sequence[float]


class Decision(NamedTuple):
    """The label of a line, its margin over the next best one, and that one (itself when there is none)."""

    label: Label
    margin: float
    runner_up: Label

    @property
    def confidence(self) -> float:
        """Return the margin as a number between 0.5 and 1: even odds at no margin."""
        return round(1 / (1 + exp(-min(self.margin, _ALONE) / _SCALE)), 3)


def decide(scores: Sequence[Scores], spaces: Sequence[Space]) -> list[Decision]:
    """Return a decision for every line. `spaces[i]` says what stands between line i - 1 and line i.

    0 means together, 1 apart, 2 that blank lines tell nothing. A line must have at least one label.
    """
    if not scores:
        return []
    ways = [_ways(*one) for one in _steps(scores, spaces)]
    ahead = _forward(scores, ways)
    behind = _backward(scores, ways)
    return list(_decisions(scores, ways, ahead, behind))


class _Ways(NamedTuple):
    """What it costs to come from each label of a line to each of the next one's, seen from both lines."""

    into: tuple[tuple[float, ...], ...]
    out_of: tuple[tuple[float, ...], ...]


def _steps(
    scores: Sequence[Scores], spaces: Sequence[Space]
) -> Iterator[tuple[tuple[Label, ...], tuple[Label, ...], Space]]:
    """Yield the labels on both sides of every gap between lines, that behind the last line too."""
    before: tuple[Label, ...] = ("start",)
    for own, space in zip(scores, spaces, strict=True):
        yield before, own.labels, space
        before = own.labels
    yield before, ("end",), 1


@lru_cache(maxsize=4096)
def _ways(before: tuple[Label, ...], after: tuple[Label, ...], space: Space) -> _Ways:
    into = tuple(tuple(_cost(one, other, space) for one in before) for other in after)
    return _Ways(into, tuple(zip(*into, strict=True)))


def _cost(one: Label, other: Label, space: Space) -> float:
    costs = FOLLOWS[one].get(other)
    return _NEVER if costs is None else costs[space]


def _forward(scores: Sequence[Scores], ways: Sequence[_Ways]) -> list[list[float]]:
    """Return for every line and label the best score of a reading up to it, the line included."""
    table: list[list[float]] = []
    best = [0.0]
    for own, way in zip(scores, ways, strict=False):
        best = list(map(add, own.values, [max(map(add, costs, best)) for costs in way.into]))
        table.append(best)
    return table


def _backward(scores: Sequence[Scores], ways: Sequence[_Ways]) -> list[list[float]]:
    """Return for every line and label the best score of a reading behind it, the line not included."""
    best = [costs[0] for costs in ways[-1].out_of]
    table = [best]
    for index in range(len(scores) - 1, 0, -1):
        rest = list(map(add, scores[index].values, best))
        best = [max(map(add, costs, rest)) for costs in ways[index].out_of]
        table.append(best)
    return table[::-1]


def _decisions(
    scores: Sequence[Scores], ways: Sequence[_Ways], ahead: list[list[float]], behind: list[list[float]]
) -> Iterator[Decision]:
    """Walk the best whole from the first line on; a tie goes to the label that is named first."""
    chosen = 0
    for own, way, so_far, rest in zip(scores, ways, ahead, behind, strict=False):
        labels = own.labels
        if len(labels) == 1:
            chosen = 0
            yield Decision(labels[0], _ALONE, labels[0])
            continue
        wholes = list(map(add, map(add, way.out_of[chosen], own.values), rest))
        chosen = wholes.index(max(wholes))
        wholes = list(map(add, so_far, rest))
        best = wholes[chosen]
        wholes[chosen] = _NEVER * 2
        second = max(wholes)
        yield Decision(labels[chosen], max(0.0, best - second), labels[wholes.index(second)])
