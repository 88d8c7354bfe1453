"""The FDX reader: Final Draft's XML becomes elements, with all that a writer or an assistant marked.

An element's `line` is the line of its `<Paragraph>` in the XML source, `end_line` that of its end tag.
Styled runs are joined, their styles, revisions and tags kept as spans. Script notes follow the paragraph
they stand in or point to; the content of an omitted scene is kept as a boneyard behind its heading.
Sources: files of Final Draft 8 to 13, Fade In, Highland and WriterDuet exports, read 2026.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

from cine_forge.film.screenplay.document import Element, ElementType, HeadingKind, SpanKind
from cine_forge.film.screenplay.formats.extract import Extract
from cine_forge.film.screenplay.formats.fdx_data import FdxData
from cine_forge.film.screenplay.formats.markup import Handler, parse_markup
from cine_forge.film.screenplay.formats.paragraph_style import depth_of_style, type_of_style
from cine_forge.film.screenplay.formats.shape import shaped
from cine_forge.film.screenplay.formats.styled import Mark, Run, Styled
from cine_forge.film.screenplay.formats.title_lines import entries_of
from cine_forge.film.screenplay.headings import is_omitted, match_heading

_BODY = ["FinalDraft", "Content"]
_TITLE = ["FinalDraft", "TitlePage", "Content"]
_ASIDE = frozenset({"SceneArcBeats", "DeletedText", "Alternates", "Alt", "AltCollection"})
_STYLES = {
    "Bold": SpanKind.BOLD,
    "Italic": SpanKind.ITALIC,
    "Underline": SpanKind.UNDERLINE,
    "Strikeout": SpanKind.STRIKEOUT,
}
_EMBEDDED = ("DualDialogue", "OmittedScene")
BONEYARD = "Boneyard"


def parse_fdx(name: str, content: bytes) -> Extract:
    """Read an FDX file. Raises ProjectError CF-F005 when it is no sound XML or not Final Draft's."""
    reader = _Reader()
    parse_markup(name, content, reader, root="FinalDraft")
    elements = tuple(reader.finished())
    return Extract(
        elements=elements,
        title_page=entries_of(reader.title),
        tags=tuple(reader.data.tags(elements)),
        revisions=tuple(reader.data.revisions(elements)),
    )


@dataclass
class _Paragraph:
    """A paragraph that is open. `after` are the elements that shall follow it."""

    style: str
    line: int
    number: str | None
    centred: bool
    new_page: bool
    runs: list[Run] = field(default_factory=list)
    after: list[Element] = field(default_factory=list)
    omitted: list[str] | None = None
    blocks: int = 0

    @classmethod
    def of(cls, attrs: Any, line: int) -> _Paragraph:
        return cls(
            style=attrs.get("Type") or "General",
            line=line,
            number=(attrs.get("Number") or "").strip() or None,
            centred=attrs.get("Alignment") == "Center",
            new_page=attrs.get("StartsNewPage") == "Yes",
        )


@dataclass
class _Note:
    """A note that points into the text by characters, or lies where it stands."""

    name: str
    start: int | None
    texts: list[str] = field(default_factory=list)

    def element(self, line: int, end_line: int) -> Element:
        kind = ElementType.BONEYARD if self.name == BONEYARD else ElementType.NOTE
        text = "\n".join(self.texts).strip()
        return Element(type=kind, text=text, raw=text, line=line, end_line=end_line)


class _Reader(Handler):
    """Collects the elements of the script's own content, its notes, its title page and its data."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.title: list[str] = []
        self.data = FdxData()
        self._open: list[_Paragraph] = []
        self._note: _Note | None = None
        self._afar: list[_Note] = []
        self._marks: frozenset[Mark] = frozenset()
        self._aside = 0
        self._dual_cues = 0
        self._units = 0
        self._starts: list[int] = []
        self._lasts: list[int] = []
        self._styles: dict[int, str] = {}

    def open(self, name: str, attrs: Any) -> None:
        """Open a paragraph, a run, a note, or a part that is not read."""
        if name in _ASIDE:
            self._aside += 1
        elif self._aside:
            return
        elif name == "Paragraph":
            self._open.append(_Paragraph.of(attrs, self.line))
        elif name == "Text" and self._open:
            self._marks = _marks(attrs)
        elif name == "ScriptNote":
            start = (attrs.get("Range") or "").partition(",")[0]
            self._note = _Note(attrs.get("Name") or "", int(start) if start.isdecimal() else None)
        elif name in _EMBEDDED and self._open:
            self._dual_cues = 0
            self._open[0].blocks += 1
            self._open[-1].omitted = [] if name == "OmittedScene" else self._open[-1].omitted
        else:
            self.data.open(name, attrs, self.path)

    def characters(self, content: str) -> None:
        """Gather the text of the innermost paragraph, or of a definition."""
        if self._aside:
            return
        if self._open and self.path[-1] == "Text":
            self._open[-1].runs.append((content, self._marks))
        else:
            self.data.characters(content, self.path)

    def shut(self, name: str) -> None:
        """Close what `open` opened."""
        if name in _ASIDE:
            self._aside -= 1
        elif name == "Paragraph" and not self._aside:
            self._close(self._open.pop())
        elif name == "ScriptNote" and self._note:
            self._keep_note(self._note)
            self._note = None

    def finished(self) -> list[Element]:
        """Return the elements, with the notes that point from afar put behind what they point to."""
        behind: dict[int, list[Element]] = {}
        for note in self._afar:
            place = bisect_right(self._starts, note.start or 0) - 1
            at = self._lasts[place] if place >= 0 else -1
            anchor = self.elements[at] if at >= 0 else None
            span = (anchor.line, anchor.end_line) if anchor else (1, 1)
            behind.setdefault(at, []).append(note.element(*span))
        done = behind.get(-1, [])
        for index, element in enumerate(self.elements):
            done += [self._cased(index, element), *behind.get(index, [])]
        return done

    def _cased(self, index: int, element: Element) -> Element:
        """Return an element as its style shows it; styles are told after the script, at the file's end."""
        if not self.data.capitals.get(self._styles.get(index, "")):
            return element
        shown = Styled(element.text, element.spans).in_capitals()
        return element.model_copy(update={"text": shown.text, "spans": shown.spans})

    def _keep_note(self, note: _Note) -> None:
        if not any(note.texts):
            return
        if note.start is not None and not self._open:
            self._afar.append(note)
        elif self._open:
            self._open[-1].after.append(note.element(self._open[-1].line, self.line))
        else:
            self._afar.append(note)

    def _close(self, paragraph: _Paragraph) -> None:
        """Say what a paragraph was: part of a note, of the title page, of an omitted scene, or an element."""
        styled = Styled.of(paragraph.runs)
        if self._note is not None:
            self._note.texts.append(styled.text.strip("\n"))
        elif self.path[: len(_TITLE)] == _TITLE:
            self.title.append(styled.text.strip())
        elif self.path[:2] == _BODY:
            self._take(paragraph, styled)

    def _take(self, paragraph: _Paragraph, styled: Styled) -> None:
        outer = self._open[-1] if self._open else None
        if "OmittedScene" in self.path and outer and outer.omitted is not None:
            outer.omitted.append(styled.text.strip())
        elif "SceneProperties" in self.path:
            if outer and "Summary" in self.path and styled.text.strip():
                text = styled.text.strip()
                outer.after.insert(0, self._element(paragraph, ElementType.SYNOPSIS, Styled(text), text))
        else:
            self._add(paragraph, styled)
            self.elements += paragraph.after
            if not self._open:
                self._count(paragraph, styled)

    def _count(self, paragraph: _Paragraph, styled: Styled) -> None:
        """Keep where a paragraph begins in the count that notes from afar use: UTF-16 units and a break."""
        self._starts.append(self._units)
        self._lasts.append(len(self.elements) - 1)
        self._units += len(styled.text.encode("utf-16-le")) // 2 + 2 * paragraph.blocks + 1

    def _add(self, paragraph: _Paragraph, styled: Styled) -> None:
        if paragraph.new_page:
            self.elements.append(self._element(paragraph, ElementType.PAGE_BREAK, Styled(""), ""))
        kind = type_of_style(paragraph.style) or ElementType.ACTION
        if kind is ElementType.CHARACTER and "DualDialogue" in self.path:
            self._dual_cues += 1
        if paragraph.omitted is not None:
            self._omit(paragraph, styled)
        elif styled.text.strip():
            self._put(paragraph, kind, styled)

    def _put(self, paragraph: _Paragraph, kind: ElementType, styled: Styled) -> None:
        """Add the element of a paragraph that has words."""
        raw = styled.text
        more: dict[str, Any] = {}
        if kind is ElementType.ACTION and paragraph.centred:
            kind = ElementType.CENTERED
        styled = shaped(kind, styled)
        if kind is ElementType.SCENE_HEADING:
            styled, more = self._heading(paragraph, styled)
        elif kind is ElementType.CHARACTER and "DualDialogue" in self.path:
            more = {"dual": self._dual_cues > 1}
        elif kind is ElementType.SECTION:
            more = {"depth": depth_of_style(paragraph.style)}
        self._styles[len(self.elements)] = paragraph.style
        self.elements.append(self._element(paragraph, kind, styled, raw, **more))

    def _heading(self, paragraph: _Paragraph, styled: Styled) -> tuple[Styled, dict[str, Any]]:
        found = match_heading(styled.text)
        more: dict[str, Any] = {"kind": HeadingKind.STANDARD if found else HeadingKind.FORCED}
        more["number"] = paragraph.number or (found.number if found else None)
        more["omitted"] = is_omitted(styled.text.upper())
        if found and found.number:
            at = styled.text.find(found.text)
            styled = styled.cut(at, at + len(found.text)) if at >= 0 else Styled(found.text)
        return styled, more

    def _omit(self, paragraph: _Paragraph, styled: Styled) -> None:
        """Add the heading of an omitted scene, and what the scene was."""
        more = {"kind": HeadingKind.PLAIN, "number": paragraph.number, "omitted": True}
        raw = styled.text
        self.elements.append(
            self._element(paragraph, ElementType.SCENE_HEADING, Styled("OMITTED"), raw, **more)
        )
        text = "\n".join(paragraph.omitted or ()).strip()
        if text:
            self.elements.append(self._element(paragraph, ElementType.BONEYARD, Styled(text), text))

    def _element(
        self, paragraph: _Paragraph, kind: ElementType, styled: Styled, raw: str, /, **more: Any
    ) -> Element:
        end = max(paragraph.line, self.line)
        text, spans = styled.text, styled.spans
        return Element(type=kind, text=text, raw=raw, line=paragraph.line, end_line=end, spans=spans, **more)


def _marks(attrs: Any) -> frozenset[Mark]:
    """Return what the attributes of a run say: styles, its revision, the tags on it."""
    marks: set[Mark] = {
        (_STYLES[part], "") for part in (attrs.get("Style") or "").split("+") if part in _STYLES
    }
    revision = (attrs.get("RevisionID") or "0").strip()
    if revision != "0":
        marks.add((SpanKind.REVISION, revision))
    tags = (attrs.get("TagNumber") or "").replace(",", " ").split()
    return frozenset(marks | {(SpanKind.TAG, tag) for tag in tags})
