"""The Fountain writer: a document becomes Fountain that is read back as the same elements.

Each element is written as its source wrote it, if that still says the same; else in the plain spelling;
else with a forced marker, or with an escape. Which one it is, the reader itself is asked: the first
spelling that it reads back as this element, among such neighbours, is taken. Deterministic, no dates.
"""

from __future__ import annotations

from collections.abc import Sequence

from cine_forge.film.screenplay.document import Document, Element, ElementType
from cine_forge.film.screenplay.fountain import read_fountain
from cine_forge.film.screenplay.source_text import SourceText
from cine_forge.film.screenplay.title_page import read_title_page
from cine_forge.film.screenplay.writing.marked import marked
from cine_forge.film.screenplay.writing.spelling import Spelling, spellings_of

_SPOKEN = frozenset({ElementType.DIALOGUE, ElementType.PARENTHETICAL, ElementType.LYRIC})
_LIFTED = frozenset({ElementType.NOTE, ElementType.BONEYARD})
_SPEECH = _SPOKEN | {ElementType.CHARACTER}


def write_fountain(document: Document, *, source: SourceText | None = None) -> str:
    """Return the document as Fountain text.

    With `source`, a document that nobody changed since it was read from it comes back letter for letter.
    """
    if source is not None and source.extract is None and _is_untouched(document, source):
        return source.text
    elements = [one for one in document.elements if one.type is not ElementType.TITLE]
    keeps = document.format == "fountain"
    lines = _title_page(document.title_page)
    for index, element in enumerate(elements):
        below = index > 0 and _stands_below(elements, index)
        if lines and lines[-1] and not below:
            lines.append("")
        after = elements[index + 1] if index + 1 < len(elements) else None
        spoken = bool(after and after.type in _SPOKEN | _LIFTED)
        first = not lines
        lines.extend(_spelled(element, keeps=keeps, below=below, spoken=spoken, first=first))
    return "\n".join(lines).rstrip("\n") + "\n"


def _is_untouched(document: Document, source: SourceText) -> bool:
    read = read_fountain(source)
    same = read.title_page == document.title_page and len(read.elements) == len(document.elements)
    return same and all(
        _told(one) == _told(other) for one, other in zip(read.elements, document.elements, strict=True)
    )


def _title_page(entries: dict[str, str]) -> list[str]:
    """Return the lines of a title page; one begins with a key that only title pages have."""
    known = [key for key in entries if read_title_page((f"{key}: x",)).entries]
    lines: list[str] = []
    for key in (*known[:1], *(key for key in entries if key not in known[:1])):
        first, *more = [part.strip() for part in entries[key].split("\n") if part.strip()] or [""]
        if more:
            lines += [f"{key}:", *(f"    {marked(part)}" for part in (first, *more))]
        else:
            lines.append(f"{key}: {marked(first)}".rstrip())
    return [*lines, ""] if known else []


def _stands_below(elements: Sequence[Element], index: int) -> bool:
    """Whether an element follows without a blank line: within a speech, or as a note on what it follows."""
    here = elements[index]
    if here.type is ElementType.NOTE or (here.type is ElementType.BONEYARD and "\n" not in here.text):
        return True
    if here.type not in _SPOKEN:
        return False
    before = index - 1
    while before > 0 and elements[before].type in _LIFTED and "\n" not in elements[before].text:
        before -= 1
    last = elements[before].type
    return last in _SPEECH and not (last is here.type is ElementType.DIALOGUE and before == index - 1)


def _spelled(element: Element, *, keeps: bool, below: bool, spoken: bool, first: bool) -> Spelling:
    """Return the first spelling that is read back as this element, or the most forceful one."""
    head: Spelling = () if first else ("x", "")
    before = (*head, "@X") if below and element.type in _SPOKEN else head
    after = ("x",) if spoken and element.type is ElementType.CHARACTER else ()
    spellings = list(spellings_of(element, keeps=keeps))
    fitting = (one for one in spellings if _is_read(element, before, one, after))
    return next(fitting, spellings[-1])


def _is_read(element: Element, before: Spelling, lines: Spelling, after: Spelling) -> bool:
    """Whether lines among such neighbours are read as this element and nothing else."""
    first, last = len(before) + 1, len(before) + len(lines)
    seen = [one for one in _read((*before, *lines, *after)) if one.end_line >= first and one.line <= last]
    return len(seen) == 1 and _told(seen[0]) == _told(element) and seen[0].end_line <= last


def _read(lines: Sequence[str]) -> tuple[Element, ...]:
    return read_fountain(SourceText("", b"", "", tuple(lines), "")).elements


def _told(element: Element) -> tuple[object, ...]:
    """Return what two elements must share to be the same."""
    return (element.type, element.text, element.number, element.dual, element.depth)
