"""Page furniture: what the printer put on the page and nobody speaks or plays.

Page numbers, running heads, `CONTINUED`, `(MORE)` and revision lines are told by their words, by standing
alone far to the right, or by coming back over and over with nothing changed but a number. The words are a
help; a running head in any language is found by its recurrence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from cine_forge.film.screenplay.classifying.line.fold import fold
from cine_forge.film.screenplay.classifying.line.script_line import ScriptLine
from cine_forge.film.screenplay.word_list import word_list

_WORDS = frozenset(
    fold(word)
    for word in word_list(
        "CONTINUED|CONT'D|CONTD|MORE|FORTSETZUNG|WEITER|SUITE|À SUIVRE|CONTINÚA|CONTINUA|CONTINÚA MÁS|MÁS"
        "|ПРОДОЛЖЕНИЕ|ПРОДОЛЖЕНИЕ СЛЕДУЕТ|ДАЛЕЕ|OMITTED PAGE",
        "|",
    )
)
_FIRST_LETTERS = frozenset(word[0] for word in _WORDS)
_NUMBER_ALONE = re.compile(r"^[\W_]{0,3}(?:\w{1,6}[. ]{1,2})?[\dlIO|]{1,3}[A-Z]?[.\W]{0,3}$")
_COUNTER = re.compile(r"\(\w{1,3}\)$")
_DIGITS = re.compile(r"\d\d*")  # a search for `\d+` looks at each letter twice as long
_LAST_NUMBER = re.compile(r"(?<![ \t])[ \t]{3,}[\dlIO|]{1,3}[A-Z]?\.$")
_DATE = re.compile(r"\b[\dlO]{1,4}[./-][\dlO]{1,2}[./-][\dlO]{1,4}\b")
_FAR_RIGHT = 20
_LONGEST = 100
_RECURS = 3


def furniture_of(lines: Sequence[ScriptLine]) -> frozenset[int]:
    """Return the positions in `lines` that are page furniture."""
    masked: Counter[str] = Counter()
    short = [(at, line) for at, line in enumerate(lines) if len(line.text) <= _LONGEST]
    counted = [(at, line.text) for at, line in short if _DIGITS.search(line.text)]
    for _, text in counted:
        masked[_masked(text)] += 1
    numbers = {at for at, line in short if len(line.text) < 12 and _is_page_number(line, line.text)}
    told = {at for at, line in short if _is_told(line.named)}
    dated = {
        at for at, text in counted if _is_dated(text) or _is_head(text, masked, beside=_beside(at, numbers))
    }
    return frozenset(numbers | told | dated)


def _is_page_number(line: ScriptLine, text: str) -> bool:
    return line.indent >= _FAR_RIGHT and bool(_NUMBER_ALONE.match(text)) and any(map(str.isdigit, text))


def _beside(at: int, numbers: set[int]) -> bool:
    return at - 1 in numbers or at + 1 in numbers


def _is_told(text: str) -> bool:
    """Whether the words say so: `(MORE)`, `CONTINUED: (2)`, `12 CONTINUED: 12`."""
    if len(text) >= 32 or text.lstrip(" (*.-–—")[:1].casefold() not in _FIRST_LETTERS:
        return False
    bare = _COUNTER.sub("", text).strip(" .:()-–—*…")
    return len(bare) < 24 and fold(bare) in _WORDS


def _is_dated(text: str) -> bool:
    """Whether a line tells a date and ends in a page number, as that of a revision does."""
    return bool(_LAST_NUMBER.search(text) and _DATE.search(text))


def _is_head(text: str, masked: Counter[str], *, beside: bool) -> bool:
    """Whether a line comes back like the head of a page: with a date, or with a page number on its right."""
    dated = bool(_DATE.search(text))
    if beside and dated:
        return True
    times = masked[_masked(text)]
    return (times >= 2 and dated) or (times >= _RECURS and bool(_LAST_NUMBER.search(text)))


def _masked(text: str) -> str:
    return _DIGITS.sub("#", " ".join(text.casefold().split()))
