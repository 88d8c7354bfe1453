"""Scan noise: what optical character recognition does to a page, seeded.

Letters that look alike are taken for each other, blanks are lost or doubled, dust becomes specks at the ends
of lines or on empty ones. The noise falls on headings and cues as on anything else, and what is expected of a
reader is the text as it then stands.
"""

from __future__ import annotations

import random
import re
from dataclasses import replace

from bench.script.clean_script import Line, Page, Part

_CONFUSED = {
    "0": "O", "O": "0", "1": "lI", "l": "1I", "I": "l1", "rn": "m", "m": "rn", "S": "5", "5": "S", "B": "8",
    "О": "0", "З": "3", "б": "6",
}  # fmt: skip
_LOOKALIKE = re.compile("|".join(sorted(map(re.escape, _CONFUSED), key=len, reverse=True)))
_OF_LOOKALIKES, _LOST_BLANK, _DOUBLED_BLANK = 0.03, 0.006, 0.03
_SPECKLED, _SPECK_ALONE = 0.015, 0.005
_SPECKS = ".,'`~·"


def scanned(page: Page, dice: random.Random) -> list[Line]:
    """Return the lines of `page` as a scanner reads them."""
    return [_scanned(line, dice) for line in page.lines]


def _scanned(line: Line, dice: random.Random) -> Line:
    if line.part is Part.BLANK:
        return replace(line, core=dice.choice(_SPECKS)) if dice.random() < _SPECK_ALONE else line
    before, core, after = (_noised(part, dice) for part in (line.before, line.core, line.after))
    if dice.random() < _SPECKLED:
        speck = dice.choice(_SPECKS)
        before, after = (f"{speck} {before}", after) if dice.random() < 0.5 else (before, f"{after} {speck}")
    return Line(line.part, core, before, after)


def _noised(text: str, dice: random.Random) -> str:
    text = _LOOKALIKE.sub(lambda found: _mistaken(found[0], dice), text)
    return re.sub(r"(?<=\S) (?=\S)", lambda _: _blank(dice), text)


def _mistaken(letters: str, dice: random.Random) -> str:
    if dice.random() >= _OF_LOOKALIKES:
        return letters
    other = _CONFUSED[letters]
    return other if letters == "m" else dice.choice(other)


def _blank(dice: random.Random) -> str:
    drawn = dice.random()
    return "" if drawn < _LOST_BLANK else "  " if drawn < _LOST_BLANK + _DOUBLED_BLANK else " "
