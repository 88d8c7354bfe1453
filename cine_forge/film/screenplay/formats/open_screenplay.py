"""The Open Screenplay Format: the XML of Fade In, bare (`.osf`) or in its archive (`.fadein`).

A paragraph names its style; `basestyle` leads to one of the built-in ones. Styles that are set in capitals
show their text so. Source: files of Fade In 2 to 5, read 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cine_forge.film.screenplay.document import Element, ElementType, HeadingKind, SpanKind
from cine_forge.film.screenplay.formats.extract import Extract
from cine_forge.film.screenplay.formats.markup import Handler, parse_markup
from cine_forge.film.screenplay.formats.paragraph_style import depth_of_style, type_of_style
from cine_forge.film.screenplay.formats.shape import shaped
from cine_forge.film.screenplay.formats.styled import Mark, Run, Styled
from cine_forge.film.screenplay.formats.title_lines import entries_of
from cine_forge.film.screenplay.headings import is_omitted, match_heading

_STYLES = {
    "bold": SpanKind.BOLD,
    "italic": SpanKind.ITALIC,
    "underline": SpanKind.UNDERLINE,
    "strikethrough": SpanKind.STRIKEOUT,
}
_INFO = {"title": "Title", "written_by": "Author", "copyright": "Copyright", "contact": "Contact"}
_KEYS = {"draft": "Draft date"}


def parse_open_screenplay(name: str, content: bytes) -> Extract:
    """Read the XML of Fade In. Raises ProjectError CF-F005 when it is unsound or another program's."""
    reader = _Reader()
    parse_markup(name, content, reader, root="document")
    named = {_KEYS.get(key.lower(), key.title()): text for key, text in reader.named.items()}
    return Extract(elements=tuple(reader.elements), title_page={**entries_of(reader.title), **named})


class _Reader(Handler):
    """Collects paragraphs, of the script and of the title page."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.title: list[str] = []
        self.named: dict[str, str] = {}
        self._capitals: dict[str, bool] = {}
        self._bases: dict[str, str] = {}
        self._attrs: dict[str, str] = {}
        self._style: dict[str, str] = {}
        self._runs: list[Run] = []
        self._marks: frozenset[Mark] = frozenset()
        self._start = 1
        self._dual_cues = 0

    def open(self, name: str, attrs: Any) -> None:
        """Take a style, or the start of a paragraph or run."""
        given = {key: attrs.get(key) or "" for key in attrs.getNames()}
        if name == "info":
            self.named.update({key: given[old] for old, key in _INFO.items() if given.get(old)})
        elif name == "style" and "styles" in self.path:
            self._bases[given.get("name", "")] = _base(given)
            self._capitals[given.get("name", "")] = given.get("allcaps") == "1"
        elif name == "para":
            self._attrs, self._style, self._runs, self._start = given, {}, [], self.line
        elif name == "style" and "para" in self.path:
            self._style = given
        elif name == "text" and "para" in self.path:
            self._marks = frozenset((kind, "") for key, kind in _STYLES.items() if given.get(key) == "1")
            if given.get("revision", "0") not in ("", "0"):
                self._marks |= {(SpanKind.REVISION, given["revision"])}

    def characters(self, content: str) -> None:
        """Gather the text of a run."""
        if self.path[-1] == "text" and "para" in self.path:
            self._runs.append((content, self._marks))

    def shut(self, name: str) -> None:
        """Close a paragraph."""
        if name != "para":
            return
        styled = Styled.of(self._runs).stripped()
        if "titlepage" in self.path:
            self.title.append(styled.text)
            if self._attrs.get("bookmark") and styled.text:
                self.named[self._attrs["bookmark"]] = styled.text
        elif "paragraphs" in self.path:
            self._add(styled)

    def _add(self, styled: Styled) -> None:
        if "1" in (self._attrs.get("page_break"), self._style.get("pagebreakbefore")):
            self._put(ElementType.PAGE_BREAK, Styled(""), "")
        if styled.text:
            self._put_typed(styled)
        for name, kind in (("synopsis", ElementType.SYNOPSIS), ("note", ElementType.NOTE)):
            if told := self._attrs.get(name, "").strip():
                self._put(kind, shaped(kind, Styled(told)), told)

    def _put_typed(self, styled: Styled) -> None:
        style = _base(self._style) or self._style.get("name") or "Action"
        kind = type_of_style(style) or type_of_style(self._bases.get(style, "")) or ElementType.ACTION
        raw = styled.text
        more: dict[str, Any] = {}
        if self._capitals.get(style):
            styled = styled.in_capitals()
        if kind is ElementType.ACTION and self._style.get("align") == "center":
            kind = ElementType.CENTERED
        styled = shaped(kind, styled)
        if kind is ElementType.SCENE_HEADING:
            found = match_heading(styled.text)
            more = {"kind": HeadingKind.STANDARD if found else HeadingKind.FORCED}
            number = next(
                (given["number"] for given in (self._attrs, self._style) if given.get("number")), None
            )
            number = number or self._attrs.get("scene_number")
            more["number"] = number or (found.number if found else None)
            styled = Styled(found.text) if found and found.text != styled.text else styled
            more["omitted"] = is_omitted(styled.text.upper()) or self._attrs.get("omitted") == "1"
        elif kind is ElementType.CHARACTER:
            self._dual_cues = self._dual_cues + 1 if self._style.get("dualdialogue") == "1" else 0
            more = {"dual": self._dual_cues > 1 and self._dual_cues % 2 == 0}
        elif kind is ElementType.SECTION:
            more = {"depth": depth_of_style(style)}
        self._put(kind, styled, raw, **more)

    def _put(self, kind: ElementType, styled: Styled, raw: str, /, **more: Any) -> None:
        line, end = self._start, max(self._start, self.line)
        text, spans = styled.text, styled.spans
        self.elements.append(
            Element(type=kind, text=text, raw=raw, line=line, end_line=end, spans=spans, **more)
        )


def _base(given: Mapping[str, str]) -> str:
    """Return the style that a style is based on; the attribute was renamed after version 30."""
    return given.get("basestyle") or given.get("basestylename") or ""
