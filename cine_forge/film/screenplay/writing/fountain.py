"""The Fountain writer: a document becomes Fountain that is read back as the same elements.

Each element is written as its source wrote it, if that still says the same; else in the plain spelling;
else with a forced marker, or with an escape. Which one it is, the reader itself is asked: the first
spelling that it reads back as this element, among such neighbours, is taken. Deterministic, no dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from cine_forge.film.screenplay.classifying.doubt import is_doubtful
from cine_forge.film.screenplay.document import Document, Element, ElementType
from cine_forge.film.screenplay.fountain import read_fountain
from cine_forge.film.screenplay.reading import read_source
from cine_forge.film.screenplay.source_text import SourceText
from cine_forge.film.screenplay.title_page import read_title_page
from cine_forge.film.screenplay.writing.marked import marked
from cine_forge.film.screenplay.writing.spelling import Spelling, spellings_of

_SPOKEN = frozenset({ElementType.DIALOGUE, ElementType.PARENTHETICAL, ElementType.LYRIC})
_SPEECH = _SPOKEN | {ElementType.CHARACTER}


@dataclass(frozen=True)
class _Place:
    """Where an element is written: below the one before it, above words that are spoken, at the very top."""

    below: bool
    spoken: bool
    first: bool


def write_fountain(document: Document, *, source: SourceText | None = None) -> str:
    """Return the document as Fountain text.

    With `source`, a document that nobody changed since it was read from it comes back letter for letter.
    """
    if source is not None and source.extract is None and _is_untouched(document, source):
        return source.text
    lines = _written(document, firm=False)
    if is_doubtful(read_fountain(_source(lines)), lines):
        lines = _written(document, firm=True)
    return "\n".join(lines).rstrip("\n") + "\n"


def _written(document: Document, *, firm: bool) -> list[str]:
    """Return the lines of a document; `firm` marks all action, so that no reader looks for more in it."""
    elements = [one for one in document.elements if one.type is not ElementType.TITLE]
    keeps = document.format == "fountain" and not firm
    lines = _title_page(document.title_page)
    for index, element in enumerate(elements):
        below = index > 0 and _stands_below(elements, index)
        if lines and lines[-1] and not below:
            lines.append("")
        after = next((one for one in islice(elements, index + 1, None) if not _is_aside(one)), None)
        place = _Place(below, after is not None and after.type in _SPOKEN, not lines)
        lines.extend(_spelled(element, place, spellings_of(element, keeps=keeps, firm=firm)))
    return lines


def _is_untouched(document: Document, source: SourceText) -> bool:
    return read_source(source) == document


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
    if _is_aside(here):
        return True
    if here.type not in _SPOKEN:
        return False
    before = index - 1
    while before > 0 and _is_aside(elements[before]):
        before -= 1
    last = elements[before].type
    again = last is here.type and here.type is not ElementType.PARENTHETICAL and before == index - 1
    return last in _SPEECH and not again


def _is_aside(element: Element) -> bool:
    """Whether an element may stand within a speech without ending it, as readers see it."""
    if element.type is ElementType.BONEYARD:
        return "\n" not in element.text
    return element.type is ElementType.NOTE


def _spelled(element: Element, place: _Place, spellings: Iterable[Spelling]) -> Spelling:
    """Return the first spelling that is read back as this element, or else the last, most forceful one."""
    head: Spelling = () if place.first else ("x", "")
    before = (*head, "@X") if place.below and element.type in _SPOKEN else head
    after = ("x",) if place.spoken and element.type is ElementType.CHARACTER else ()
    ways = list(spellings)
    return next((one for one in ways if _is_read(element, before, one, after)), ways[-1])


def _is_read(element: Element, before: Spelling, lines: Spelling, after: Spelling) -> bool:
    """Whether lines among such neighbours are read as this element and nothing else."""
    first, last = len(before) + 1, len(before) + len(lines)
    seen = [one for one in _read((*before, *lines, *after)) if one.end_line >= first and one.line <= last]
    return len(seen) == 1 and _told(seen[0]) == _told(element) and seen[0].end_line <= last


def _read(lines: Sequence[str]) -> tuple[Element, ...]:
    return read_fountain(_source(lines)).elements


def _source(lines: Sequence[str]) -> SourceText:
    return SourceText("", b"", "", tuple(lines), "", form="fountain")


def _told(element: Element) -> tuple[object, ...]:
    """Return what two elements must share to be the same."""
    return (element.type, element.text, element.number, element.dual, element.depth)
