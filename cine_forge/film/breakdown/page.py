"""The printed page: how many lines of it an element takes, so that scenes are measured in eighths.

The page is the trade's own: 55 lines of twelve-point Courier, ten letters to the inch; action runs 60 columns
wide, a speech 35, an aside in it 25. A blank line stands before every paragraph and cue, two before a
heading. Two speeches side by side take the room of the longer one, in narrower columns.
Source: the Cole and Haag guide to screenplay formats (1980) as screenwriting programs still set it.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from cine_forge.film.screenplay.document import Element, ElementType

PAGE_LINES = 55
EIGHTHS = 8
_WIDE = 60
_SIDE_BY_SIDE = 28
_COLUMNS = {ElementType.DIALOGUE: 35, ElementType.LYRIC: 35, ElementType.PARENTHETICAL: 25}
_BLANKS = {
    ElementType.SCENE_HEADING: 2,
    ElementType.DIALOGUE: 0,
    ElementType.LYRIC: 0,
    ElementType.PARENTHETICAL: 0,
}
_PRINTED = frozenset(
    {
        ElementType.SCENE_HEADING,
        ElementType.ACTION,
        ElementType.CHARACTER,
        ElementType.DIALOGUE,
        ElementType.PARENTHETICAL,
        ElementType.LYRIC,
        ElementType.CENTERED,
        ElementType.TRANSITION,
    }
)


def printed_lines(elements: Iterable[Element]) -> int:
    """Return the lines that elements take on the page, in order."""
    total, before, beside, dual = 0, 0, 0, False
    for element in elements:
        if element.type is ElementType.CHARACTER:
            dual = element.dual
            before, beside = (beside if dual else 0), 0
        elif element.type not in _COLUMNS:
            before, dual = 0, False
        lines = _lines(element, dual)
        fresh = max(0, beside + lines - before) - max(0, beside - before)
        total += fresh if dual else lines
        beside = beside + lines if element.type in _COLUMNS or element.type is ElementType.CHARACTER else 0
    return total


def length_of(lines: int) -> Fraction:
    """Return the length in pages of that many printed lines, exactly."""
    return Fraction(lines, PAGE_LINES)


def eighths_of(lines: int) -> int:
    """Return the length in whole eighths of a page: the nearest, a half goes up, and at least one."""
    return max(1, (2 * lines * EIGHTHS + PAGE_LINES) // (2 * PAGE_LINES))


def pages_told(eighths: int) -> str:
    """Return a length as it is written on a sheet: `2 3/8`, `5/8`, `1`."""
    whole, rest = divmod(eighths, EIGHTHS)
    return " ".join(
        filter(None, (str(whole) if whole or not rest else "", f"{rest}/{EIGHTHS}" if rest else ""))
    )


def _lines(element: Element, dual: bool) -> int:
    if element.type not in _PRINTED:
        return 0
    columns = _SIDE_BY_SIDE if dual and element.type in _COLUMNS else _COLUMNS.get(element.type, _WIDE)
    blanks = _BLANKS.get(element.type, 1)
    return blanks + sum(_wrapped(line, columns) for line in element.text.split("\n"))


def _wrapped(line: str, columns: int) -> int:
    """The rows that a line takes when words are kept whole; a word longer than a row is broken."""
    if len(line) <= columns:
        return 1
    rows, used = 1, 0
    for word in line.split():
        size = len(word)
        if used and used + 1 + size > columns:
            rows, used = rows + 1, 0
        used += size + (1 if used else 0)
        if used > columns:
            extra, used = divmod(used, columns)
            rows += extra if used else extra - 1
            used = used or columns
    return rows
