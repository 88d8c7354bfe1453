"""Parser corpora: every test file that other parsers keep is read, and expectations are compared where given.

Only Jouvence's files say what they expect. Its model differs from ours in three ways that are no matter of
reading, and are evened out on both sides: it joins paragraphs of action into one, keeps the marks of
emphasis, and has centred text and stray blank lines as action. What still differs is listed with its reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bench.script.clean_script import DATA
from cine_forge.film.screenplay.document import Document, ElementType
from cine_forge.film.screenplay.reading import read_script, read_source
from cine_forge.film.screenplay.source_text import decode_source
from cine_forge.kernel.ground.errors import CineForgeError

_TYPES = {
    "@": ElementType.CHARACTER,
    "=": ElementType.DIALOGUE,
    "_": ElementType.PARENTHETICAL,
    ".": ElementType.SCENE_HEADING,
    ">": ElementType.TRANSITION,
    "~": ElementType.LYRIC,
    "#": ElementType.SECTION,
    "+": ElementType.SYNOPSIS,
}
_UNSEEN = (ElementType.NOTE, ElementType.BONEYARD, ElementType.TITLE)
_EMPHASIS = str.maketrans("", "", "*_")
REASONS = {
    "test_boneyard.yaml 2": "a boneyard that stands on lines of its own leaves an empty line, which parts "
    "two paragraphs of action; Jouvence takes the lines out as well and joins them",
    "test_lyrics.yaml 2": "Fountain's syntax page makes every line with a tilde a lyric; Jouvence asks for a "
    "blank line after it and takes both lines for action",
}

Told = tuple[ElementType, str]


@dataclass(frozen=True)
class Case:
    """One input with what it should become. `name` is the file and the case's number in it, from 1."""

    name: str
    text: str
    expected: tuple[Told, ...]
    title: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Difference:
    """An element on one side only (`+` found, `-` expected), with the reason or an empty one."""

    case: str
    side: str
    kind: str
    text: str
    why: str


@dataclass(frozen=True)
class Compared:
    """All cases together. `equal` counts the expected elements that were found."""

    cases: int
    expected: int
    found: int
    equal: int
    differences: tuple[Difference, ...]

    @property
    def f1(self) -> float:
        """Return the F1 over all elements."""
        return 2 * self.equal / (self.expected + self.found)


@dataclass(frozen=True)
class Parsed:
    """One file of a corpus. `refused` holds the fault when it was not read."""

    name: str
    elements: int
    refused: str


def corpus_files(data: Path = DATA) -> list[Path]:
    """Return every script of the corpora; Jouvence's cases stand in YAML and are not among them."""
    return sorted(path for path in (data / "parser_corpora").rglob("*.*") if path.suffix != ".yaml")


def parse(path: Path) -> Parsed:
    """Read one file of a corpus."""
    try:
        return Parsed(path.name, len(read_script(path).elements), "")
    except CineForgeError as refused:
        return Parsed(path.name, 0, str(refused.faults[0]))


def cases(data: Path = DATA) -> Iterator[Case]:
    """Yield Jouvence's cases in order."""
    for path in sorted((data / "parser_corpora" / "Jouvence").glob("*.yaml")):
        documents = yaml.safe_load_all(path.read_text(encoding="utf-8"))
        for number, one in enumerate((one for one in documents if one), 1):
            yield Case(f"{path.name} {number}", one["in"], tuple(_expected(one["out"])), _title(one))


def compare(given: Sequence[Case]) -> Compared:
    """Read every case and compare it with what it expects."""
    expected = found = equal = 0
    differences: list[Difference] = []
    for case in given:
        document = read_source(decode_source("case.fountain", case.text.encode()))
        told = Counter([*case.expected, *((ElementType.TITLE, f"{k}: {v}") for k, v in case.title)])
        read = Counter([*_found(document), *_found_title(document)])
        expected, found, equal = (
            expected + told.total(),
            found + read.total(),
            equal + (told & read).total(),
        )
        differences += [_difference(case, "-", *one) for one in (told - read).elements()]
        differences += [_difference(case, "+", *one) for one in (read - told).elements()]
    return Compared(len(given), expected, found, equal, tuple(differences))


def _difference(case: Case, side: str, kind: ElementType, text: str) -> Difference:
    return Difference(case.name, side, kind.value, text, REASONS.get(case.name, ""))


def _expected(out: Sequence[str]) -> Iterator[Told]:
    for told in out:
        if told == "<pagebreak>":
            yield ElementType.PAGE_BREAK, ""
        elif told.startswith("!><"):
            yield ElementType.CENTERED, _plain(told[3:])
        elif told.startswith("!"):
            yield from _paragraphs(told[1:])
        else:
            yield _TYPES[told[0]], _plain(told[1:])


def _paragraphs(text: str) -> Iterator[Told]:
    """Cut joined action at its blank lines."""
    for part in text.split("\n\n"):
        if part.strip():
            yield ElementType.ACTION, _plain(part.strip("\n"))


def _title(one: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((key.lower(), _plain(value)) for key, value in (one.get("title") or {}).items())


def _found(document: Document) -> Iterator[Told]:
    for one in document.elements:
        if one.type is ElementType.ACTION:
            yield from _paragraphs(one.text)
        elif one.type is ElementType.PAGE_BREAK:
            yield one.type, ""
        elif one.type not in _UNSEEN:
            yield one.type, _plain(one.text)


def _found_title(document: Document) -> Iterator[Told]:
    for key, value in document.title_page.items():
        yield ElementType.TITLE, f"{key.lower()}: {_plain(value)}"


def _plain(text: str) -> str:
    return text.translate(_EMPHASIS).rstrip()
