"""Calling: by what else a text calls people: `Jake` for JACOB BILLUPS, `Dr. Patel` for SOFIA PATEL, `Boss`.

Such a name is another name of the one person whom it can mean; it makes nobody and joins no two people. A
word at the head of a sentence counts only where it addresses somebody, so that `Will you come?` calls nobody.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from cine_forge.film.breakdown.capitals import WORD
from cine_forge.film.breakdown.line_finder import LineFinder
from cine_forge.film.breakdown.scene_draft import SceneDraft
from cine_forge.film.naming import spelled, without_possessive
from cine_forge.film.people.declension import bases_of, forms_of
from cine_forge.film.people.evidence import Link
from cine_forge.film.people.gathering import Gathering, are_of_two_sexes
from cine_forge.film.people.name import Name, name_of
from cine_forge.film.people.nicknames import is_given_name, names_meant, stem_of
from cine_forge.film.people.words import GENERIC, NO_NAMES, TITLES
from cine_forge.film.screenplay.document import Element, ElementType

_READ = frozenset({ElementType.ACTION, ElementType.DIALOGUE, ElementType.LYRIC})
_ADDRESSED = re.compile(r"[\"”]?[,!?.…]|[\"”]?$|[ \t]*(?:--|—|–)")
_BEFORE_CALL = re.compile(r",[ \t]*$")
_HEAD = re.compile(r"(?:^|[.!?…:;\"“(\n]|--|—|–)[ \t\n]*$")


class Callings:
    """Knows which words can mean whom, and looks for them."""

    def __init__(self, gathering: Gathering) -> None:
        self._gathering = gathering
        self._parts: dict[str, set[str]] = defaultdict(set)
        self._meant: dict[int, set[str]] = defaultdict(set)
        self._inflected: dict[str, set[str]] = defaultdict(set)
        self._roles: dict[str, set[str]] = defaultdict(set)
        for circle in gathering.circles():
            if any(gathering.names[one].speaks or gathering.names[one].stands for one in circle):
                for text in circle:
                    self._learn(name_of(text), circle[0])

    def links(self, drafts: Sequence[SceneDraft]) -> Iterator[Link]:
        """Yield a link for each new name by which somebody is called, at its first place."""
        seen: set[str] = set()
        for draft in drafts:
            for element in draft.body:
                if element.type not in _READ or element.text.isupper():
                    continue
                for start, told, owner, reason, sure in self._in(element):
                    if spelled(told) not in seen and spelled(told) not in self._gathering.names:
                        seen.add(spelled(told))
                        line = LineFinder(element).at(start)
                        self._gathering.add(spelled(told), line=line, spelling=told)
                        yield Link(owner, spelled(told), reason, line, sure, told=True)

    def _learn(self, name: Name, owner: str) -> None:
        if not name.core or name.opaque or name.is_several or name.numbers or name.false or name.ages:
            return
        if name.is_role:
            if name.article and len(name.core) == 1 and name.core[0] not in GENERIC | TITLES.keys():
                self._roles[name.core[0]].add(owner)
            return
        if name.nick and name_of(name.nick).core[-1:]:
            self._roles[name_of(name.nick).core[-1]].add(owner)
        singles = {one for one in self._gathering.circle(owner) if len(name_of(one).core) == 1}
        proper = len(name.core) == 1 or name.titles or is_given_name(name.core[0])
        if not proper and not singles.intersection(name.core):
            return
        for word in name.core:
            if len(word) > 2:
                self._parts[word].add(owner)
            for form in forms_of(word):
                self._inflected[form].add(owner)
        for meaning in names_meant(name.core[0]):
            self._meant[meaning].add(owner)

    def _in(self, element: Element) -> Iterator[tuple[int, str, str, str, float]]:
        text = element.text
        words = list(WORD.finditer(text))
        for place, word in enumerate(words):
            if not word.group()[0].isupper():
                continue
            bare = without_possessive(word.group()).upper()
            if place and words[place - 1].group().upper() in TITLES and _touch(text, words, place):
                yield from self._titled(text, words, place, bare)
            elif bare not in NO_NAMES and self._stands_alone(text, words, place):
                yield from self._alone(text, word, bare)

    def _titled(
        self, text: str, words: Sequence[re.Match[str]], place: int, bare: str
    ) -> Iterator[tuple[int, str, str, str, float]]:
        """`Dr. Patel`: a title before a word that means one person."""
        owners = self._parts.get(bare, set())
        if place + 1 < len(words) and _is_run(text, words[place], words[place + 1]):
            return
        title = words[place - 1]
        told = without_possessive(text[title.start() : words[place].end()])
        if len(owners) == 1 and title.group()[0].isupper() and "\n" not in told:
            owner = next(iter(owners))
            circle = self._gathering.circle(owner)
            if not any(are_of_two_sexes(name_of(told), name_of(one)) for one in circle):
                yield title.start(), told, owner, f"called {told}", 0.9

    def _alone(self, text: str, word: re.Match[str], bare: str) -> Iterator[tuple[int, str, str, str, float]]:
        told = without_possessive(word.group())
        part = self._parts.get(bare)
        if part and len(part) == 1:
            yield word.start(), told, next(iter(part)), f"called {told}", 0.93
            return
        if part or self._inflected.get(bare):
            return
        short = {owner for meaning in names_meant(bare) for owner in self._meant.get(meaning, ())}
        short |= self._parts.get(stem_of(bare), set())
        if len(short) == 1:
            yield word.start(), told, next(iter(short)), f"called {told}, a short form", 0.85
            return
        for base in bases_of(bare):
            short = {owner for meaning in names_meant(base) for owner in self._meant.get(meaning, ())}
            if len(short) == 1 and base not in self._gathering.names:
                told = base.capitalize()
                yield word.start(), told, next(iter(short)), f"called {told}, a short form", 0.85
        role = self._roles.get(bare, set())
        if len(role) == 1 and _is_addressed(text, word):
            yield word.start(), told, next(iter(role)), f"addressed as {told}", 0.85

    def _stands_alone(self, text: str, words: Sequence[re.Match[str]], place: int) -> bool:
        """Whether a capitalised word is no part of a longer name, and is no mere head of a sentence."""
        word = words[place]
        at_head = bool(_HEAD.search(text, max(0, word.start() - 12), word.start()))
        if at_head and not _ADDRESSED.match(text, word.end()):
            return False
        if place + 1 < len(words) and _is_run(text, word, words[place + 1]):
            return False
        before = words[place - 1] if place else None
        if not before or at_head or not _is_run(text, before, word) or not before.group()[0].isupper():
            return True
        named = before.group().upper() in self._parts or is_given_name(before.group().upper())
        return not named and bool(_HEAD.search(text, max(0, before.start() - 12), before.start()))


def _is_run(text: str, word: re.Match[str], after: re.Match[str]) -> bool:
    """Whether two words stand side by side and the second is capitalised."""
    return text[word.end() : after.start()] == " " and after.group()[0].isupper()


def _touch(text: str, words: Sequence[re.Match[str]], place: int) -> bool:
    gap = text[words[place - 1].end() : words[place].start()]
    return gap in (" ", ". ")


def _is_addressed(text: str, word: re.Match[str]) -> bool:
    called = bool(_BEFORE_CALL.search(text, max(0, word.start() - 4), word.start()))
    return text[word.end() : word.end() + 1] == "," or called
