"""The Word paragraph: what one paragraph of a DOCX file says, with what its styles leave unsaid.

Word inherits: a paragraph from its style, that from its base style, all from the document's defaults. Text
that was inserted under tracked changes counts, deleted text does not. What the paragraph is in a script is
decided in `docx`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from cine_forge.film.screenplay.document import SpanKind
from cine_forge.film.screenplay.formats.styled import Mark, Run, Styled

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PROPERTIES, _LOOKS, _STYLE = f"{_WORD}pPr", f"{_WORD}rPr", f"{_WORD}pStyle"
_RUN, _COMMENT = f"{_WORD}r", f"{_WORD}commentReference"
_SKIPPED = frozenset(
    {
        *(f"{_WORD}{name}" for name in ("del", "moveFrom", "txbxContent", "rPr", "pPr", "instrText")),
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    }
)
_MARKS = {"b": SpanKind.BOLD, "i": SpanKind.ITALIC, "u": SpanKind.UNDERLINE, "strike": SpanKind.STRIKEOUT}
_UNMARKED: frozenset[Mark] = frozenset()
_OFF = frozenset({"0", "false", "none", "off"})
_POINTS_A_LETTER = 7.2
PAGE_BREAK = "\f"


class Layout(NamedTuple):
    """How a paragraph is set. `indent` is in letters of a typed page, `above` and `below` in points."""

    indent: int
    align: str
    above: float
    below: float
    numbered: bool


class WordParagraph(NamedTuple):
    """A paragraph. A page break in its text is `\\f`.

    `styles` are the names of its style and of those that it is based on.
    """

    styled: Styled
    styles: tuple[str, ...]
    layout: Layout
    new_page: bool
    second: bool
    comments: tuple[str, ...]


@dataclass(frozen=True)
class Style:
    """A paragraph style with what it is based on: their names and properties, nearest first."""

    names: tuple[str, ...]
    capitals: bool
    given: tuple[Any, ...]

    @cached_property
    def layout(self) -> Layout:
        """How a paragraph is set that says nothing of its own, as nearly all do."""
        return _layout(self.given)


@dataclass
class StyleSheet:
    """The paragraph styles of a document; each is traced to what it is based on once."""

    document: Any
    _styles: dict[str | None, Style] = field(default_factory=dict)

    def style(self, style_id: str | None) -> Style:
        """Return a style, or the document's default one for a name that it lacks."""
        if style_id not in self._styles:
            chain = self._chain(style_id)
            self._styles[style_id] = Style(
                names=tuple(one.name or "" for one in chain),
                capitals=any(_flag(one.element.find(_LOOKS), "caps") for one in chain[:1]),
                given=tuple(_properties([one.element for one in chain])),
            )
        return self._styles[style_id]

    def _chain(self, style_id: str | None) -> list[Any]:
        """Return a style and those that it is based on, nearest first; a circle ends it."""
        known = {one.style_id: one for one in self.document.styles}
        style = known.get(style_id) or next((one for one in known.values() if _is_default(one)), None)
        chain: list[Any] = []
        while style is not None and style not in chain:
            chain.append(style)
            base = style.element.find(f"{_WORD}basedOn")
            style = known.get(base.get(f"{_WORD}val")) if base is not None else None
        return chain


def read_paragraph(paragraph: Any, sheet: StyleSheet, *, second: bool = False) -> WordParagraph:
    """Return what a paragraph of python-docx says. `second`: it stands in the right one of two cells."""
    own = paragraph._p.find(_PROPERTIES)
    style = sheet.style(_style_id(own))
    told = _Told(style.capitals)
    told.read(paragraph._p)
    nearest = [own] if own is not None else style.given[:1]
    return WordParagraph(
        styled=Styled.of(told.runs),
        styles=style.names,
        layout=style.layout if _only_names(own) else _layout([own, *style.given]),
        new_page=any(_flag(part, "pageBreakBefore") for part in nearest),
        second=second,
        comments=tuple(told.comments),
    )


def _style_id(properties: Any) -> str | None:
    named = properties.find(_STYLE) if properties is not None else None
    return named.get(f"{_WORD}val") if named is not None else None


def _only_names(properties: Any) -> bool:
    """Whether the properties of a paragraph do no more than name its style."""
    return properties is None or all(one.tag == _STYLE for one in properties.iterdescendants())


def _is_default(style: Any) -> bool:
    element = style.element
    return bool(element.get(f"{_WORD}default") == "1" and element.get(f"{_WORD}type") == "paragraph")


@dataclass
class _Told:
    """What the runs of a paragraph say; `comments` are the numbers of the comments made on them."""

    capitals: bool
    runs: list[Run] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def read(self, node: Any) -> None:
        """Read the runs below a node in order."""
        for child in node:
            tag = child.tag
            if tag == _RUN:
                self._read_run(child)
            elif tag not in _SKIPPED and isinstance(tag, str):
                self.read(child)

    def _read_run(self, run: Any) -> None:
        looks, marks, capitals = run.find(_LOOKS), _UNMARKED, self.capitals
        if looks is not None:
            if _flag(looks, "vanish"):
                return
            marks = frozenset((kind, "") for name, kind in _MARKS.items() if _flag(looks, name))
            capitals = _flag(looks, "caps") if looks.find(f"{_WORD}caps") is not None else capitals
        for child in run:
            if child.tag == _COMMENT:
                self.comments.append(child.get(f"{_WORD}id") or "")
            elif text := _text(child):
                self.runs.append((text.upper() if capitals else text, marks))


def _text(node: Any) -> str:
    """Return what a part of a run shows."""
    name = node.tag.removeprefix(_WORD) if isinstance(node.tag, str) else ""
    if name == "t":
        return node.text or ""
    if name in ("br", "cr"):
        return PAGE_BREAK if node.get(f"{_WORD}type") == "page" else "\n"
    return {"tab": "\t", "noBreakHyphen": "-"}.get(name, "")


def _flag(looks: Any, name: str) -> bool:
    """Whether run properties switch a look on; Word writes the bare element for yes."""
    found = looks.find(f"{_WORD}{name}") if looks is not None else None
    return found is not None and (found.get(f"{_WORD}val") or "1") not in _OFF


def _properties(elements: Sequence[Any]) -> Iterator[Any]:
    """Yield the paragraph properties that elements have."""
    for element in elements:
        found = element.find(_PROPERTIES)
        if found is not None:
            yield found


def _layout(given: Sequence[Any]) -> Layout:
    """Return how a paragraph with these properties is set; the nearest come first."""
    return Layout(
        indent=_indent(given),
        align=next(_alignments(given), "left"),
        above=_measure(given, "spacing", "before"),
        below=_measure(given, "spacing", "after"),
        numbered=any(part.find(f".//{_WORD}numPr") is not None for part in given),
    )


def _measure(given: Sequence[Any], part: str, *names: str) -> float:
    """Return the nearest measure of a kind in points; Word writes twentieths."""
    for properties in given:
        found = properties.find(f"{_WORD}{part}")
        told = [found.get(f"{_WORD}{name}") for name in names] if found is not None else []
        for measure in told:
            if measure is not None:
                return int(measure) / 20 if measure.lstrip("-").isdecimal() else 0.0
    return 0.0


def _indent(given: Sequence[Any]) -> int:
    left = _measure(given, "ind", "left", "start")
    first = _measure(given, "ind", "firstLine") - _measure(given, "ind", "hanging")
    return max(0, min(80, round((left + first) / _POINTS_A_LETTER)))


def _alignments(given: Sequence[Any]) -> Iterator[str]:
    for properties in given:
        found = properties.find(f"{_WORD}jc")
        if found is not None:
            yield {"end": "right"}.get(found.get(f"{_WORD}val") or "", found.get(f"{_WORD}val") or "left")
