"""Habits: how this one file is written, counted before any line is judged.

Blank lines, width, columns, recurring names, words that open or close short lines, names introduced in
capitals: all of it is counted from the lines themselves, so nothing here knows a language.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cine_forge.film.screenplay.classifying.fold import fold, fold_numerals, has_case, without_brackets
from cine_forge.film.screenplay.classifying.name_line import NameLine, inline_line, name_line, pointed_line
from cine_forge.film.screenplay.classifying.place_line import place_line
from cine_forge.film.screenplay.classifying.script_line import ScriptLine

SHORT = 70
_SAMPLE = 20_000
_WORD = re.compile(r"[^\W\d_]{2,}")
_ENDS = re.compile(r"[.!?…。！？।؟:：;,،、–—-][\"'”’»」』)）\]]*$")
_WIDEST_WRAP = 110
_LEAST_WRAPPED = 0.15
_LEARNED = 3
_LONG_ENOUGH = 28
_MOSTLY = 0.75


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
    punctuated: bool
    inline_file: bool


def habit_of(lines: Sequence[ScriptLine]) -> Habit:
    """Count the habits of a file."""
    text = " ".join(line.text for line in lines[: _SAMPLE // 20])[:_SAMPLE]
    short = [
        line for line in lines if len(line.named) <= SHORT and not _ENDS.search(without_brackets(line.named))
    ]
    introduced, proper, common = _words(lines)
    heads, tails = _learned(short)
    inline: Counter[str] = Counter(found.key for line in lines if (found := inline_line(line.text)))
    inline_file = sum(times for times in inline.values() if times > 1) >= max(3, len(lines) // 12)
    return Habit(
        cased=has_case(text),
        dense=_is_dense(lines),
        double=not inline_file and _is_double(lines),
        widths=_widths(lines),
        names=Counter(name.key for line in short if (name := name_line(line.text))),
        inline=inline,
        pointed=Counter(found.key for line in lines if (found := pointed_line(line.text))),
        introduced=introduced,
        proper=proper,
        common=common,
        heads=heads,
        tails=tails,
        counted=_counted(short),
        places=Counter(place_line(line.named).place for line in short),
        numbered=_is_numbered(lines),
        punctuated=_is_punctuated(lines),
        inline_file=inline_file,
    )


def _is_dense(lines: Sequence[ScriptLine]) -> bool:
    """Whether blank lines tell nothing, for hardly a short line that ends no sentence has one over it."""
    landmarks = [
        line for line in lines[1:] if len(line.text) < 40 and not _ENDS.search(without_brackets(line.text))
    ]
    if len(landmarks) < 3:
        return len(lines) >= 12 and sum(line.gap > 0 for line in lines) < 0.04 * len(lines)
    return sum(line.gap > 0 for line in landmarks) < 0.25 * len(landmarks)


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


def _words(lines: Iterable[ScriptLine]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return words in capitals within other lines, words with a capital inside a line, and small words."""
    introduced: set[str] = set()
    proper: set[str] = set()
    common: set[str] = set()
    for line in lines:
        if len(line.text) < 12 or line.text.isupper():
            continue
        words = _WORD.findall(line.text)
        for word in words[1:]:
            if word.islower():
                common.add(word)
            elif word.isupper():
                introduced.add(word.casefold())
            elif word[0].isupper():
                proper.add(word.casefold())
        if words and words[0].isupper():
            introduced.add(words[0].casefold())
    return frozenset(introduced), frozenset(proper), frozenset(common)


def _learned(short: Sequence[ScriptLine]) -> tuple[frozenset[str], frozenset[str]]:
    """Return first words with a mark behind them, and last parts, that come with different places."""
    heads: dict[str, set[str]] = defaultdict(set)
    tails: dict[str, set[str]] = defaultdict(set)
    for line in short:
        seen = place_line(line.named)
        if not seen.split:
            continue
        heads[seen.head].add(seen.place)
        if seen.tail:
            tails[seen.tail].add(seen.place)
    known = frozenset(word for word, places in tails.items() if len(places) >= _LEARNED and len(word) <= 16)
    return frozenset(word for word, places in heads.items() if len(places) >= _LEARNED and word), known


def _counted(short: Sequence[ScriptLine]) -> frozenset[str]:
    """Return lines without their numeral that come with at least two numerals: `SCENE #`."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in short:
        folded = fold_numerals(line.text) if len(line.text) <= 30 else None
        if folded:
            found[folded[0]].add(folded[1])
    return frozenset(text for text, numerals in found.items() if len(numerals) >= 2)


def _is_punctuated(lines: Sequence[ScriptLine]) -> bool:
    """Whether lines of some length end with a mark, so that a line without one is none of them."""
    long = [line for line in lines if len(line.text) > _LONG_ENOUGH]
    return sum(bool(_ENDS.search(line.text)) for line in long) >= _MOSTLY * max(len(long), 1)


def _is_numbered(lines: Sequence[ScriptLine]) -> bool:
    """Whether numbers at the heads of lines count upwards, as scene numbers do."""
    numbers = [int(digits) for line in lines if (digits := _digits(line)) is not None]
    rising = sum(0 <= after - before <= 3 for before, after in itertools.pairwise(numbers))
    return len(numbers) >= 3 and rising >= 0.7 * (len(numbers) - 1)


def _digits(line: ScriptLine) -> str | None:
    digits = "".join(filter(str.isdecimal, line.number or ""))
    return digits if digits and not line.item else None


def name_in(line: ScriptLine) -> NameLine | None:
    """Return the line as a cue, when it is short enough."""
    return name_line(line.text) if len(line.text) <= 90 else None


def is_introduced(name: NameLine, words: frozenset[str]) -> bool:
    """Whether all words of a name are among `words`."""
    return all(word.casefold() in words for word in name.words)


def key_of(text: str) -> str:
    """Return the fold of a line."""
    return fold(text)
