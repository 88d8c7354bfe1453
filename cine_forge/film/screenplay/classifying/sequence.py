"""The sequence decision: the best labels for all lines together, and how sure each of them is.

Each line comes with the labels it may have and their scores; `FOLLOWS` says how well neighbours go together.
One pass forward and one backward find the best whole (Viterbi, 1967) and for every line the best whole in
which it has another label. The difference is the line's margin. Time and memory grow linearly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp
from typing import Literal

from cine_forge.film.screenplay.classifying.label import FOLLOWS, Label

Space = Literal[0, 1, 2]
Scores = Sequence[tuple[Label, float]]
_NEVER = -1e9
_SCALE = 1.5


@dataclass(frozen=True, slots=True)
class Decision:
    """The label of a line, its margin over the next best one, and that one (itself when there is none)."""

    label: Label
    margin: float
    runner_up: Label

    @property
    def confidence(self) -> float:
        """Return the margin as a number between 0.5 and 1: even odds at no margin."""
        return round(1 / (1 + exp(-min(self.margin, 30.0) / _SCALE)), 3)


def decide(scores: Sequence[Scores], spaces: Sequence[Space]) -> list[Decision]:
    """Return a decision for every line. `spaces[i]` says what stands between line i - 1 and line i.

    0 means together, 1 apart, 2 that blank lines tell nothing. A line must have at least one label.
    """
    if not scores:
        return []
    steps = _steps()
    ahead = _forward(scores, spaces, steps)
    behind = _backward(scores, spaces, steps)
    return list(_decisions(scores, spaces, steps, (ahead, behind)))


def _steps() -> tuple[dict[tuple[Label, Label], float], ...]:
    """Return the costs of all pairs for each of the three spaces."""
    return tuple(
        {(one, other): costs[space] for one, row in FOLLOWS.items() for other, costs in row.items()}
        for space in (0, 1, 2)
    )


def _forward(
    scores: Sequence[Scores], spaces: Sequence[Space], steps: Sequence[dict[tuple[Label, Label], float]]
) -> list[list[float]]:
    """Return for every line and label the best score of a reading up to it, the line included."""
    table: list[list[float]] = []
    before: Scores = (("start", 0.0),)
    best = [0.0]
    for labels, space in zip(scores, spaces, strict=True):
        step = steps[space]
        best = [
            own
            + max(
                step.get((one, label), _NEVER) + so_far for (one, _), so_far in zip(before, best, strict=True)
            )
            for label, own in labels
        ]
        table.append(best)
        before = labels
    return table


def _backward(
    scores: Sequence[Scores], spaces: Sequence[Space], steps: Sequence[dict[tuple[Label, Label], float]]
) -> list[list[float]]:
    """Return for every line and label the best score of a reading behind it, the line not included."""
    best = [steps[1].get((label, "end"), _NEVER) for label, _ in scores[-1]]
    table = [best]
    for index in range(len(scores) - 2, -1, -1):
        step, after = steps[spaces[index + 1]], scores[index + 1]
        best = [
            max(
                step.get((label, one), _NEVER) + own + so_far
                for (one, own), so_far in zip(after, best, strict=True)
            )
            for label, _ in scores[index]
        ]
        table.append(best)
    return table[::-1]


def _decisions(
    scores: Sequence[Scores],
    spaces: Sequence[Space],
    steps: Sequence[dict[tuple[Label, Label], float]],
    tables: tuple[list[list[float]], list[list[float]]],
) -> Iterator[Decision]:
    """Walk the best whole from the first line on; a tie goes to the label that is named first."""
    before: Label = "start"
    for labels, space, ahead, behind in zip(scores, spaces, *tables, strict=True):
        if len(labels) == 1:
            before = labels[0][0]
            yield Decision(before, 30.0, before)
            continue
        step = steps[space]
        ways = [
            step.get((before, label), _NEVER) + own + rest
            for (label, own), rest in zip(labels, behind, strict=True)
        ]
        chosen = max(range(len(ways)), key=ways.__getitem__)
        wholes = [one + other for one, other in zip(ahead, behind, strict=True)]
        second = max((at for at in range(len(ways)) if at != chosen), key=wholes.__getitem__)
        before = labels[chosen][0]
        yield Decision(before, max(0.0, wholes[chosen] - wholes[second]), labels[second][0])
