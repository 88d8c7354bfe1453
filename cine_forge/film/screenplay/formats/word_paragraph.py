"""The Word paragraph: what one paragraph of a DOCX file says, with what its styles leave unsaid.

Word inherits: a paragraph from its style, that from its base style, all from the document's defaults. Text
that was inserted under tracked changes counts, deleted text does not. What the paragraph is in a script is
decided in `docx`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cine_forge.film.screenplay.document import SpanKind
from cine_forge.film.screenplay.formats.styled import Mark, Run, Styled

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = frozenset(
    {
        *(f"{_WORD}{name}" for name in ("del", "moveFrom", "txbxContent", "rPr", "pPr", "instrText")),
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    }
)
_MARKS = {"b": SpanKind.BOLD, "i": SpanKind.ITALIC, "u": SpanKind.UNDERLINE, "strike": SpanKind.STRIKEOUT}
_OFF = frozenset({"0", "false", "none", "off"})
_POINTS_A_LETTER = 7.2
PAGE_BREAK = "\f"


@dataclass(frozen=True)
class WordParagraph:
    """A paragraph. `indent` is in letters of a typed page, `above` and `below` are points left blank.

    `styles` are the names of its style and of those that it is based on. A page break in the text is `\\f`.
    """

    styled: Styled
    styles: tuple[str, ...]
    indent: int = 0
    align: str = "left"
    above: float = 0.0
    below: float = 0.0
    numbered: bool = False
    comments: tuple[str, ...] = ()
    second: bool = False
    new_page: bool = False


Chains = dict[str | None, list[Any]]


@dataclass
class StyleSheet:
    """The paragraph styles of a document; each is traced to what it is based on once."""

    document: Any
    _chains: dict[str | None, list[Any]] = field(default_factory=dict)

    def chain(self, style_id: str | None) -> list[Any]:
        """Return a style and those that it is based on, nearest first; a circle ends it."""
        if style_id not in self._chains:
            known = {one.style_id: one for one in self.document.styles}
            style = known.get(style_id) or next((one for one in known.values() if _is_default(one)), None)
            chain: list[Any] = []
            while style is not None and style not in chain:
                chain.append(style)
                base = style.element.find(f"{_WORD}basedOn")
                style = known.get(base.get(f"{_WORD}val")) if base is not None else None
            self._chains[style_id] = chain
        return self._chains[style_id]


def read_paragraph(paragraph: Any, sheet: StyleSheet, *, second: bool = False) -> WordParagraph:
    """Return what a paragraph of python-docx says. `second`: it stands in the right one of two cells."""
    chain = sheet.chain(paragraph._p.style)
    caps = any(_flag(one.element.find(f"{_WORD}rPr"), "caps") for one in chain[:1])
    comments: list[str] = []
    runs = tuple(_runs(paragraph._p, comments, caps))
    given = list(_properties(paragraph, chain))
    return WordParagraph(
        styled=Styled.of(runs),
        styles=tuple(one.name or "" for one in chain),
        indent=_indent(given),
        align=next(_alignments(given), "left"),
        above=_measure(given, "spacing", "before"),
        below=_measure(given, "spacing", "after"),
        numbered=any(part.find(f".//{_WORD}numPr") is not None for part in given),
        new_page=any(_flag(part, "pageBreakBefore") for part in given[:1]),
        comments=tuple(comments),
        second=second,
    )


def _is_default(style: Any) -> bool:
    element = style.element
    return bool(element.get(f"{_WORD}default") == "1" and element.get(f"{_WORD}type") == "paragraph")


def _runs(node: Any, comments: list[str], caps: bool) -> Iterator[Run]:
    """Yield the runs below a node in order; numbers of comments go to `comments`."""
    for child in node:
        if child.tag in _SKIPPED or not isinstance(child.tag, str):
            continue
        if child.tag == f"{_WORD}r":
            yield from _run(child, comments, caps)
        else:
            yield from _runs(child, comments, caps)


def _run(run: Any, comments: list[str], caps: bool) -> Iterator[Run]:
    looks = run.find(f"{_WORD}rPr")
    marks: frozenset[Mark] = frozenset((kind, "") for name, kind in _MARKS.items() if _flag(looks, name))
    if _flag(looks, "vanish"):
        return
    capitals = _flag(looks, "caps") if looks is not None and looks.find(f"{_WORD}caps") is not None else caps
    for child in run:
        text = _text(child)
        if child.tag == f"{_WORD}commentReference":
            comments.append(child.get(f"{_WORD}id") or "")
        elif text:
            yield text.upper() if capitals else text, marks


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


def _properties(paragraph: Any, chain: list[Any]) -> Iterator[Any]:
    """Yield the paragraph properties that count, nearest first."""
    for element in (paragraph._p, *(one.element for one in chain)):
        found = element.find(f"{_WORD}pPr")
        if found is not None:
            yield found


def _measure(given: list[Any], part: str, *names: str) -> float:
    """Return the nearest measure of a kind in points; Word writes twentieths."""
    for properties in given:
        found = properties.find(f"{_WORD}{part}")
        told = [found.get(f"{_WORD}{name}") for name in names] if found is not None else []
        for measure in told:
            if measure is not None:
                return int(measure) / 20 if measure.lstrip("-").isdecimal() else 0.0
    return 0.0


def _indent(given: list[Any]) -> int:
    left = _measure(given, "ind", "left", "start")
    first = _measure(given, "ind", "firstLine") - _measure(given, "ind", "hanging")
    return max(0, min(80, round((left + first) / _POINTS_A_LETTER)))


def _alignments(given: list[Any]) -> Iterator[str]:
    for properties in given:
        found = properties.find(f"{_WORD}jc")
        if found is not None:
            yield {"end": "right"}.get(found.get(f"{_WORD}val") or "", found.get(f"{_WORD}val") or "left")
