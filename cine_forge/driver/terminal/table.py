"""A table for a terminal: columns as wide as what is in them; what does not fit is broken between words."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import click

from cine_forge.driver.terminal.screen import UNBOUNDED

_MOST = 72
"""A cell that is wider than this many characters pushes its own row, not all others."""
_PROSE = 20
_GAP = "  "
BOUND = "\N{NO-BREAK SPACE}"
"""A space in a cell at which it is not broken; what is printed has a plain one."""


@dataclass(frozen=True)
class Column:
    """One column. `figures` stand at the right and are never broken; `colour` names that of a piece of text.

    `prose` may be broken within a long word where there is no room. A `spare` column is left out, the last
    one first, where not even the longest words find room.
    """

    head: str
    figures: bool = False
    spare: bool = False
    prose: bool = False
    colour: Callable[[str], str | None] = lambda _: None


def table(
    heads: Sequence[str | Column], rows: Sequence[Sequence[str]], *, width: int = UNBOUNDED
) -> Iterator[str]:
    """Yield the heads and the rows as lines; a column in which nothing stands is left out.

    A cell may have several lines of its own. A row has as many lines as its highest cell needs in `width`.
    """
    columns = [one if isinstance(one, Column) else Column(one) for one in heads]
    used = [at for at in range(len(heads)) if any(row[at] for row in rows)]
    names = [column.head for column in columns]
    cells = {at: [names[at], *(row[at] for row in rows)] for at in used}
    least = {at: _least(columns[at], cells[at]) for at in used}
    while _sum(least) > width and (spare := [at for at in least if columns[at].spare]):
        del least[spare[-1]]
    wide = _shrunk({at: _natural(cells[at]) for at in least}, least, width)
    bounded = width < UNBOUNDED
    for row in (names, *rows):
        pieces = {at: _broken(row[at], wide[at] if bounded else UNBOUNDED, columns[at]) for at in wide}
        for line in range(max(map(len, pieces.values()), default=0)):
            yield _GAP.join(_piece(pieces[at], line, wide[at], columns[at]) for at in wide).rstrip()


def _natural(cells: Sequence[str]) -> int:
    head, *others = [max(map(len, cell.split("\n"))) for cell in cells]
    return max([head, *(length for length in others if length <= _MOST)])


def _least(column: Column, cells: Sequence[str]) -> int:
    """Return how narrow a column can be: its longest word, of figures their longest line."""
    parts = [part for cell in cells for part in re.split("\n" if column.figures else "[ \n]", cell)]
    longest = max(map(len, parts), default=0)
    return min(longest, _PROSE) if column.prose else longest


def _sum(wide: dict[int, int]) -> int:
    return sum(wide.values()) + len(_GAP) * (len(wide) - 1)


def _shrunk(wide: dict[int, int], least: dict[int, int], width: int) -> dict[int, int]:
    """Take from the widest column that can give, until the row fits or none can."""
    wide = dict(wide)
    while _sum(wide) > width and (can := [at for at in wide if wide[at] > least[at]]):
        wide[max(can, key=lambda at: wide[at])] -= 1
    return wide


def _broken(cell: str, width: int, column: Column) -> list[str]:
    if column.figures or (len(cell) <= width and "\n" not in cell):
        return cell.split("\n")
    lines = [
        textwrap.wrap(line, max(1, width), break_long_words=column.prose, break_on_hyphens=False) or [""]
        for line in cell.split("\n")
    ]
    return [piece for line in lines for piece in line]


def _piece(pieces: Sequence[str], line: int, width: int, column: Column) -> str:
    text = pieces[line] if line < len(pieces) else ""
    text = text.replace(BOUND, " ")
    colour, pad = column.colour(text), " " * (width - len(text))
    said = click.style(text, fg=colour) if colour and text else text
    return pad + said if column.figures else said + pad
