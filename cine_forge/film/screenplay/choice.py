"""The choice: whether a text is read strictly or by weighing its lines, by what the strict way shows.

Well-formed Fountain and Markdown keep the reading that their syntax gives them, which is fast and sure. Where
it leaves lines lying that look like headings or cues, the file is classified as a whole instead. A script
without any heading, but with acts that are played, gets its acts for scenes.
"""

from __future__ import annotations

from collections.abc import Iterator

from cine_forge.film.screenplay.classifying.classification import classify
from cine_forge.film.screenplay.classifying.doubt import is_doubtful
from cine_forge.film.screenplay.document import Document, Element, ElementType, HeadingKind, Warned
from cine_forge.film.screenplay.source_text import SourceText

_SURE_OF_ACTS = 0.5
_ACTS = (
    "headings without INT or EXT were guessed from the acts; write them as `INT. KITCHEN - DAY` to be sure"
)


def chosen(strict: Document, source: SourceText) -> Document:
    """Return `strict`, or the classified lines of `source` when the strict reading does not fit the file."""
    if not is_doubtful(strict, source.lines):
        return _with_acts(strict)
    return weighed(source, strict.format)


def weighed(source: SourceText, form: str) -> Document:
    """Return the classified lines of `source`: for a print there is no other way, since it shows columns."""
    classified = classify(source.lines, form)
    warnings = (*source.warnings, *classified.warnings)
    return _with_acts(classified.model_copy(update={"warnings": warnings}))


def _with_acts(document: Document) -> Document:
    """Take acts for scenes when there is no other heading."""
    if any(element.type is ElementType.SCENE_HEADING for element in document.elements):
        return document
    acts = set(_played_sections(document))
    if not acts:
        return document
    elements = tuple(
        _as_heading(element) if index in acts else element for index, element in enumerate(document.elements)
    )
    warned = Warned(line=document.elements[min(acts)].line, message=_ACTS)
    return document.model_copy(update={"elements": elements, "warnings": (*document.warnings, warned)})


def _played_sections(document: Document) -> Iterator[int]:
    """Yield the indexes of sections of the first depth that have action or a speech before the next one."""
    open_section: int | None = None
    for index, element in enumerate(document.elements):
        if element.type is ElementType.SECTION and element.depth <= 1:
            open_section = index
        elif element.type in (ElementType.ACTION, ElementType.DIALOGUE) and open_section is not None:
            yield open_section
            open_section = None


def _as_heading(element: Element) -> Element:
    change = {"type": ElementType.SCENE_HEADING, "kind": HeadingKind.PLAIN, "text": element.text.strip()}
    return element.model_copy(update=change | {"confidence": _SURE_OF_ACTS, "depth": 0})
