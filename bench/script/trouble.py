"""Trouble: how each reader does on the corrupted scripts, kind by kind and pair by pair."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from bench.script.labelled import Marks, marks
from bench.script.reader import Reader
from bench.script_corruption import Corrupted


@dataclass(frozen=True)
class Trouble:
    """The marks of one reader for one kind or pair of kinds, a mark for each file."""

    kinds: tuple[str, ...]
    files: tuple[Marks, ...]

    @property
    def headings(self) -> float:
        """Return the mean F1 of headings."""
        return mean(one.headings or 0.0 for one in self.files)

    @property
    def cues(self) -> float:
        """Return the mean F1 of cues."""
        return mean(one.cues or 0.0 for one in self.files)

    @property
    def mean(self) -> float:
        """Return the lower of the two means."""
        return min(self.headings, self.cues)

    @property
    def worst(self) -> Marks:
        """Return the file with the lowest mark of all."""
        return min(self.files, key=least)


def least(one: Marks) -> float:
    """Return the lower of a file's two marks."""
    return min(one.headings or 0.0, one.cues or 0.0)


def troubles(reader: Reader, corrupted: Sequence[Corrupted]) -> list[Trouble]:
    """Let `reader` read every file; the kinds come in the order of the files."""
    found: defaultdict[tuple[str, ...], list[Marks]] = defaultdict(list)
    for one in corrupted:
        reading = reader.read_text(one.page.name, one.page.text)
        found[one.kinds].append(Marks(one.page.name, *marks(reading, one.page.headings, one.page.cues)))
    return [Trouble(kinds, tuple(files)) for kinds, files in found.items()]
