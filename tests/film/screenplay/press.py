"""A press for tests: prints a document as a PDF in the usual layout of screenplays, with troubles on demand.

Measures in inches from the left edge: action 1.5, dialogue 2.5, parentheticals 3.1, cues 3.7, transitions 6.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import groupby

from reportlab.lib.units import inch
from reportlab.pdfgen.canvas import Canvas

from cine_forge.film.screenplay.document import Document, Element, ElementType

_LEFT = {
    ElementType.CHARACTER: 3.7,
    ElementType.PARENTHETICAL: 3.1,
    ElementType.DIALOGUE: 2.5,
    ElementType.LYRIC: 2.5,
    ElementType.TRANSITION: 6.0,
}
_WIDTH = {ElementType.DIALOGUE: 35, ElementType.LYRIC: 35, ElementType.PARENTHETICAL: 25}
_SPOKEN = (ElementType.DIALOGUE, ElementType.PARENTHETICAL, ElementType.LYRIC)
_SHOWN = (ElementType.SCENE_HEADING, ElementType.ACTION, *_LEFT, ElementType.CENTERED, ElementType.SECTION)


@dataclass(frozen=True)
class Press:
    """What the print looks like. `font` is one of reportlab's own; `broken` sets words letter by letter."""

    font: str = "Courier"
    numbers: bool = False
    head: str = ""
    title_case: bool = False
    broken: str = ""
    watermark: str = ""
    more: bool = False
    lines: int = 54
    title: tuple[str, ...] = ()
    password: str = ""
    pages: list[int] = field(default_factory=list)

    def print(self, document: Document) -> bytes:
        """Return the PDF of a document."""
        from reportlab.lib.pdfencrypt import StandardEncryption

        stream = BytesIO()
        lock = StandardEncryption(self.password) if self.password else None
        canvas = Canvas(stream, pagesize=(8.5 * inch, 11 * inch), invariant=1, encrypt=lock)
        self.pages.clear()
        if self.title:
            self._title_page(canvas)
        for page in self._paged(self._rows(document)):
            self._page(canvas, page)
        canvas.save()
        return stream.getvalue()

    def _title_page(self, canvas: Canvas) -> None:
        for row, line in enumerate(self.title):
            canvas.setFont(self.font, 12)
            canvas.drawCentredString(4.25 * inch, 7 * inch - 24 * row, line)
        canvas.showPage()

    def _rows(self, document: Document) -> Iterator[list[tuple[float, str]]]:
        """Yield rows of (inches, text); an empty one is a blank line."""
        shown = [one for one in document.elements if one.type in _SHOWN]
        scene = 0
        for index, element in enumerate(shown):
            if element.dual:
                continue
            follower = next((at for at in range(index + 1, len(shown)) if shown[at].type not in _SPOKEN), -1)
            if element.type is ElementType.CHARACTER and follower > 0 and shown[follower].dual:
                yield from self._side_by_side(shown, index, follower)
                continue
            if element.type in _SPOKEN and self._is_dual(shown, index):
                continue
            if element.type not in _SPOKEN:
                yield []
            scene += element.type is ElementType.SCENE_HEADING
            for part, text in enumerate(self._wrapped(element)):
                row = [(self._left(element, text), text)]
                if self.numbers and element.type is ElementType.SCENE_HEADING and not part:
                    number = element.number or str(scene)
                    row = [(0.9, number), *row, (7.2, number)]
                yield row

    def _is_dual(self, shown: list[Element], index: int) -> bool:
        cue = next(at for at in range(index, -1, -1) if shown[at].type not in _SPOKEN)
        after = next((at for at in range(index, len(shown)) if shown[at].type not in _SPOKEN), -1)
        return shown[cue].dual or (after > 0 and shown[after].dual)

    def _side_by_side(self, shown: list[Element], left: int, right: int) -> Iterator[list[tuple[float, str]]]:
        yield []
        columns = []
        for start, x in ((left, 1.7), (right, 4.5)):
            rows = [(x + 1.0, self._cue(shown[start].text))]
            for element in shown[start + 1 :]:
                if element.type not in _SPOKEN:
                    break
                inset = 0.3 if element.type is ElementType.PARENTHETICAL else 0.0
                rows += [(x + inset, line) for line in textwrap.wrap(element.text, 25)]
            columns.append(rows)
        for row in range(max(map(len, columns))):
            yield [column[row] for column in columns if row < len(column)]

    def _wrapped(self, element: Element) -> list[str]:
        text = self._cue(element.text) if element.type is ElementType.CHARACTER else element.text
        width = _WIDTH.get(element.type, 60)
        return [part for line in text.split("\n") for part in textwrap.wrap(line, width) or [""]]

    def _cue(self, text: str) -> str:
        return text.title() if self.title_case else text

    def _left(self, element: Element, text: str) -> float:
        if element.type is ElementType.CENTERED:
            return 4.25 - len(text) * 0.05
        return min(_LEFT.get(element.type, 1.5), 7.5 - len(text) * 0.1) if element.type in _LEFT else 1.5

    def _paged(self, rows: Iterator[list[tuple[float, str]]]) -> Iterator[list[list[tuple[float, str]]]]:
        """Break rows into pages; with `more` a speech that is broken says so and names its speaker again."""
        page: list[list[tuple[float, str]]] = []
        speaker = ""
        for blank, group in groupby(rows, key=bool):
            if not blank:
                speaker = ""
            for row in group:
                if len(page) >= self.lines and row:
                    if self.more and speaker and page[-1]:
                        yield [*page, [(3.7, "(MORE)")]]
                        page = [[(3.7, f"{speaker} (CONT'D)")]]
                    else:
                        yield page
                        page = []
                if row and row[0][0] == 3.7:
                    speaker = row[0][1]
                if row or page:
                    page.append(row)
        yield page

    def _page(self, canvas: Canvas, rows: list[list[tuple[float, str]]]) -> None:
        number = canvas.getPageNumber()
        self.pages.append(len(rows))
        if self.watermark:
            canvas.saveState()
            canvas.setFont("Helvetica-Bold", 60)
            canvas.translate(3 * inch, 4 * inch)
            canvas.rotate(45)
            canvas.drawString(0, 0, self.watermark)
            canvas.restoreState()
        if self.head:
            self._set(canvas, 1.5, 10.5 * inch, f"{self.head} {number}/3/2026")
            self._set(canvas, 7.2, 10.5 * inch, f"{number}.")
        y = 10 * inch
        for row in rows:
            for x, text in row:
                self._set(canvas, x, y, text)
            y -= 12
        canvas.showPage()

    def _set(self, canvas: Canvas, x: float, y: float, text: str) -> None:
        """Set a line: whole, split at kerning pairs, or glyph by glyph without its spaces."""
        canvas.setFont(self.font, 12)
        at = x * inch
        if not self.broken:
            canvas.drawString(at, y, text)
            return
        step = 1 if self.broken == "letters" else 3
        for start in range(0, len(text), step):
            part = text[start : start + step]
            if part.strip():
                lead = len(part) - len(part.lstrip())
                inset = canvas.stringWidth(part[:lead], self.font, 12)
                canvas.drawString(at + inset, y, part.strip() if self.broken == "letters" else part[lead:])
            at += canvas.stringWidth(part, self.font, 12) + (0.2 if self.broken == "kerned" else 0.0)
