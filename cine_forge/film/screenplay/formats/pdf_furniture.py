"""Page furniture: what belongs to the printed page and not to the script.

Page numbers, running heads, watermarks, revision stars, `CONTINUED` and `(MORE)` are told by their place at
the edge of a page and by coming back on others. What stays is the body of each page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from cine_forge.film.screenplay.formats.pdf_line import PdfLine

_PAGE_NUMBER = re.compile(
    r"^(?:page |p\. ?|- ?)?\d{1,3}[A-Z]?[.)]?(?: ?-| of \d{1,3}|/\d{1,3})?$", re.IGNORECASE
)
_CONTINUED = re.compile(
    r"^(?:[A-Z]{0,2}\d{1,4}[A-Z]{0,2}\.? +)?\(?(?:CONTINUED|CONT['’]?D)\)?:?(?: *\(\d+\))?:?"
    r"(?: +[A-Z]{0,2}\d{1,4}[A-Z]{0,2}\.?)?$",
    re.IGNORECASE,
)
_MORE = re.compile(r"^\(?MORE\)?$", re.IGNORECASE)
_DIGITS = re.compile(r"\d\d*")  # a search for `\d+` looks at each letter twice as long
_STAR = re.compile(r"^\*{1,3}$")
_EDGE = 2
_MOST_EDGE = 5
_HUGE = 1.9


@dataclass(frozen=True)
class Body:
    """The lines of a page that are script. `more` says that a speech goes on overleaf."""

    lines: tuple[PdfLine, ...]
    more: bool = False


def bodies_of(pages: Sequence[Sequence[PdfLine]]) -> list[Body]:
    """Take the furniture off every page."""
    sizes = [line.size for lines in pages for line in lines]
    huge = _HUGE * median(sizes) if sizes else 0.0
    stamps = Counter(text for lines in pages for text in {one.text for one in lines if one.size > huge})
    bare = [
        [line for line in map(_without_stars, lines) if line.cells and stamps.get(line.text, 0) < 2]
        for lines in pages
    ]
    heads = _recurring(bare)
    return [_body(lines, heads) for lines in bare]


def _without_stars(line: PdfLine) -> PdfLine:
    if "*" not in line.text:
        return line
    return line._replace(cells=tuple(cell for cell in line.cells if not _STAR.match(cell.text)))


def _recurring(pages: Sequence[Sequence[PdfLine]]) -> frozenset[str]:
    """Return the lines at edges of pages, without their digits, that come back on other pages.

    What also stands in the midst of a page, as the name of a speaker does, is script.
    """
    counted: Counter[str] = Counter()
    for lines in pages:
        edge = [*lines[:_EDGE], *lines[max(_EDGE, len(lines) - _EDGE) :]]
        counted.update({_masked(line) for line in edge})
    words = {masked: masked.partition("@")[2] for masked, times in counted.items() if times > 1}
    often = {masked for masked in words if counted[masked] > 2 or "0" in words[masked]}
    if not often:
        return frozenset()
    amidst = {_without_digits(line) for lines in pages for line in lines[_EDGE:-_EDGE]}
    return frozenset(masked for masked in often if words[masked] not in amidst)


def _masked(line: PdfLine) -> str:
    """Return what two running heads share: their height on the page and their words without numbers."""
    return f"{round(line.y / 4)}@{_without_digits(line)}"


def _without_digits(line: PdfLine) -> str:
    return _DIGITS.sub("0", line.text)


def _body(lines: list[PdfLine], heads: frozenset[str]) -> Body:
    start, end = 0, len(lines)
    while start < min(end, _MOST_EDGE) and _is_furniture(lines[start], heads):
        start += 1
    more = False
    while end > max(start, len(lines) - _MOST_EDGE) and (
        _MORE.match(lines[end - 1].text) or _is_furniture(lines[end - 1], heads)
    ):
        end -= 1
        more = more or bool(_MORE.match(lines[end].text))
    return Body(tuple(lines[start:end]), more)


def _is_furniture(line: PdfLine, heads: frozenset[str]) -> bool:
    text = line.text.strip()
    return bool(_PAGE_NUMBER.match(text) or _CONTINUED.match(text)) or _masked(line) in heads
