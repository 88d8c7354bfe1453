"""Capitals: the runs of words in capitals within a sentence of action, which is how scripts point.

A run is a person, a thing or a noise; `film/people` and `things` decide. A sentence all in capitals
points at nothing and has no runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cine_forge.film.breakdown.lexicon import NOT_NAMES, TITLES
from cine_forge.film.naming import without_possessive
from cine_forge.film.screenplay.cues import is_capitals

WORD = re.compile(r"[^\W_][\w'’\-]*")
_GAP = re.compile(r"^(?:[ \t]+[\"“]?|\.[ \t]+|[\"”][ \t]+)$")
_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++[\"”')]*\s+")
_MOST_WORDS = 12
_JOINERS = frozenset({"AND", "OR", "AKA", "OF", "TO", "IN", "ON", "AT", "WITH", "VS"})


@dataclass(frozen=True)
class Run:
    """Words in capitals. `start` and `end` are offsets in the sentence; a possessive ends a run."""

    words: tuple[str, ...]
    start: int
    end: int
    possessive: bool = False

    @property
    def text(self) -> str:
        """Return the words with single spaces."""
        return " ".join(self.words)


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Yield (offset, sentence); an abbreviated title such as `Sgt.` ends no sentence."""
    start = 0
    for found in _SENTENCE_END.finditer(text):
        before = text[max(start, found.start() - 12) : found.start()].rpartition(" ")[2]
        abbreviated = found.group().startswith(". ") and before.lower() in TITLES
        if not abbreviated:
            yield start, text[start : found.end()].rstrip()
            start = found.end()
    if text[start:].strip():
        yield start, text[start:]


def runs_of(sentence: str) -> tuple[Run, ...]:
    """Return the runs of a sentence, in order, each as long as it goes."""
    if not any(letter.islower() for letter in sentence):
        return ()
    found: list[Run] = []
    for word in WORD.finditer(sentence):
        text = word.group()
        bare = without_possessive(text) if text[-1] in "sS" else text.rstrip("'’-")
        if not _points(bare):
            continue
        possessive = bare != text
        last = found[-1] if found else None
        if last and not last.possessive and _joins(sentence[last.end : word.start()], last):
            found[-1] = Run((*last.words, bare), last.start, word.end(), possessive)
        else:
            found.append(Run((bare,), word.start(), word.end(), possessive))
    return tuple(run for run in (_trimmed(run, sentence) for run in found) if run)


def _points(word: str) -> bool:
    if word[:1].islower() or word in _JOINERS or not is_capitals(word):
        return False
    return len(word) > 1 or word.isalpha()


def _joins(gap: str, last: Run) -> bool:
    if len(last.words) >= _MOST_WORDS:
        return False
    if gap.startswith("."):
        return bool(_GAP.match(gap)) and (last.words[-1].lower() in TITLES or len(last.words[-1]) == 1)
    return bool(_GAP.match(gap))


def _trimmed(run: Run, sentence: str) -> Run | None:
    """Drop articles and pronouns at the head; single letters alone are no run."""
    words, start = list(run.words), run.start
    while words and (words[0].lower() in NOT_NAMES and (len(words) == 1 or words[0] != "THE")):
        word = words.pop(0)
        start = sentence.find(words[0], start + len(word)) if words else start
    if not words or (len(words) == 1 and len(words[0]) < 2) or words == ["THE"]:
        return None
    return Run(tuple(words), start, run.end, run.possessive)
