"""The DOCX reader: a script written in Word, with the styles of a screenplay template or without.

Where the styles name headings and cues (`Scene Heading`, `Personnage`), they are believed. Where they do
not, the document is set as a typed page (indents, centred and right-aligned lines, room between
paragraphs) and classified like any text. Tables are read cell by cell; two cells side by side that begin
with a cue are dual dialogue.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import pairwise
from typing import Any

from cine_forge.film.screenplay.cues import can_be_cue
from cine_forge.film.screenplay.document import Element, ElementType, HeadingKind
from cine_forge.film.screenplay.formats.extract import Extract
from cine_forge.film.screenplay.formats.package import UNSOUND, Package, damaged
from cine_forge.film.screenplay.formats.paragraph_style import depth_of_style, type_of_style
from cine_forge.film.screenplay.formats.shape import shaped
from cine_forge.film.screenplay.formats.styled import Styled
from cine_forge.film.screenplay.formats.title_lines import entries_of
from cine_forge.film.screenplay.formats.word_paragraph import (
    PAGE_BREAK,
    StyleSheet,
    WordParagraph,
    read_paragraph,
)
from cine_forge.film.screenplay.headings import is_omitted, match_heading
from cine_forge.film.screenplay.transitions import is_loose_transition
from cine_forge.kernel.ground.errors import ProjectError

_BOTH_MARGINS = re.compile(r"^\s*(\w{1,8})[.)]?\t\s*(\S.*?)\s*\t\1[.)]?\s*$")
_TELLING = frozenset({ElementType.SCENE_HEADING, ElementType.CHARACTER, ElementType.DIALOGUE})
_PAGE = 60
_LEAST_ROOM = 5.0
_SAME_ROOM = 0.95
_TAB = 5
_MOST_WIDE = 1_000
_MOST_TITLES = 30
_DAMAGE = (*UNSOUND, TypeError, AttributeError, IndexError, SyntaxError)
"""What the parsers of Word files raise on broken parts; the XML parser's faults are SyntaxErrors."""


def extract_docx(package: Package, content: bytes) -> Extract:
    """Read a Word document. Raises ProjectError CF-F036 when it is damaged, CF-F038 out of bounds."""
    package.read("word/document.xml")
    paragraphs = _opened(package.name, content)
    kinds = {kind for one in paragraphs if (kind := _type_of(one)) is not None}
    if len(kinds & _TELLING) > 1 or kinds >= {ElementType.SCENE_HEADING, ElementType.ACTION}:
        return _typed(paragraphs)
    return Extract(text="\n".join(_typescript(paragraphs)) + "\n")


def _opened(name: str, content: bytes) -> list[WordParagraph]:
    """Return the paragraphs of the document's body, each comment behind the paragraph it is made on."""
    from docx import Document
    from docx.opc.exceptions import OpcError

    try:
        document = Document(BytesIO(content))
        return list(_paragraphs(document))
    except (OpcError, *_DAMAGE) as cause:
        raise ProjectError(damaged(name, f"Word's parts in it do not fit: {cause}")) from cause


def _paragraphs(document: Any) -> Iterator[WordParagraph]:
    sheet = StyleSheet(document)
    for block in document.iter_inner_content():
        for paragraph, second in _blocks(block, second=False):
            read = read_paragraph(paragraph, sheet, second=second)
            if read.comments:
                told = (document.comments.get(int(one)) for one in read.comments if one.isdecimal())
                read = read._replace(comments=tuple(one.text for one in told if one is not None and one.text))
            yield read


def _blocks(block: Any, *, second: bool) -> Iterator[tuple[Any, bool]]:
    """Yield the paragraphs of a block, cell by cell; merged cells count once."""
    if not hasattr(block, "rows"):
        yield block, second
        return
    for row in block.rows:
        cells = list({id(cell._tc): cell for cell in row.cells}.values())
        for index, cell in enumerate(cells):
            for inner in cell.iter_inner_content():
                yield from _blocks(inner, second=second or (len(cells) == 2 and index == 1))


def _type_of(paragraph: WordParagraph) -> ElementType | None:
    """Return what the nearest telling style says."""
    told = (type_of_style(name) for name in paragraph.styles)
    return next((kind for kind in told if kind is not None), None)


def _typed(paragraphs: Sequence[WordParagraph]) -> Extract:
    """Take the elements from styles; what has none is told by its words, else action."""
    titles, script = _parted(paragraphs)
    elements: list[Element] = []
    scenes = 0
    for paragraph in script:
        for at, part in enumerate(_pages(paragraph.styled)):
            if at or (paragraph.new_page and elements):
                elements.append(_element(ElementType.PAGE_BREAK, Styled(""), len(elements)))
            kind = _type_of(paragraph) or _told_by_words(part.text.strip())
            scenes += kind is ElementType.SCENE_HEADING and paragraph.layout.numbered
            if part.text.strip():
                number = str(scenes) if paragraph.layout.numbered else None
                elements.append(_read(paragraph, kind, part, number=number, index=len(elements)))
        for comment in paragraph.comments:
            elements.append(_element(ElementType.NOTE, Styled(comment.strip()), len(elements)))
    return Extract(elements=tuple(elements), title_page=entries_of(titles))


def _parted(paragraphs: Sequence[WordParagraph]) -> tuple[list[str], Sequence[WordParagraph]]:
    """Part the title page from the script: what has no style of a script before the first that has one."""
    first = next((at for at, one in enumerate(paragraphs) if _type_of(one) is not None), 0)
    before = paragraphs[:first]
    told = [one for one in before if one.styled.text.strip()]
    plain = not any(match_heading(one.styled.text.strip()) for one in told)
    if not plain or not 0 < len(told) <= _MOST_TITLES:
        return [], paragraphs
    cut = [one for one in told if is_loose_transition(one.styled.text.strip())]
    end = paragraphs.index(cut[0]) if cut else first
    texts = (
        part for one in paragraphs[:end] for part in one.styled.text.replace(PAGE_BREAK, "\n").split("\n")
    )
    return list(texts), paragraphs[end:]


def _told_by_words(text: str) -> ElementType:
    if match_heading(text):
        return ElementType.SCENE_HEADING
    return ElementType.TRANSITION if is_loose_transition(text) else ElementType.ACTION


def _pages(styled: Styled) -> Iterator[Styled]:
    """Yield the parts of a paragraph between its page breaks."""
    at = 0
    for part in styled.text.split(PAGE_BREAK):
        yield styled.cut(at, at + len(part))
        at += len(part) + 1


def _read(
    paragraph: WordParagraph, kind: ElementType, part: Styled, /, *, number: str | None, index: int
) -> Element:
    """Return the element of a paragraph of a template."""
    if kind is ElementType.ACTION and paragraph.layout.align == "center":
        kind = ElementType.CENTERED
    raw, more = part.text, dict[str, Any]()
    if kind is ElementType.SCENE_HEADING:
        part, both = _between_numbers(part)
        number = both or number
    styled = shaped(kind, part)
    if kind is ElementType.SCENE_HEADING:
        found = match_heading(styled.text)
        if found and found.text != styled.text:
            styled = Styled(found.text)
        more = {"kind": HeadingKind.STANDARD if found else HeadingKind.FORCED}
        more["number"] = (found.number if found else None) or number
        more["omitted"] = is_omitted(styled.text.upper())
    elif kind is ElementType.CHARACTER:
        more = {"dual": paragraph.second}
    elif kind is ElementType.SECTION:
        more = {"depth": depth_of_style(paragraph.styles[0])}
    return _element(kind, styled, index, raw=raw, **more)


def _between_numbers(part: Styled) -> tuple[Styled, str | None]:
    """Part a heading from the number that stands in both margins, set off by tabs."""
    found = _BOTH_MARGINS.match(part.text)
    return (part.cut(found.start(2), found.end(2)), found[1]) if found else (part, None)


def _element(kind: ElementType, styled: Styled, index: int, /, raw: str = "", **more: Any) -> Element:
    """Return an element that stands at its place in the order; it gets its lines when it is typeset."""
    text, spans, line = styled.text, styled.spans, index + 1
    return Element(type=kind, text=text, raw=raw or text, line=line, end_line=line, spans=spans, **more)


def _typescript(paragraphs: Sequence[WordParagraph]) -> Iterator[str]:
    """Yield the lines of a typed page: indents as columns, room between paragraphs as blank lines.

    Where Word leaves the same room below every paragraph, room tells nothing.
    """
    telling = _room_tells(paragraphs)
    before: WordParagraph | None = None
    for paragraph in paragraphs:
        text = paragraph.styled.text.replace(PAGE_BREAK, "\n").expandtabs(_TAB)
        if telling and before is not None and text.strip() and _apart(before, paragraph):
            yield ""
        dual = paragraph.second and can_be_cue(text.strip() or ".")
        for line in text.split("\n"):
            yield from _set(paragraph, f"{line.rstrip()} ^" if dual else line.rstrip())
        before = paragraph


def _room_tells(paragraphs: Sequence[WordParagraph]) -> bool:
    """Whether some paragraphs stand apart and others do not."""
    shown = [one for one in paragraphs if one.styled.text.strip()]
    apart = sum(_apart(upper, lower) for upper, lower in pairwise(shown))
    return apart < _SAME_ROOM * max(1, len(shown) - 1)


def _apart(upper: WordParagraph, lower: WordParagraph) -> bool:
    below = upper.layout.below if upper.styled.text.strip() else 0.0
    return max(below, lower.layout.above) >= _LEAST_ROOM


def _set(paragraph: WordParagraph, line: str) -> Iterator[str]:
    bare = line.strip()
    if paragraph.layout.align == "center":
        yield " " * max(0, (_PAGE - len(bare)) // 2) + bare
    elif paragraph.layout.align == "right":
        yield " " * max(0, _PAGE - len(bare)) + bare
    else:
        indent = " " * paragraph.layout.indent
        for part in (
            textwrap.wrap(line, _MOST_WIDE, drop_whitespace=False) if len(line) > _MOST_WIDE else [line]
        ):
            yield f"{indent}{part}".rstrip()
