"""Line breaks: where a text is broken so that every line fits a width in points."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Width = Callable[[str], float]

_WORD = re.compile(r"[ \t]*[^ \t]+")


def broken(text: str, width: float, width_of: Width) -> list[tuple[int, int]]:
    """Return the lines of a text as (start, end) offsets. Breaks of its own are kept; a long word is cut.

    White space at a break belongs to no line; at the head of a line it is an indent and stays.
    """
    lines: list[tuple[int, int]] = []
    at = 0
    for paragraph in text.split("\n"):
        lines.extend((at + start, at + end) for start, end in _paragraph(paragraph, width, width_of))
        at += len(paragraph) + 1
    return lines


def _paragraph(text: str, width: float, width_of: Width) -> Iterator[tuple[int, int]]:
    start = end = 0
    for word in _WORD.finditer(text):
        if width_of(text[start : word.end()]) <= width:
            end = word.end()
            continue
        if end > start:
            yield start, end
            start = word.end() - len(word.group().lstrip(" \t"))
        while width_of(text[start : word.end()]) > width:
            cut = _fitting(text, start, width, width_of)
            yield start, cut
            start = cut
        end = word.end()
    yield start, end


def _fitting(text: str, start: int, width: float, width_of: Width) -> int:
    """Return the end of the longest head that fits, one character at least."""
    end = start + 1
    while end < len(text) and width_of(text[start : end + 1]) <= width:
        end += 1
    return end
