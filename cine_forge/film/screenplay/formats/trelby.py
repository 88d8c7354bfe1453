"""The Trelby reader: a text in which two characters at the head of each line say what it is.

The first one says how the line ends (`>` goes on after a space, `&` goes on at once, `|` goes on below,
`.` is the last of its paragraph), the second one what it is. Trelby shows headings and cues in capitals
whatever was typed, so they are read in capitals. Source: the format's own files, version 2 to 4, read 2026.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cine_forge.film.screenplay.document import Element, ElementType, HeadingKind
from cine_forge.film.screenplay.encoding import decode_text, split_lines
from cine_forge.film.screenplay.formats.extract import Extract
from cine_forge.film.screenplay.formats.shape import shaped
from cine_forge.film.screenplay.formats.styled import Styled
from cine_forge.film.screenplay.formats.title_lines import entries_of
from cine_forge.film.screenplay.headings import is_omitted, match_heading
from cine_forge.kernel.ground.errors import Fault, ProjectError

_TYPES = {
    "\\": ElementType.SCENE_HEADING,
    ".": ElementType.ACTION,
    "_": ElementType.CHARACTER,
    ":": ElementType.DIALOGUE,
    "(": ElementType.PARENTHETICAL,
    "/": ElementType.TRANSITION,
    "=": ElementType.ACTION,
    "%": ElementType.NOTE,
    "@": ElementType.SECTION,
    "*": ElementType.SECTION,
}
_JOINTS = {">": " ", "+": "  ", "&": "", "|": "\n", ".": ""}
_CAPITALS = (ElementType.SCENE_HEADING, ElementType.CHARACTER, ElementType.TRANSITION)
_TITLE = "#Title-String "


def parse_trelby(name: str, content: bytes) -> Extract:
    """Read a Trelby file. Raises ProjectError CF-F039 when it holds no line of a script."""
    text, _ = decode_text(content)
    lines = split_lines(text)
    elements = tuple(_elements(lines))
    if not elements:
        what = "found no line of a Trelby script, such as `.\\INT. KITCHEN - DAY`"
        raise ProjectError(Fault("CF-F039", what, name, "save the script again in Trelby, or as Fountain"))
    titles = [line.removeprefix(_TITLE).split(",", 6) for line in lines if line.startswith(_TITLE)]
    return Extract(elements=elements, title_page=entries_of([part[6] for part in titles if len(part) == 7]))


def _elements(lines: tuple[str, ...]) -> Iterator[Element]:
    """Yield an element for every paragraph, with its lines."""
    start, text = 0, ""
    raws: list[str] = []
    for index, line in enumerate(lines):
        if len(line) < 2 or line[0] not in _JOINTS or line[1] not in _TYPES:
            continue
        if not raws:
            start, text = index, ""
        raws.append(line)
        text += line[2:]
        if line[0] != ".":
            text += _JOINTS[line[0]]
            continue
        if text.strip():
            yield _element(_TYPES[line[1]], text, "\n".join(raws), start + 1, index + 1)
        raws = []
    if raws and text.strip():
        yield _element(_TYPES[raws[0][1]], text, "\n".join(raws), start + 1, start + len(raws))


def _element(kind: ElementType, text: str, raw: str, line: int, end: int) -> Element:
    shown = shaped(kind, Styled(text)).text
    more: dict[str, Any] = {"depth": 1} if kind is ElementType.SECTION else {}
    if kind in _CAPITALS:
        shown = shown.upper()
    if kind is ElementType.SCENE_HEADING:
        found = match_heading(shown)
        more = {"kind": HeadingKind.STANDARD if found else HeadingKind.FORCED, "omitted": is_omitted(shown)}
        more["number"] = found.number if found else None
        shown = found.text if found else shown
    return Element(type=kind, text=shown, raw=raw, line=line, end_line=end, **more)
