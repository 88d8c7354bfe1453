"""Habits: how this one file is written, counted before any line is judged.

Blank lines, width, columns, recurring names, words that open or close short lines, names introduced in
capitals: all of it is counted from the lines themselves, so nothing here knows a language.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cine_forge.film.screenplay.classifying.line.fold import fold_numerals, has_case
from cine_forge.film.screenplay.classifying.line.name_line import NameLine
from cine_forge.film.screenplay.classifying.line.place_line import PlaceLine
from cine_forge.film.screenplay.classifying.line.script_line import ScriptLine
from cine_forge.film.screenplay.classifying.line.sight import Sight

SHORT = 70
_SAMPLE = 20_000
_LANDMARK = 40
_WIDEST_WRAP = 110
_LEAST_WRAPPED = 0.15
_LEARNED = 3
_LONG_ENOUGH = 28
_MOSTLY = 0.75
_KEYED = 6


@dataclass(frozen=True)
class Habit:
    """The file's habits. `widths` gives the right edge of each column if its lines are cut there.

    `names` counts folds of short lines, `inline` and `pointed` heads before a colon or a full stop.
    `heads`, `tails` and `counted` are learned from short lines that end no sentence; `places` counts them.
    """

    cased: bool
    dense: bool
    double: bool
    widths: dict[int, int]
    names: Counter[str]
    inline: Counter[str]
    pointed: Counter[str]
    introduced: frozenset[str]
    proper: frozenset[str]
    common: frozenset[str]
    heads: frozenset[str]
    tails: frozenset[str]
    counted: frozenset[str]
    places: Counter[str]
    numbered: bool
    keyworded: bool
    punctuated: bool
    inline_file: bool


def habit_of(sights: Sequence[Sight], *, numbered: bool) -> Habit:
    """Count the habits of a file; `numbered` says whether numbers at the heads of its lines count upwards."""
    text = " ".join(sight.line.text for sight in sights[: _SAMPLE // 20])[:_SAMPLE]
    short = [sight for sight in sights if sight.end == "bare" and len(sight.line.named) <= SHORT]
    introduced, proper, common = _words(sights)
    heads, tails = _learned(short)
    inline: Counter[str] = Counter(sight.inline.key for sight in sights if sight.inline)
    inline_file = sum(times for times in inline.values() if times > 1) >= max(3, len(sights) // 12)
    lines = [sight.line for sight in sights]
    return Habit(
        cased=has_case(text),
        dense=_is_dense(sights),
        double=not inline_file and _is_double(lines),
        widths=_widths(lines),
        names=Counter(sight.name.key for sight in short if sight.name),
        inline=inline,
        pointed=Counter(sight.pointed.key for sight in sights if sight.pointed),
        introduced=introduced,
        proper=proper,
        common=common,
        heads=heads,
        tails=tails,
        counted=_counted(short),
        places=Counter(sight.place.place for sight in short if sight.place),
        numbered=numbered,
        keyworded=_is_keyworded([sight.place for sight in short if sight.place]),
        punctuated=_is_punctuated(sights),
        inline_file=inline_file,
    )


def is_numbered(lines: Sequence[ScriptLine]) -> bool:
    """Whether numbers at the heads of lines count upwards, as scene numbers do."""
    numbers = [int(digits) for line in lines if (digits := _digits(line)) is not None]
    rising = sum(0 <= after - before <= 3 for before, after in itertools.pairwise(numbers))
    return len(numbers) >= 3 and rising >= 0.7 * (len(numbers) - 1)


def _digits(line: ScriptLine) -> str | None:
    digits = "".join(filter(str.isdecimal, line.number or ""))
    return digits if digits and not line.item else None


def _is_dense(sights: Sequence[Sight]) -> bool:
    """Whether blank lines tell nothing, for hardly a short line that ends no sentence has one over it."""
    gaps = [s.line.gap > 0 for s in sights[1:] if s.end == "bare" and len(s.line.text) < _LANDMARK]
    if len(gaps) < 3:
        return len(sights) >= 12 and sum(sight.line.gap > 0 for sight in sights) < 0.04 * len(sights)
    return sum(gaps) < 0.25 * len(gaps)


def _is_double(lines: Sequence[ScriptLine]) -> bool:
    """Whether nearly every line has a blank one over it, so that one blank line tells nothing."""
    return len(lines) >= 12 and sum(line.gap > 0 for line in lines) > 0.95 * len(lines)


def _widths(lines: Sequence[ScriptLine]) -> dict[int, int]:
    """Return the right edge of each column that is cut at one; empty when the file has no hard wraps."""
    longest = max((line.indent + len(line.raw.strip()) for line in lines if not line.starred), default=0)
    if longest > 4 * _WIDEST_WRAP:
        return {}
    columns: dict[int, list[int]] = defaultdict(list)
    for line in lines:
        if not line.starred and line.number is None:
            columns[line.indent].append(line.indent + len(line.text))
    edges: dict[int, int] = {}
    for indent, ends in columns.items():
        ends.sort()
        edge = ends[min(len(ends) - 1, int(len(ends) * 0.97))]
        near = sum(end > edge - 12 for end in ends)
        if 24 <= edge - indent <= _WIDEST_WRAP and len(ends) >= 6 and near >= _LEAST_WRAPPED * len(ends):
            edges[indent] = edge
    return edges


def _words(sights: Iterable[Sight]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return words in capitals within other lines, words with a capital inside a line, and small words."""
    every: set[str] = set()
    inside: set[str] = set()
    for sight in sights:
        if len(sight.line.text) >= 12 and not sight.line.text.isupper():
            every.update(sight.words)
            inside.update(sight.words[1:])
    common = frozenset(word for word in every if word.islower())
    introduced = frozenset(word.casefold() for word in every if len(word) > 1 and word.isupper())
    others = (word for word in inside if len(word) > 1 and not word.islower() and not word.isupper())
    return introduced, frozenset(word.casefold() for word in others), common


def _learned(short: Sequence[Sight]) -> tuple[frozenset[str], frozenset[str]]:
    """Return first words and last parts of split lines that come with different places."""
    heads: dict[str, set[str]] = defaultdict(set)
    tails: dict[str, set[str]] = defaultdict(set)
    for sight in short:
        seen = sight.place
        if seen is None or not seen.split:
            continue
        heads[seen.head].add(seen.place)
        if seen.tail:
            tails[seen.tail].add(seen.place)
    known = frozenset(word for word, places in tails.items() if len(places) >= _LEARNED and len(word) <= 16)
    return frozenset(word for word, places in heads.items() if len(places) >= _LEARNED and word), known


def _counted(short: Sequence[Sight]) -> frozenset[str]:
    """Return lines without their numeral that come with at least two numerals: `SCENE #`."""
    found: dict[str, set[str]] = defaultdict(set)
    for sight in short:
        folded = fold_numerals(sight.line.text) if len(sight.line.text) <= 30 else None
        if folded:
            found[folded[0]].add(folded[1])
    return frozenset(text for text, numerals in found.items() if len(numerals) >= 2)


def _is_keyworded(places: Sequence[PlaceLine]) -> bool:
    """Whether nearly every line that tells place and time opens with INT, EXT or a kin."""
    keyed = sum(seen.sure_keyword or seen.loose_keyword for seen in places)
    timed = sum(seen.timed and seen.split for seen in places if not (seen.sure_keyword or seen.loose_keyword))
    return keyed >= _KEYED and keyed > 4 * timed


def _is_punctuated(sights: Sequence[Sight]) -> bool:
    """Whether lines of some length end with a mark, so that a line without one is none of them."""
    long = [sight.end != "bare" for sight in sights if len(sight.line.text) > _LONG_ENOUGH]
    return sum(long) >= _MOSTLY * max(len(long), 1)


def is_among(name: NameLine, words: frozenset[str]) -> bool:
    """Whether all words of a name are among `words`."""
    return words.issuperset(name.words)
