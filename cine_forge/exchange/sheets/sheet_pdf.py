"""Breakdown sheets as a PDF: the paper form of a first assistant director, one scene to a sheet.

The head is a band in the colour of the scene's strip; below it stand all boxes of the form in three columns,
empty ones too, for a pencil. What does not fit goes on to a further sheet of the same scene.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cine_forge.exchange.paper.paper import LETTER, Area, Paper
from cine_forge.exchange.paper.table_pdf import cut_short, wrapped
from cine_forge.exchange.paper.typeface import Lettering, printable
from cine_forge.exchange.sheets.palette import BoxStyle
from cine_forge.exchange.sheets.scene_sheet import Entry, SceneSheet
from cine_forge.exchange.sheets.sheet_html import LEGEND

_MARGIN = 36.0
_COLUMNS = 3
_TITLE_BAR = 17.0
_LEADING = 13.0
_LEAST = 80.0
_PAD = 9.0
_NUMBER_COLUMN = 20.0
_BAND_TOP = 54.0
_NUMBER_CELL, _FACTS_CELL = 84.0, 152.0
_INK, _GREY, _HAIR = "#1a1a1a", "#5a5a5a", "#9a9a9a"
_PLAIN = Lettering("Roboto", "Regular", 9.5, _INK)
_BOLD = _PLAIN.but(cut="Bold")
_SMALL = Lettering("Roboto", "Regular", 7.0, _GREY)


@dataclass(frozen=True)
class _Line:
    """One printed line of a box; the number stands in a column of its own."""

    number: str
    text: str


@dataclass(frozen=True)
class _Box:
    """A box with its lines; `again` when it goes on from the sheet before."""

    style: BoxStyle
    lines: tuple[_Line, ...]
    again: bool = False

    @property
    def height(self) -> float:
        """Return how much room it needs, in points."""
        return max(_LEAST, _TITLE_BAR + 8 + _LEADING * len(self.lines) + 6)


_Rows = list[tuple[_Box, ...]]


def sheets_pdf(sheets: Sequence[SceneSheet], title: str) -> bytes:
    """Return the sheets as a PDF of US Letter pages."""
    form = _Form(Paper(LETTER, f"{title}: breakdown sheets"), title)
    for sheet in sheets:
        form.sheet(sheet)
    return form.paper.content()


class _Form:
    """Draws the form; `paper` holds what is drawn."""

    def __init__(self, paper: Paper, title: str) -> None:
        self.paper = paper
        self.title = title
        self.width = paper.width - 2 * _MARGIN
        self.column = self.width / _COLUMNS

    def sheet(self, sheet: SceneSheet) -> None:
        """Draw all pages of one scene."""
        boxes = [_Box(style, tuple(self._lines(entries))) for style, entries in sheet.boxes]
        rows = [tuple(boxes[at : at + _COLUMNS]) for at in range(0, len(boxes), _COLUMNS)]
        pages = _divided(rows, self._room(sheet))
        for number, page in enumerate(pages, 1):
            self._top(sheet, number, len(pages))
            self._rows(page, self._band(sheet))
            self.paper.text(_MARGIN, self.paper.height - 26, LEGEND, _SMALL)
            self.paper.end_page()

    def _top(self, sheet: SceneSheet, number: int, count: int) -> None:
        self.paper.text(_MARGIN, 44, "BREAKDOWN SHEET", _BOLD.but(size=8.5))
        self.paper.text(
            _MARGIN + 92, 44, cut_short(self.title, 300, _PLAIN.but(size=8.5)), _PLAIN.but(size=8.5)
        )
        part = f", sheet {number} of {count}" if count > 1 else ""
        right = f"Scene {sheet.number}{part}"
        self.paper.text(_MARGIN + self.width, 44, right, _PLAIN.but(size=8.5), "right")

    def _room(self, sheet: SceneSheet) -> float:
        return self.paper.height - _MARGIN - 8 - _BAND_TOP - self._band_height(sheet)

    def _band_height(self, sheet: SceneSheet) -> float:
        heading, synopsis = self._head_lines(sheet)
        return max(88.0, 24 + 17 * len(heading) + 12.5 * len(synopsis) + 6)

    def _head_lines(self, sheet: SceneSheet) -> tuple[list[str], list[str]]:
        width = self.width - _NUMBER_CELL - _FACTS_CELL - 2 * _PAD
        heading = wrapped(sheet.heading, width, _BOLD.but(size=13))
        return heading[:4], wrapped(sheet.synopsis, width, _PLAIN)[:4]

    def _band(self, sheet: SceneSheet) -> float:
        """Draw the head of the sheet and return where the boxes begin."""
        height = self._band_height(sheet)
        band = Area(_MARGIN, _BAND_TOP, self.width, height)
        self.paper.box(band, fill=sheet.tint.fill, line=_INK, thick=1.0)
        self._number(sheet.number, Area(band.x, band.y, _NUMBER_CELL, height))
        x, y = band.x + _NUMBER_CELL + _PAD, band.y + 21
        heading, synopsis = self._head_lines(sheet)
        for line in heading:
            self.paper.text(x, y, line, _BOLD.but(size=13))
            y += 17
        for line in synopsis:
            self.paper.text(x, y + 1, line, _PLAIN)
            y += 12.5
        self._facts(sheet, Area(band.right - _FACTS_CELL, band.y, _FACTS_CELL, height))
        return band.bottom

    def _number(self, number: str, cell: Area) -> None:
        lettering = _BOLD.but(size=30)
        while lettering.width(printable(number)) > cell.width - 12 and lettering.size > 8:
            lettering = lettering.but(size=lettering.size - 1)
        shown = cut_short(number, cell.width - 8, lettering)
        self.paper.text(
            cell.x + cell.width / 2,
            cell.y + cell.height / 2 + lettering.size * 0.36,
            shown,
            lettering,
            "center",
        )
        self.paper.rule((cell.right, cell.y), (cell.right, cell.bottom), thick=0.8)

    def _facts(self, sheet: SceneSheet, cell: Area) -> None:
        facts = (
            *(("INT/EXT", sheet.place), ("LIGHT", sheet.light)),
            *(("PAGES", sheet.pages), ("SCRIPT PAGE", sheet.page)),
            *(("STORY DAY", sheet.day), ("STRIP", sheet.tint.name.capitalize())),
        )
        self.paper.rule((cell.x, cell.y), (cell.x, cell.bottom), thick=0.8)
        half, third = cell.width / 2, cell.height / 3
        for at, (name, value) in enumerate(facts):
            x, y = cell.x + half * (at % 2) + 8, cell.y + third * (at // 2)
            self.paper.text(x, y + 11, name, _SMALL.but(size=6.2, colour="#3a3a3a"))
            self.paper.text(
                x, y + 23, cut_short(value or "–", half - 12, _BOLD.but(size=10.5)), _BOLD.but(size=10.5)
            )
            if at % 2 == 0 and at:
                self.paper.rule((cell.x, y), (cell.right, y), line=_INK, thick=0.3)

    def _rows(self, rows: _Rows, top: float) -> None:
        """Draw boxes row by row; what room is left makes every row a little higher."""
        bottom = self.paper.height - _MARGIN
        spare = bottom - top - sum(max(box.height for box in row) for row in rows)
        more = max(0.0, spare / len(rows)) if rows else 0.0
        y = top
        for row in rows:
            height = max(box.height for box in row) + min(more, 46.0)
            for at, box in enumerate(row):
                self._box(box, Area(_MARGIN + at * self.column, y, self.column, height))
            y += height

    def _box(self, box: _Box, area: Area) -> None:
        self.paper.box(Area(area.x, area.y, area.width, _TITLE_BAR), fill="#f3f3f1")
        self.paper.box(Area(area.x, area.y, 7, _TITLE_BAR), fill=box.style.colour)
        self.paper.box(area, line=_HAIR, thick=0.5)
        label = f"{box.style.label}{' (continued)' if box.again else ''}".upper()
        self.paper.text(area.x + 14, area.y + 11.8, label, _BOLD.but(size=7.8))
        y = area.y + _TITLE_BAR + 14
        for line in box.lines:
            if line.number:
                self.paper.text(area.x + 14 + 13, y, line.number, _BOLD, "right")
            self.paper.text(area.x + 14 + (_NUMBER_COLUMN if _is_numbered(box) else 0), y, line.text, _PLAIN)
            y += _LEADING

    def _lines(self, entries: Sequence[Entry]) -> list[_Line]:
        numbered = any(entry.number for entry in entries)
        width = self.column - 14 - 8 - (_NUMBER_COLUMN if numbered else 0)
        lines: list[_Line] = []
        for entry in entries:
            for at, text in enumerate(wrapped(_unnumbered(entry), width, _PLAIN)):
                lines.append(_Line("" if at else entry.number, text))
        return lines


def _is_numbered(box: _Box) -> bool:
    return any(line.number for line in box.lines)


def _unnumbered(entry: Entry) -> str:
    note = f" ({entry.note})" if entry.note else ""
    return f"{entry.name}{note}{'' if entry.sure else ' ?'}"


def _divided(rows: _Rows, room: float) -> list[_Rows]:
    """Divide rows of boxes among pages; a row that is too high is cut between its lines."""
    pages: list[_Rows] = [[]]
    left = room
    waiting = list(rows)
    while waiting:
        row = waiting.pop(0)
        height = max(box.height for box in row)
        if height <= left:
            pages[-1].append(row)
            left -= height
            continue
        fits = int((left - _TITLE_BAR - 14) / _LEADING)
        if fits >= 4:
            pages[-1].append(tuple(_Box(box.style, box.lines[:fits], box.again) for box in row))
            row = tuple(_Box(box.style, box.lines[fits:], again=bool(box.lines[fits:])) for box in row)
        waiting.insert(0, row)
        pages.append([])
        left = room
    return pages
