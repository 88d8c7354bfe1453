"""The corruption generator: what people really bring, made from clean scripts, with the gold carried along.

Each kind is a seeded change of lines; `corrupted_scripts` applies every kind and every pair of kinds to every
clean script. Headings and cues are expected as they then stand on the page. Where a kind has nothing to take
hold of in a script, the file is left out and the reason kept. Nothing is written to disk.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from bench.script.clean_script import LeftOut, Line, Page, Part
from bench.script.print_shop import printed
from bench.script.scan_noise import scanned

ACTION_COLUMNS, SPEECH_COLUMNS = 60, 35
KEYWORD = re.compile(r"^(?:INT\.?/EXT|EXT\.?/INT|INT|EXT|I/E|EST)\b[. ]\s*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

Change = Callable[[Page, random.Random], Sequence[Line]]


@dataclass(frozen=True)
class Corrupted:
    """A script in trouble. `page` holds its text and what a reader should find in it."""

    page: Page
    kinds: tuple[str, ...]


def corrupted_scripts(pages: Sequence[Page], seed: int = 1) -> tuple[list[Corrupted], list[LeftOut]]:
    """Return each of `pages` in each kind of trouble and each pair of kinds, in a fixed order."""
    made: list[Corrupted] = []
    left: list[LeftOut] = []
    chosen = [*((kind,) for kind in KINDS), *combinations(KINDS, 2)]
    for page in pages:
        for kinds in chosen:
            found = corrupt(page, kinds, seed)
            if isinstance(found, Corrupted):
                made.append(found)
            else:
                left.append(found)
    return made, left


def corrupt(page: Page, kinds: Sequence[str], seed: int = 1) -> Corrupted | LeftOut:
    """Apply `kinds` in the order of `KINDS`. The same page, kinds and seed give the same bytes."""
    ordered = tuple(kind for kind in KINDS if kind in kinds)
    for kind in ordered:
        dice = random.Random(f"{seed}:{page.name}:{'+'.join(ordered)}:{kind}")
        lines = tuple(KINDS[kind](page, dice))
        if lines == page.lines:
            return LeftOut(page.name, ordered, NOTHING_TO_CHANGE[kind])
        page = page.with_lines(lines)
    return Corrupted(page, ordered)


def _no_keyword(page: Page, dice: random.Random) -> Iterator[Line]:
    """Cut INT and EXT off the headings."""
    for line in page.lines:
        found = KEYWORD.match(line.core) if line.part is Part.HEADING else None
        yield replace(line, core=line.core[found.end() :]) if found else line


def _lower_headings(page: Page, dice: random.Random) -> Iterator[Line]:
    for line in page.lines:
        yield replace(line, core=line.core.lower()) if line.part is Part.HEADING else line


def _title_cues(page: Page, dice: random.Random) -> Iterator[Line]:
    """Write `Mike (CONT'D)` for `MIKE (CONT'D)`."""
    for line in page.lines:
        if line.part is Part.CUE:
            name, mark, rest = line.core.partition("(")
            line = replace(line, core=_WORD.sub(lambda word: word[0].capitalize(), name) + mark + rest)
        yield line


def _inline_cues(page: Page, dice: random.Random) -> Iterator[Line]:
    """Join a cue and the first line of its speech: `MIKE: All of them.`; a bracket stays with the speech."""
    lines = iter(page.lines)
    for line in lines:
        if line.part is not Part.CUE:
            yield line
            continue
        speech = next(lines).text.strip()
        if speech.startswith("(") and speech.endswith(")"):
            following = next(lines)
            joined = following.part is Part.SPEECH
            speech += f" {following.text.strip()}" if joined else ""
            yield replace(line, after=f": {speech}")
            if not joined:
                yield following
        else:
            yield replace(line, after=f": {speech}")


def _hard_wraps(page: Page, dice: random.Random) -> Iterator[Line]:
    """Cut action and speech at a column, as an e-mail or a PDF gives them."""
    for line in page.lines:
        if line.part is Part.CUE and line.after:
            first, *rest = _wrapped(line.text, SPEECH_COLUMNS + len(line.before + line.core))
            yield replace(line, after=first[len(line.before + line.core) :])
            yield from (Line(Part.SPEECH, part) for part in rest)
        elif line.part in (Part.ACTION, Part.SPEECH):
            columns = ACTION_COLUMNS if line.part is Part.ACTION else SPEECH_COLUMNS
            yield from (Line(line.part, part) for part in _wrapped(line.text, columns))
        else:
            yield line


def _wrapped(text: str, columns: int) -> list[str]:
    """Cut `text` at blanks so that no line is longer than `columns`, unless a word is; the indent is kept."""
    indent = text[: len(text) - len(text.lstrip())]
    lines = [indent]
    for word in text.split():
        if lines[-1].strip() and len(lines[-1]) + len(word) >= columns + len(indent):
            lines.append(indent)
        lines[-1] += word if not lines[-1].strip() else f" {word}"
    return lines


def _no_blanks(page: Page, dice: random.Random) -> Iterator[Line]:
    return (line for line in page.lines if line.part is not Part.BLANK)


KINDS: dict[str, Change] = {
    "no-keyword": lambda page, dice: list(_no_keyword(page, dice)),
    "lower-headings": lambda page, dice: list(_lower_headings(page, dice)),
    "title-cues": lambda page, dice: list(_title_cues(page, dice)),
    "inline-cues": lambda page, dice: list(_inline_cues(page, dice)),
    "hard-wraps": lambda page, dice: list(_hard_wraps(page, dice)),
    "production": printed,
    "no-blanks": lambda page, dice: list(_no_blanks(page, dice)),
    "scan-noise": scanned,
}
NOTHING_TO_CHANGE = {
    "no-keyword": "no heading has INT or EXT",
    "lower-headings": "its headings are written in a script without case",
    "title-cues": "its cues are written in a script without case",
    "inline-cues": "it has no cue",
    "hard-wraps": "no line is longer than the column",
    "production": "it has no heading to number",
    "no-blanks": "it has no blank line",
    "scan-noise": "it is too short for noise",
}
