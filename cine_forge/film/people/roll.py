"""The roll: everyone whom a script lets speak or introduces, and under which names.

Every cue is heard, every introduction and telling read; then names are gathered by likeness, and last come a
person's rulings. The silent wait until all speakers are known. Rather nobody than a noise.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from cine_forge.film.breakdown.lexicon import GROUPS, PERSON_NOUNS
from cine_forge.film.breakdown.scene_draft import SceneDraft
from cine_forge.film.naming import spelled
from cine_forge.film.people.calling import Callings
from cine_forge.film.people.company import Company
from cine_forge.film.people.evidence import SURE, Doubt, Link
from cine_forge.film.people.gathering import Gathering, Known
from cine_forge.film.people.introductions import Introduction, introductions_in
from cine_forge.film.people.likeness import gather_by_likeness
from cine_forge.film.people.name import name_of
from cine_forge.film.people.past import Past, same_speech
from cine_forge.film.people.telling import Tellings
from cine_forge.film.schemas.casting import Casting, Ruling
from cine_forge.film.screenplay.cues import parse_cue
from cine_forge.film.screenplay.document import Element, ElementType

_SEPARATE = re.compile(r" (?:AND|&|UND|ET|Y|И) | ?/ ?|, ")
_MOST_TOLD = 100
_ALL = re.compile(
    r"^(?:ALL|ALLE|BOTH|BEIDE|TOUS LES|TOUTES LES|TODOS LOS|TUTTI I)(?: THE| DIE)? "
    r"|^DIE (?:ZWEI|DREI|VIER|FÜNF) "
)
_PLURALS = ("S", "ES", "EN", "N", "E", "ER")


class Roll:
    """The names of a script in circles. `parts` are the speakers of cues that announce several."""

    def __init__(self, drafts: Sequence[SceneDraft]) -> None:
        self.company = Company(drafts)
        self.gathering = Gathering(self.company)
        self.parts: dict[str, tuple[str, ...]] = {}
        self.called: dict[str, str] = {}
        self.leading: dict[str, str] = {}
        self.apart: set[str] = set()
        self.renamed: dict[str, str] = {}
        self._by_words = {tuple(name.replace('"', "").split()): name for name in sorted(self.company.heard)}
        self._silent: list[tuple[Introduction, int, bool]] = []
        self._seen: dict[str, set[int]] = {}
        introduced = list(self._met(drafts))
        self._keep_silent()
        told = Tellings(self.company, self.gathering.names, self._seen).links(drafts)
        self.gathering.hear([*introduced, *self._worth_hearing(told)])
        gather_by_likeness(self.gathering)
        self.gathering.hear(list(Callings(self.gathering).links(drafts)))

    def obey(self, casting: Casting, past: Past) -> None:
        """Apply a person's rulings, the oldest first; what they say of names that are gone is passed over."""
        for ruling in casting.rulings:
            names = list(dict.fromkeys(one for name in ruling.names for one in self._present(name, past)))
            if ruling.kind == "merge":
                self.apart.difference_update(names)
                for name in names[1:]:
                    self.gathering.put_together(names[0], name)
            elif names:
                self.apart.update(names)
                self.gathering.put_apart([one for one in names if self.gathering.are_one(one, names[0])])
            if names:
                self._name(names[0], ruling)
        self.gathering.doubts = [one for one in self.gathering.doubts if not _is_settled(one, casting)]

    def follow(self, past: Past) -> None:
        """Find the name that each renamed speaker had before; what is not sure is asked."""
        found = past.renamed(self._speeches(past)) if past.scenes else {}
        for name, (before, sure) in found.items():
            if not sure:
                question = f"`{name}` may be `{before}` under a new name; if so"
                doubt = Doubt(self.company.heard[name].line, question, "merge", (before, name))
                self.gathering.ask(doubt)
        self.renamed = {name: before for name, (before, sure) in found.items() if sure}

    def _worth_hearing(self, links: Iterable[Link]) -> Iterator[Link]:
        """Yield the links between names that are known, and those that are sure of a new one."""
        for link in links:
            new = [text for text in (link.one, link.other) if text not in self.gathering.names]
            if not new or link.confidence >= SURE:
                for text in new:
                    self.gathering.add(text, line=link.line)
                yield link

    def _speeches(self, past: Past) -> dict[str, Counter[tuple[str, str]]]:
        """What each name says, by the ids of the scenes."""
        found: dict[str, Counter[tuple[str, str]]] = {}
        for name, heard in self.company.heard.items():
            said = found.setdefault(name, Counter())
            for (position, text), times in heard.said.items():
                said[past.scenes[position], same_speech(text)] += times
        return found

    def _met(self, drafts: Sequence[SceneDraft]) -> Iterator[Link]:
        """Meet everyone in script order; yield the links that introductions make."""
        for draft in drafts:
            for element in draft.body:
                if element.type is ElementType.CHARACTER:
                    self._hear(element)
                elif element.type is ElementType.ACTION:
                    for told in introductions_in(element.text):
                        yield from self._introduce(told, element.line, draft.position)

    def _hear(self, element: Element) -> None:
        name = self.company.call(parse_cue(element.text)).name
        if name not in self.parts:
            self.parts[name] = self._parts(name)
        for part in self.parts[name]:
            self.gathering.add(part, line=element.line).speaks = True

    def _introduce(self, told: Introduction, line: int, position: int) -> Iterator[Link]:
        """Give an introduction to the one speaker whose name it holds, or keep it for the silent."""
        owners = self._owners(told.words)
        if len(owners) != 1:
            self._silent.append((told, line, not owners))
            self._seen.setdefault(_silent_name(told), set()).add(position)
            return
        owner = self.gathering.add(owners[0], line=line)
        _describe(owner, told, line)
        full = _full(told)
        if told.naming and full != owner.text and not _is_role_of(told.words, owner.text):
            self.gathering.add(full, line=line, spelling=told.spelling)
            yield Link(owner.text, full, f"introduced as {told.spelling}", line, 0.95, told=True)

    def _keep_silent(self) -> None:
        for told, line, alone in self._silent:
            text = _silent_name(told)
            if not text or told.words[-1].lower() in GROUPS or not (told.strong or told.role or told.naming):
                continue
            known = self.gathering.add(text, line=line, spelling=told.spelling)
            known.stands = known.stands or (alone and (told.strong or told.role))
            _describe(known, told, line)

    def _parts(self, name: str) -> tuple[str, ...]:
        """Split `BRICK & STEEL` when each of them also speaks alone, and `GUARDS` into counted guards."""
        parts = tuple(part.strip() for part in _SEPARATE.split(name))
        if len(parts) > 1 and all(part in self.company.heard for part in parts):
            own = [part for part in parts if not name_of(part).is_role]
            return tuple(own) if "/" in name and len(own) == 1 else parts
        spoken = [part for part in parts if part in self.company.heard]
        if len(parts) == 2 and "/" in name and len(spoken) == 1 and name_of(_other(parts, spoken[0])).is_role:
            return (spoken[0],)
        return self._counted(name) or (name,)

    def _counted(self, name: str) -> tuple[str, ...]:
        """The counted speakers (`GUARD #1`, `ERSTE WACHE`) that a plural stands for, of the same scenes."""
        of_all = _ALL.sub("", name)
        core, company = name_of(of_all).core, self.company
        if not core or name_of(of_all).numbers:
            return ()
        ones = [core[-1].removesuffix(ending) for ending in _PLURALS if core[-1].endswith(ending)]
        found = [one for last in ones for one in self._by_core.get((*core[:-1], last), ())]
        alike = self._by_core.get(core, ())
        found += [one for one in alike if of_all != name or _is_masculine(one, name)]
        here = [one for one in dict.fromkeys(found) if company.scenes(one) & company.scenes(name)]
        return tuple(sorted(here, key=lambda one: company.heard[one].line)) if len(here) > 1 else ()

    @cached_property
    def _by_core(self) -> dict[tuple[str, ...], list[str]]:
        """The counted speakers by what they are."""
        found: dict[tuple[str, ...], list[str]] = {}
        for one in self.company.heard:
            if name_of(one).numbers and name_of(one).core:
                found.setdefault(name_of(one).core, []).append(one)
        return found

    def _owners(self, words: tuple[str, ...]) -> list[str]:
        """The speakers with the longest name among those whose whole name stands in `words`."""
        for size in range(len(words), 0, -1):
            spans = (words[start : start + size] for start in range(len(words) - size + 1))
            owners = sorted({self._by_words[span] for span in spans if span in self._by_words})
            if owners:
                return owners
        return []

    def _present(self, name: str, past: Past) -> tuple[str, ...]:
        """The names of this draft that a name of a ruling means: itself, or one that its bearer has now."""
        if name in self.gathering.names:
            return (name,)
        renamed = tuple(one for one, before in self.renamed.items() if before == name)
        ids = set(past.ids_of([name]))
        known = (one for one in self.gathering.names if ids and ids.intersection(past.ids_of([one])))
        return renamed or tuple(known)

    def _name(self, name: str, ruling: Ruling) -> None:
        """Remember how a ruling calls a person, and whose id they have."""
        for one in self.gathering.circle(name):
            self.called.pop(one, None)
            self.leading.pop(one, None)
        self.leading[name] = ruling.names[0]
        if ruling.called:
            self.called[name] = ruling.called


def _full(told: Introduction) -> str:
    """The name in capitals, with a nickname in its quotes."""
    return spelled(told.spelling) if '"' in told.spelling else " ".join(told.words)


def _silent_name(told: Introduction) -> str:
    return _full(told).removeprefix("THE ").removesuffix("THE")


def _other(parts: tuple[str, ...], one: str) -> str:
    return parts[1] if parts[0] == one else parts[0]


def _describe(known: Known, told: Introduction, line: int) -> None:
    texts = [text for _, text in known.descriptions]
    if told.strong and len(texts) < _MOST_TOLD and told.description not in texts:
        known.descriptions.append((line, told.description))


def _is_role_of(words: tuple[str, ...], name: str) -> bool:
    """Whether the longer name only adds an adjective to a role: EXTREMELY HANDSOME MAN."""
    return name.split()[-1].lower() in PERSON_NOUNS and words[-1] == name.split()[-1]


def _is_masculine(counted: str, several: str) -> bool:
    """`DIE ARBEITER` are several where `ERSTER ARBEITER` is one: German, by the ending of the ordinal."""
    return several.startswith("DIE ") and counted.split()[0].endswith("ER")


def _is_settled(doubt: Doubt, casting: Casting) -> bool:
    """Whether a person ruled about the very names that a question is about."""
    return any(all(spelled(name) in doubt.names for name in ruling.names) for ruling in casting.rulings)
