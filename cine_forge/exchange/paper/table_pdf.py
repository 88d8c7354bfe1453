"""Tables on paper: rows that wrap within their columns and are divided among pages, heads repeated.

Called by the schedule and the call sheet. What stands in the cells is their business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from cine_forge.exchange.paper.line_break import broken
from cine_forge.exchange.paper.paper import Align, Area, Paper
from cine_forge.exchange.paper.typeface import Lettering, printable

INK, GREY, HAIR = "#1a1a1a", "#5a5a5a", "#9a9a9a"
PLAIN = Lettering("Roboto", "Regular", 8.5, INK)
BOLD = PLAIN.but(cut="Bold")
_FIRST_LINE = 12.8
_LEAST_ROOM = 90.0
SMALL = PLAIN.but(size=6.5, colour="#3a3a3a")


@dataclass(frozen=True)
class Column:
    """A column: its title, its width in points, how it is set."""

    title: str
    width: float
    align: Align = "left"
    lettering: Lettering = PLAIN


@dataclass(frozen=True)
class TableRow:
    """Cells of one row; a cell may hold several paragraphs, the first of `bold` ones being bold.

    A `ruled` row has lines between its cells, for a form that is filled in.
    """

    cells: tuple[tuple[str, ...], ...]
    fill: str = ""
    bold: tuple[int, ...] = ()
    ruled: bool = False


@dataclass
class TablePress:
    """Draws tables one below the other. `top` and `bottom` bound a page; `head` is drawn on each."""

    paper: Paper
    title: str
    left: float = 36.0
    top: float = 62.0
    bottom: float = 32.0
    y: float = field(default=0.0, init=False)
    pages: int = field(default=0, init=False)

    def begin(self) -> None:
        """Begin a page."""
        self.pages += 1
        self.paper.text(self.left, 42, self.title, BOLD.but(size=11))
        self.paper.text(self.paper.width - self.left, 42, f"{self.pages}", PLAIN, "right")
        self.y = self.top

    def end(self) -> None:
        """End the page that was begun."""
        self.paper.end_page()

    def head(self, columns: Sequence[Column]) -> None:
        """Draw the titles of columns."""
        x = self.left
        for column in columns:
            at = {"left": x + 5, "right": x + column.width - 5, "center": x + column.width / 2}[column.align]
            self.paper.text(at, self.y + 8, column.title.upper(), SMALL, column.align)
            x += column.width
        self.y += 13

    def bar(self, text: str, width: float) -> None:
        """Draw a black bar that says what follows."""
        self.paper.box(Area(self.left, self.y, width, 15), fill="#222222")
        self.paper.text(self.left + 8, self.y + 10.6, text, BOLD.but(size=8, colour="#ffffff"))
        self.y += 15

    def row(self, columns: Sequence[Column], row: TableRow) -> None:
        """Draw a row; the caller has seen that it fits."""
        height = height_of(columns, row)
        width = sum(column.width for column in columns)
        self.paper.box(Area(self.left, self.y, width, height), fill=row.fill, line="#6a6a6a", thick=0.5)
        x = self.left
        for at, (column, cell) in enumerate(zip(columns, row.cells, strict=True)):
            self._cell(column, cell, x, bold=at in row.bold)
            x += column.width
            if row.ruled:
                self.paper.rule((x, self.y), (x, self.y + height), line="#6a6a6a", thick=0.3)
        self.y += height

    def divided(self, columns: Sequence[Column], rows: Iterable[TableRow]) -> list[TableRow]:
        """Return rows that each fit on a page: one that is higher goes on in further rows."""
        most = int((self.paper.height - self.top - self.bottom - _LEAST_ROOM) / _leading(PLAIN))
        return [part for row in rows for part in _parts(columns, row, most)]

    def room_for(self, height: float, columns: Sequence[Column] = ()) -> bool:
        """Begin a page, with titles of columns, where so much does not fit; say whether that was needed."""
        if self.fits(height):
            return False
        self.end()
        self.begin()
        if columns:
            self.head(columns)
        return True

    def fits(self, height: float) -> bool:
        """Whether so much room is left on this page."""
        return self.y + height <= self.paper.height - self.bottom

    def _cell(self, column: Column, cell: Sequence[str], x: float, *, bold: bool) -> None:
        at = {"left": x + 5, "right": x + column.width - 5, "center": x + column.width / 2}[column.align]
        y = self.y + _FIRST_LINE
        for number, paragraph in enumerate(cell):
            lettering = column.lettering.but(cut="Bold") if bold and not number else column.lettering
            for line in wrapped(paragraph, column.width - 10, lettering):
                self.paper.text(at, y, line, lettering, column.align)
                y += _leading(lettering)


def height_of(columns: Sequence[Column], row: TableRow) -> float:
    """Return how high a row comes out, in points."""
    heights = []
    for at, (column, cell) in enumerate(zip(columns, row.cells, strict=True)):
        lines = 0
        for number, paragraph in enumerate(cell):
            cut = column.lettering.but(cut="Bold") if at in row.bold and not number else column.lettering
            lines += len(wrapped(paragraph, column.width - 10, cut))
        heights.append(8 + lines * _leading(column.lettering))
    return max(18.0, *heights)


def _parts(columns: Sequence[Column], row: TableRow, most: int) -> Iterator[TableRow]:
    """Cut a row between its lines where it has more than `most`."""
    lines = [
        [line for text in cell for line in wrapped(text, column.width - 10, column.lettering)]
        for column, cell in zip(columns, row.cells, strict=True)
    ]
    count = max(map(len, lines))
    if count <= most:
        yield row
        return
    for at in range(0, count, most):
        cells = tuple(tuple(cell[at : at + most]) for cell in lines)
        yield replace(row, cells=cells, bold=row.bold if not at else ())


def wrapped(text: str, width: float, lettering: Lettering) -> list[str]:
    """Return the lines of a text in a width, white space evened out; of nothing there are none."""
    shown = " ".join(printable(text).split())
    return [shown[start:end] for start, end in broken(shown, width, lettering.width)] if shown else []


def cut_short(text: str, width: float, lettering: Lettering) -> str:
    """Return what fits on one line, with an ellipsis where something is left over."""
    lines = wrapped(text, width, lettering)
    return "".join(lines) if len(lines) < 2 else f"{lines[0][:-1].rstrip()}…"


def _leading(lettering: Lettering) -> float:
    return lettering.size * 1.28
