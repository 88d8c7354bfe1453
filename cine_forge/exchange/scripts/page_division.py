"""Page division: the rows of a script on pages of 55 lines, as a script department divides them.

A heading takes the first lines of its scene along, a cue two lines of its speech; no paragraph leaves a
single line behind. A speech that goes on overleaf says (MORE) and names its speaker again as (CONT'D).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cine_forge.exchange.scripts.print_row import FORMS, INCH, SPOKEN, Piece, Row
from cine_forge.film.breakdown.page import PAGE_LINES
from cine_forge.film.screenplay.cues import is_continued, parse_cue
from cine_forge.film.screenplay.document import ElementType

MORE = "(MORE)"
CONTINUED = "(CONT'D)"
_SENTENCE_END = re.compile(r"[.!?…][\"”'’)]*$")
_REACH = 3


@dataclass(frozen=True)
class PrintedPage:
    """One page: each row with the number of its line, counted from 0."""

    number: int
    lines: tuple[tuple[int, Row], ...]


def divided(rows: Sequence[Row]) -> tuple[PrintedPage, ...]:
    """Divide rows into pages. A script without a row has no page."""
    pages: list[PrintedPage] = []
    start = 0
    while start < len(rows):
        goes_on = bool(pages) and _inside_speech(rows, start)
        end = _end(rows, start, PAGE_LINES - goes_on)
        head = [_named_again(rows[start])] if goes_on else []
        foot = [_more()] if end < len(rows) and _inside_speech(rows, end) else []
        shown = [*head, replace(rows[start], blanks=0), *rows[start + 1 : end], *foot]
        pages.append(PrintedPage(len(pages) + 1, _placed(shown)))
        start = end
    return tuple(pages)


def _end(rows: Sequence[Row], start: int, room: int) -> int:
    """Return the index of the row that begins the next page."""
    used, end = 0, start
    heights: list[int] = []
    while end < len(rows) and not (end > start and rows[end].new_page):
        used += 1 + (rows[end].blanks if end > start else 0)
        if used > room:
            break
        heights.append(used)
        end += 1
    if end == len(rows) or rows[end].new_page:
        return end
    fits = [
        at
        for at in range(start + 1, end + 1)
        if _may_begin(rows, at) and _has_room(rows, at, heights, start, room)
    ]
    return _at_sentence(rows, fits) if fits else end


def _has_room(rows: Sequence[Row], at: int, heights: Sequence[int], start: int, /, room: int) -> bool:
    """Whether the row that says (MORE) fits too, where a speech is divided at `at`."""
    return heights[at - 1 - start] + _inside_speech(rows, at) <= room


def _may_begin(rows: Sequence[Row], at: int) -> bool:
    """Whether a page may begin with this row."""
    row = rows[at]
    if row.held:
        return False
    if row.kind not in SPOKEN:
        return True
    spoken = 0
    for place in range(at - 1, max(-1, at - _REACH - 2), -1):
        if rows[place].kind not in SPOKEN:
            break
        spoken += rows[place].kind is not ElementType.PARENTHETICAL
    alone = rows[at - 1].kind is ElementType.PARENTHETICAL
    return spoken >= 2 and not alone


def _at_sentence(rows: Sequence[Row], fits: Sequence[int]) -> int:
    """Return the last place that fits; within a speech rather one of the last where a sentence ends."""
    last = fits[-1]
    if not _inside_speech(rows, last):
        return last
    near = [at for at in fits if last - at <= _REACH and rows[at].cue == rows[last].cue]
    ended = [at for at in near if _inside_speech(rows, at) and _SENTENCE_END.search(rows[at - 1].text)]
    return ended[-1] if ended else last


def _inside_speech(rows: Sequence[Row], at: int) -> bool:
    row = rows[at]
    return bool(row.cue) and row.kind in SPOKEN and not row.new_page


def _more() -> Row:
    return Row(ElementType.CHARACTER, (Piece(FORMS[ElementType.CHARACTER].left * INCH, MORE),))


def _named_again(row: Row) -> Row:
    told = any(is_continued(one) for one in parse_cue(row.cue).extensions)
    name = row.cue if told else f"{row.cue} {CONTINUED}"
    return Row(ElementType.CHARACTER, (Piece(FORMS[ElementType.CHARACTER].left * INCH, name),))


def _placed(rows: Sequence[Row]) -> tuple[tuple[int, Row], ...]:
    placed: list[tuple[int, Row]] = []
    line = 0
    for row in rows:
        line += row.blanks if line else 0
        placed.append((line, row))
        line += 1
    return tuple(placed)
