"""Cast names: how a scene's own people are called, for a reader who knows no other scene.

`sheet` asks who a text names; `things` asks, so that nobody becomes a prop. The breakdown of the whole script
knows more (`film/people`), but what a sheet holds must follow from its scene alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cine_forge.film.breakdown.capitals import WORD
from cine_forge.film.breakdown.lexicon import PERSON_NOUNS, TITLES
from cine_forge.film.naming import spelled, without_possessive


@dataclass(frozen=True)
class Spot:
    """A person where a text names them; `start` is an offset."""

    id: str
    start: int


class CastNames:
    """Names in any letters to ids; a part that two people share names neither."""

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        owners: dict[tuple[str, ...], set[str]] = {}
        self._whole: dict[str, str] = {}
        for person, called in names.items():
            for name in called:
                self._whole.setdefault(spelled(name).removeprefix("THE "), person)
                for phrase in _phrases(name):
                    owners.setdefault(phrase, set()).add(person)
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for phrase, people in owners.items():
            if len(people) == 1:
                self._by_first.setdefault(phrase[0], []).append((phrase, next(iter(people))))
        for phrases in self._by_first.values():
            phrases.sort(key=lambda one: (-len(one[0]), one))

    def has_name(self, name: str) -> bool:
        """Whether somebody is called exactly that, in any letters."""
        return spelled(name) in self._whole

    def owner(self, name: str) -> str | None:
        """Return who is called exactly that, or None."""
        return self._whole.get(spelled(name).removeprefix("THE "))

    def named_in(self, text: str) -> Iterator[Spot]:
        """Yield everyone whom a text names with a capital letter, in order."""
        words = list(WORD.finditer(text))
        bare = [without_possessive(word.group()).upper() for word in words]
        place = 0
        while place < len(words):
            found = next(
                (one for one in self._by_first.get(bare[place], ()) if _stands(one[0], bare, place)), None
            )
            if found and words[place].group()[0].isupper():
                yield Spot(found[1], words[place].start())
            place += len(found[0]) if found else 1


def _stands(phrase: tuple[str, ...], words: list[str], place: int) -> bool:
    return tuple(words[place : place + len(phrase)]) == phrase


def _phrases(name: str) -> Iterator[tuple[str, ...]]:
    words = tuple(word.group().upper() for word in WORD.finditer(name))
    if words:
        yield words
    if len(words) > 1 and words[-1].lower() not in PERSON_NOUNS:
        yield from ((word,) for word in words if len(word) > 2 and word.lower() not in TITLES | PERSON_NOUNS)
