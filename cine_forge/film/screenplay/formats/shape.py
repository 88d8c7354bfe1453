"""The shape of an element: what every reader of typed paragraphs makes of their text.

A heading, a cue or a transition is one line; a parenthetical has its brackets, which some programs leave to
the page. Offsets of spans stay true.
"""

from __future__ import annotations

from cine_forge.film.screenplay.document import ElementType
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
    if kind is ElementType.PARENTHETICAL:
        head = "" if styled.text.startswith("(") else "("
        tail = "" if styled.text.endswith(")") else ")"
        moved = (
            span.model_copy(update={"start": span.start + len(head), "end": span.end + len(head)})
            for span in styled.spans
        )
        styled = Styled(f"{head}{styled.text}{tail}", tuple(moved))
    return styled
