"""Learning: what the first decision found out about the file, as scores for the second.

A column in which nearly all sure cues stand speaks for a cue there; a name that was surely a cue elsewhere,
or a place that was surely a heading, is so here too. The sure lines teach, the doubtful ones learn.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from math import log

from cine_forge.film.screenplay.classifying.label import Label
from cine_forge.film.screenplay.classifying.name_line import name_line
from cine_forge.film.screenplay.classifying.place_line import place_line
from cine_forge.film.screenplay.classifying.script_line import ScriptLine
from cine_forge.film.screenplay.classifying.sequence import Decision, Scores

_SURE = 2.0
_MOST = 2.0
_SAID, _PLACED = 2.0, 2.0
_LEAST_LINES = 4
_COLUMN_WIDTH = 3


def learned(
    lines: Sequence[ScriptLine], decisions: Sequence[Decision], scores: Sequence[Scores]
) -> list[Scores]:
    """Return `scores` with what the decisions teach added."""
    columns = _columns(lines, decisions)
    names = _names(lines, decisions)
    places = _places(lines, decisions)
    taught: list[Scores] = []
    for line, labels in zip(lines, scores, strict=True):
        more = _taught(line, labels, names, places)
        column = columns.get(line.indent // _COLUMN_WIDTH, {})
        if more or column:
            labels = [(label, own + more.get(label, 0.0) + column.get(label, 0.0)) for label, own in labels]
        taught.append(labels)
    return taught


def _taught(
    line: ScriptLine, labels: Scores, names: Counter[str], places: Counter[str]
) -> dict[Label, float]:
    more: dict[Label, float] = {}
    if len(line.text) > 90 or len(labels) < 3:
        return more
    name = name_line(line.text)
    if name and names[name.key]:
        more["cue"] = _SAID
    place = place_line(line.named).place
    if places[place] and place not in names:
        more["heading"] = _PLACED
    return more


def _names(lines: Sequence[ScriptLine], decisions: Sequence[Decision]) -> Counter[str]:
    found = _sure(lines, decisions, "cue")
    return Counter(name.key for line in found if (name := name_line(line.text)))


def _places(lines: Sequence[ScriptLine], decisions: Sequence[Decision]) -> Counter[str]:
    return Counter(place_line(line.named).place for line in _sure(lines, decisions, "heading"))


def _sure(lines: Sequence[ScriptLine], decisions: Sequence[Decision], label: Label) -> list[ScriptLine]:
    return [
        line
        for line, decision in zip(lines, decisions, strict=True)
        if decision.label == label and decision.margin > _SURE
    ]


def _columns(lines: Sequence[ScriptLine], decisions: Sequence[Decision]) -> dict[int, dict[Label, float]]:
    """Return for each column in use the log odds that it gives to each label; empty with one column."""
    counted: dict[int, Counter[Label]] = defaultdict(Counter)
    for line, decision in zip(lines, decisions, strict=True):
        if decision.margin > _SURE / 2:
            counted[line.indent // _COLUMN_WIDTH][decision.label] += 1
    used = {column: labels for column, labels in counted.items() if labels.total() >= _LEAST_LINES}
    if len(used) < 2:
        return {}
    totals: Counter[Label] = Counter()
    for labels in used.values():
        totals.update(labels)
    every = totals.total()
    return {
        column: {
            label: _bounded(
                log((labels[label] + 0.5) / (times + 1.0)) - log((labels.total() + 1.0) / (every + 1.0))
            )
            for label, times in totals.items()
            if times >= _LEAST_LINES
        }
        for column, labels in used.items()
    }


def _bounded(odds: float) -> float:
    return max(-_MOST, min(_MOST, odds))
