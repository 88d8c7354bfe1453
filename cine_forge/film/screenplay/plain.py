"""Plain text, and headings without a keyword.

`read_plain` reads screenplay text of unknown make through the Fountain reader: it finds cues in title case
that recur, files without blank lines, and the furniture of printed pages. `guess_headings` runs last on
every text document and takes lines such as `DINING ROOM - DAY` for headings only when the script has
hardly any other. Every guess carries its confidence and one warning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cine_forge.film.screenplay.cues import is_capitals, parse_cue
from cine_forge.film.screenplay.document import Document, Element, ElementType, HeadingKind, Warned
from cine_forge.film.screenplay.fountain import Dialect, headings_of, read_fountain
from cine_forge.film.screenplay.headings import is_time, match_heading, parse_heading
from cine_forge.film.screenplay.source_text import SourceText
from cine_forge.film.screenplay.transitions import is_loose_transition

_FEW_HEADINGS = 3
_DENSE_BLANKS = 0.04
_PAGE_NUMBER = re.compile(r"^(?: {10,}|\t+)\d{1,3}\.[ \t]*$")
_FURNITURE = re.compile(
    r"^[ \t]*(?:\(?(?:CONTINUED|MORE)\)?:?(?: \(\d+\))?|Rev\. .{0,60}(?:\(CONTINUED\))?)[ \t]*$"
)
_SCENE_LABEL = re.compile(r"^(?:SCENE|СЦЕНА|SZENE|SCÈNE|ESCENA) [\w-]{1,10}\.?$")
_TITLE_CASE_CUE = re.compile(r"^[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,2}(?: ?\([^()]{1,30}\))*$")
_SUFFIX = "headings without INT or EXT were guessed; write them as `INT. KITCHEN - DAY` to be sure"


def read_plain(source: SourceText) -> Document:
    """Read text of unknown make. Line numbers are those of the source."""
    lines = tuple(_without_furniture(source.lines))
    dialect = Dialect(loose=True, dense=is_dense(lines), names=_recurring_names(lines))
    document = read_fountain(replace(source, lines=lines), dialect, "text")
    if not dialect.dense:
        return document
    warned = Warned(line=1, message="no blank lines: every speech is taken to be one line")
    return document.model_copy(update={"warnings": (*document.warnings, warned)})


def is_dense(lines: Sequence[str]) -> bool:
    """Whether a text of some length has next to no blank lines."""
    blanks = sum(not line.strip() for line in lines)
    return len(lines) >= 20 and blanks < _DENSE_BLANKS * len(lines)


def guess_headings(document: Document) -> Document:
    """Take plain lines, or else acts, for headings when there are hardly any and the evidence is strong."""
    found = headings_of(document)
    if len(found) >= _FEW_HEADINGS:
        return document
    guessed = dict(_plain_headings(document, mixed=bool(found)))
    if not guessed and not found:
        guessed = dict.fromkeys(_played_sections(document), 0.5)
    if not guessed:
        return document
    elements = tuple(
        _as_heading(element, guessed[index]) if index in guessed else element
        for index, element in enumerate(document.elements)
    )
    warned = Warned(line=document.elements[min(guessed)].line, message=_SUFFIX)
    return document.model_copy(update={"elements": elements, "warnings": (*document.warnings, warned)})


def _without_furniture(lines: Sequence[str]) -> Iterator[str]:
    """Blank the heads of printed pages; take revision stars off the right margin."""
    for line in lines:
        if _PAGE_NUMBER.match(line) or _FURNITURE.match(line):
            yield ""
        else:
            bare = line.rstrip("*")
            yield bare.rstrip() if bare.endswith(("  ", "\t")) and bare != line else line


def _recurring_names(lines: Sequence[str]) -> frozenset[str]:
    """Short title-case lines that stand over a text line, after a blank one, at least three times."""
    counted: Counter[str] = Counter()
    for before, line, after in zip(lines, lines[1:], lines[2:], strict=False):
        text = line.strip()
        if before.strip() or not after.strip() or len(text) > 40 or not _TITLE_CASE_CUE.match(text):
            continue
        name = parse_cue(text).name
        if name and all(word[0].isupper() for word in name.split()) and not match_heading(text):
            counted[name] += 0 if is_loose_transition(text) else 1
    return frozenset(name for name, times in counted.items() if times > 2)


def _plain_headings(document: Document, *, mixed: bool) -> Iterator[tuple[int, float]]:
    """Yield (index, confidence) of lines taken for headings, if two at least are well founded."""
    alone = [index for index, element in enumerate(document.elements) if _can_be_heading(element)]
    strong = {index for index in alone if _is_timed(document.elements[index]) or _after_cut(document, index)}
    labels = {index for index in alone if _SCENE_LABEL.match(document.elements[index].text)}
    timed = any(_is_timed(document.elements[index]) for index in strong)
    if labels and not strong and not mixed:
        yield from ((index, 0.8) for index in sorted(labels))
    elif len(strong) > 1 and timed:
        known = {parse_heading(document.elements[index].text).location for index in strong}
        for index in alone:
            if index in strong:
                yield index, 0.8
            elif not mixed or parse_heading(document.elements[index].text).location in known:
                yield index, 0.6


def _can_be_heading(element: Element) -> bool:
    text = element.text.strip()
    if element.type is not ElementType.ACTION or "\n" in element.text or not 2 <= len(text) <= 60:
        return False
    return is_capitals(text) and text[-1] not in ".!?…:;-–—,\"'" and len(text.split()) <= 7


def _is_timed(element: Element) -> bool:
    heading = parse_heading(element.text)
    return heading.time is not None and is_time(heading.time.rpartition(" - ")[2])


def _after_cut(document: Document, index: int) -> bool:
    return index > 0 and document.elements[index - 1].type is ElementType.TRANSITION


def _played_sections(document: Document) -> Iterator[int]:
    """Yield the indexes of sections of the first depth that have action or a speech before the next one."""
    open_section: int | None = None
    for index, element in enumerate(document.elements):
        if element.type is ElementType.SECTION and element.depth <= 1:
            open_section = index
        elif element.type in (ElementType.ACTION, ElementType.DIALOGUE) and open_section is not None:
            yield open_section
            open_section = None


def _as_heading(element: Element, confidence: float) -> Element:
    change = {"type": ElementType.SCENE_HEADING, "kind": HeadingKind.PLAIN, "text": element.text.strip()}
    return element.model_copy(update=change | {"confidence": confidence, "depth": 0})
