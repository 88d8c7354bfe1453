"""The print shop: a clean script as a production draft, with all that a printed page carries.

Scene numbers stand on both sides, some as A-scenes; pages are cut with their heads, `(CONTINUED)` and
`(MORE)` lines; revised lines end in a star; the dot that forces a heading in Fountain is no part of a print.
How a page head looks differs from office to office, so each script gets one of several forms by its dice. A
cue that is repeated over a page's end stands on the page and is expected.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bench.script.clean_script import Line, Page, Part

_LINES_A_PAGE = 54
_STARRED = 0.15
_RIGHT_COLUMN = 62
_COLOURS = ("Blue", "Pink", "Yellow", "Green", "Goldenrod")
_SENTENCE = re.compile(r"(?<=[.!?…]) +(?=\S)")
_BLANK = Line(Part.BLANK, "")


def printed(page: Page, dice: random.Random) -> list[Line]:
    """Return the lines of `page` as a production draft; nothing when it has no heading."""
    if not any(line.part is Part.HEADING for line in page.lines):
        return list(page.lines)
    starred = [_starred(line, dice) for line in _numbered(page.lines, dice)]
    return list(_paged(starred, page.title.upper() or "UNTITLED", dice))


def _numbered(lines: Sequence[Line], dice: random.Random) -> Iterator[Line]:
    """Set each heading between two numbers, one in twelve as an A-scene of the one before."""
    number, letter = 0, ""
    for line in lines:
        if line.part is Part.HEADING:
            if number and dice.random() < 1 / 12:
                letter = chr(ord(letter) + 1) if letter else "A"
            else:
                number, letter = number + 1, ""
            told = f"{number}{letter}"
            gap = max(_RIGHT_COLUMN - len(line.core), 3) * " "
            line = replace(line, before=f"{told:<6}", after=f"{gap}{told}")
        yield line


def _starred(line: Line, dice: random.Random) -> Line:
    if line.part not in (Part.ACTION, Part.SPEECH, Part.CUE) or dice.random() > _STARRED:
        return line
    return replace(line, after=line.after.rstrip() + max(_RIGHT_COLUMN - len(line.text), 2) * " " + "*")


def _paged(lines: Sequence[Line], title: str, dice: random.Random) -> Iterator[Line]:
    """Cut pages: a speech at its sentence's end, anything else where a blank line stands."""
    form, colour = dice.randrange(4), dice.choice(_COLOURS)
    page, used, cue, scene = 1, 0, None, ""
    for index, line in enumerate(lines):
        used += 1 + len(line.text) // _RIGHT_COLUMN
        cue = line if line.part is Part.CUE else cue
        scene = line.before.split()[0] if line.part is Part.HEADING else scene
        if used < _LINES_A_PAGE or index + 1 == len(lines):
            yield line
            continue
        if cue and line.part is Part.SPEECH and (halves := _halves(line)):
            first, rest = halves
            name = cue.core.partition(" (")[0]
            again = replace(cue, core=f"{name} (CONT'D)", after="")
            foot = [_other(f"{'(MORE)':>26}")]
            yield from (first, *foot, *_head(form, title, colour, page + 1), again, rest)
        elif line.part is Part.BLANK and lines[index + 1].part is not Part.BLANK:
            inside = lines[index + 1].part is not Part.HEADING and bool(scene)
            foot = [_other(f"{'(CONTINUED)':>60}")] if inside else []
            top = [_other(f"{scene:<6}CONTINUED:{scene:>52}"), _BLANK] if inside else []
            yield from (line, *foot, *_head(form, title, colour, page + 1), *top)
        else:
            yield line
            continue
        page, used = page + 1, 0


def _head(form: int, title: str, colour: str, page: int) -> list[Line]:
    """Return the head of a page between blank lines, in one of four forms."""
    heads = (
        [f"{page:>60}."],
        [f"{title} - {colour} Rev. 03/11/26{page:>20}."],
        [f"{page:>60}.", f"   Rev. 03/11/26 ({colour.upper()})          (CONTINUED)"],
        [f"{colour} Revision - 3/11/26{page:>32}."],
    )
    return [_BLANK, *(_other(head) for head in heads[form]), _BLANK]


def _halves(line: Line) -> tuple[Line, Line] | None:
    """Cut a speech after a sentence near its middle; None when it has one sentence or is a bracket."""
    text = line.core.strip()
    cuts = list(_SENTENCE.finditer(text))
    if not cuts or text.startswith("("):
        return None
    cut = min(cuts, key=lambda found: abs(found.start() - len(text) // 2))
    return replace(line, core=text[: cut.start()]), Line(Part.SPEECH, text[cut.end() :])


def _other(text: str) -> Line:
    return Line(Part.OTHER, text)
