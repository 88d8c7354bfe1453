"""Pages: on which page of the printed script an element begins.

Lengths are those of `breakdown/page`, so that a page here is the page of the stripboard. A page break that
the source sets begins another one.
"""

from __future__ import annotations

from cine_forge.film.breakdown.page import PAGE_LINES, printed_lines
from cine_forge.film.screenplay.document import Document, ElementType


def pages_of(document: Document) -> dict[int, int]:
    """Return the page of every element by the line it begins on, counted from 1."""
    found: dict[int, int] = {}
    page, lines = 1, 0
    for element in document.elements:
        if element.type is ElementType.PAGE_BREAK:
            page, lines = page + lines // PAGE_LINES + (lines > 0), 0
            continue
        found[element.line] = page + lines // PAGE_LINES
        lines += printed_lines((element,))
    return found
