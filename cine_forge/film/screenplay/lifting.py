"""Lifting: notes `[[ ]]` and boneyards `/* */` are taken out before lines are classified.

What remains of each line is its visible text; a line that held nothing but a note is `None`, so that a
note within a speech does not end it. A boneyard of several lines leaves blank lines. Each line is looked
at a fixed number of times, whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from cine_forge.film.screenplay.document import Element, ElementType, Warned

_OPENER = re.compile(r"\[\[|/\*")
_CLOSER = {"[[": "]]", "/*": "*/"}
_TYPE = {"[[": ElementType.NOTE, "/*": ElementType.BONEYARD}


@dataclass(frozen=True)
class Lifted:
    """Visible lines (same count and order as the source) and the elements lifted from them."""

    lines: tuple[str | None, ...]
    elements: tuple[Element, ...]
    warnings: tuple[Warned, ...]


@dataclass
class _Lift:
    lines: Sequence[str]
    closes: dict[str, list[int | None]]
    visible: list[str | None]
    elements: list[Element] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)


def lift(lines: Sequence[str]) -> Lifted:
    """Take notes and boneyards out of `lines`. One that is never closed stays text, with a warning."""
    if not any("[[" in line or "/*" in line for line in lines):
        return Lifted(tuple(lines), (), ())
    closes = {"[[": _next_closing(lines, "]]", True), "/*": _next_closing(lines, "*/", False)}
    work = _Lift(lines, closes, list(lines))
    index, column = 0, 0
    while index < len(lines):
        index, column = _lift_line(work, index, column)
    return Lifted(tuple(work.visible), tuple(work.elements), tuple(work.warnings))


def _next_closing(lines: Sequence[str], closer: str, ends_at_blank: bool) -> list[int | None]:
    """For each line, the index of the next line (itself counted) that holds `closer`, or None."""
    following: list[int | None] = [None] * (len(lines) + 1)
    for index in range(len(lines) - 1, -1, -1):
        if closer in lines[index]:
            following[index] = index
        elif not (ends_at_blank and not lines[index]):
            following[index] = following[index + 1]
    return following


def _lift_line(work: _Lift, index: int, column: int) -> tuple[int, int]:
    """Lift what opens on this line from `column` on; return where to go on."""
    line = work.lines[index]
    kept: list[str] = []
    start, begun = column, column > 0
    while found := _OPENER.search(line, column):
        opener = found.group()
        closer = _CLOSER[opener]
        end = line.find(closer, found.end())
        if end >= 0:
            kept.append(line[start : found.start()])
            _keep(work, opener, (index, found.start()), (index, end))
            start = column = end + 2
            begun = True
            continue
        last = work.closes[opener][index + 1]
        if last is None:
            message = f"`{opener}` is never closed by `{closer}`; taken as text"
            work.warnings.append(Warned(line=index + 1, message=message))
            break
        kept.append(line[start : found.start()])
        end = work.lines[last].index(closer)
        _keep(work, opener, (index, found.start()), (last, end))
        _show(work, index, "".join(kept), hidden=opener == "[[")
        work.visible[index + 1 : last] = [None if opener == "[[" else ""] * (last - index - 1)
        return last, end + 2
    if begun:
        kept.append(line[start:])
        _show(work, index, "".join(kept), hidden=not _ends_boneyard(work, index))
    return index + 1, 0


def _ends_boneyard(work: _Lift, index: int) -> bool:
    """Whether the line closes a boneyard that opened on an earlier line."""
    last = work.elements[-1]
    return last.type is ElementType.BONEYARD and last.end_line == index + 1 > last.line


def _show(work: _Lift, index: int, text: str, *, hidden: bool) -> None:
    empty: str | None = None if hidden else ""
    work.visible[index] = text.rstrip() if text.strip() else empty


def _keep(work: _Lift, opener: str, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Record the element from `start` (its opener) to `end` (its closer), as (line index, column)."""
    first, last = start[0], end[0]
    if first == last:
        raw = work.lines[first][start[1] : end[1] + 2]
    else:
        middle = work.lines[first + 1 : last]
        raw = "\n".join((work.lines[first][start[1] :], *middle, work.lines[last][: end[1] + 2]))
    kind, text = _TYPE[opener], raw[2:-2].strip()
    work.elements.append(Element(type=kind, text=text, raw=raw, line=first + 1, end_line=last + 1))
