"""People: who is in a script, under which names, and where action names them.

A name at a cue is a person. Action adds full names as aliases (`JACK McCORD (35)` for JACK) when exactly
one cue fits, and silent people when they are introduced with an age or by their role. Rather nobody than
a noise: what is no clear introduction is left to `film/breakdown/things`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from cine_forge.film.breakdown.capitals import WORD
from cine_forge.film.breakdown.lexicon import BODY_WORDS, GROUPS, PERSON_NOUNS, PRONOUN_GROUPS, VOICE_WORDS
from cine_forge.film.breakdown.scene_draft import SceneDraft
from cine_forge.film.naming import entity_id, spelled, without_possessive
from cine_forge.film.people.introductions import Introduction, introductions_in, is_title
from cine_forge.film.screenplay.cues import Cue, parse_cue
from cine_forge.film.screenplay.document import ElementType

_SEPARATE = re.compile(r" (?:AND|&|UND|ET|Y|И) | ?/ ?|, ")
_MOST_TOLD = 100
_VOICE_OF = re.compile(r"^(.+)'S VOICE$")


@dataclass(frozen=True)
class Person:
    """One person or group. `descriptions` are the strong introductions, in script order."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()

    @property
    def is_group(self) -> bool:
        """Whether the name stands for several people: `CROWD`, `ALL`."""
        return self.name.lower().removeprefix("the ") in GROUPS

    @property
    def stands_on_set(self) -> bool:
        """Whether the person is seen when they speak: `ALL` and a bare voice are not."""
        words = self.name.lower().split()
        if self.name.lower() in PRONOUN_GROUPS:
            return False
        return bool(self.descriptions) or not any(word in VOICE_WORDS for word in words)


@dataclass(frozen=True)
class Named:
    """A person where a text names them. `start` is an offset; `present` is False for a mere possessive."""

    id: str
    start: int
    present: bool


@dataclass(frozen=True)
class Speaker:
    """Whose voice a cue announces. Several ids for `BRICK & STEEL`."""

    ids: tuple[str, ...]
    name: str
    off_screen: bool


@dataclass
class _Found:
    name: str
    aliases: list[str] = field(default_factory=list)
    descriptions: list[str] = field(default_factory=list)


class People:
    """All people of a script, in the order they are first met."""

    def __init__(self, members: Iterable[Person], cue_ids: dict[str, tuple[str, ...]]) -> None:
        self.members = tuple(members)
        self._by_id = {person.id: person for person in self.members}
        self._names = frozenset(person.name.removeprefix("THE ") for person in self.members)
        self._cue_ids = cue_ids
        self._phrases = _phrases(self.members)

    def get(self, person: str) -> Person:
        """Return the person with that id. Raises KeyError when there is none."""
        return self._by_id[person]

    def has_name(self, name: str) -> bool:
        """Whether somebody is called exactly that, in any letters."""
        return name.upper() in self._names

    def speaker(self, cue: Cue) -> Speaker:
        """Return who speaks at a cue of this script."""
        name, voice = _speaker_name(cue)
        return Speaker(self._cue_ids[name], name, voice or cue.off_screen)

    def named_in(self, text: str) -> Iterator[Named]:
        """Yield everyone whom a text names, in order; a role of two words counts in small letters too."""
        words = list(WORD.finditer(text))
        skip = 0
        for number, word in enumerate(words):
            if number < skip:
                continue
            for phrase, person in self._phrases.get(without_possessive(word.group()).upper(), ()):
                end = number + len(phrase)
                if _fits(words[number:end], phrase, text):
                    yield Named(person, word.start(), _is_present(text, words, end))
                    skip = end
                    break


def find_people(drafts: Sequence[SceneDraft]) -> People:
    """Find everyone in the scenes of a script."""
    roll = _Roll(_speaking(drafts))
    for draft in drafts:
        for element in draft.body:
            if element.type is ElementType.CHARACTER:
                roll.hear(parse_cue(element.text))
            elif element.type is ElementType.ACTION:
                for told in introductions_in(element.text):
                    roll.introduce(told)
    return roll.called()


def _speaking(drafts: Sequence[SceneDraft]) -> frozenset[str]:
    cues = (element for draft in drafts for element in draft.body if element.type is ElementType.CHARACTER)
    return frozenset(_speaker_name(parse_cue(element.text))[0] for element in cues)


def _speaker_name(cue: Cue) -> tuple[str, bool]:
    name = spelled(cue.name) or spelled(" ".join(cue.extensions)) or "?"
    voice = _VOICE_OF.match(name)
    return (voice[1], True) if voice else (name, False)


class _Roll:
    """The people met so far. The silent wait until all speakers are known with their aliases."""

    def __init__(self, speakers: frozenset[str]) -> None:
        self.speakers = speakers
        self.by_words = {tuple(name.replace('"', "").split()): name for name in sorted(speakers)}
        self.found: dict[str, _Found] = {}
        self.cue_ids: dict[str, tuple[str, ...]] = {}
        self.silent: list[Introduction] = []

    def hear(self, cue: Cue) -> None:
        """Add the speaker of a cue."""
        name, _ = _speaker_name(cue)
        parts = self._parts(name)
        self.cue_ids[name] = tuple(entity_id("character", part) for part in parts)
        for part in parts:
            self.found.setdefault(part, _Found(part))

    def introduce(self, told: Introduction) -> None:
        """Give an introduction to the one speaker whose name it holds, or keep it for the silent."""
        owners = self._owners(told.words)
        if not owners:
            self.silent.append(told)
        if len(owners) != 1:
            return
        person = self.found.setdefault(owners[0], _Found(owners[0]))
        full = " ".join(told.words)
        named = told.naming and full not in (person.name, *map(spelled, person.aliases))
        if named and not _is_role_of(told.words, owners[0]):
            person.aliases.append(told.spelling)
        _describe(person, told)

    def called(self) -> People:
        """Return everyone, the silent last."""
        parts = {part: one for one in reversed(self.found.values()) for part in _parts_of(one)}
        for told in self.silent:
            words = told.words[1:] if told.words[0] == "THE" else told.words
            if not words or not (told.strong or told.role) or words[-1].lower() in GROUPS:
                continue
            person = self.found.get(" ".join(words)) or parts.get(words)
            if person is None:
                person = self.found[" ".join(words)] = _Found(" ".join(words))
                for part in _parts_of(person):
                    parts.setdefault(part, person)
            _describe(person, told)
        merged: dict[str, Person] = {}
        for one in self.found.values():
            identity = entity_id("character", one.name)
            person_made = Person(identity, one.name, tuple(one.aliases), tuple(one.descriptions))
            merged.setdefault(identity, person_made)
        return People(merged.values(), self.cue_ids)

    def _parts(self, name: str) -> tuple[str, ...]:
        """Split `BRICK & STEEL` when each of them also speaks alone."""
        parts = tuple(part.strip() for part in _SEPARATE.split(name))
        return parts if len(parts) > 1 and all(part in self.speakers for part in parts) else (name,)

    def _owners(self, words: tuple[str, ...]) -> list[str]:
        """The speakers with the longest name among those whose whole name stands in `words`."""
        for size in range(len(words), 0, -1):
            spans = (words[start : start + size] for start in range(len(words) - size + 1))
            owners = sorted({self.by_words[span] for span in spans if span in self.by_words})
            if owners:
                return owners
        return []


def _describe(person: _Found, told: Introduction) -> None:
    if told.strong and len(person.descriptions) < _MOST_TOLD and told.description not in person.descriptions:
        person.descriptions.append(told.description)


def _parts_of(one: _Found) -> Iterator[tuple[str, ...]]:
    """The shorter ways to write a name of several words: parts of aliases, single words of the name."""
    for alias in one.aliases:
        words = tuple(spelled(alias).split())
        yield from (
            words[start:end] for start in range(len(words)) for end in range(start + 1, len(words) + 1)
        )
    words = tuple(one.name.split())
    if len(words) > 1:
        yield from ((word,) for word in words if not is_title(word))


def _is_role_of(words: tuple[str, ...], name: str) -> bool:
    """Whether the longer name only adds an adjective to a role: EXTREMELY HANDSOME MAN."""
    return name.split()[-1].lower() in PERSON_NOUNS and words[-1] == name.split()[-1]


def _phrases(members: Sequence[Person]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """All ways to name everyone, by first word, the longest first; a shared part names nobody."""
    owners: dict[tuple[str, ...], set[str]] = {}
    for person in members:
        for phrase in _ways_to_name(person):
            owners.setdefault(phrase, set()).add(person.id)
    full = {tuple(person.name.replace('"', "").split()): person.id for person in members}
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for phrase, ids in owners.items():
        person_id = full.get(phrase) or (next(iter(ids)) if len(ids) == 1 else None)
        if person_id:
            table.setdefault(phrase[0], []).append((phrase, person_id))
    for entries in table.values():
        entries.sort(key=lambda entry: (-len(entry[0]), entry))
    return table


def _ways_to_name(person: Person) -> Iterator[tuple[str, ...]]:
    for name in (person.name, *person.aliases):
        words = tuple(word.group().upper() for word in WORD.finditer(name))
        if not words:
            continue
        yield words
        if len(words) > 1 and words[-1].lower() not in PERSON_NOUNS | VOICE_WORDS:
            own = [word for word in words if not is_title(word) and len(word) > 2]
            yield from ((word,) for word in own if word.lower() not in PERSON_NOUNS)


def _fits(words: Sequence[re.Match[str]], phrase: tuple[str, ...], text: str) -> bool:
    if len(words) != len(phrase):
        return False
    last = len(phrase) - 1
    for number, (word, wanted) in enumerate(zip(words, phrase, strict=True)):
        bare = without_possessive(word.group()) if number == last else word.group()
        if bare.upper() != wanted and word.group().upper() != wanted:
            return False
    if words[0].group()[0].isupper():
        return True
    return len(phrase) > 1 and phrase[-1].lower() in PERSON_NOUNS


def _is_present(text: str, words: Sequence[re.Match[str]], end: int) -> bool:
    """`Scott's eyes` are Scott; `Scott's flat` is a place."""
    last = words[end - 1].group()
    if without_possessive(last) == last or last[-1] not in "sS'’":
        return True
    return end < len(words) and words[end].group().lower() in BODY_WORDS
