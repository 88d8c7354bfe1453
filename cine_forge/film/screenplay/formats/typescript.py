"""The typescript: lines for elements of a file that has none of its own.

DOCX, Fade In and Celtx keep a script in an archive, and some programs write their XML on one line. Line
numbers would mean nothing there, so the script is set as plain text the way it is typed, one line of the
text for each line of an element; elements then point into it. The text is kept beside the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cine_forge.film.screenplay.document import Element, ElementType, Warned
from cine_forge.film.screenplay.formats.extract import Extract

_INDENT = {
    ElementType.CHARACTER: 20,
    ElementType.PARENTHETICAL: 15,
    ElementType.DIALOGUE: 10,
    ElementType.LYRIC: 10,
    ElementType.TRANSITION: 40,
    ElementType.CENTERED: 20,
}
_CLOSE = frozenset({ElementType.DIALOGUE, ElementType.PARENTHETICAL, ElementType.LYRIC, ElementType.NOTE})
_SPEECH = frozenset({ElementType.CHARACTER, ElementType.DIALOGUE, ElementType.PARENTHETICAL})


def typeset(extract: Extract) -> Extract:
    """Return the extract with a text of its own, in which its elements have their lines."""
    lines = [f"{key}: {' / '.join(value.splitlines())}" for key, value in extract.title_page.items()]
    was: dict[int, int] = {}
    placed: list[Element] = []
    for index, element in enumerate(extract.elements or ()):
        if lines and not _joins(extract.elements or (), index):
            lines.append("")
        first = len(lines) + 1
        was.setdefault(element.line, first)
        lines.extend(_set(element))
        last = max(first, len(lines))
        placed.append(element.model_copy(update={"line": first, "end_line": last}))
    tags = tuple(tag.model_copy(update={"line": was.get(tag.line, 1)}) for tag in extract.tags)
    warnings = tuple(Warned(line=was.get(one.line, 1), message=one.message) for one in extract.warnings)
    text = "\n".join(lines) + "\n"
    return replace(extract, elements=tuple(placed), text=text, tags=tags, warnings=warnings)


def _joins(elements: Sequence[Element], index: int) -> bool:
    """Whether an element stands right below the one before it, as a speech does below its cue."""
    here = elements[index].type
    before = elements[index - 1].type if index else None
    return here is ElementType.NOTE or (here in _CLOSE and before in _SPEECH)


def _set(element: Element) -> list[str]:
    """Return the lines of an element. Marks that the plain text lacks are told in the usual way."""
    text = element.text
    if element.type is ElementType.NOTE:
        text = f"[[{text}]]"
    elif element.type is ElementType.BONEYARD:
        text = f"/* {text} */"
    elif element.type is ElementType.PAGE_BREAK:
        text = "==="
    elif element.type is ElementType.SCENE_HEADING and element.number:
        text = f"{element.number} {text}"
    indent = " " * _INDENT.get(element.type, 0)
    return [f"{indent}{line}".rstrip() for line in text.split("\n")]
