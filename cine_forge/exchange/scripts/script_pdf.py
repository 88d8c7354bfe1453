"""The script as a PDF to print: title page, pages of 55 lines, numbers, revision marks.

    script_pdf
      rows_of            elements become lines
      divided            lines become pages
      _Press             pages are drawn

Equal documents give equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from cine_forge.exchange.paper.paper import LETTER, Paper
from cine_forge.exchange.paper.typeface import Cut, Family, Lettering, family_of
from cine_forge.exchange.scripts.page_division import PrintedPage, divided
from cine_forge.exchange.scripts.print_row import INCH, SIZE, Piece, Row, rows_of
from cine_forge.exchange.scripts.revision_marks import RevisionMarks
from cine_forge.exchange.scripts.title_block import TitleBlock, title_block
from cine_forge.film.screenplay.document import Document, ElementType, Span, SpanKind

LEADING = 12.0
_TOP = 1.0 * INCH + SIZE - 2
_HEADER = 0.6 * INCH
_LEFT_NUMBER = 1.2 * INCH
_RIGHT_NUMBER = 7.5 * INCH
_STAR = 7.85 * INCH
_MOST_NUMBER = 8
_RIGHT = 7.5 * INCH
_CUTS: dict[tuple[bool, bool], Cut] = {
    (False, False): "Regular",
    (True, False): "Bold",
    (False, True): "Italic",
    (True, True): "BoldItalic",
}


def script_pdf(document: Document, title: str, marks: RevisionMarks | None = None) -> bytes:
    """Return the script as a PDF of US Letter pages; `title` names it where its title page does not.

    Without `marks` those revisions count that the source carries itself.
    """
    marks = marks or RevisionMarks.in_source(document)
    block = title_block(document)
    family = family_of(element.text for element in document.elements)
    press = _Press(Paper(LETTER, block.title or title), family)
    if block.is_there:
        press.title_page(block)
    for page in divided(rows_of(document, family, marks)):
        revisions = [row.revision for _, row in page.lines if row.revision]
        press.page(page, marks.newest(revisions).upper())
    return press.paper.content()


class _Press:
    """Draws pages. The letters are as large whatever the family, so that lines stay where they belong."""

    def __init__(self, paper: Paper, family: Family) -> None:
        self.paper = paper
        self.plain = Lettering(family, "Regular", SIZE)

    def title_page(self, block: TitleBlock) -> None:
        """Draw the title page: title and authors in the middle, contact below."""
        y = 3.5 * INCH
        for line in block.middle:
            self.paper.text(self.paper.width / 2, y, line, self.plain, "center")
            y += LEADING
        for lines, x, align in ((block.left, 1.5 * INCH, "left"), (block.right, _RIGHT, "right")):
            y = 10.0 * INCH - LEADING * (len(lines) - 1)
            for line in lines:
                self.paper.text(x, y, line, self.plain, "left" if align == "left" else "right")
                y += LEADING
        self.paper.end_page()

    def page(self, page: PrintedPage, header: str) -> None:
        """Draw one page; the first has no number, as typists leave it."""
        if page.number > 1:
            self.paper.text(_RIGHT, _HEADER, f"{page.number}.", self.plain, "right")
        if header:
            self.paper.text(self.paper.width / 2, _HEADER, header, self.plain, "center")
        for line, row in page.lines:
            self._row(row, _TOP + line * LEADING)
        self.paper.end_page()

    def _row(self, row: Row, y: float) -> None:
        for piece in row.pieces:
            self._piece(piece, y)
        if row.number and row.kind is ElementType.SCENE_HEADING:
            number = row.number if len(row.number) <= _MOST_NUMBER else f"{row.number[: _MOST_NUMBER - 1]}…"
            self.paper.text(_LEFT_NUMBER, y, number, self.plain, "right")
            self.paper.text(_RIGHT_NUMBER, y, number, self.plain, "right")
        if row.revision:
            self.paper.text(_STAR, y, "*", self.plain)

    def _piece(self, piece: Piece, y: float) -> None:
        x = piece.x
        for start, end, kinds in _stretches(piece):
            text = piece.text[start:end]
            cut = _CUTS[SpanKind.BOLD in kinds, SpanKind.ITALIC in kinds]
            width = self.paper.text(x, y, text, self.plain.but(cut=cut))
            if SpanKind.UNDERLINE in kinds:
                self.paper.rule((x, y + 1.8), (x + width, y + 1.8), thick=0.6)
            if SpanKind.STRIKEOUT in kinds:
                self.paper.rule((x, y - 3.2), (x + width, y - 3.2), thick=0.6)
            x += width


def _stretches(piece: Piece) -> Iterator[tuple[int, int, frozenset[SpanKind]]]:
    """Yield the parts of a line that look the same throughout."""
    edges = sorted({0, len(piece.text), *(edge for span in piece.spans for edge in (span.start, span.end))})
    for start, end in pairwise(edges):
        yield start, end, frozenset(span.kind for span in piece.spans if _covers(span, start, end))


def _covers(span: Span, start: int, end: int) -> bool:
    return span.start <= start and span.end >= end
