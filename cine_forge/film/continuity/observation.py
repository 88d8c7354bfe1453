"""Observations: what the action of a scene says of a person and a thing, sentence by sentence.

Somebody is named, a verb of the tables follows, a garment or a prop stands behind it: that is an
observation, with its line. `he` and `she` are the one who was named last; that is less sure. The grammar is
English: a script in another language yields nothing, rather than a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from cine_forge.film.breakdown.capitals import sentences
from cine_forge.film.breakdown.grammar import ARTICLES, ENDS_A_PHRASE
from cine_forge.film.breakdown.line_finder import LineFinder
from cine_forge.film.breakdown.nouns.catalogue import catalogue
from cine_forge.film.breakdown.phrases import Phrase, Sentence
from cine_forge.film.breakdown.scene_draft import SceneDraft
from cine_forge.film.continuity.deed import (
    ABSENT,
    BARE,
    BREAKING,
    BREAKING_ITSELF,
    DYING,
    GIVING,
    HAVING,
    HEALTHY,
    HURTING,
    LEAVING,
    PUTTING_ON,
    SIDE,
    TAKING,
    TAKING_OFF,
    WEARING,
    WITH_OFF,
    WITH_ON,
    Deed,
)
from cine_forge.film.people.people import People

_WORN, _CARRIED = "wardrobe", frozenset({"prop", "wardrobe", "animal"})
_BREAKABLE = frozenset({"prop", "vehicle", "set_dressing", "wardrobe"})
_OWNED = re.compile(r"(?:his|her|him)\b", re.IGNORECASE)
_PRONOUNS = frozenset({"he", "she", "him", "her", "his"})
_NAMED, _SAID_OF = 0.9, 0.65
_ABOUT = 0.8
_MOST_ADJECTIVES = 3


@dataclass(frozen=True)
class Observation:
    """A person (an id, or None), what is done, and the thing. `noun` has no adjectives, `name` has them.

    `line` is the source's; `text` the sentence.
    """

    deed: Deed
    person: str | None
    noun: str
    name: str
    line: int
    text: str
    confidence: float


@dataclass(frozen=True)
class _Who:
    """Somebody in a sentence, at an offset; by name or by pronoun."""

    person: str
    start: int
    confidence: float


def observe(draft: SceneDraft, people: People) -> Iterator[Observation]:
    """Yield what the action of a scene says, in order."""
    last: str | None = None
    for element in draft.actions:
        lines = LineFinder(element)
        for offset, text in sentences(element.text):
            reader = _Sentence(text, people, last)
            for start, seen in reader.observations():
                yield replace(seen, line=lines.at(offset + start), text=text.strip())
            last = reader.named[-1].person if reader.named else last


class _Sentence:
    """One sentence: who and what is in it. Offsets are those of its text."""

    def __init__(self, text: str, people: People, last: str | None) -> None:
        self.text = text
        found = list(people.named_in(text))
        self.named = [_Who(one.id, one.start, _NAMED) for one in found if one.present]
        self.grammar = Sentence(text, catalogue(), {one.start for one in found})
        meant = self.named[0].person if len(self.named) == 1 else last if not self.named else None
        said = (
            _Who(meant, word.start(), _SAID_OF if meant is last and not self.named else _NAMED)
            for word in self.grammar.words
            if meant and word.group().lower() in _PRONOUNS
        )
        self.who = sorted((*self.named, *said), key=lambda one: one.start)
        self.doers = [one for one in self.who if not _OWNED.match(text, one.start)] or self.who
        self.phrases = [one for one in self.grammar.phrases() if one.kind in _BREAKABLE | _CARRIED]

    def observations(self) -> Iterator[tuple[int, Observation]]:
        """Yield each observation with its offset."""
        yield from self._lacking()
        for phrase in self.phrases:
            yield from self._of(phrase)
        yield from self._of_bodies()

    def _of(self, phrase: Phrase) -> Iterator[tuple[int, Observation]]:
        verb, particle = self._verb(phrase)
        who = self._doer(phrase.start)
        if phrase.kind in _BREAKABLE and self._is_broken(phrase, verb, particle):
            yield phrase.start, self._seen(Deed.BREAKS, who, phrase)
            return
        if who is None:
            return
        if phrase.kind == _WORN:
            deed = _worn(verb, particle) or self._described(phrase, who, verb)
            if deed:
                yield phrase.start, self._seen(deed, who, phrase)
                return
        if phrase.kind not in _CARRIED:
            return
        if verb in GIVING and (other := self._receiver(phrase, who)):
            yield phrase.start, self._seen(Deed.LEAVES, who, phrase)
            yield phrase.start, self._seen(Deed.TAKES, other, phrase)
        elif deed := _carried(verb, particle):
            yield phrase.start, self._seen(deed, who, phrase)

    def _verb(self, phrase: Phrase) -> tuple[str, str]:
        """The verb of the tables whose object the thing is, and the particle with it; or nothing.

        Between the two only further objects may stand: `wears a hat and a coat`, not `a roll of notes`.
        """
        small, words = self.grammar.small, self.grammar.words
        who = self._doer(phrase.start)
        first = who.start if who else -1
        places = [at for at, word in enumerate(words) if first < word.start() < phrase.start]
        behind = next((small[at] for at, word in enumerate(words) if word.start() >= phrase.end), "")
        for at in reversed(places):
            word = small[at]
            if self._within_phrase(at):
                continue
            if word in _VERBS and self.grammar.lead(at) is None:
                ahead = small[at + 1] if at + 1 < len(small) else ""
                return word, ahead if ahead in _PARTICLES else behind if behind in _PARTICLES else ""
            if word in _PARTICLES and at and small[at - 1] in _VERBS:
                continue
            if self._ends_objects(at):
                return "", ""
        return "", ""

    def _within_phrase(self, at: int) -> bool:
        start = self.grammar.words[at].start()
        return any(one.start <= start < one.end for one in self.phrases)

    def _ends_objects(self, at: int) -> bool:
        """Whether the word says that the objects of a verb before it are over: `of`, `that`, another verb."""
        word = self.grammar.small[at]
        if word in ENDS_A_PHRASE and word not in ("and", "in", "his", "her"):
            return True
        return word.endswith(("s", "ing")) and self.grammar.lead(at) is None and word not in ARTICLES

    def _is_broken(self, phrase: Phrase, verb: str, particle: str) -> bool:
        if verb in BREAKING and particle not in ("off", "out", "open"):
            return True
        words = self.grammar.words
        behind = [at for at, word in enumerate(words) if word.start() >= phrase.end][:3]
        direct = self.text[phrase.end : words[behind[0]].start()].isspace() if behind else False
        small = [self.grammar.small[at] for at in behind]
        if not direct or not small:
            return False
        return small[0] in BREAKING_ITSELF or (small[0] in ("is", "are", "lies") and small[-1] in BREAKING)

    def _described(self, phrase: Phrase, who: _Who, verb: str) -> Deed | None:
        """`Ann in a red coat`, `ANN (34), blue shirt, …`: worn, when nothing is done with it."""
        if verb:
            return None
        between = self.text[who.start : phrase.start]
        words = between.lower().replace(",", " , ").split()
        article = words[-1] if words else ""
        before = (
            words[-2] if article in ("a", "an", "the", "his", "her", "their") and len(words) > 1 else article
        )
        if before == "in" and len(words) <= 9:
            return Deed.WEARS
        places = [at for at, one in enumerate(self.grammar.words) if who.start < one.start() < phrase.start]
        over = any(self._ends_objects(at) for at in places[1:] if not self._within_phrase(at))
        listed = "," in between and not over
        return Deed.WEARS if listed and who.confidence == _NAMED and between.count(",") <= 5 else None

    def _lacking(self) -> Iterator[tuple[int, Observation]]:
        """`without her coat`, `barefoot`: what a person does not wear or have."""
        for found in ABSENT.finditer(self.text):
            who = self._before(found.start())
            words = found["rest"].lower().split()
            entries = (catalogue().at([word], 0) for word in words)
            noun = next((one.singular for one in entries if one and one.kind in _CARRIED), None)
            if who and noun:
                yield found.start(), _observation(Deed.LACKS, who, noun, noun)
        for word in self.grammar.words:
            who = self._before(word.start())
            if who and word.group().lower() in BARE:
                noun = BARE[word.group().lower()]
                yield word.start(), _observation(Deed.LACKS, who, noun, noun)

    def _of_bodies(self) -> Iterator[tuple[int, Observation]]:
        for deed, pattern in ((Deed.UNHURT, HEALTHY), (Deed.DEAD, DYING), (Deed.HURT, HURTING)):
            for found in pattern.finditer(self.text):
                who = self._before(found.start()) or (self.who[0] if deed is Deed.HURT and self.who else None)
                if who is None:
                    continue
                side = SIDE.search(self.text) if deed is Deed.HURT else None
                part = f"{side['side']} {side['part']}".lower() if side else ""
                yield found.start(), _observation(deed, who, part, found.group().lower())
                break

    def _receiver(self, phrase: Phrase, giver: _Who) -> _Who | None:
        """To whom something is handed: the next one named, before or behind the thing."""
        return next(
            (one for one in self.named if one.start > giver.start and one.person != giver.person), None
        )

    def _before(self, start: int) -> _Who | None:
        """The one named or meant nearest before an offset."""
        return next((one for one in reversed(self.who) if one.start < start), None)

    def _doer(self, start: int) -> _Who | None:
        """The one nearest before an offset who can do something: of `Ann takes off her coat` not `her`."""
        return next((one for one in reversed(self.doers) if one.start < start), None)

    def _seen(self, deed: Deed, who: _Who | None, phrase: Phrase) -> Observation:
        noun = phrase.noun.rpartition(" ")[2]
        sure = (who.confidence if who else _NAMED) * (1.0 if phrase.led else _ABOUT)
        return Observation(deed, who.person if who else None, noun, self._full(phrase), 0, "", sure)

    def _full(self, phrase: Phrase) -> str:
        """The thing with the adjectives that stand before it, in small letters."""
        if phrase.led:
            return phrase.name.lower()
        head = re.split(r"[,;:.()—–]", self.text[: phrase.start])[-1].lower().split()
        words: list[str] = []
        for word in reversed(head[-_MOST_ADJECTIVES:]):
            if word in ENDS_A_PHRASE or word in _VERBS or word in ARTICLES:
                break
            words.insert(0, word)
        return " ".join((*words, phrase.name.lower()))


def _observation(deed: Deed, who: _Who, noun: str, name: str) -> Observation:
    return Observation(deed, who.person, noun, name, 0, "", who.confidence)


def _worn(verb: str, particle: str) -> Deed | None:
    if verb in WEARING:
        return Deed.WEARS
    if verb in PUTTING_ON or (verb in WITH_ON and particle in ("on", "into")):
        return Deed.DONS
    if verb in TAKING_OFF or (verb in WITH_OFF and particle == "off"):
        return Deed.DOFFS
    return None


def _carried(verb: str, particle: str) -> Deed | None:
    if verb in HAVING:
        return Deed.HOLDS
    if verb in LEAVING and particle != "on" and not (verb in TAKING and particle in ("out", "up")):
        return Deed.LEAVES
    return Deed.TAKES if verb in TAKING and particle != "off" else None


_VERBS = (
    WEARING | PUTTING_ON | WITH_ON | TAKING_OFF | WITH_OFF | HAVING | TAKING | LEAVING | GIVING | BREAKING
)
_PARTICLES = frozenset({"on", "off", "up", "down", "out", "into", "away", "aside", "back", "open"})
