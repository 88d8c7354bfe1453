"""The title page of a Fountain file: `Key: value` lines before the first blank line.

A file has one only when its first line carries a key that title pages use; a script that opens with
`FADE IN:` or a speech has none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cine_forge.film.screenplay.document import Element, ElementType
from cine_forge.film.screenplay.emphasis import without_emphasis
from cine_forge.film.screenplay.headings import match_heading
from cine_forge.film.screenplay.transitions import is_loose_transition
from cine_forge.film.screenplay.word_list import word_list

_KEY = re.compile(r"^(?P<key>[^\W\d_][\w .'’-]{0,39}?)[ \t]*:(?P<value>.*)$")
_FIRST_KEYS = word_list(
    "title|subtitle|episode|series|show|credit|author|authors|writer|writers|source|draft date|date|draft"
    "|contact|copyright|notes|revision|language|format|titel|autor|название|автор|titre|auteur|título",
    "|",
)


@dataclass(frozen=True)
class TitlePage:
    """The entries in order, their elements, and the index of the first line after them."""

    entries: dict[str, str]
    elements: tuple[Element, ...]
    end: int


def read_title_page(lines: Sequence[str | None]) -> TitlePage:
    """Read the title page at the head of `lines`; it is empty when there is none."""
    start = next((index for index, line in enumerate(lines) if line and line.strip()), len(lines))
    first = _KEY.match((lines[start] or "").strip()) if start < len(lines) else None
    if not first or first["key"].lower() not in _FIRST_KEYS:
        return TitlePage({}, (), start)
    base = _indent(lines[start] or "")
    runs: list[tuple[str, int, list[str]]] = []
    end = start
    for end in range(start, len(lines) + 1):
        line = lines[end] if end < len(lines) else ""
        if line is None:
            continue
        if not line.strip() or not _take(runs, end, line, base):
            break
    elements = tuple(_element(*run) for run in runs)
    entries = {key: element.text for (key, _, _), element in zip(runs, elements, strict=True)}
    return TitlePage(entries, elements, end)


def _take(runs: list[tuple[str, int, list[str]]], index: int, line: str, base: int) -> bool:
    """Add a line to the entries; False when it belongs to the script already."""
    text = line.strip()
    if _indent(line) <= base:
        if is_loose_transition(text) or match_heading(text):
            return False
        found = _KEY.match(text)
        if found:
            runs.append((found["key"], index, [found["value"].strip()]))
            return True
        value = runs[-1][2]
        if value[0] or any(part != part.lstrip() for part in value[1:]):
            return False
        runs[-1][2].append(text)
        return True
    runs[-1][2].append(f" {text}")
    return True


def _element(key: str, index: int, value: list[str]) -> Element:
    text = "\n".join(without_emphasis(part.strip()) for part in value if part.strip())
    raw = "\n".join((f"{key}: {value[0]}".rstrip(), *value[1:]))
    last = index + len(value)
    return Element(type=ElementType.TITLE, text=text, raw=raw, line=index + 1, end_line=last)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
