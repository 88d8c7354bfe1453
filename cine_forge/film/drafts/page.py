"""Pages: on which page of the printed script an element begins.

A page has 54 lines, as the eighths of a scene count them; where the source says where its pages end, that
counts. It is the page of a plain print: a house style with other margins may differ by a few lines.
"""

from __future__ import annotations

from math import ceil

from cine_forge.film.screenplay.document import Document, Element, ElementType

PAGE_LINES = 54
_ACTION_COLUMNS = 60
_SPEECH_COLUMNS = 35
_SPEECH = frozenset({ElementType.DIALOGUE, ElementType.PARENTHETICAL})
_UNPRINTED = frozenset(
    {ElementType.NOTE, ElementType.BONEYARD, ElementType.SECTION, ElementType.SYNOPSIS, ElementType.TITLE}
)


def pages_of(document: Document) -> dict[int, int]:
    """Return the page of every element by the line it begins on, counted from 1."""
    found: dict[int, int] = {}
    page, lines = 1, 0
    for element in document.elements:
        if element.type is ElementType.PAGE_BREAK:
            page, lines = page + (lines > 0), 0
            continue
        found[element.line] = page + lines // PAGE_LINES
        lines += _printed_lines(element)
    return found


def _printed_lines(element: Element) -> int:
    if element.type in _UNPRINTED:
        return 0
    columns = _SPEECH_COLUMNS if element.type in _SPEECH else _ACTION_COLUMNS
    lines = sum(max(1, ceil(len(line) / columns)) for line in element.text.split("\n"))
    if element.type is ElementType.SCENE_HEADING:
        return lines + 2
    return lines if element.type in _SPEECH else lines + 1
