"""Things: everything of a sheet's categories that a scene mentions, each with its line.

    things_in
      _in_action, _in_speech, _in_heading     what a passage names
        Sentence.phrases                      nouns of the lists
        _pointed                              runs in capitals, which is how scripts point
        done                                  unknown nouns by what is done with them; stunts and effects
    once                                      one mention for each thing of a scene

Every scene is read on its own, so that no other scene can change what is found in it. Speech is read only
where it hands something over; such a thing is marked as `spoken` of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from cine_forge.film.breakdown.capitals import WORD, Run, runs_of, sentences
from cine_forge.film.breakdown.category import THINGS, Category
from cine_forge.film.breakdown.deeds import done
from cine_forge.film.breakdown.grammar import ARTICLES
from cine_forge.film.breakdown.language import language_of
from cine_forge.film.breakdown.lexicon import CAMERA_WORDS, GROUPS, PERSON_NOUNS, VERBS, VOICE_WORDS
from cine_forge.film.breakdown.line_finder import LineFinder
from cine_forge.film.breakdown.nouns.catalogue import catalogue, forms
from cine_forge.film.breakdown.nouns.foreign import LANGUAGES, foreign_nouns
from cine_forge.film.breakdown.phrases import Phrase, Sentence
from cine_forge.film.naming import entity_id
from cine_forge.film.screenplay.document import Element, ElementType
from cine_forge.film.screenplay.word_list import word_list

_POINTED = 0.9
_LED = 0.8
_BARE = 0.65
_GUESSED = 0.5
_SPOKEN = 0.4
_ASIDE = re.compile(r"\(([^()]{3,200})\)|\[([^\[\]]{3,200})\]")
_CALL = re.compile(
    r"\bhangs? up\b(?!\s+(?:the|his|her|a)\b)|\bdials?\b(?! (?:down|back))|\bon (?:the|his|her) phone\b",
    re.IGNORECASE,
)
_HANDED = re.compile(
    r"\b(?:take|hold|drink|eat|have|use|wear|put on|open|drop|grab|bring|(?:give|hand|pass) me"
    r"|here(?:'s|’s| is| are))"
    r"\s+(?:this|these|the|my|your|that|some|a|an)\s+(?P<rest>[^.,;!?—–]{2,60})",
    re.IGNORECASE,
)
_SHOUT = re.compile(r"^(?P<word>[A-Z]{3,12})[!.]+$")


class Spotted(Protocol):
    """Somebody's name in a text."""

    @property
    def start(self) -> int:
        """Return the offset of the name."""


class Named(Protocol):
    """Who is called what; `People` is one."""

    def has_name(self, name: str) -> bool:
        """Whether somebody is called exactly that, in any letters."""

    def named_in(self, text: str) -> Iterator[Spotted]:
        """Yield everyone whom a text names."""


@dataclass(frozen=True)
class Thing:
    """A mention. `name` is as the text has it; `line` is the source's; `noun` is its head in the singular."""

    category: str
    name: str
    line: int
    confidence: float
    noun: str
    spoken: bool = False

    @property
    def entity(self) -> str:
        """Return the id of the thing: what is called by one noun in one category is one thing."""
        return entity_id(self.category, self.noun)


def things_in(elements: Sequence[Element], people: Named) -> tuple[Thing, ...]:
    """Return every mention of a thing in a scene, heading first, in the order of the lines."""
    text = " ".join(one.text for one in elements if one.type is not ElementType.SCENE_HEADING)
    reader = _Reader(people, language_of(text))
    found = [thing for element in elements for thing in reader.read(element)]
    return tuple(dict.fromkeys(found))


def identified(things: Iterable[Thing]) -> tuple[tuple[Thing, Thing], ...]:
    """Pair each mention with the first of the same thing in its scene.

    A bare noun is the fuller name's thing: after `a desk clock`, `the clock` is no second one; `a wall
    clock` and, where colours tell them apart, `the black pistol` and `the silver pistol` are.
    """
    known: dict[tuple[str, str], list[Thing]] = {}
    pairs = []
    for thing in things:
        head = thing.noun.rpartition(" ")[2]
        same = known.setdefault((thing.category, _SAME_AS.get(head, head)), [])
        first = next((one for one in same if not _tells_apart(one, thing)), None)
        if first is None:
            same.append(thing)
        pairs.append((thing, first or thing))
    return tuple(pairs)


def once(things: Iterable[Thing]) -> tuple[Thing, ...]:
    """Return each thing of a scene once, at its first line."""
    return tuple(dict.fromkeys(first for _, first in identified(things)))


_SAME_AS = {
    **dict.fromkeys(("telephone", "cellphone", "smartphone", "mobile", "receiver", "handset"), "phone"),
    **dict.fromkeys(("television", "telly"), "tv"),
    **dict.fromkeys(("automobile", "auto"), "car"),
    **dict.fromkeys(("airplane", "aeroplane", "aircraft"), "plane"),
    **dict.fromkeys(("bicycle",), "bike"),
    **dict.fromkeys(("pistol", "revolver", "handgun"), "gun"),
    **dict.fromkeys(("photograph", "snapshot"), "photo"),
}
"""Nouns by which one scene calls the same thing, each with the word that stands for all."""


def _tells_apart(one: Thing, other: Thing) -> bool:
    """Whether the words before the last noun say that these are two."""
    nouns = [set(thing.noun.split()[:-1]) for thing in (one, other)]
    words = [set(thing.name.lower().split()) for thing in (one, other)]
    if all(nouns) and not nouns[0] & nouns[1]:
        return True
    telling = [own & _TELLING for own in words]
    return all(telling) and not telling[0] & telling[1]


_TELLING = word_list(
    "black white red blue green silver gold grey gray brown yellow pink second third other another first"
)


@dataclass(frozen=True)
class _Reader:
    people: Named
    language: str

    def read(self, element: Element) -> Iterator[Thing]:
        if element.type is ElementType.ACTION:
            lines = LineFinder(element)
            for offset, text in sentences(element.text):
                yield from self._in_action(text, lines, offset)
        elif element.type is ElementType.PARENTHETICAL:
            yield from self._in_action(element.text, LineFinder(element), 0)
        elif element.type is ElementType.DIALOGUE:
            yield from self._in_speech(element)
        elif element.type is ElementType.SCENE_HEADING:
            yield from self._in_heading(element)

    def _in_action(self, text: str, lines: LineFinder, offset: int) -> Iterator[Thing]:
        found = sorted(self._phrases(text), key=lambda pair: pair[0].start)
        for phrase, sure in found:
            yield Thing(phrase.kind, _quiet(phrase.name), lines.at(offset + phrase.start), sure, phrase.noun)

    def _phrases(self, text: str) -> Iterator[tuple[Phrase, float]]:
        runs = {run: self._names_somebody(text[run.start : run.end]) for run in runs_of(text)}
        named = {one.start for one in self.people.named_in(text)}
        sentence = Sentence(text, catalogue(), named)
        somebody = _offsets(run for run, names in runs.items() if names)
        known = [one for one in self._known(sentence) if one.end - 1 not in somebody]
        shouted, taken = _offsets(runs), _offsets(known)
        for phrase in known:
            loud = not shouted.isdisjoint(range(phrase.start, phrase.end))
            yield phrase, _POINTED if loud and phrase.led else _LED if phrase.led else _BARE
        fresh = (
            run for run, names in runs.items() if not names and taken.isdisjoint(range(run.start, run.end))
        )
        pointed = [one for run in fresh if (one := _pointed(sentence, run)) is not None]
        yield from ((phrase, _LED) for phrase in pointed)
        if self.language != "en":
            return
        for phrase in done(sentence, [*known, *pointed]):
            if not self._is_person(phrase.name):
                yield phrase, _GUESSED
        yield from self._rest(text)

    def _known(self, sentence: Sentence) -> Iterator[Phrase]:
        """The things of a sentence that the lists of its language know."""
        if self.language == "en":
            yield from (one for one in _heard_by_name(sentence) if self._is_thing(one))
        else:
            yield from self._foreign(sentence.text)

    def _names_somebody(self, text: str) -> bool:
        return any(True for _ in self.people.named_in(text))

    def _foreign(self, text: str) -> Iterator[Phrase]:
        """The things of a sentence in a language that has lists but no grammar here."""
        if self.language not in LANGUAGES:
            return
        nouns = foreign_nouns(self.language)
        for word in WORD.finditer(text):
            found = nouns.find(word.group())
            if found and not self._is_person(word.group()):
                yield Phrase(found[0], word.group(), found[1], word.start(), word.end(), False)

    def _rest(self, text: str) -> Iterator[tuple[Phrase, float]]:
        """A telephone that a call implies, and a noise that is a sentence of its own."""
        for call in _CALL.finditer(text):
            yield Phrase(Category.PROP.value, "phone", "phone", call.start(), call.end(), False), _GUESSED
        shout = _SHOUT.match(text.strip())
        if shout and shout["word"].lower() not in CAMERA_WORDS and not self._is_person(shout["word"]):
            word = shout["word"].lower()
            if catalogue().kind(word) in (None, "sound") and word not in VERBS:
                yield Phrase(Category.SOUND.value, word, word, 0, len(text), False), _GUESSED

    def _is_thing(self, phrase: Phrase) -> bool:
        if phrase.noun == "camera" and phrase.name.lower() == "camera":
            return False
        if not (self._is_person(phrase.name) or self._is_person(phrase.noun)):
            return True
        return phrase.led and phrase.name.islower() and phrase.kind in _PLAYED_BY_THINGS

    def _is_person(self, name: str) -> bool:
        return self.people.has_name(name)

    def _in_speech(self, element: Element) -> Iterator[Thing]:
        lines = LineFinder(element)
        for aside in _ASIDE.finditer(element.text):
            group = 1 if aside[1] else 2
            yield from self._in_action(aside[group], lines, aside.start(group))
        if self.language != "en":
            return
        for handed in _HANDED.finditer(_ASIDE.sub("", element.text) if "(" in element.text else element.text):
            first = next(Sentence(handed.group(), catalogue()).phrases(), None)
            if first is not None and first.kind in _HANDED_OVER and self._is_thing(first):
                line = lines.at(element.text.find(handed["rest"]))
                yield Thing(first.kind, first.name, line, _SPOKEN, first.noun, spoken=True)

    def _in_heading(self, element: Element) -> Iterator[Thing]:
        sentence = Sentence(element.text.lower(), catalogue())
        for phrase in sentence.phrases():
            if phrase.kind == "vehicle":
                yield Thing(phrase.kind, phrase.name, element.line, _LED, phrase.noun)


_PLAYED_BY_THINGS = frozenset({Category.PROP.value, Category.SET_DRESSING.value, Category.VEHICLE.value})
"""What must be brought to the set even when it speaks; an animal that speaks is cast."""
_HANDED_OVER = frozenset({Category.PROP.value, Category.WARDROBE.value})


def _quiet(name: str) -> str:
    """Write a name that the script shouts in small letters; others keep theirs."""
    return " ".join(word.lower() if word.isupper() else word for word in name.split())


def _heard_by_name(sentence: Sentence) -> Iterator[Phrase]:
    """The phrases of a sentence; `the sound of` something is called by what is heard, and is no thing."""
    end = 0
    for phrase in sentence.phrases():
        if phrase.start < end:
            continue
        heard = list(sentence.list_after(phrase.end)) if phrase.noun in _MERE_SOUNDS else []
        if heard:
            end = heard[-1].end
            yield from heard
        else:
            yield phrase


_MERE_SOUNDS = frozenset({"sound", "noise"})


_LABELS = word_list("marked named called labelled labeled titled reading reads saying says read say")


def _offsets(spans: Iterable[Run | Phrase]) -> set[int]:
    return {offset for span in spans for offset in range(span.start, span.end)}


def _pointed(sentence: Sentence, run: Run) -> Phrase | None:
    """A run in capitals that an article leads to and that no list knows: a prop."""
    words = [word.lower() for word in run.words if word != "THE"]
    if not words or len(words) > 4 or any(letter.isdigit() for letter in words[-1]) or len(words[-1]) < 3:
        return None
    first = sentence.place_at(run.start)
    if run.words[0] != "THE" and sentence.lead(first) is None:
        return None
    if sentence.before(first) in _LABELS:
        return None
    refused = PERSON_NOUNS | VERBS | CAMERA_WORDS | GROUPS | VOICE_WORDS | ARTICLES
    if set(forms(words[-1])) & refused:
        return None
    kind = catalogue().kind(words[-1])
    if kind is not None and kind not in THINGS:
        return None
    noun = next(reversed(list(forms(words[-1]))))
    return Phrase(kind or Category.PROP.value, " ".join(words), noun, run.start, run.end, True)
