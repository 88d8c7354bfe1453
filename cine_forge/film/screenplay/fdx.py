"""The FDX reader: Final Draft's XML becomes a document, without entities, DTD tricks or a tree in memory.

An element's `line` is the line of its `<Paragraph>` in the XML source, `end_line` that of its end tag.
Styled runs within a paragraph are joined; script notes become notes behind the paragraph they stand in.
"""

from __future__ import annotations

import xml.sax
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import defusedxml.sax
from defusedxml.common import DefusedXmlException

from cine_forge.film.screenplay.document import Document, Element, ElementType, HeadingKind
from cine_forge.film.screenplay.headings import is_omitted, match_heading
from cine_forge.film.screenplay.source_text import SourceText
from cine_forge.kernel.ground.errors import Fault, ProjectError

_TYPES = {
    "Scene Heading": ElementType.SCENE_HEADING,
    "Character": ElementType.CHARACTER,
    "Dialogue": ElementType.DIALOGUE,
    "Parenthetical": ElementType.PARENTHETICAL,
    "Transition": ElementType.TRANSITION,
    "Lyrics": ElementType.LYRIC,
    "Singing": ElementType.LYRIC,
    "New Act": ElementType.SECTION,
    "End of Act": ElementType.SECTION,
}
_UNREAD = frozenset(
    {"SceneProperties", "OmittedScene", "HeaderAndFooter", "ElementSettings", "SmartType", "Macros"}
)


def read_fdx(source: SourceText) -> Document:
    """Read an FDX file. Raises ProjectError CF-F005 when it is no sound XML or not Final Draft's."""
    reader = _Reader()
    try:
        defusedxml.sax.parseString(source.content, reader, forbid_dtd=True)
    except xml.sax.SAXParseException as fault:
        where = f"{source.name}:{fault.getLineNumber()}:{(fault.getColumnNumber() or 0) + 1}"
        raise ProjectError(_broken(f"the XML is broken: {fault.getMessage()}", where)) from fault
    except DefusedXmlException as fault:
        raise ProjectError(
            _broken("found a document type or an entity; expected plain FDX", source.name)
        ) from fault
    if reader.root != "FinalDraft":
        what = f"found the XML root `{reader.root}`; expected `FinalDraft`"
        raise ProjectError(_broken(what, f"{source.name}:1"))
    return Document(
        format="fdx",
        lines=len(source.lines),
        title_page=_title_entries(reader.title),
        elements=tuple(reader.elements),
        warnings=source.warnings,
    )


def _broken(what: str, where: str) -> Fault:
    return Fault("CF-F005", what, where, "export the script again as Final Draft (.fdx), or as Fountain")


@dataclass
class _Paragraph:
    type: str
    line: int
    number: str | None
    note: bool
    texts: list[str] = field(default_factory=list)


class _Reader(xml.sax.ContentHandler):
    """Collects paragraphs of the script's own content and of the title page."""

    def __init__(self) -> None:
        super().__init__()
        self.root = ""
        self.elements: list[Element] = []
        self.title: list[str] = []
        self._path: list[str] = []
        self._open: list[_Paragraph] = []
        self._notes: list[Element] = []
        self._unread = 0
        self._dual_cues = 0
        self._line_of: Any = None

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802 - the name is SAX's
        """Keep the parser's own count of lines."""
        self._line_of = locator.getLineNumber

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - the name is SAX's
        """Open a paragraph, or a part that is not read."""
        self.root = self.root or name
        self._path.append(name)
        if name in _UNREAD:
            self._unread += 1
        elif name == "DualDialogue":
            self._dual_cues = 0
        elif name == "Paragraph" and not self._unread:
            number = attrs.get("Number") or None
            note = "ScriptNote" in self._path
            self._open.append(_Paragraph(attrs.get("Type", "General"), self._line_of(), number, note))

    def characters(self, content: str) -> None:
        """Gather the text of the innermost paragraph."""
        if self._open and not self._unread and self._path[-1] == "Text":
            self._open[-1].texts.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802 - the name is SAX's
        """Close what `startElement` opened."""
        self._path.pop()
        if name in _UNREAD:
            self._unread -= 1
        elif name == "Paragraph" and not self._unread:
            self._close(self._open.pop())

    def _close(self, paragraph: _Paragraph) -> None:
        raw = "".join(paragraph.texts)
        text = raw.strip() if paragraph.type not in ("Action", "General") else raw.rstrip().strip("\n")
        if "TitlePage" in self._path:
            self.title.append(text.strip())
        elif text.strip() and self._path[:2] == ["FinalDraft", "Content"]:
            self._add(paragraph, text, raw)
        if not self._open:
            self.elements += self._notes
            self._notes = []

    def _add(self, paragraph: _Paragraph, text: str, raw: str) -> None:
        if paragraph.note:
            self._notes.append(self._element(paragraph, ElementType.NOTE, text, raw))
            return
        kind = _TYPES.get(paragraph.type, ElementType.ACTION)
        more: dict[str, Any] = {}
        if kind is ElementType.SCENE_HEADING:
            found = match_heading(text)
            more = {
                "kind": HeadingKind.STANDARD if found else HeadingKind.FORCED,
                "omitted": is_omitted(text),
            }
            more["number"] = paragraph.number or (found.number if found else None)
            text = found.text if found else text
        elif kind is ElementType.CHARACTER and "DualDialogue" in self._path:
            self._dual_cues += 1
            more = {"dual": self._dual_cues > 1}
        self.elements.append(self._element(paragraph, kind, text, raw, **more))

    def _element(
        self, paragraph: _Paragraph, kind: ElementType, text: str, raw: str, /, **more: Any
    ) -> Element:
        line = paragraph.line
        return Element(type=kind, text=text, raw=raw, line=line, end_line=max(line, self._line_of()), **more)


def _title_entries(lines: list[str]) -> dict[str, str]:
    """Name the lines of a title page: the first is the title, the one after `… by` the author."""
    told = [line for line in lines if line]
    entries = {"Title": told[0]} if told else {}
    for credit, author in pairwise(told[1:]):
        if credit.lower().endswith("by"):
            return entries | {"Credit": credit, "Author": author}
    return entries
