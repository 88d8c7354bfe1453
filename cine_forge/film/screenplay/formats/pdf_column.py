"""Columns: two speeches side by side, set one after the other as dual dialogue.

A page shows them as two narrow columns under two names. Read line by line they would be one garbled
speech; here the left column comes first, and the name over the right one gets the mark of dual dialogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cine_forge.film.screenplay.formats.pdf_line import Cell, PdfLine

_NUMBER = re.compile(r"^#?[A-Z]{0,2}\d{1,4}[A-Z]{0,2}[.)]?#?$")
_LOOSE = 1.35
_LEAST_APART = 12
_MOST_NAME = 40


def spaced(lines: Sequence[PdfLine], *, leading: float, letter: float) -> Iterator[PdfLine | None]:
    """Yield the lines of a page with None where the page leaves a line blank; columns come one by one."""
    index = 0
    while index < len(lines):
        if index and _apart(lines[index - 1], lines[index], leading):
            yield None
        end = _end_of_columns(lines, index, leading, letter)
        if end:
            yield from _one_by_one(lines[index:end])
            index = end
        else:
            yield lines[index]
            index += 1


def _apart(upper: PdfLine, lower: PdfLine, leading: float) -> bool:
    return upper.y - lower.y > _LOOSE * leading


def _end_of_columns(lines: Sequence[PdfLine], index: int, leading: float, letter: float) -> int | None:
    """Return the index after two columns that begin at `index` with two names, or None."""
    names = lines[index].cells
    if len(names) != 2 or not all(map(_is_name, names)) or names[1].x - names[0].x < _LEAST_APART * letter:
        return None
    end = index + 1
    while end < len(lines) and not _apart(lines[end - 1], lines[end], leading) and len(lines[end].cells) <= 2:
        end += 1
    body = lines[index + 1 : end]
    both = [line for line in body if len(line.cells) == 2]
    split = min((line.cells[1].x for line in both), default=0.0)
    if not both or any(line.cells[0].end > split and line.cells[0].x < split for line in body):
        return None
    return end


def _is_name(cell: Cell) -> bool:
    text = cell.text
    return (
        len(text) <= _MOST_NAME and not _NUMBER.match(text) and text[-1] not in ".!?,;:" and text[0].isupper()
    )


def _one_by_one(lines: Sequence[PdfLine]) -> Iterator[PdfLine | None]:
    """Yield the left column, a blank line, and the right one moved to where the left one stands."""
    first, second = lines[0].cells
    split = min(line.cells[1].x for line in lines if len(line.cells) == 2)
    shift = second.x - first.x
    for line in lines:
        left = tuple(cell for cell in line.cells if cell.x < min(split, second.x) - 1)
        if left:
            yield line._replace(cells=left)
    yield None
    for line in lines:
        right = tuple(
            cell._replace(x=cell.x - shift, end=cell.end - shift)
            for cell in line.cells
            if cell.x >= min(split, second.x) - 1
        )
        if line is lines[0]:
            right = (right[0]._replace(text=f"{right[0].text} ^"),)
        if right:
            yield line._replace(cells=right)
