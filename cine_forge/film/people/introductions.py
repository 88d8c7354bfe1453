"""Introductions: where action presents a person, `JACK McCORD (35), a former outlaw …`.

An introduction is strong when it carries an age or a clause with a person's noun, weak when it only points.
Strong ones give a person the description that the look is designed from.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from cine_forge.film.breakdown.capitals import WORD, Run, runs_of, sentences
from cine_forge.film.breakdown.lexicon import (
    CAMERA_WORDS,
    DETERMINERS,
    NOT_NAMES,
    PERSON_NOUNS,
    SOUNDS,
    TITLES,
    VERBS,
    WARDROBE,
)
from cine_forge.film.screenplay.cues import is_age, is_capitals

_BRACKET = re.compile(r"\(([^()]{1,60})\)")
_AGE_BRACKET = re.compile(r"[ \t]{0,4}\(([^()]{1,60})\)")
_AGE_COMMA = re.compile(r",[ \t]*((?:(?:early|mid|late)[ -])?\d{1,2}(?:['’]?s)?)(?=[,.;)]|$)", re.IGNORECASE)
_APPOSED = frozenset({"the", "a", "an", "his", "her", "their", "our", "its"})
_OF_OTHERS = frozenset({"his", "her", "their", "our", "its"})
_MOST_APPOSED = 3
_FORMER = frozenset({"former", "retired", "aspiring"})
_PRONOUN = re.compile(r"^(?:He|She|They)(?:['’]s| is| are| wears?| has| carries)\b|^(?:His|Her|Their)\b")
_NAMING = re.compile(r"\b(?:is|be|named|called|meet|by|as|see)[ \t]+$", re.IGNORECASE)
_CLAUSE_WORDS = 10
_MOST_CLAUSE = 140


@dataclass(frozen=True)
class Introduction:
    """A name where action presents it. `words` in capitals, `spelling` as written."""

    words: tuple[str, ...]
    spelling: str
    description: str
    strong: bool
    naming: bool
    role: bool


def introductions_in(text: str) -> Iterator[Introduction]:
    """Yield every person that a paragraph of action presents, in order."""
    pieces = list(sentences(text))
    for number, (_, sentence) in enumerate(pieces):
        following = pieces[number + 1][1] if number + 1 < len(pieces) else ""
        runs = [run for run in _candidates(sentence) if not run.possessive]
        for run, end in _with_ends(sentence, runs):
            yield _introduction(sentence, run, end, following if end == len(sentence) else "")


def _with_ends(sentence: str, runs: list[Run]) -> list[tuple[Run, int]]:
    """Give each name the offset where the next strong introduction begins, or the sentence ends."""
    end, ended = len(sentence), []
    for run in reversed(runs):
        ended.append((run, end))
        end = run.start if _is_strong(sentence, run) else end
    return ended[::-1]


def _candidates(sentence: str) -> list[Run]:
    """Runs in capitals, and names in title case that an age in brackets follows."""
    runs = [run for run in runs_of(sentence) if _can_be_person(run)]
    starts, aged = [run.start for run in runs], list[Run]()
    for found in _BRACKET.finditer(sentence):
        if is_age(found[1].partition(",")[0]):
            run = _name_before(sentence, found.start())
            before = bisect_right(starts, run.start) - 1 if run else -1
            if run and (before < 0 or runs[before].end <= run.start):
                aged.append(run)
    return sorted((*runs, *aged), key=lambda run: run.start)


def _name_before(sentence: str, end: int) -> Run | None:
    """The run of capitalised words that ends at `end`."""
    words: list[re.Match[str]] = []
    for word in reversed(list(WORD.finditer(sentence[max(0, end - 80) : end]))):
        gap_end = words[0].start() if words else end - max(0, end - 80)
        gap = sentence[max(0, end - 80) :][word.end() : gap_end]
        after_title = gap == ". " and word.group().lower() in TITLES
        if not word.group()[0].isupper() or word.group().lower() in NOT_NAMES:
            break
        if gap.strip(' "“”') and not after_title:
            break
        words.insert(0, word)
    if not words or any(is_capitals(word.group()) and len(word.group()) > 2 for word in words):
        return None
    shift = max(0, end - 80)
    return Run(tuple(word.group().upper() for word in words), shift + words[0].start(), end)


def _can_be_person(run: Run) -> bool:
    words = [word.lower() for word in run.words]
    if len(words) > 6 or words[-1] in CAMERA_WORDS or words[-1] in WARDROBE:
        return False
    return not any(word in SOUNDS or word in VERBS for word in words) and words[0] not in CAMERA_WORDS


def _introduction(sentence: str, run: Run, end: int, following: str) -> Introduction:
    strong = _is_strong(sentence, run)
    naming = (
        strong
        or sentence[run.end : run.end + 1] in (",", ";")
        or bool(_NAMING.search(sentence[max(0, run.start - 20) : run.start]))
    )
    role = run.words[-1].lower() in PERSON_NOUNS and _is_pointed_at(sentence, run)
    description = _description(sentence, run, end, following) if strong else ""
    spelling = " ".join(sentence[run.start : run.end].split())
    return Introduction(_bare_words(run), spelling, description, strong, naming, role)


def _is_strong(sentence: str, run: Run) -> bool:
    """Whether an age, or a clause with a person's noun, follows the name."""
    rest = sentence[run.end : run.end + _MOST_CLAUSE]
    bracket = _AGE_BRACKET.match(rest)
    aged = bool(bracket and is_age(re.split(r"[,;]", bracket[1])[0])) or bool(_AGE_COMMA.match(rest))
    return aged or (rest.startswith(",") and _has_person_noun(rest))


def _bare_words(run: Run) -> tuple[str, ...]:
    return tuple(word.upper() for word in run.words)


def _has_person_noun(rest: str) -> bool:
    words = [word.group().lower() for word in WORD.finditer(rest[:120])][:_CLAUSE_WORDS]
    return any(word.removesuffix("'s") in PERSON_NOUNS | _FORMER for word in words)


def _is_pointed_at(sentence: str, run: Run) -> bool:
    """Whether the run opens the sentence, or an article stands at most three words before it."""
    before = sentence[max(0, run.start - 60) : run.start].rstrip()
    if not before or before[-1] in ".,;:—–-":
        return True
    words = [word.group().lower() for word in WORD.finditer(before)][-3:]
    return run.words[0] == "THE" or any(word in DETERMINERS for word in words)


def _description(sentence: str, run: Run, end: int, following: str) -> str:
    """The words about this person: an apposition before the name, up to the next name, and on dress.

    A pronoun at its head (`her partner, TOM`) is somebody else's and is left out.
    """
    start = _apposed(sentence, run.start)
    told = sentence[start : _apposed(sentence, end) if end < len(sentence) else end]
    words = {word.group().lower() for word in WORD.finditer(following)}
    if following and _PRONOUN.match(following) and words & WARDROBE:
        told = f"{told} {following}"
    first, _, rest = " ".join(told.split()).strip(" ,;").partition(" ")
    return rest if rest and first.lower() in _OF_OTHERS else f"{first} {rest}".strip()


def _apposed(sentence: str, start: int) -> int:
    """Where `the sheriff, ` before a name at `start` begins, else `start`: an article, three words."""
    words: list[re.Match[str]] = []
    shift = max(0, start - 60)
    for word in reversed(list(WORD.finditer(sentence[shift:start]))):
        gap = sentence[shift + word.end() : shift + words[0].start() if words else start]
        if gap.strip() not in ("", "," if not words else "") or len(words) > _MOST_APPOSED:
            return start
        words.insert(0, word)
        if word.group().lower() in _APPOSED:
            return shift + word.start()
    return start


def is_title(word: str) -> bool:
    """Whether a word is a form of address or rank rather than a name."""
    return word.lower().strip(".") in TITLES
