"""People: who is in a script, under which names, and where action names them.

A name at a cue is a person. Action adds full names as aliases (`JACK McCORD (35)` for JACK) when exactly
one cue fits, and silent people when they are introduced with an age or by their role. Rather nobody than
a noise: what is no clear introduction is left to `film/breakdown`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from cine_forge.film.breakdown.capitals import WORD
from cine_forge.film.breakdown.lexicon import BODY_WORDS, PERSON_NOUNS, VOICE_WORDS
from cine_forge.film.breakdown.scene_draft import SceneDraft
from cine_forge.film.naming import spelled, without_possessive
from cine_forge.film.people.company import Company
from cine_forge.film.people.declension import forms_of
from cine_forge.film.people.evidence import Doubt
from cine_forge.film.people.introductions import is_title
from cine_forge.film.people.past import Past
from cine_forge.film.people.person import Named, Person, Speaker
from cine_forge.film.people.register import Register
from cine_forge.film.people.roll import Roll
from cine_forge.film.schemas.casting import Casting
from cine_forge.film.schemas.scene import Identity
from cine_forge.film.screenplay.cues import Cue

__all__ = ["Named", "People", "Person", "Speaker", "find_people"]


class People:
    """All people of a script, in the order they are first met."""

    def __init__(
        self,
        members: Iterable[Person],
        cue_ids: dict[str, tuple[str, ...]],
        company: Company,
        doubts: Iterable[Doubt] = (),
    ) -> None:
        self.members = tuple(members)
        self.doubts = tuple(doubts)
        self.company = company
        self._by_id = {person.id: person for person in self.members}
        self._names = frozenset(person.name.removeprefix("THE ") for person in self.members)
        self._cue_ids = cue_ids
        self._phrases = _phrases(self.members)

    @cached_property
    def owners(self) -> Mapping[str, str]:
        """Return whose each name is, in capitals: name to id."""
        found: dict[str, str] = {}
        for person in self.members:
            for name in (person.name, *person.cues, *person.aliases):
                found.setdefault(spelled(name), person.id)
        return found

    def human(self, person: str) -> str:
        """Return the person of whom this one is a version, or the person."""
        return self._by_id[person].version_of or person

    def identities(self) -> tuple[Identity, ...]:
        """Return why names are one person's, for the ledger."""
        return tuple(
            Identity(
                entity=person.id,
                name=link.other,
                of=link.one,
                reason=link.reason,
                line=link.line,
                confidence=link.confidence,
            )
            for person in self.members
            for link in person.evidence
        )

    def get(self, person: str) -> Person:
        """Return the person with that id. Raises KeyError when there is none."""
        return self._by_id[person]

    def has_name(self, name: str) -> bool:
        """Whether somebody is called exactly that, in any letters."""
        return name.upper() in self._names

    def speaker(self, cue: Cue) -> Speaker:
        """Return who speaks at a cue of this script."""
        call = self.company.call(cue)
        ids = self._cue_ids.get(call.aged) or self._cue_ids[call.name]
        return Speaker(ids, call.name, call.off_screen)

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


def find_people(
    drafts: Sequence[SceneDraft], casting: Casting | None = None, past: Past | None = None
) -> People:
    """Find everyone in the scenes of a script, as a person ruled and as the past knows them."""
    roll, known = Roll(drafts), past or Past()
    roll.follow(known)
    roll.obey(casting or Casting(), known)
    register = Register(roll, known)
    register.enrol()
    doubts = sorted(roll.gathering.doubts, key=lambda one: one.line)
    return People(register.persons, register.cue_ids, roll.company, doubts)


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
        if len(words) == 1:
            yield from ((form,) for form in forms_of(words[0]))
        if len(words) > 1 and words[-1].lower() not in PERSON_NOUNS | VOICE_WORDS:
            own = [word for word in words if not is_title(word) and len(word) > 2]
            parts = [word for word in own if word.lower() not in PERSON_NOUNS]
            yield from ((form,) for word in parts for form in (word, *forms_of(word)))


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
