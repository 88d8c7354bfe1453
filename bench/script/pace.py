"""Pace: how many megabytes a core-second each kind of script is read at, at one, two and four times a size.

CPU time of this process, the least of a few tries; what is read is text that people wrote, repeated. Files of
Word and PDF are packed, so that their own size says nothing: counted is the text that is set in them.
"""

from __future__ import annotations

import io
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.script.clean_script import DATA, Page
from bench.script_corruption import KINDS, Corrupted, corrupt
from cine_forge.film.screenplay.reading import read_source
from cine_forge.film.screenplay.source_text import decode_source

TIMES = (1, 2, 4)
TRIES = 3
MB = 1_000_000
_FIRST_SIZE, _FIRST_PACKED = 100_000, 40_000
_COLUMNS, _LINES, _LEADING = 60, 55, 12
_PARAGRAPHS = ("<Content>", "</Content>")


@dataclass(frozen=True)
class Pace:
    """How fast one kind of script is read; `cpu_s` for each of `TIMES`."""

    name: str
    bytes: tuple[int, ...]
    cpu_s: tuple[float, ...]

    @property
    def mb_per_s(self) -> float:
        """Return the slowest pace of all sizes, in megabytes a CPU second."""
        return min(size / MB / cpu for size, cpu in zip(self.bytes, self.cpu_s, strict=True))

    @property
    def growth(self) -> float:
        """Return how many times longer the largest takes for a byte than the one before; 1 is linear.

        The smallest may be read another way: how often a name comes decides whether a text is doubted.
        """
        return (self.cpu_s[-1] / self.bytes[-1]) / (self.cpu_s[-2] / self.bytes[-2])


def fountain_pace(pages: Sequence[Page]) -> Pace:
    """Measure well-formed Fountain: the clean scripts of that format, one after the other."""
    text = "\n".join(_body(page.text) for page in pages if page.name.endswith(".txt"))
    return _measured("Fountain", "script.fountain", text)


def other_paces(pages: Sequence[Page], data: Path = DATA) -> Iterator[Pace]:
    """Measure FDX, Word, PDF, Markdown and plain text in each kind of trouble."""
    yield _fdx(data / "scripts" / "last_birthday_card.fdx")
    latin = [text for page in pages if _in_courier(text := _body(page.text)) and page.name.endswith(".txt")]
    clean = "\n".join(latin)[:_FIRST_PACKED]
    yield _packed("Word", "script.docx", clean, _word)
    yield _packed("PDF", "script.pdf", clean, _pdf)
    episodes = sorted((data / "scripts" / "season_a").glob("*.md"))
    text = "\n\n".join(path.read_text(encoding="utf-8") for path in episodes)
    yield _measured("Markdown", "season.md", text)
    for kind in KINDS:
        made = [corrupt(page, [kind]) for page in pages]
        text = "\n".join(_body(one.page.text) for one in made if isinstance(one, Corrupted))
        yield _measured(f"text, {kind}", "script.txt", text)


def _measured(name: str, file: str, text: str) -> Pace:
    whole = (text * -(-_FIRST_SIZE // len(text.encode())))[:_FIRST_SIZE]
    contents = [(whole * times).encode() for times in TIMES]
    return Pace(name, tuple(map(len, contents)), _cpu_s(file, contents))


def _fdx(path: Path) -> Pace:
    """Repeat the paragraphs of a Final Draft file."""
    head, _, rest = path.read_text(encoding="utf-8-sig").partition(_PARAGRAPHS[0])
    inside, _, tail = rest.partition(_PARAGRAPHS[1])
    often = -(-_FIRST_SIZE // len(inside.encode()))
    texts = [head + _PARAGRAPHS[0] + inside * often * times + _PARAGRAPHS[1] + tail for times in TIMES]
    contents = [text.encode() for text in texts]
    return Pace("FDX", tuple(map(len, contents)), _cpu_s(path.name, contents))


def _packed(name: str, file: str, text: str, pack: Callable[[str], bytes]) -> Pace:
    texts = [text * times for times in TIMES]
    sizes = tuple(len(one.encode()) for one in texts)
    return Pace(name, sizes, _cpu_s(file, [pack(one) for one in texts]))


def _word(text: str) -> bytes:
    """Set a text in Word, a paragraph a line."""
    from docx import Document

    document = Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _pdf(text: str) -> bytes:
    """Print a text as a typescript, 55 lines a page."""
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(612, 792))
    lines = [part for line in text.split("\n") for part in textwrap.wrap(line, _COLUMNS) or [""]]
    for first in range(0, len(lines), _LINES):
        canvas.setFont("Courier", _LEADING)
        for row, line in enumerate(lines[first : first + _LINES]):
            canvas.drawString(108, 720 - row * _LEADING, line)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _cpu_s(name: str, contents: Sequence[bytes]) -> tuple[float, ...]:
    """Return what reading each content takes; they take turns, so that no size alone meets a busy machine."""
    tries: list[list[float]] = [[] for _ in contents]
    for _ in range(TRIES):
        for content, taken in zip(contents, tries, strict=True):
            before = time.process_time()
            read_source(decode_source(name, content))
            taken.append(time.process_time() - before)
    return tuple(map(min, tries))


def _in_courier(text: str) -> bool:
    """Whether the font that needs no file has all letters of a text."""
    return text == text.encode("cp1252", errors="replace").decode("cp1252")


def _body(text: str) -> str:
    """Leave the title page out, so that it does not stand in the middle of the text."""
    return text.partition("\n\n")[2] or text
