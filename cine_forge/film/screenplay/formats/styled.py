"""Styled text: words as a format hands them over, run by run, each with its marks.

Readers of XML and Word files collect runs; an element wants one text and the spans within it. Cutting and
trimming keep the spans on their words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cine_forge.film.screenplay.document import Span, SpanKind

Mark = tuple[SpanKind, str]
Run = tuple[str, frozenset[Mark]]


@dataclass(frozen=True)
class Styled:
    """A text and its spans, in order of start and kind."""

    text: str
    spans: tuple[Span, ...] = ()

    @classmethod
    def of(cls, runs: Iterable[Run]) -> Styled:
        """Join runs; neighbours with the same mark make one span."""
        done: list[Span] = []
        opened: dict[Mark, int] = {}
        at = 0
        parts: list[str] = []
        for text, marks in runs:
            if not text:
                continue
            if opened:
                done.extend(_span(opened.pop(mark), at, mark) for mark in [*opened] if mark not in marks)
            for mark in marks:
                opened.setdefault(mark, at)
            parts.append(text)
            at += len(text)
        done.extend(_span(start, at, mark) for mark, start in opened.items())
        return cls("".join(parts), _ordered(done))

    def cut(self, start: int, end: int) -> Styled:
        """Return the part from `start` to `end` with what is marked in it."""
        inside = (
            span.model_copy(
                update={"start": max(span.start, start) - start, "end": min(span.end, end) - start}
            )
            for span in self.spans
            if span.start < end and span.end > start
        )
        return Styled(self.text[start:end], _ordered(inside))

    def stripped(self) -> Styled:
        """Return the text without white space round it."""
        start = len(self.text) - len(self.text.lstrip())
        return self.cut(start, max(start, len(self.text.rstrip())))

    def in_capitals(self) -> Styled:
        """Return the text in capitals; the spans go where a capital is two letters long."""
        capitals = self.text.upper()
        return Styled(capitals, self.spans if len(capitals) == len(self.text) else ())


def _span(start: int, end: int, mark: Mark) -> Span:
    return Span(start=start, end=end, kind=mark[0], value=mark[1])


def _ordered(spans: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(sorted(spans, key=lambda span: (span.start, span.kind.value, span.end, span.value)))
