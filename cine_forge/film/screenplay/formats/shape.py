"""The shape of an element: what every reader of typed paragraphs makes of their text.

A heading, a cue or a transition is one line; a parenthetical has its brackets, which some programs leave to
the page. Offsets of spans stay true.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cine_forge.film.screenplay.document import Element, ElementType
from cine_forge.film.screenplay.formats.styled import Styled

_MANY_LINES = frozenset(
    {ElementType.ACTION, ElementType.DIALOGUE, ElementType.LYRIC, ElementType.NOTE, ElementType.BONEYARD}
)
_GAPS = str.maketrans("\n\t\r\x0b\x0c", "     ")


def shaped(kind: ElementType, styled: Styled) -> Styled:
    """Return the text of an element of that type, trimmed; action keeps the spaces at its head."""
    if kind is ElementType.ACTION:
        lead = len(styled.text) - len(styled.text.lstrip("\n"))
        return styled.cut(lead, max(lead, len(styled.text.rstrip())))
    styled = styled.stripped()
    if kind not in _MANY_LINES:
        styled = Styled(styled.text.translate(_GAPS), styled.spans)
    if kind is ElementType.PARENTHETICAL and not ("(" in styled.text and ")" in styled.text):
        head, tail = "(" if "(" not in styled.text else "", ")" if ")" not in styled.text else ""
        moved = (
            span.model_copy(update={"start": span.start + len(head), "end": span.end + len(head)})
            for span in styled.spans
        )
        styled = Styled(f"{head}{styled.text}{tail}", tuple(moved))
    return styled


def merged(elements: Iterable[Element]) -> Iterator[Element]:
    """Yield elements with the paragraphs of one speech made one element, as a line below a line."""
    last: Element | None = None
    for element in elements:
        if last is not None and last.type is element.type is ElementType.DIALOGUE:
            last = _joined(last, element)
            continue
        if last is not None:
            yield last
        last = element
    if last is not None:
        yield last


def _joined(upper: Element, lower: Element) -> Element:
    at = len(upper.text) + 1
    moved = (span.model_copy(update={"start": span.start + at, "end": span.end + at}) for span in lower.spans)
    change = {"text": f"{upper.text}\n{lower.text}", "raw": f"{upper.raw}\n{lower.raw}"}
    return upper.model_copy(update=change | {"end_line": lower.end_line, "spans": (*upper.spans, *moved)})
