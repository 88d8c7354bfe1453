"""The PDF line: strings on a page become lines of a typed page, with columns for their places.

Strings that touch are one word however the file splits them; a gap is a space; a wide gap begins a new
cell (a scene number in the margin, the second of two speakers). Columns count the widths of a typed letter
from the left of the document's outermost words, so that a cue stands at the same column on every page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import attrgetter
from statistics import median
from typing import NamedTuple

from cine_forge.film.screenplay.formats.pdf_page import Piece

_FROM_LEFT = attrgetter("x")
_SPACE = 0.14
"""A gap of so many sizes of the font is a space; kerning is less, the space of any font is more."""

_CELL = 2.2
_SAME_LINE = 0.35
_TYPED = 0.6
"""Width of a typed letter, in sizes of its font: Courier sets ten to the inch at 12 points."""

_DOUBLED = 0.12
_FEW = 20
_MOST_COLUMN = 200


class Cell(NamedTuple):
    """Words that stand together. `x` and `end` are in points."""

    x: float
    end: float
    text: str


class PdfLine(NamedTuple):
    """The cells of one line from left to right; `y` is its baseline, `size` its largest type, in points."""

    y: float
    size: float
    cells: tuple[Cell, ...]

    @property
    def text(self) -> str:
        """Return the words of the line."""
        cells = self.cells
        return cells[0].text if len(cells) == 1 else " ".join([cell.text for cell in cells])

    @property
    def x(self) -> float:
        """Return where the line begins."""
        return self.cells[0].x


def lines_of(pieces: Iterable[Piece]) -> list[PdfLine]:
    """Return the lines of a page from top to bottom."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (-piece.y, piece.x)):
        if rows and abs(rows[-1][0].y - piece.y) <= _SAME_LINE * max(piece.size, rows[-1][0].size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [line for row in rows if (line := _line(sorted(row, key=_FROM_LEFT))).cells]


def letter_width(lines: Sequence[PdfLine]) -> float:
    """Return the width of a typed letter in the type that most of a script is set in, in points."""
    return _TYPED * (median(line.size for line in lines) if lines else 12.0)


def leading_of(pages: Sequence[Sequence[PdfLine]]) -> float:
    """Return the distance of neighbouring lines in points: the least that is common.

    A few lines tell little; then it is what printers take, a fifth more than the size of the type.
    """
    gaps = sorted(
        [
            round(gap, 1)
            for lines in pages
            for upper, lower in pairwise(lines)
            if (gap := upper.y - lower.y) > 0.6 * lower.size
        ]
    )
    sizes = [line.size for lines in pages for line in lines]
    usual = 1.2 * median(sizes) if sizes else 12.0
    return min(gaps[len(gaps) // 5], usual if len(gaps) < _FEW else gaps[-1]) if gaps else usual


def set_line(cells: Sequence[Cell], left: float, letter: float) -> str:
    """Return cells as a typed line: each at its column, one space apart at least."""
    line = ""
    for cell in cells:
        column = min(_MOST_COLUMN, max(0, round((cell.x - left) / letter)))
        room = max(column - len(line), 2 if line else 0)
        line += " " * room + cell.text
    return line.rstrip()


def _line(row: list[Piece]) -> PdfLine:
    cells: list[Cell] = []
    before: Piece | None = None
    for piece in row:
        if before and _is_double(before, piece):
            continue
        size = piece.size
        gap = piece.x - before.end if before else 0.0
        if before is None or gap > _CELL * size:
            cells.append(Cell(piece.x, piece.end, piece.text))
        else:
            joint = " " * max(1, round(gap / (_TYPED * size))) if gap > _SPACE * size else ""
            last = cells[-1]
            cells[-1] = Cell(last.x, max(last.end, piece.end), f"{last.text}{joint}{piece.text}")
        before = piece
    size = max([piece.size for piece in row])
    return PdfLine(row[0].y, size, tuple([part for cell in cells for part in _split(cell, size)]))


def _is_double(before: Piece, piece: Piece) -> bool:
    """Whether a string is set over itself a little aside, as a poor man's bold."""
    return piece.text == before.text and abs(piece.x - before.x) < _DOUBLED * piece.size


def _split(cell: Cell, size: float) -> Iterable[Cell]:
    """Split a cell whose words were set apart by written spaces, as typed pages do; trim it."""
    words = cell.text.strip()
    if not words:
        return ()
    if words == cell.text and "    " not in words:
        return (cell,)
    wide = _TYPED * size
    lead = len(cell.text) - len(cell.text.lstrip())
    if "    " not in words:
        return (Cell(cell.x + lead * wide, cell.end, words),)
    parts: list[Cell] = []
    at = lead
    letter = (cell.end - cell.x) / len(cell.text)
    for part in words.split("    "):
        bare = part.strip()
        if bare:
            x = cell.x + (at + len(part) - len(part.lstrip())) * letter
            parts.append(Cell(x, x + len(bare) * letter, bare))
        at += len(part) + 4
    return tuple(parts)
