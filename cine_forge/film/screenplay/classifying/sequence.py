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
    ahead = _forward(scores, spaces)
    behind = _backward(scores, spaces)
    return list(_decisions(scores, spaces, ahead, behind))


@lru_cache(maxsize=4096)
def _into(before: tuple[Label, ...], after: tuple[Label, ...], space: Space) -> tuple[tuple[float, ...], ...]:
    """Return for each label after a line the costs of coming from each label before it."""
    return tuple(tuple(_cost(one, other, space) for one in before) for other in after)


@lru_cache(maxsize=4096)
def _out_of(
    before: tuple[Label, ...], after: tuple[Label, ...], space: Space
) -> tuple[tuple[float, ...], ...]:
    """Return for each label of a line the costs of going on to each label after it."""
    return tuple(tuple(_cost(one, other, space) for other in after) for one in before)


def _cost(one: Label, other: Label, space: Space) -> float:
    costs = FOLLOWS[one].get(other)
    return _NEVER if costs is None else costs[space]


def _forward(scores: Sequence[Scores], spaces: Sequence[Space]) -> list[list[float]]:
    """Return for every line and label the best score of a reading up to it, the line included."""
    table: list[list[float]] = []
    before: tuple[Label, ...] = ("start",)
    best = [0.0]
    for own, space in zip(scores, spaces, strict=True):
        ways = _into(before, own.labels, space)
        best = [value + max(map(add, way, best)) for way, value in zip(ways, own.values, strict=True)]
        table.append(best)
        before = own.labels
    return table


def _backward(scores: Sequence[Scores], spaces: Sequence[Space]) -> list[list[float]]:
    """Return for every line and label the best score of a reading behind it, the line not included."""
    best = [way[0] for way in _out_of(scores[-1].labels, ("end",), 1)]
    table = [best]
    for index in range(len(scores) - 2, -1, -1):
        after = scores[index + 1]
        rest = list(map(add, after.values, best))
        ways = _out_of(scores[index].labels, after.labels, spaces[index + 1])
        best = [max(map(add, way, rest)) for way in ways]
        table.append(best)
    return table[::-1]


def _decisions(
    scores: Sequence[Scores], spaces: Sequence[Space], ahead: list[list[float]], behind: list[list[float]]
) -> Iterator[Decision]:
    """Walk the best whole from the first line on; a tie goes to the label that is named first."""
    before: Label = "start"
    for own, space, so_far, rest in zip(scores, spaces, ahead, behind, strict=True):
        labels = own.labels
        if len(labels) == 1:
            before = labels[0]
            yield Decision(before, _ALONE, before)
            continue
        costs = [way[0] for way in _into((before,), labels, space)]
        ways = list(map(add, map(add, costs, own.values), rest))
        chosen = ways.index(max(ways))
        wholes = list(map(add, so_far, rest))
        best = wholes[chosen]
        wholes[chosen] = _NEVER * 2
        second = max(wholes)
        before = labels[chosen]
        yield Decision(before, max(0.0, best - second), labels[wholes.index(second)])
