"""People: who is in a script, under which names, and where action names them.

A name at a cue is a person. Action adds full names as aliases (`JACK McCORD (35)` for JACK) when exactly
one cue fits, and silent people when they are introduced with an age or by their role. Rather nobody than
a noise: what is no clear introduction is left to `film/things`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from cine_forge.film.capitals import WORD
from cine_forge.film.introductions import Introduction, introductions_in, is_title
from cine_forge.film.lexicon import BODY_WORDS, GROUPS, PERSON_NOUNS, PRONOUN_GROUPS, VOICE_WORDS
from cine_forge.film.naming import entity_id, spelled, without_possessive
from cine_forge.film.scene_draft import SceneDraft
from cine_forge.film.screenplay.cues import Cue, parse_cue
from cine_forge.film.screenplay.document import ElementType

_SEPARATE = re.compile(r" (?:AND|&|UND|ET|Y|И) | ?/ ?|, ")
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
    found: dict[str, _Found] = {}
    cue_ids: dict[str, tuple[str, ...]] = {}
    speakers = _speaking(drafts)
    silent: list[Introduction] = []
    for draft in drafts:
        for element in draft.body:
            if element.type is ElementType.CHARACTER:
                name, _ = _speaker_name(parse_cue(element.text))
                cue_ids[name] = tuple(entity_id("character", part) for part in _parts(name, speakers))
                for part in _parts(name, speakers):
                    found.setdefault(part, _Found(part))
            elif element.type is ElementType.ACTION:
                for told in introductions_in(element.text):
                    _introduce(found, silent, told, speakers)
    for told in silent:
        _add_silent(found, told)
    merged: dict[str, Person] = {}
    for one in found.values():
        person = _person(one)
        merged.setdefault(person.id, person)
    return People(merged.values(), cue_ids)


def _speaking(drafts: Sequence[SceneDraft]) -> frozenset[str]:
    cues = (element for draft in drafts for element in draft.body if element.type is ElementType.CHARACTER)
    return frozenset(_speaker_name(parse_cue(element.text))[0] for element in cues)


def _speaker_name(cue: Cue) -> tuple[str, bool]:
    name = spelled(cue.name) or spelled(" ".join(cue.extensions)) or "?"
    voice = _VOICE_OF.match(name)
    return (voice[1], True) if voice else (name, False)


def _parts(name: str, speakers: frozenset[str]) -> tuple[str, ...]:
    """Split `BRICK & STEEL` when each of them also speaks alone."""
    parts = tuple(part.strip() for part in _SEPARATE.split(name))
    return parts if len(parts) > 1 and all(part in speakers for part in parts) else (name,)


def _introduce(
    found: dict[str, _Found], silent: list[Introduction], told: Introduction, speakers: frozenset[str]
) -> None:
    """Give an introduction to the one speaker whose name it holds, or keep it for the silent."""
    owners = [name for name in speakers if _holds(told.words, tuple(name.replace('"', "").split()))]
    longest = max((len(name.split()) for name in owners), default=0)
    owners = sorted(name for name in owners if len(name.split()) == longest)
    if len(owners) != 1:
        if not owners:
            silent.append(told)
        return
    person = found.setdefault(owners[0], _Found(owners[0]))
    full = " ".join(told.words)
    named = told.naming and full not in (person.name, *map(spelled, person.aliases))
    if named and not _is_role_of(told.words, owners[0]):
        person.aliases.append(told.spelling)
    if told.strong and told.description not in person.descriptions:
        person.descriptions.append(told.description)


def _holds(words: tuple[str, ...], name: tuple[str, ...]) -> bool:
    size = len(name)
    return any(words[start : start + size] == name for start in range(len(words) - size + 1))


def _is_role_of(words: tuple[str, ...], name: str) -> bool:
    """Whether the longer name only adds an adjective to a role: EXTREMELY HANDSOME MAN."""
    return name.split()[-1].lower() in PERSON_NOUNS and words[-1] == name.split()[-1]


def _add_silent(found: dict[str, _Found], told: Introduction) -> None:
    """Keep a silent person who is introduced with an age, by a clause, or as a role."""
    words = told.words[1:] if told.words[0] == "THE" else told.words
    if not words or not (told.strong or told.role):
        return
    known = [one for one in found.values() if words == tuple(one.name.split()) or _is_alias(one, words)]
    name = " ".join(words)
    if words[-1].lower() in GROUPS:
        return
    person = known[0] if known else found.setdefault(name, _Found(name))
    if told.strong and told.description not in person.descriptions:
        person.descriptions.append(told.description)


def _is_alias(one: _Found, words: tuple[str, ...]) -> bool:
    if any(_holds(tuple(spelled(alias).split()), words) for alias in one.aliases):
        return True
    return (
        len(words) == 1
        and not is_title(words[0])
        and words[0] in one.name.split()
        and len(one.name.split()) > 1
    )


def _person(one: _Found) -> Person:
    identity = entity_id("character", one.name)
    return Person(identity, one.name, tuple(one.aliases), tuple(one.descriptions))


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
