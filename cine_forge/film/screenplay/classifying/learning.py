"""Learning: what the first decision found out about the file, as scores for the second.

A column in which nearly all sure cues stand speaks for a cue there; a name that was surely a cue elsewhere,
or a place that was surely a heading, is so here too; where nearly all cues are in capitals, another line is
hardly one. The sure lines teach, the doubtful ones learn.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log
from operator import add

from cine_forge.film.screenplay.classifying.label import Label
from cine_forge.film.screenplay.classifying.line.sight import Sight
from cine_forge.film.screenplay.classifying.sequence import Decision, Scores

_SURE = 2.0
_MOST = 2.0
_SAID, _PLACED = 2.0, 2.0
_LEAST_LINES = 4
_NEARLY_ALL, _LEAST_CUES, _OTHER_HAND = 0.85, 10, -2.0
_COLUMN_WIDTH = 3


@dataclass(frozen=True)
class _Column:
    """The log odds that a column gives to each label."""

    given: dict[Label, float]
    known: dict[tuple[Label, ...], list[float]] = field(default_factory=dict)

    def odds(self, labels: tuple[Label, ...]) -> list[float]:
        """Return the odds of some labels in their order; lines of one kind ask for the same."""
        if labels not in self.known:
            self.known[labels] = [self.given.get(label, 0.0) for label in labels]
        return self.known[labels]


def learned(sights: Sequence[Sight], decisions: Sequence[Decision], scores: Sequence[Scores]) -> list[Scores]:
    """Return `scores` with what the decisions teach added."""
    columns = _columns(sights, decisions)
    cues = [sight.name for sight in _sure(sights, decisions, "cue") if sight.name]
    names = {cue.key for cue in cues}
    capitals = sum(cue.shape == "capitals" for cue in cues) > _NEARLY_ALL * max(len(cues), _LEAST_CUES)
    places = {sight.place.place for sight in _sure(sights, decisions, "heading") if sight.place}
    taught: list[Scores] = []
    for sight, own in zip(sights, scores, strict=True):
        more = _taught(sight, names, places) if len(own.labels) > 2 else {}
        if capitals and sight.name and sight.name.shape in ("title", "small", "mixed"):
            more["cue"] = more.get("cue", 0.0) + _OTHER_HAND
        values = own.values
        if more and len(own.labels) > 1:
            values = [value + more.get(label, 0.0) for label, value in zip(own.labels, values, strict=True)]
        column = columns.get(sight.line.indent // _COLUMN_WIDTH)
        if column and len(own.labels) > 1:
            values = list(map(add, values, column.odds(own.labels)))
        taught.append(own if values is own.values else Scores(own.labels, values))
    return taught


def _taught(sight: Sight, names: set[str], places: set[str]) -> dict[Label, float]:
    more: dict[Label, float] = {}
    if sight.name and sight.name.key in names:
        more["cue"] = _SAID
    if sight.place and sight.place.place in places and sight.place.place not in names:
        more["heading"] = _PLACED
    return more


def _sure(sights: Sequence[Sight], decisions: Sequence[Decision], label: Label) -> list[Sight]:
    pairs = zip(sights, decisions, strict=True)
    return [sight for sight, decision in pairs if decision.label == label and decision.margin > _SURE]


def _columns(sights: Sequence[Sight], decisions: Sequence[Decision]) -> dict[int, _Column]:
    """Return each column in use; none when there is but one."""
    counted: dict[int, Counter[Label]] = defaultdict(Counter)
    for sight, decision in zip(sights, decisions, strict=True):
        if decision.margin > _SURE / 2:
            counted[sight.line.indent // _COLUMN_WIDTH][decision.label] += 1
    used = {column: labels for column, labels in counted.items() if labels.total() >= _LEAST_LINES}
    if len(used) < 2:
        return {}
    totals: Counter[Label] = Counter()
    for labels in used.values():
        totals.update(labels)
    every = totals.total()
    return {
        column: _Column(
            {
                label: _bounded(
                    log((labels[label] + 0.5) / (times + 1.0)) - log((labels.total() + 1.0) / (every + 1.0))
                )
                for label, times in totals.items()
                if times >= _LEAST_LINES
            }
        )
        for column, labels in used.items()
    }


def _bounded(odds: float) -> float:
    return max(-_MOST, min(_MOST, odds))
