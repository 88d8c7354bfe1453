"""Wording: from the mentions of the ledger to the very words of the source that say them.

The ledger knows lines; who colours a script needs columns. A person is looked for under every name and, where
the script uses one of their names alone, under that; a thing as it is written; words that go on overleaf of
a line give a span on each. What no word says, as the place of a scene that only says `INSERT`, has no span.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cine_forge.film.schemas.asset import Asset
from cine_forge.film.schemas.scene import Mention, MentionLedger
from cine_forge.film.screenplay.cues import parse_cue

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_BETWEEN = r"(?:[\s*_\"“”'’,.()-]|\[\[|\]\])+"
_APOSTROPHE = re.compile(r"['’]")
_MOST_LINES = 3


@dataclass(frozen=True)
class MentionSpan:
    """Columns `start` to `end` (exclusive) of a line that say a mention, or a part of it."""

    mention: Mention
    line: int
    start: int
    end: int

    def to_json(self) -> dict[str, Any]:
        """Return the span as the view shows it."""
        told = self.mention
        named = {"category": told.category, "entity": told.entity, "name": told.name}
        return {"start": self.start, "end": self.end, **named, "confidence": told.confidence}


class Wording:
    """Looks mentions up in the source. A name that stands twice on a line is taken from left to right."""

    def __init__(self, lines: Sequence[str], assets: Iterable[Asset], ledger: MentionLedger) -> None:
        self.lines = lines
        self.mentions = ledger.mentions
        self._names = {one.id: (one.name, *one.aliases) for one in assets}
        for one in ledger.identities:
            self._names[one.entity] = (*self._names.get(one.entity, ()), one.name)
        self._patterns: dict[tuple[str, ...], tuple[re.Pattern[str], ...]] = {}
        self._taken: defaultdict[tuple[int, str, str], int] = defaultdict(int)

    def spans(self) -> Iterator[MentionSpan]:
        """Yield the spans of every mention, in the order of the ledger."""
        for mention in self.mentions:
            yield from self._spans(mention)

    def _spans(self, mention: Mention) -> Iterator[MentionSpan]:
        first = mention.line - 1
        if not 0 <= first < len(self.lines):
            return
        room = self.lines[first : first + _MOST_LINES]
        text, own = "\n".join(room), len(room[0])
        key = (mention.line, mention.category, mention.entity)
        for pattern in (*self._of(mention), *self._whole_cue(mention, room[0])):
            begun = 0 if mention.category == "cue" else self._taken[key]
            found = next((one for one in pattern.finditer(text, begun) if one.start() < own), None)
            if found:
                self._taken[key] = found.end()
                yield from _by_line(mention, text, found.start(), found.end())
                return

    def _whole_cue(self, mention: Mention, line: str) -> Iterator[re.Pattern[str]]:
        """Yield what a cue calls its speakers by, where it names none of them: `BOTH`, `THE GUARDS`."""
        if mention.category == "cue" and (words := _WORD.findall(parse_cue(line).name)):
            yield _pattern(words)

    def _of(self, mention: Mention) -> Sequence[re.Pattern[str]]:
        """Return what to look for: whole names, the longest first, then single words of them."""
        names = tuple(dict.fromkeys((mention.name, *self._names.get(mention.entity, ()))))
        if names not in self._patterns:
            words = [tuple(_WORD.findall(name)) for name in names]
            whole = sorted(dict.fromkeys(filter(None, words)), key=lambda one: (-len(one), one))
            single = dict.fromkeys((word,) for one in whole for word in reversed(one) if len(one) > 1)
            self._patterns[names] = tuple(map(_pattern, (*whole, *single)))
        return self._patterns[names]


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    said = _BETWEEN.join(_APOSTROPHE.sub("['’]", re.escape(word)) for word in words)
    return re.compile(rf"(?<![^\W_]){said}(?![^\W_])", re.IGNORECASE)


def _by_line(mention: Mention, text: str, start: int, end: int) -> Iterator[MentionSpan]:
    """Yield a span for each line that the words stand on, without the white space at its edges."""
    at = 0
    for offset, line in enumerate(text.split("\n")):
        first, last = max(start - at, 0), min(end - at, len(line))
        if first < last and (words := line[first:last]).strip():
            lead = len(words) - len(words.lstrip())
            yield MentionSpan(mention, mention.line + offset, first + lead, first + len(words.rstrip()))
        at += len(line) + 1
