"""Doubt: what a strict reading left lying, weighed, to choose between the strict and the tolerant way.

A well-formed script leaves nothing that looks like a heading, a cue or the head of a printed page among its
action and speeches. Where such lines are many for what was found, the strict rules do not fit the file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from cine_forge.film.screenplay.classifying.line.fold import fold, shape_of, without_brackets
from cine_forge.film.screenplay.classifying.line.furniture import furniture_of
from cine_forge.film.screenplay.classifying.line.name_line import (
    NO_NAMES,
    NameLine,
    inline_line,
    is_camera_line,
    name_line,
    pointed_line,
)
from cine_forge.film.screenplay.classifying.line.place_line import place_line
from cine_forge.film.screenplay.classifying.line.script_line import script_lines, without_specks
from cine_forge.film.screenplay.document import Document, Element, ElementType
from cine_forge.film.screenplay.transitions import is_loose_transition, is_transition

_LEFT = frozenset({ElementType.ACTION, ElementType.DIALOGUE})
_CUTS = frozenset({ElementType.TRANSITION})
_SHORT = 70
_SHORT_NAME = 40
_FEW = 3
_TRUST: dict[str, tuple[float, float]] = {"fountain": (2.5, 0.06), "highland": (2.5, 0.06)}
_LITTLE_TRUST = (0.9, 0.03)
_NO_TRUST = 1.2
_NONE: Counter[str] = Counter()
_ENDS = re.compile(r"[.!?…。！？।؟:：;,،、–—-][\"'”’»」』)）\]]*$")
_KEYED = 6
_STRONG, _FAIR, _WEAK = 1.0, 0.5, 0.25


def is_doubtful(document: Document, lines: Sequence[str]) -> bool:
    """Whether the tolerant way should read these lines instead. A file named Fountain is trusted longer."""
    least, share = _TRUST.get(document.format, _LITTLE_TRUST)
    headings = sum(element.type is ElementType.SCENE_HEADING for element in document.elements)
    cues = [fold(element.text) for element in document.elements if element.type is ElementType.CHARACTER]
    if not headings or not cues:
        least, share = min(least, _NO_TRUST), 0.0
    most = max(least, share * (headings + len(cues)))
    weight = 0.0
    for more in _signs(document, headings, Counter(cues)):
        weight += more
        if weight > most:
            return True
    markdown = document.format == "markdown"
    printed = furniture_of(script_lines(lines, 0, markdown=markdown)) if _may_be_printed(lines) else ()
    return weight + len(printed) > most


def _is_left(element: Element) -> bool:
    """Whether an element may hide something; who forces action with `!` has said what it is."""
    return element.type in _LEFT and not element.raw.lstrip().startswith("!")


def _may_be_printed(lines: Sequence[str]) -> bool:
    return any(line[:1].isspace() and line.rstrip()[-1:] in (".", ")") for line in lines)


def _signs(document: Document, headings: int, cues: Counter[str]) -> Iterator[float]:
    """Yield a weight for every line that strict rules took for action or speech and that looks otherwise."""
    left = [
        (element, line)
        for element in document.elements
        if _is_left(element)
        for line in _short(element)
        if headings < _KEYED or not is_camera_line(line)
    ]
    seen = Counter(fold(line) for _, line in left)
    cut = {element.line for before, element in pairwise(document.elements) if before.type in _CUTS}
    heads = {head for element, _ in left if (head := _block_head(element))}
    for element, line in left:
        yield _place_sign(line, element, headings)
        if element.line in cut and element.line == element.end_line and _is_bare(line):
            yield _STRONG if len(line) <= _SHORT_NAME else _FAIR
        named = _name_sign(line, seen if element.type is ElementType.ACTION else _NONE, cues)
        yield named or (_FAIR if line in heads else 0.0)
    inline = Counter(found.key for found in _inline(document))
    yield _STRONG * inline.total() if inline.total() > 1 else 0.0
    pointed = Counter(found.key for _, line in left if (found := pointed_line(line)))
    speakers = [times for times in pointed.values() if times > 1]
    yield _STRONG * sum(speakers) if len(speakers) > 1 else 0.0


def _short(element: Element) -> Iterator[str]:
    return (
        text for line in element.text.split("\n") if 0 < len(text := without_specks(line.strip())) <= _SHORT
    )


def _place_sign(line: str, element: Element, headings: int) -> float:
    if _ENDS.search(without_brackets(line)):
        return 0.0
    seen = place_line(line)
    if seen.loose_keyword or seen.sure_keyword or (seen.timed and seen.split):
        return _STRONG
    if seen.marked or seen.scene_word:
        return _FAIR
    if headings >= _KEYED:
        return 0.0
    if element.type is not ElementType.ACTION or element.line != element.end_line:
        return 0.0
    if shape_of(line) == "capitals":
        return _WEAK if headings >= _FEW else _STRONG if seen.split else _FAIR
    return _FAIR if seen.split and headings < _FEW else 0.0


def _block_head(element: Element) -> str | None:
    """Return the first line of an action of several lines, if it is short and written like a name."""
    first, found, _ = element.text.partition("\n")
    name = name_line(first.strip()) if found and element.type is ElementType.ACTION else None
    written = name is not None and name.shape in ("title", "capitals") and not name.ends_sentence
    return first.strip() if written and len(first) <= 30 else None


def _is_bare(line: str) -> bool:
    return not _ENDS.search(line) and line.count(" ") < 6


def _name_sign(line: str, seen: Counter[str], cues: Counter[str]) -> float:
    if (
        len(line) > _SHORT_NAME
        or _ENDS.search(without_brackets(line))
        or is_transition(line)
        or is_loose_transition(line)
    ):
        return 0.0
    name = name_line(line)
    if name is None or name.shape == "mixed":
        return 0.0
    if name.told_extension or (cues[name.key] > 1 and (name.shape != "small" or seen)):
        return _STRONG
    return _FAIR if seen[fold(line)] > 1 else 0.0


def _inline(document: Document) -> Iterator[NameLine]:
    """Yield heads before a colon that are written like names, of lines taken for action or speech."""
    for element in document.elements:
        if not _is_left(element) or (":" not in element.text and "：" not in element.text):
            continue
        for line in element.text.split("\n"):
            found = inline_line(line.strip())
            if found and found.shape != "mixed" and found.words[0] not in NO_NAMES:
                yield found
