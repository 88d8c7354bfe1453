"""Featured props: the things that a scene's own boards must show, rather few than wrong.

`breakdown` keeps them with the scene, whose shots are divided by them: a prop too many is an insert too many.
They are those in capitals after an article and the common nouns of a short list. All that a scene mentions,
for the departments, is found by `things`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cine_forge.film.breakdown.capitals import WORD, Run, runs_of, sentences
from cine_forge.film.breakdown.lexicon import (
    BODY_WORDS,
    CAMERA_WORDS,
    DETERMINERS,
    GROUPS,
    PERSON_NOUNS,
    PROPS,
    SOUNDS,
    VEHICLES,
    VERBS,
    VOICE_WORDS,
    WARDROBE,
)
from cine_forge.film.breakdown.scene_draft import SceneDraft
from cine_forge.film.people.people import People
from cine_forge.film.screenplay.word_list import word_list

_LABELS = frozenset(
    {"marked", "named", "called", "labelled", "labeled", "titled", "reading", "saying", "like"}
)
_NO_ADJECTIVES = frozenset(
    {"and", "or", "of", "in", "on", "at", "is", "are", "was", "to", "with", "from", "by", "as"}
)
_UNCOUNTED = frozenset(
    {"news", "glasses", "binoculars", "handcuffs", "headphones", "bus", "trousers", "pants"}
)
_BEFORE_VERBS = frozenset({"to", "he", "she", "they", "it", "who", "can", "will", "then"})
_VERBS_TOO = word_list(
    """watches watch matches match keys books book pills drums clocks cards files file boxes mops mop masks
    coats belts hammers brushes brush pipes trains train ships ship drive pictures picture bags
    crowns trays tapes tape notes note suits suit ties tie caps pants shorts shuttle cloaks cart
    carts record rings ring whistles whistle box"""
)
_CATEGORIES = (("wardrobe", WARDROBE), ("vehicle", VEHICLES), ("prop", PROPS))


@dataclass(frozen=True)
class _Thing:
    """A thing by category and name, at an offset that orders it."""

    category: str
    name: str


def featured_props(draft: SceneDraft, people: People) -> tuple[str, ...]:
    """Return the names of the props that the boards of a scene should show, in order, each once."""
    first: dict[_Thing, None] = {}
    covered: set[_Thing] = set()
    for element in draft.actions:
        for _, sentence in sentences(element.text):
            for thing in _in_sentence(sentence, people):
                if thing not in covered:
                    first.setdefault(thing)
                short = thing.name.rpartition(" ")[2]
                if short != thing.name:
                    covered |= {_Thing(thing.category, short), _Thing("prop", short)}
    return tuple(thing.name for thing in first if thing.category == "prop")


def _in_sentence(sentence: str, people: People) -> Iterator[_Thing]:
    taken: set[int] = set()
    for run in runs_of(sentence):
        taken.update(range(run.start, run.end))
        if not any(True for _ in people.named_in(sentence[run.start : run.end])):
            yield from _pointed(sentence, run)
    for word in WORD.finditer(sentence):
        name = _singular(word.group().lower())
        category = _category(name)
        if (
            category
            and word.start() not in taken
            and _is_common(sentence, word)
            and not people.has_name(name)
        ):
            yield _Thing(category, name)


def _pointed(sentence: str, run: Run) -> Iterator[_Thing]:
    """A run in capitals that an article or a possessive leads to, and that is a thing."""
    words = [word.lower() for word in run.words if word != "THE"]
    if not words or len(words) > 4 or not _is_led_to(sentence, run):
        return
    words += _compound(sentence, run)
    last = _singular(words[-1])
    if _category(last) is None and (len(words[-1]) <= 3 or any(letter.isdigit() for letter in last)):
        return
    refused = PERSON_NOUNS | SOUNDS | VERBS | CAMERA_WORDS | BODY_WORDS | GROUPS | VOICE_WORDS
    if last in refused or words[-1] in refused:
        return
    name = " ".join((*words[:-1], last))
    yield _Thing(_category(last) or "prop", name)


def _category(name: str) -> str | None:
    return next((category for category, words in _CATEGORIES if name in words), None)


def _compound(sentence: str, run: Run) -> list[str]:
    """The known noun right behind a run: `USB drive`."""
    following = WORD.match(sentence, run.end + 1) if sentence[run.end : run.end + 1] == " " else None
    known = following is not None and _category(_singular(following.group())) is not None
    return [following.group()] if following and known else []


def _is_led_to(sentence: str, run: Run) -> bool:
    """Whether an article stands before the run with only adjectives between, in the same clause."""
    if run.words[0] == "THE":
        return True
    before = re.split(r"[,;:.()—–]", sentence[max(0, run.start - 60) : run.start])[-1]
    words = [word.group().lower() for word in WORD.finditer(before)][-3:]
    for word in reversed(words):
        if word in DETERMINERS or word.endswith(("'s", "’s")):
            return True
        if word in _LABELS or word in _NO_ADJECTIVES:
            return False
    return False


def _is_common(sentence: str, word: re.Match[str]) -> bool:
    """Whether a word is a thing here: no part of a name (`Taco Bell`), verb (`she watches`) or likeness."""
    text = word.group()
    head = sentence[max(0, word.start() - 30) : word.start()]
    before = [found.group().lower() for found in WORD.finditer(head)]
    if not (text.islower() or text.isupper() or not before) or "like" in before[-2:]:
        return False
    if text.lower() in _VERBS_TOO:
        return bool(before) and (before[-1] in DETERMINERS or before[-1].endswith(("'s", "’s")))
    return not before or before[-1] not in _BEFORE_VERBS


def _singular(word: str) -> str:
    word = word.removesuffix("'s").removesuffix("’s")
    if word in _UNCOUNTED or word in WARDROBE:
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
