"""Sights: a script line with all that can be read off it alone, read once.

As a name, as a place, as a cue with its speech on the same line; its words, and how it ends. What a sight
means depends on the file and on the neighbours, which it does not know.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from cine_forge.film.screenplay.classifying.line.fold import without_brackets
from cine_forge.film.screenplay.classifying.line.name_line import (
    NameLine,
    inline_line,
    name_line,
    pointed_line,
)
from cine_forge.film.screenplay.classifying.line.place_line import PlaceLine, is_only_sentence, place_line
from cine_forge.film.screenplay.classifying.line.script_line import ScriptLine
from cine_forge.film.screenplay.classifying.line.words import words_of

Ending = Literal["sentence", "colon", "open", "bare"]

LONGEST_PLACE = 100
_SENTENCE = re.compile(r"[.!?…。！？।؟][\"'”’»」』)）\]]*$")
_OPEN = frozenset(",;、،–—-")
_ABBREVIATED = re.compile(r"\b(?:[^\W\d_]|JR|SR|DR|MR|MRS|MS|ST|NO|BLDG|AVE|HWY|APT)\.$", re.IGNORECASE)
_SHORT_ABBREVIATED, _TAIL = 30, 8


class Sight(NamedTuple):
    """A line as seen. `name` and `place` are None when it is too long for one; `end` ignores brackets."""

    line: ScriptLine
    words: list[str]
    end: Ending
    name: NameLine | None
    place: PlaceLine | None
    inline: NameLine | None
    pointed: NameLine | None


def sight_of(line: ScriptLine) -> Sight:
    """Look at a line once."""
    text, end = line.text, _ending(line.named)
    brief = len(line.named) <= LONGEST_PLACE
    sentence = end == "sentence" and not text.isupper()
    return Sight(
        line=line,
        words=words_of(text),
        end=end,
        name=name_line(text) if brief and not sentence else None,
        place=place_line(line.named) if brief and not (sentence and is_only_sentence(line.named)) else None,
        inline=inline_line(text),
        pointed=pointed_line(text),
    )


def _ending(text: str) -> Ending:
    bare = without_brackets(text)
    end, last = bare[-_TAIL:], bare[-1]
    if last.isalnum():
        return "bare"
    if last in ":：":
        return "colon"
    if last in _OPEN:
        return "open"
    if not _SENTENCE.search(end):
        return "bare"
    return "bare" if len(bare) < _SHORT_ABBREVIATED and _ABBREVIATED.search(end) else "sentence"
