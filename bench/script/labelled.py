"""Labelled files: which files of the shared data carry gold labels, and what each reader makes of them.

A gold file speaks for the script it names, for that script's FDX twin and for the messy copies that were
made from it. Twins are compared with each other as well, heading by heading and cue by cue.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from bench.script.clean_script import DATA, gold_cues, gold_headings
from bench.script.reader import Reader, Reading, f1
from bench.script_corruption import KEYWORD
from cine_forge.film.screenplay.document import ElementType
from cine_forge.film.screenplay.reading import read_script

_NO_KEYWORD = "nokeyword"
_UNNUMBERED = ".fadein"
_SHOWN = {ElementType.SCENE_HEADING: "heading", ElementType.CHARACTER: "cue"}


@dataclass(frozen=True)
class Labelled:
    """A file and what a reader should find in it, normalised."""

    path: Path
    headings: Counter[str]
    cues: Counter[str]


@dataclass(frozen=True)
class Marks:
    """How well one reader read one file; None for both when it has no reader for this kind."""

    file: str
    headings: float | None
    cues: float | None


def labelled_files(data: Path = DATA) -> list[Labelled]:
    """Return every labelled file, in order of name."""
    found: list[Labelled] = []
    for path in sorted((data / "gold").glob("*.gold.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        if "script" in gold:
            headings, cues = gold_headings(gold), gold_cues(gold)
            found += [Labelled(one, _for(one, headings), cues) for one in _copies(data, gold["script"])]
    return found


def marks_of(reader: Reader, labelled: Labelled) -> Marks:
    """Let one reader read one file."""
    reading = reader.read(labelled.path)
    if reading is None:
        return Marks(labelled.path.name, None, None)
    headings, cues = marks(reading, labelled.headings, labelled.cues)
    return Marks(labelled.path.name, headings, cues)


def marks(reading: Reading, headings: Counter[str], cues: Counter[str]) -> tuple[float, float]:
    """Return the F1 of the headings and of the cues."""
    return f1(Counter(reading.headings), headings), f1(Counter(reading.cues), cues)


def twins(data: Path = DATA) -> list[tuple[Path, Path]]:
    """Return every FDX or Fade In file with the Fountain file of the same stem beside it."""
    folders = ("scripts", "parser_corpora/*")
    found = [
        path for folder in folders for end in ("fdx", "fadein") for path in data.glob(f"{folder}/*.{end}")
    ]
    pairs = [(path.with_suffix(".fountain"), path) for path in sorted(found)]
    return [pair for pair in pairs if pair[0].is_file()]


def twin_differences(first: Path, second: Path) -> list[str]:
    """Return where two twins differ in scenes and cues, as lines of a diff; empty when they agree exactly."""
    numbers = _UNNUMBERED not in (first.suffix, second.suffix)
    left, right = _skeleton(first, numbers), _skeleton(second, numbers)
    return list(unified_diff(left, right, first.name, second.name, n=0, lineterm=""))


def _copies(data: Path, script: str) -> Iterator[Path]:
    original = data / "scripts" / script
    yield original
    twin = original.with_suffix(".fdx")
    if twin.is_file():
        yield twin
    yield from sorted((data / "scripts" / "messy").glob(f"{original.stem}.*"))


def _for(path: Path, headings: Counter[str]) -> Counter[str]:
    if _NO_KEYWORD not in path.name:
        return headings
    return Counter(KEYWORD.sub("", text) for text in headings.elements())


def _skeleton(path: Path, numbers: bool) -> Sequence[str]:
    """Return headings with their numbers and cues, as they are spelled; Fade In files keep no numbers."""
    return [
        f"{_SHOWN[one.type]} {' '.join(one.text.split())} {one.number or '' if numbers else ''}".rstrip()
        for one in read_script(path).elements
        if one.type in _SHOWN
    ]
