"""Print rows: the lines of a script as they stand on paper, before they are divided into pages.

Measures are those of the American typescript (Cole & Haag, "The Complete Guide to Standard Script
Formats"): Courier of twelve points, ten letters to the inch, text from 1.5 inches to 7.5.

    rows_of
      _Setting.element   one element to rows
      _Setting.pair      two speeches side by side
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from cine_forge.exchange.paper.line_break import broken
from cine_forge.exchange.paper.typeface import Family, printable, width_of
from cine_forge.exchange.scripts.revision_marks import RevisionMarks
from cine_forge.film.screenplay.document import Document, Element, ElementType, Span
from cine_forge.film.screenplay.writing.marked import styles_of

INCH = 72.0
SIZE = 12.0
Align = Literal["left", "right", "center"]
SPOKEN = frozenset({ElementType.DIALOGUE, ElementType.PARENTHETICAL, ElementType.LYRIC})


@dataclass(frozen=True)
class Form:
    """Where a kind of element stands: its left edge and width in inches."""

    left: float
    width: float
    align: Align = "left"


FORMS = {
    ElementType.SCENE_HEADING: Form(1.5, 6.0),
    ElementType.ACTION: Form(1.5, 6.0),
    ElementType.CENTERED: Form(1.5, 6.0, "center"),
    ElementType.CHARACTER: Form(3.7, 3.8),
    ElementType.PARENTHETICAL: Form(3.1, 2.5),
    ElementType.DIALOGUE: Form(2.5, 3.5),
    ElementType.LYRIC: Form(2.5, 3.5),
    ElementType.TRANSITION: Form(1.5, 6.0, "right"),
}
_BESIDE_NUMBER = Form(1.5, 5.5)
_COLUMNS = (
    {
        ElementType.CHARACTER: Form(2.5, 2.0),
        ElementType.PARENTHETICAL: Form(1.9, 2.2),
        ElementType.DIALOGUE: Form(1.5, 2.8),
        ElementType.LYRIC: Form(1.5, 2.8),
    },
    {
        ElementType.CHARACTER: Form(5.7, 1.9),
        ElementType.PARENTHETICAL: Form(5.1, 2.2),
        ElementType.DIALOGUE: Form(4.7, 2.8),
        ElementType.LYRIC: Form(4.7, 2.8),
    },
)


_BLANKS = {ElementType.SCENE_HEADING: 2, **dict.fromkeys(SPOKEN, 0)}
"""Blank lines before an element; one where nothing is said. Scenes are measured in eighths likewise."""


@dataclass(frozen=True)
class Piece:
    """Words of one line: where they begin, in points from the paper's left edge, and what is marked."""

    x: float
    text: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Row:
    """One printed line. `blanks` go before it; at a `held` one no page may begin.

    `cue` is the speaker's while a speech goes on, `revision` the name of the one that changed it.
    """

    kind: ElementType
    pieces: tuple[Piece, ...]
    blanks: int = 0
    held: bool = False
    cue: str = ""
    number: str = ""
    revision: str = ""
    new_page: bool = False

    @property
    def text(self) -> str:
        """Return the words of the line."""
        return "   ".join(piece.text for piece in self.pieces)


def rows_of(document: Document, family: Family, marks: RevisionMarks | None = None) -> tuple[Row, ...]:
    """Return every line of the script in order. Notes, sections and synopses are not printed.

    Without `marks` those count that the source carries itself.
    """
    setting = _Setting(family, marks or RevisionMarks.in_source(document))
    rows: list[Row] = []
    new_page = False
    for part in parts_of(document.elements):
        if part[0].type is ElementType.PAGE_BREAK:
            new_page = bool(rows)
            continue
        made = setting.pair(part) if any(one.dual for one in part) else setting.element(part[0])
        if made and rows and rows[-1].kind is ElementType.SCENE_HEADING:
            made = _below_heading(made, rows[-1])
        if made and new_page:
            made[0], new_page = replace(made[0], new_page=True, held=False), False
        rows.extend(made)
    return tuple(rows)


def parts_of(elements: Sequence[Element]) -> Iterator[list[Element]]:
    """Yield what is set together: an element, or the elements of two speeches side by side."""
    printed = [one for one in elements if one.type in FORMS or one.type is ElementType.PAGE_BREAK]
    at = 0
    while at < len(printed):
        end = _speech_end(printed, at)
        if end > at and end < len(printed) and printed[end].dual:
            end = _speech_end(printed, end)
            yield printed[at:end]
        else:
            end = at + 1
            yield printed[at:end]
        at = end


def _speech_end(elements: Sequence[Element], at: int) -> int:
    """Return the index behind the speech that begins at `at`; `at` itself when none does."""
    if elements[at].type is not ElementType.CHARACTER:
        return at
    end = at + 1
    while end < len(elements) and elements[end].type in SPOKEN:
        end += 1
    return end


def _below_heading(rows: list[Row], heading: Row) -> list[Row]:
    """Keep the first line below a heading, but let a row of bare headings be divided."""
    both = rows[0].kind is ElementType.SCENE_HEADING
    return [replace(rows[0], held=not both), *rows[1:]]


class _Setting:
    """Sets elements as rows in one family of type; it knows who speaks."""

    def __init__(self, family: Family, marks: RevisionMarks) -> None:
        self.family = family
        self.marks = marks
        self.cue = ""

    def element(self, element: Element) -> list[Row]:
        """Return the rows of one element, with the rules that keep lines together."""
        kind = element.type
        if kind is ElementType.CHARACTER:
            self.cue = printable(element.text).replace("\n", " ")
        elif kind not in SPOKEN:
            self.cue = ""
        pieces = self._pieces(element, _BESIDE_NUMBER if element.number else FORMS[kind])
        rows = [
            Row(
                kind,
                (piece,),
                cue=self.cue,
                held=_held(kind, at, len(pieces)),
                revision=self.marks.of(element, piece.spans),
            )
            for at, piece in enumerate(pieces)
        ]
        rows[0] = replace(rows[0], blanks=_BLANKS.get(kind, 1), number=printable(element.number or ""))
        return rows

    def pair(self, elements: Sequence[Element]) -> list[Row]:
        """Return two speeches side by side, line by line; they are not divided."""
        self.cue = ""
        second = next(at for at, one in enumerate(elements) if at and one.type is ElementType.CHARACTER)
        sides = [
            [(one, piece) for one in part for piece in self._pieces(one, _COLUMNS[side][one.type])]
            for side, part in enumerate((elements[:second], elements[second:]))
        ]
        height = max(map(len, sides))
        lines = [tuple(side[at] for side in sides if at < len(side)) for at in range(height)]
        return [
            Row(
                ElementType.CHARACTER if not at else ElementType.DIALOGUE,
                tuple(piece for _, piece in line),
                blanks=int(not at),
                held=at > 0,
                revision=self.marks.newest(
                    [*filter(None, (self.marks.of(one, piece.spans) for one, piece in line))]
                ),
            )
            for at, line in enumerate(lines)
        ]

    def _pieces(self, element: Element, form: Form) -> list[Piece]:
        text, spans = _settable(element)
        if element.type is ElementType.SCENE_HEADING:
            text = text.replace("\n", " ")
        lines = broken(text, form.width * INCH, self._width)
        return [self._piece(text, spans, start, end, form) for start, end in lines]

    def _piece(self, text: str, spans: Sequence[Span], start: int, end: int, /, form: Form) -> Piece:
        inside = tuple(
            span.model_copy(
                update={"start": max(span.start, start) - start, "end": min(span.end, end) - start}
            )
            for span in spans
            if span.start < end and span.end > start
        )
        line = text[start:end]
        spare = form.width * INCH - self._width(line)
        shift = {"left": 0.0, "right": spare, "center": spare / 2}[form.align]
        return Piece(form.left * INCH + shift, line, inside)

    def _width(self, text: str) -> float:
        return width_of(text, self.family, "Regular", SIZE)


def _settable(element: Element) -> tuple[str, tuple[Span, ...]]:
    """Return the text as it can be printed; spans are kept where no character fell out."""
    text = element.text.expandtabs(4)
    shown = printable(text)
    same = shown == element.text
    return shown, styles_of(element) if same else ()


def _held(kind: ElementType, at: int, count: int) -> bool:
    """Whether no page may begin at this line: not at a single line of a paragraph, nor behind a cue."""
    if kind is ElementType.TRANSITION:
        return True
    if kind is ElementType.PARENTHETICAL:
        return at > 0
    return at == 1 or (at > 0 and at == count - 1)
