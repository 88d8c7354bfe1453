"""The Celtx reader: the script of a Celtx project is one HTML page, whose paragraphs carry classes.

Celtx shows headings and cues in capitals whatever was typed, so they are read in capitals. A project
without a film script (a novel, a storyboard) is refused by name. Source: files of Celtx 2, read 2026.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from cine_forge.film.screenplay.document import Element, ElementType, HeadingKind, SpanKind
from cine_forge.film.screenplay.encoding import decode_text
from cine_forge.film.screenplay.formats.extract import Extract
from cine_forge.film.screenplay.formats.package import Package
from cine_forge.film.screenplay.formats.paragraph_style import type_of_style
from cine_forge.film.screenplay.formats.shape import shaped
from cine_forge.film.screenplay.formats.styled import Mark, Run, Styled
from cine_forge.film.screenplay.headings import is_omitted, match_heading

_MARKS: dict[str, Mark] = {
    "b": (SpanKind.BOLD, ""),
    "strong": (SpanKind.BOLD, ""),
    "i": (SpanKind.ITALIC, ""),
    "em": (SpanKind.ITALIC, ""),
    "u": (SpanKind.UNDERLINE, ""),
    "s": (SpanKind.STRIKEOUT, ""),
}
_CAPITALS = (ElementType.SCENE_HEADING, ElementType.CHARACTER, ElementType.TRANSITION)


def script_of(package: Package) -> str | None:
    """Return the member that holds the script of a Celtx project, or None."""
    pages = [one for one in package.members if one.startswith("script") and one.endswith(".html")]
    return pages[0] if pages else None


def extract_celtx(package: Package, member: str) -> Extract:
    """Read the script of a Celtx project."""
    text, warnings = decode_text(package.read(member))
    page = _Page()
    page.feed(text)
    page.close()
    return Extract(elements=tuple(page.elements), warnings=warnings)


class _Page(HTMLParser):
    """Collects the paragraphs of the page. Elements are numbered in place of lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._class: str | None = None
        self._number: str | None = None
        self._runs: list[Run] = []
        self._marks: list[Mark] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a paragraph or a style; `<br>` ends a line."""
        given = dict(attrs)
        if tag == "p":
            self._close()
            self._class = (given.get("class") or "").split(" ")[0]
            self._number = given.get("scenestr") or given.get("scenenumber")
        elif tag == "br":
            self._runs.append(("\n", frozenset(self._marks)))
        elif tag in _MARKS:
            self._marks.append(_MARKS[tag])

    def handle_endtag(self, tag: str) -> None:
        """Close what `handle_starttag` opened."""
        if tag == "p":
            self._close()
        elif tag in _MARKS and _MARKS[tag] in self._marks:
            self._marks.remove(_MARKS[tag])

    def handle_data(self, data: str) -> None:
        """Gather words; the page's own line ends mean nothing."""
        if self._class is not None:
            self._runs.append((data.replace("\n", " ").replace("\r", ""), frozenset(self._marks)))

    def _close(self) -> None:
        """Add the element of the paragraph that is open, if it has words."""
        style, runs = self._class, self._runs
        self._class, self._runs, self._marks = None, [], []
        styled = Styled.of(runs).stripped()
        if style is None or not styled.text:
            return
        kind = type_of_style(style) or ElementType.ACTION
        styled = shaped(kind, styled)
        raw, more = styled.text, _more(kind, styled.text, self._number)
        if kind in _CAPITALS:
            styled = styled.in_capitals()
        line = len(self.elements) + 1
        self.elements.append(
            Element(
                type=kind, text=styled.text, raw=raw, line=line, end_line=line, spans=styled.spans, **more
            )
        )


def _more(kind: ElementType, text: str, number: str | None) -> dict[str, Any]:
    if kind is not ElementType.SCENE_HEADING:
        return {}
    heading = HeadingKind.STANDARD if match_heading(text.upper()) else HeadingKind.FORCED
    return {"kind": heading, "number": number, "omitted": is_omitted(text.upper())}
