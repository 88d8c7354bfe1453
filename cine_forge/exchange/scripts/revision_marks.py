"""Revision marks: which lines of a printed script were revised, and the name of their revision.

A source may say so itself (Final Draft does, word by word), or a comparison with an earlier draft does, line
by line. A revised line gets a star, and its page the name of the newest revision on it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from cine_forge.film.screenplay.document import Document, Element, Span, SpanKind


@dataclass(frozen=True)
class RevisionMarks:
    """Names of revisions by line and by the number that a source gives them; `order` has the oldest first."""

    by_line: Mapping[int, str] = field(default_factory=dict)
    by_number: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()

    @classmethod
    def in_source(cls, document: Document) -> RevisionMarks:
        """Return the marks that a source carries itself."""
        names = {one.number: one.name or one.number for one in document.revisions}
        return cls(by_number=names, order=tuple(names.values()))

    @classmethod
    def since(cls, by_line: Mapping[int, str], order: Iterable[str]) -> RevisionMarks:
        """Return the marks that a comparison of drafts gives; `order` names the drafts, the oldest first."""
        return cls(
            by_line={line: _titled(name) for line, name in by_line.items()}, order=tuple(map(_titled, order))
        )

    def of(self, element: Element, spans: Iterable[Span]) -> str:
        """Return the newest revision of some words of an element, or nothing."""
        told = [span.value for span in spans if span.kind is SpanKind.REVISION]
        names = [self.by_number.get(number, number) for number in told]
        return self.newest([*names, *filter(None, [self.by_line.get(element.line, "")])])

    def newest(self, names: Collection[str]) -> str:
        """Return the newest of some revisions; one that is in no order is older than all that are."""
        places = {name: at for at, name in enumerate(self.order)}
        return max(names, key=lambda name: (places.get(name, -1), name), default="")


def _titled(colour: str) -> str:
    return f"{colour} revision"
