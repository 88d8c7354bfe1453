"""Paper: pages that are drawn on, as a PDF that is the same for the same drawing.

Places are points from the top left corner, as one reads; the PDF writer counts from below. Nothing of the
present enters: neither date nor random id.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from cine_forge.exchange.paper.typeface import Lettering, font_name, printable, runs_of, width_of

if TYPE_CHECKING:
    from reportlab.lib.colors import Color

LETTER = (612.0, 792.0)
LETTER_WIDE = (792.0, 612.0)
Align = Literal["left", "right", "center"]
Point = tuple[float, float]


@dataclass(frozen=True)
class Area:
    """A rectangle: its top left corner, width and height in points."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Return the lower edge."""
        return self.y + self.height

    def inset(self, by: float) -> Area:
        """Return the area with a margin taken off on all sides."""
        return Area(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)


class Paper:
    """A PDF in the making. `page` ends the page that was drawn on; `content` gives the file."""

    def __init__(self, size: tuple[float, float], title: str) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self.width, self.height = size
        self.pages = 0
        self._buffer = BytesIO()
        self._canvas = Canvas(self._buffer, pagesize=size, invariant=1)
        self._canvas.setTitle(printable(title)[:200])
        self._canvas.setAuthor("")
        self._canvas.setCreator("CineForge")
        self._canvas.setProducer("CineForge")

    def text(self, x: float, y: float, text: str, lettering: Lettering, align: Align = "left") -> float:
        """Write a line with its baseline at `y`; return how wide it came out."""
        shown = printable(text)
        width = lettering.width(shown)
        at = x - {"left": 0.0, "right": width, "center": width / 2}[align]
        self._canvas.setFillColor(_ink(lettering.colour))
        for piece, family in runs_of(shown, lettering.family):
            self._canvas.setFont(font_name(family, lettering.cut), lettering.size)
            self._canvas.drawString(at, self.height - y, piece)
            at += width_of(piece, family, lettering.cut, lettering.size)
        return width

    def box(self, area: Area, *, fill: str = "", line: str = "", thick: float = 0.6) -> None:
        """Draw a rectangle. Colours are `#rrggbb`; what has none is not drawn."""
        if fill:
            self._canvas.setFillColor(_ink(fill))
        if line:
            self._canvas.setStrokeColor(_ink(line))
            self._canvas.setLineWidth(thick)
        y = self.height - area.y - area.height
        self._canvas.rect(area.x, y, area.width, area.height, stroke=int(bool(line)), fill=int(bool(fill)))

    def rule(self, start: Point, end: Point, *, line: str = "#000000", thick: float = 0.6) -> None:
        """Draw a straight line."""
        self._canvas.setStrokeColor(_ink(line))
        self._canvas.setLineWidth(thick)
        self._canvas.line(start[0], self.height - start[1], end[0], self.height - end[1])

    def end_page(self) -> None:
        """End the page; the next stroke is on a new one."""
        self._canvas.showPage()
        self.pages += 1

    def content(self) -> bytes:
        """Return the bytes of the file; an undrawn document gets one blank page."""
        if not self.pages:
            self.end_page()
        self._canvas.save()
        return self._buffer.getvalue()


@cache
def _ink(colour: str) -> Color:
    from reportlab.lib.colors import HexColor

    return HexColor(colour)
