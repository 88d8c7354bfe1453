"""Lines: from an offset in an element's text to the line of the source it stands on."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property

from cine_forge.film.screenplay.document import Element


class LineFinder:
    """Answers for one element; its line ends are looked up once."""

    def __init__(self, element: Element) -> None:
        self.element = element

    def at(self, offset: int) -> int:
        """Return the source line, counted from 1, of the character at `offset`."""
        return min(self.element.end_line, self.element.line + bisect_left(self._ends, offset))

    @cached_property
    def _ends(self) -> list[int]:
        return [offset for offset, letter in enumerate(self.element.text) if letter == "\n"]
