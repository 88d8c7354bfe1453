"""The register: circles of names become persons, each with an id, a name, other names and versions.

An id is kept by whoever has had it; the name too, while the script still has it. Otherwise a person is called
as they speak most often, by a name rather than by a role.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from cine_forge.film.naming import spelled
from cine_forge.film.people.evidence import Doubt, Link
from cine_forge.film.people.name import folded, name_of
from cine_forge.film.people.past import Past
from cine_forge.film.people.person import Person
from cine_forge.film.people.roll import Roll

_YEARS = re.compile(r"(\d{1,3})(?:['’]?(s))?")
_OTHER_AGE = 5
_GROWN, _AGED = 18, 70
_MOST_DESCRIPTIONS = 100


class Register:
    """Makes the persons of a roll. `cue_ids` says, by the name at a cue, who speaks."""

    def __init__(self, roll: Roll, past: Past) -> None:
        self._roll = roll
        self._gathering = roll.gathering
        self._past = past
        self._taken: dict[str, tuple[str, ...]] = {}
        self._links: dict[str, list[Link]] = {}
        self.persons: list[Person] = []
        self.cue_ids: dict[str, tuple[str, ...]] = {}

    def enrol(self) -> None:
        """Give everyone an id: first those who have had one, then the new."""
        circles = list(self._standing())
        ids = self._ids(circles)
        first = {text: circle[0] for circle in circles for text in circle}
        for link in self._gathering.links:
            self._links.setdefault(first.get(link.one, ""), []).append(link)
        self.persons = [self._person(circle, ids[circle]) for circle in circles]
        by_name = {
            name: person.id for circle, person in zip(circles, self.persons, strict=True) for name in circle
        }
        for name, parts in self._roll.parts.items():
            self.cue_ids[name] = tuple(dict.fromkeys(by_name[part] for part in parts))
        self._ask_played()
        self._link_versions()
        self._add_aged()

    def _standing(self) -> Iterator[tuple[str, ...]]:
        """Yield the circles that are persons: those who speak in the order they are met, then the silent."""
        names = self._gathering.names
        circles = list(self._gathering.circles())
        speaking = [one for one in circles if any(names[text].speaks for text in one)]
        first = {one: min(names[text].order for text in one if names[text].speaks) for one in speaking}
        yield from sorted(speaking, key=lambda one: first[one])
        yield from (one for one in circles if one not in first and any(names[text].stands for text in one))

    def _ids(self, circles: list[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
        found: dict[tuple[str, ...], str] = {}
        used: set[str] = set()
        for circle, known in self._claims(circles):
            if circle not in found and known not in used:
                found[circle] = known
                used.add(known)
        for circle in circles:
            if circle not in found:
                found[circle] = self._past.free_id(self._own_name(circle), used)
                used.add(found[circle])
        return found

    def _claims(self, circles: list[tuple[str, ...]]) -> list[tuple[tuple[str, ...], str]]:
        """Who claims which id: by a ruling or the very name first; who was put apart by a ruling last."""
        claims = []
        for order, circle in enumerate(circles):
            apart = any(one in self._roll.apart for one in circle)
            for place, identity in enumerate(self._known(circle)):
                weak = not self._past.is_called(identity, circle)
                claims.append(((weak, apart, place, order), circle, identity))
        return [(circle, identity) for _, circle, identity in sorted(claims)]

    def _known(self, circle: tuple[str, ...]) -> tuple[str, ...]:
        """The ids that a circle has had, the one that a ruling puts first before others."""
        first = [self._roll.leading[one] for one in circle if one in self._roll.leading]
        former = [self._roll.renamed[one] for one in circle if one in self._roll.renamed]
        led = self._past.ids_of(first)[:1]
        return tuple(dict.fromkeys((*led, *self._past.ids_of(circle), *self._past.ids_of(former))))

    def _person(self, circle: tuple[str, ...], identity: str) -> Person:
        names = self._gathering.names
        name = self._name(circle, identity)
        told = sorted(one for text in circle for one in names[text].descriptions)
        aliases = {spelled(names[text].spelling): names[text].spelling for text in circle}
        aliases.pop(spelled(name), None)
        return Person(
            identity,
            name,
            tuple(aliases.values()),
            tuple(dict.fromkeys(text for _, text in told))[:_MOST_DESCRIPTIONS],
            tuple(text for text in circle if names[text].speaks),
            None,
            tuple(self._links.get(circle[0], ())),
        )

    def _name(self, circle: tuple[str, ...], identity: str) -> str:
        called = next((self._roll.called[one] for one in circle if one in self._roll.called), None)
        before = self._past.assets.get(identity)
        if called:
            return called
        return before.name if before and spelled(before.name) in circle else self._own_name(circle)

    def _own_name(self, circle: tuple[str, ...]) -> str:
        """The name of a ruling's first person; else the speaking name that is no role, most often heard."""
        names, company = self._gathering.names, self._roll.company
        led = [self._roll.leading[one] for one in circle if one in self._roll.leading]
        if led and led[0] in circle:
            return led[0]
        speaking = [text for text in circle if names[text].speaks] or circle
        return min(
            speaking,
            key=lambda text: (names[text].name.is_role, -company.times(text), names[text].order),
        )

    def _ask_played(self) -> None:
        """Tell of speakers who play somebody else: `ANN (AS BOB)` stays Ann."""
        heard = self._roll.company.heard
        for name in heard:
            for played, line in heard[name].played.items():
                if played in heard and not self._gathering.are_one(name, played):
                    question = f"`{name}` speaks as `{played}` here and stays `{name}`; who is who"
                    self._gathering.ask(Doubt(line, question, "list", ()))

    def _link_versions(self) -> None:
        """Say of whom `YOUNG ANN` and `OLD ANN` are versions, and ask about a false one."""
        by_core: dict[tuple[str, ...], list[Person]] = {}
        for person in self.persons:
            for text in (person.name, *person.cues):
                name = name_of(text)
                if not name.ages and not name.false and not name.is_role and not name.opaque:
                    by_core.setdefault(_core(text), []).append(person)
        for place, person in enumerate(self.persons):
            name = name_of(person.name)
            base = {one.id: one for one in by_core.get(_core(person.name), ()) if one.id != person.id}
            if name.false and base:
                self._ask_false(person, next(iter(base.values())))
            if not name.ages or name.is_role or name.opaque:
                continue
            if len(base) == 1:
                self.persons[place] = replace(person, version_of=next(iter(base)))
            elif not base:
                by_core[_core(person.name)] = [person]

    def _ask_false(self, person: Person, other: Person) -> None:
        line = (
            self._gathering.names[spelled(person.name)].line
            if spelled(person.name) in self._gathering.names
            else 1
        )
        question = f"`{person.name}` is kept apart from `{other.name}`; if they are one person"
        self._gathering.ask(Doubt(line, question, "merge", (other.name, person.name)))

    def _add_aged(self) -> None:
        """Add `ANN (12)` beside ANN, where she is met at another age too."""
        for person in tuple(self.persons):
            for cue in person.cues:
                for age in self._other_ages(person, cue):
                    name = f"{cue} ({age})"
                    used = {one.id for one in self.persons}
                    identity = next(iter(self._past.ids_of([name])), None) or self._past.free_id(name, used)
                    self.persons.append(Person(identity, name, cues=(name,), version_of=person.id))
                    self.cue_ids[name] = (identity,)

    def _other_ages(self, person: Person, cue: str) -> list[str]:
        """The ages at cues of a name that are not the age at which the person is first met.

        Where no other age is told, only a child's or an old one's is, of somebody who was met without it.
        """
        heard = self._roll.company.heard[cue]
        if not heard.ages or name_of(cue).is_role:
            return []
        ages = sorted(heard.ages, key=lambda age: heard.ages[age])
        told = next((years for text in person.descriptions if (years := _years(text))), None)
        met = heard.unaged and min(heard.scenes) < heard.ages[ages[0]][0]
        base = told or (None if met else _years(ages[0]))
        if base is None:
            return [age for age in ages if (_years(age) or 40) < _GROWN or (_years(age) or 40) >= _AGED]
        return [age for age in ages if abs((_years(age) or base) - base) >= _OTHER_AGE]


def _core(text: str) -> tuple[str, ...]:
    return tuple(folded(word) for word in name_of(text).core)


def _years(text: str) -> int | None:
    """The age that a text tells first, in years; a decade is taken in its middle."""
    found = _YEARS.search(text)
    return int(found[1]) + (5 if found[2] else 0) if found else None
