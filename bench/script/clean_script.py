"""A clean script with its gold: every line with its part, found by the labels, never by a reader of ours.

The corruption generator alters these lines and the score reads what they then expect. `core` of a heading or
a cue is the text that a reader should give back; `before` and `after` are what else stands on its line. A
script whose labels cannot be found line by line is left out with a reason, not guessed.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
_MARKS = ("#", "=", ">", "~", "!", "[[", "/*")
_KEY = re.compile(r"^\s*[^\W\d_][\w .'-]{0,30}:")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


class Part(StrEnum):
    """What a line is for. `OTHER` is never cut or starred: title page, section, note, printed page head."""

    HEADING = "heading"
    CUE = "cue"
    SPEECH = "speech"
    ACTION = "action"
    OTHER = "other"
    BLANK = "blank"


@dataclass(frozen=True)
class Line:
    """One line of the page."""

    part: Part
    core: str
    before: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        """Return the line as it stands on the page."""
        return self.before + self.core + self.after


@dataclass(frozen=True)
class Page:
    """A script as lines. `name` ends as the file's would: `.txt`, or `.md` for an episode."""

    name: str
    title: str
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """Return the whole file."""
        return "".join(f"{line.text}\n" for line in self.lines)

    @property
    def headings(self) -> Counter[str]:
        """Return the headings that a reader should find, normalised."""
        return Counter(normal(line.core) for line in self.lines if line.part is Part.HEADING)

    @property
    def cues(self) -> Counter[str]:
        """Return the cues that a reader should find, normalised."""
        return Counter(normal(line.core) for line in self.lines if line.part is Part.CUE)

    def with_lines(self, lines: Sequence[Line]) -> Page:
        """Return the same script with other lines."""
        return replace(self, lines=tuple(lines))


@dataclass(frozen=True)
class LeftOut:
    """A file that was not made, and why."""

    name: str
    kinds: tuple[str, ...]
    why: str


def normal(text: str) -> str:
    """Return `text` as it is compared: white space and case do not count, nor marks at its two ends."""
    return _EDGES.sub("", " ".join(text.split()).upper())


def clean_pages(data: Path = DATA) -> tuple[list[Page], list[LeftOut]]:
    """Return every script below `data` whose gold can be found line by line, in order of name."""
    pages: list[Page] = []
    left: list[LeftOut] = []
    for path in sorted((data / "gold").glob("*.gold.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        if "script" not in gold:
            left.append(LeftOut(path.name, (), "gives no script text"))
        elif not gold["script"].endswith((".fountain", ".md")):
            left.append(LeftOut(gold["script"], (), "is mark-up, not a page of text"))
        else:
            found = page_of(gold, (data / "scripts" / gold["script"]).read_text(encoding="utf-8-sig"))
            if isinstance(found, Page):
                pages.append(found)
            else:
                left.append(found)
    return pages, left


def page_of(gold: dict[str, Any], text: str) -> Page | LeftOut:
    """Give each line of `text` its part by the labels of `gold`; the name is that of a plain text file."""
    rows = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    cues = gold_cues(gold)
    headings = _heading_rows(gold, rows)
    spelled = {_plain(raw) for raw, _ in _spelled_cues(gold)}
    name = gold["script"].replace("/", "_").replace(".fountain", ".txt")
    page = Page(name, gold.get("title", ""), tuple(_parts(rows, headings, spelled)))
    if page.headings != gold_headings(gold):
        return LeftOut(name, (), "the headings of its gold are not found line by line")
    if page.cues != cues:
        return LeftOut(name, (), "the cues of its gold are not found line by line")
    return page


def gold_headings(gold: dict[str, Any]) -> Counter[str]:
    """Return the headings of a gold file, normalised."""
    return Counter(normal(scene["raw"]) for scene in gold["scenes"])


def gold_cues(gold: dict[str, Any]) -> Counter[str]:
    """Return the cues of a gold file, normalised, as often as they stand on the page."""
    counted: Counter[str] = Counter()
    for raw, times in _spelled_cues(gold):
        counted[normal(raw)] += times
    return counted


def _spelled_cues(gold: dict[str, Any]) -> Iterator[tuple[str, int]]:
    for cues in (gold.get("cue_lines", {}), *(one.get("cues", {}) for one in gold["characters"])):
        yield from cues.items()


def _plain(row: str) -> str:
    """Return a line without its marks, in its own letters."""
    return " ".join(row.strip(" \t*_^").lstrip(".@").split())


def _heading_rows(gold: dict[str, Any], rows: Sequence[str]) -> set[int]:
    """Return the indexes of the headings: by the lines of the labels, or by text where they give none."""
    if all("line" in scene for scene in gold["scenes"]):
        return {scene["line"] - 1 for scene in gold["scenes"]}
    told = {_plain(scene["raw"]).upper() for scene in gold["scenes"]}
    return {index for index, row in enumerate(rows) if row.startswith(".") and _plain(row).upper() in told}


def _parts(rows: Sequence[str], headings: set[int], cues: set[str]) -> Iterator[Line]:
    speaking, titled = False, bool(rows and _KEY.match(rows[0]))
    for index, row in enumerate(rows):
        fresh = index == 0 or not rows[index - 1].strip()
        followed = index + 1 < len(rows) and bool(rows[index + 1].strip())
        if not row.strip():
            speaking = titled = False
            yield Line(Part.BLANK, row)
        elif titled or row.lstrip().startswith(_MARKS):
            yield Line(Part.OTHER, row)
        elif index in headings:
            speaking = False
            yield _split(Part.HEADING, row)
        elif fresh and followed and _plain(row) in cues:
            speaking = True
            yield _split(Part.CUE, row)
        else:
            yield Line(Part.SPEECH if speaking else Part.ACTION, row)


def _split(part: Part, row: str) -> Line:
    """Set marks off a heading or a cue: Fountain's dot, stars of bold, the caret of a second voice."""
    begin = len(row) - len(row.lstrip(" \t.*_@"))
    end = len(row.rstrip(" \t*_^"))
    return Line(part, row[begin:end], row[:begin], row[end:])
