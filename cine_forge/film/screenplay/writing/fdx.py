"""The FDX writer: a document becomes a file for Final Draft that is read back as the same elements.

Paragraphs keep their scene numbers, dual dialogue, styles, notes, tags, revisions and page breaks, and the
title page is laid out as Final Draft does. What FDX has no paragraph for is written so that both Final
Draft shows it and the reader knows it: sections as `Outline 1`, synopses as `Outline Body`, boneyards as
notes of that name. Deterministic: no dates, and ids that follow from the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from cine_forge.film.screenplay.document import Document, Element, ElementType, Span, SpanKind
from cine_forge.film.screenplay.formats.fdx import BONEYARD
from cine_forge.film.screenplay.writing.fdx_data import fdx_data
from cine_forge.film.screenplay.writing.fdx_title import fdx_title_page
from cine_forge.film.screenplay.writing.marked import styles_of
from cine_forge.film.screenplay.writing.xml_text import xml_text, xml_value

_TYPES = {
    ElementType.SCENE_HEADING: "Scene Heading",
    ElementType.ACTION: "Action",
    ElementType.CHARACTER: "Character",
    ElementType.DIALOGUE: "Dialogue",
    ElementType.PARENTHETICAL: "Parenthetical",
    ElementType.TRANSITION: "Transition",
    ElementType.LYRIC: "Lyrics",
    ElementType.CENTERED: "Action",
    ElementType.SYNOPSIS: "Outline Body",
}
_SPEECH = (ElementType.DIALOGUE, ElementType.PARENTHETICAL, ElementType.LYRIC)
_ASIDE = (ElementType.NOTE, ElementType.BONEYARD)
_STYLES = (
    (SpanKind.BOLD, "Bold"),
    (SpanKind.ITALIC, "Italic"),
    (SpanKind.UNDERLINE, "Underline"),
    (SpanKind.STRIKEOUT, "Strikeout"),
)


def write_fdx(document: Document) -> str:
    """Return the document as the text of an FDX file, to be kept as UTF-8."""
    elements = [one for one in document.elements if one.type is not ElementType.TITLE]
    content = _Content()
    content.write(_speeches(elements))
    return "\n".join(
        (
            '<?xml version="1.0" encoding="UTF-8" standalone="no" ?>',
            '<FinalDraft DocumentType="Script" Template="No" Version="5">',
            "  <Content>",
            *(f"    {line}" for line in content.lines),
            "  </Content>",
            *fdx_title_page(document.title_page),
            *fdx_data(document),
            "</FinalDraft>",
            "",
        )
    )


def _speeches(elements: Sequence[Element]) -> Iterator[list[Element]]:
    """Yield elements one by one, a cue together with its speech and the notes in it."""
    group: list[Element] = []
    for element in elements:
        speaks = bool(group) and group[0].type is ElementType.CHARACTER
        if group and (element.type in _ASIDE or (speaks and element.type in _SPEECH)):
            group.append(element)
        else:
            if group:
                yield group
            group = [element]
    if group:
        yield group


@dataclass
class _Content:
    """The paragraphs in the making. A page break waits for the paragraph that begins the page."""

    lines: list[str] = field(default_factory=list)
    breaks: bool = False
    notes: int = 0

    def write(self, groups: Iterable[list[Element]]) -> None:
        """Write every group; a dual speech takes the one before it to its side."""
        waiting: list[Element] = []
        for group in groups:
            if group[0].type is ElementType.CHARACTER and group[0].dual:
                self._side_by_side(waiting, group)
                waiting = []
                continue
            self._group(waiting)
            waiting = group if group[0].type is ElementType.CHARACTER else []
            if not waiting:
                self._group(group)
        self._group(waiting)
        if self.breaks:
            self._empty([])

    def _side_by_side(self, left: list[Element], right: list[Element]) -> None:
        if self.breaks:
            self._empty([])
        self.lines += ['<Paragraph Type="General">', "  <DualDialogue>"]
        inner = _Content(notes=self.notes)
        inner._group(left)
        if not left:
            inner.lines.append('<Paragraph Type="Character"/>')
        inner._group(right)
        self.notes = inner.notes
        self.lines += [f"    {line}" for line in inner.lines]
        self.lines += ["  </DualDialogue>", "</Paragraph>"]

    def _group(self, group: list[Element]) -> None:
        """Write one element, or a cue with its speech, each with the notes that follow it."""
        at = 0
        while at < len(group):
            end = at + 1
            while end < len(group) and group[end].type in _ASIDE:
                end += 1
            if group[at].type in _ASIDE:
                self._empty(group[at:end])
            elif group[at].type is ElementType.PAGE_BREAK:
                self._break(group[at + 1 : end])
            else:
                self._paragraph(group[at], group[at + 1 : end])
            at = end

    def _break(self, notes: list[Element]) -> None:
        if self.breaks:
            self._empty([])
        self.breaks = True
        if notes:
            self._empty(notes)

    def _empty(self, notes: list[Element]) -> None:
        """Write a paragraph without words: it holds a page break, or notes that have nothing before them."""
        page = ' StartsNewPage="Yes"' if self.breaks else ""
        self.breaks = False
        self.lines.append(f'<Paragraph Type="Action"{page}>')
        for note in notes:
            self._note(note)
        self.lines.append("</Paragraph>")

    def _paragraph(self, element: Element, notes: list[Element]) -> None:
        style = _TYPES.get(element.type) or f"Outline {max(1, element.depth)}"
        given = {"Number": element.number} if element.number else {}
        given |= {"Alignment": "Center"} if element.type is ElementType.CENTERED else {}
        given |= {"StartsNewPage": "Yes"} if self.breaks else {}
        self.breaks = False
        attributes = "".join(f" {name}={xml_value(value)}" for name, value in given.items())
        self.lines.append(f'<Paragraph{attributes} Type="{style}">')
        self.lines += _runs(element)
        for note in notes:
            self._note(note)
        self.lines.append("</Paragraph>")

    def _note(self, note: Element) -> None:
        self.notes += 1
        name = f' Name="{BONEYARD}"' if note.type is ElementType.BONEYARD else ""
        self.lines.append(f'  <ScriptNote ID="{self.notes}"{name}>')
        for line in note.text.split("\n"):
            self.lines.append(f"    <Paragraph><Text>{xml_text(line)}</Text></Paragraph>")
        self.lines.append("  </ScriptNote>")


def _runs(element: Element) -> Iterator[str]:
    """Yield the runs of a paragraph, cut where a style, a tag or a revision begins or ends."""
    spans = styles_of(element)
    cuts = sorted({0, len(element.text), *(span.start for span in spans), *(span.end for span in spans)})
    for start, end in pairwise(cut for cut in cuts if cut <= len(element.text)):
        inside = [span for span in spans if span.start <= start and span.end >= end]
        yield f"  <Text{_attributes(inside)}>{xml_text(element.text[start:end])}</Text>"


def _attributes(spans: Sequence[Span]) -> str:
    kinds = {span.kind for span in spans}
    style = "+".join(name for kind, name in _STYLES if kind in kinds)
    revision = next((span.value for span in spans if span.kind is SpanKind.REVISION), "")
    tags = ",".join(span.value for span in spans if span.kind is SpanKind.TAG)
    given = (("RevisionID", revision), ("Style", style), ("TagNumber", tags))
    return "".join(f" {name}={xml_value(value)}" for name, value in given if value)
