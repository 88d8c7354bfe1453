"""The PDF reader: pages of a printed script become one typed text, with columns and without page furniture.

    extract_pdf
      _opened            the file, its password, its bounds
      pieces_of          words and their places, page by page
      lines_of           words become lines
      bodies_of          page numbers, running heads and the like are taken off
      _title_head        a title page becomes `Key: value` lines
      _Joined            pages become one text: what goes on overleaf goes on

What the lines are is classified afterwards, like those of any text. The file itself is kept as it came.
"""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from itertools import islice
from typing import Any

from cine_forge.film.screenplay.document import Warned
from cine_forge.film.screenplay.formats.extract import Extract
from cine_forge.film.screenplay.formats.pdf_column import spaced
from cine_forge.film.screenplay.formats.pdf_furniture import Body, bodies_of
from cine_forge.film.screenplay.formats.pdf_line import PdfLine, leading_of, letter_width, lines_of, set_line
from cine_forge.film.screenplay.formats.pdf_page import Budget, holds_picture, pieces_of
from cine_forge.film.screenplay.formats.title_lines import entries_of
from cine_forge.film.screenplay.headings import match_heading
from cine_forge.film.screenplay.transitions import is_loose_transition
from cine_forge.kernel.ground.errors import Fault, ProjectError

MOST_PAGES = 2_000

_DAMAGE = (
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, OverflowError),
    *(ZeroDivisionError, NotImplementedError, RecursionError, OSError, EOFError, zlib.error),
)
"""What a parser raises on a file that is not what it says it is."""

_GOES_ON = re.compile(r"\((?:CONT|FORTS|SUITE|ПРОД|SEGUE)[^()]*\)\s*$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?:…\"”’)—–-]$")
_MOST_TITLE_LINES = 30
_LEAST_LETTERS = 0.4
_MARKS = bytes(code for code in range(128) if not chr(code).isalnum())
_MOST_WARNINGS = 20


def extract_pdf(name: str, content: bytes) -> Extract:
    """Return the text of a PDF.

    Raises ProjectError: CF-F035 no text in it, CF-F036 damaged, CF-F037 protected, CF-F038 out of bounds.
    """
    from pypdf.errors import PyPdfError

    try:
        with _quiet():
            pages, missing = _pages(name, content)
    except (PyPdfError, *_DAMAGE) as cause:
        what = (
            f"the PDF is damaged: {str(cause).splitlines()[0][:120] if str(cause) else type(cause).__name__}"
        )
        raise ProjectError(
            Fault("CF-F036", what, name, "export the script again as PDF or Fountain")
        ) from cause
    letters = "".join(line.text for lines in pages for line in lines)
    if not letters or _letters(letters) < _LEAST_LETTERS * len(letters):
        raise ProjectError(_no_text(name, len(pages), bool(letters)))
    told = (f"page {number} {why}; what it says is missing" for number, why in missing)
    warnings = tuple(Warned(line=1, message=message) for message in islice(told, _MOST_WARNINGS))
    return Extract(text=_text(pages), warnings=warnings)


def _letters(text: str) -> int:
    """Count letters and digits; in plain ASCII, which most scripts are, what is left without all else."""
    return len(text.encode().translate(None, _MARKS)) if text.isascii() else sum(map(str.isalnum, text))


def _no_text(name: str, pages: int, garbled: bool) -> Fault:
    why = "text without letters" if garbled else "no text, only pictures"
    hint = "run it through text recognition (OCR) first, or export the script from its program"
    return Fault("CF-F035", f"the PDF holds {why} ({pages} pages); expected the text of a script", name, hint)


def _pages(name: str, content: bytes) -> tuple[list[list[PdfLine]], list[tuple[int, str]]]:
    """Return the lines of every page, and the numbers of pages that give none, each with its reason."""
    from pypdf.errors import PyPdfError

    reader = _opened(name, content)
    budget = Budget(name)
    pages: list[list[PdfLine]] = []
    missing: list[tuple[int, str]] = []
    for number, page in enumerate(reader.pages, 1):
        if number > MOST_PAGES:
            what = f"the PDF has more than {MOST_PAGES:,} pages, the most that is read"
            raise ProjectError(Fault("CF-F038", what, name, "split it into episodes, one file each"))
        try:
            pages.append(lines_of(pieces_of(page, budget)))
            if not pages[-1] and holds_picture(page):
                missing.append((number, "is a picture"))
        except (PyPdfError, *_DAMAGE):
            missing.append((number, "is damaged"))
    if len(missing) > len(pages):
        raise ValueError(f"page {missing[0][0]} cannot be read")
    return pages, missing


def _opened(name: str, content: bytes) -> Any:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    try:
        reader = PdfReader(BytesIO(content), strict=False)
        locked = reader.is_encrypted and not reader.decrypt("")
    except DependencyError:
        locked = True
    if locked:
        hint = "save a copy without a password, or export the script as Fountain"
        raise ProjectError(Fault("CF-F037", "the PDF is protected by a password", name, hint))
    return reader


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the parser's remarks on damaged files off the terminal: the reader says what matters."""
    logger = logging.getLogger("pypdf")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _text(pages: list[list[PdfLine]]) -> str:
    every = [line for lines in pages for line in lines]
    letter, leading = letter_width(every), leading_of(pages)
    head: list[str] = []
    if len(pages) > 1 and (titled := _title_head(pages[0], leading)):
        head, pages = titled, pages[1:]
    bodies = bodies_of(pages)
    kept = [line for body in bodies for line in body.lines]
    joined = _Joined(min((line.x for line in kept), default=0.0), letter, leading)
    for body in bodies:
        joined.add(body)
    return "\n".join([*head, *joined.lines]) + "\n"


def _title_head(lines: Sequence[PdfLine], leading: float) -> list[str]:
    """Return the entries of a title page, or nothing when the first page is script."""
    texts = [line.text for line in lines]
    if not 0 < len(texts) <= _MOST_TITLE_LINES:
        return []
    if any(match_heading(text) or is_loose_transition(text) for text in texts):
        return []
    shown = spaced(lines, leading=leading, letter=leading)
    entries = entries_of([line.text if line else "" for line in shown])
    if "Author" not in entries and not (len(texts) <= 8 and lines[0].x > 2 * min(line.x for line in lines)):
        return []
    head: list[str] = []
    for key, value in entries.items():
        first, *more = value.split("\n")
        head += [f"{key}:", *(f"    {line}" for line in (first, *more))] if more else [f"{key}: {first}"]
    return [*head, ""]


class _Joined:
    """The text in the making. A page that ends within a speech or a sentence goes on without a gap."""

    def __init__(self, left: float, letter: float, leading: float) -> None:
        self.lines: list[str] = []
        self._left = left
        self._letter = letter
        self._leading = leading
        self._last: PdfLine | None = None
        self._more = False

    def add(self, body: Body) -> None:
        """Add the body of the next page."""
        lines = body.lines
        if not lines:
            return
        if self._more and _GOES_ON.search(lines[0].text) and len(lines) > 1:
            lines = lines[1:]
        elif self._last and not self._goes_on(self._last, lines[0]):
            self.lines.append("")
        for line in spaced(lines, leading=self._leading, letter=self._letter):
            self.lines.append(set_line(line.cells, self._left, self._letter) if line else "")
        self._last, self._more = lines[-1], body.more

    def _goes_on(self, last: PdfLine, first: PdfLine) -> bool:
        """Whether the first line of a page goes on with the last one of the page before."""
        if abs(last.x - first.x) > self._letter:
            return False
        indented = last.x - self._left > 5 * self._letter
        return not _SENTENCE_END.search(last.text) or (indented and not first.text.isupper())
