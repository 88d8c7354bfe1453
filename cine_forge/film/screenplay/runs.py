"""Runs: the elements of a document as a reader collects them, line by line.

Neighbouring lines of the same type become one element, so a paragraph is one action and a speech one
dialogue. A reader adds lines in source order; the text of an element has one line for each source line.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cine_forge.film.screenplay.document import Element, ElementType
from cine_forge.film.screenplay.emphasis import without_emphasis

_JOINED = frozenset({ElementType.ACTION, ElementType.DIALOGUE, ElementType.LYRIC, ElementType.CENTERED})


class Runs:
    """Elements in the making. `index` counts source lines from 0; elements count from 1."""

    def __init__(self) -> None:
        self.elements: list[Element] = []
        self._type: ElementType | None = None
        self._start = 0
        self._texts: list[str] = []
        self._raws: list[str] = []
        self._confidence = 1.0

    def add(self, kind: ElementType, index: int, text: str, raw: str, /, **more: Any) -> None:
        """Add one line. Lines of action, dialogue, lyrics and centred text join the run before them."""
        plain = text if kind is ElementType.NOTE else without_emphasis(text)
        if kind not in _JOINED:
            self.close()
            element = Element(type=kind, text=plain, raw=raw, line=index + 1, end_line=index + 1, **more)
            self.elements.append(element)
            return
        sure = more.get("confidence", 1.0)
        if kind is not self._type or index != self._start + len(self._texts):
            self.close()
            self._type, self._start, self._confidence = kind, index, sure
        elif sure < self._confidence:
            self._confidence = sure
        self._texts.append(plain)
        self._raws.append(raw)

    def close(self) -> None:
        """End the run: the next line begins a new element."""
        if self._type is not None:
            self.elements.append(
                Element(
                    type=self._type,
                    text="\n".join(self._texts),
                    raw="\n".join(self._raws),
                    line=self._start + 1,
                    end_line=self._start + len(self._texts),
                    confidence=self._confidence,
                )
            )
        self._type, self._texts, self._raws = None, [], []

    def finished(self, lifted: Iterable[Element] = ()) -> tuple[Element, ...]:
        """Return all elements in source order; a lifted one follows the element it stood in."""
        self.close()
        return tuple(sorted((*self.elements, *lifted), key=lambda element: element.line))
