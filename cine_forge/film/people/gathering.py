"""The gathering: the names of a script, held together in circles, each of them one person.

Links are heard the surest first. One that would put into a circle two names that cannot be one person's is
refused; one that is not sure enough becomes a question for a person. A person's rulings come last and win.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from cine_forge.film.people.company import Company
from cine_forge.film.people.evidence import CERTAIN, SURE, WORTH_ASKING, Doubt, Link
from cine_forge.film.people.name import Name, name_of
from cine_forge.film.people.words import OF_MEN, OF_WOMEN


@dataclass
class Known:
    """A name of the script. `stands` says whether it makes a person by itself; `order` when it was met."""

    text: str
    spelling: str
    line: int
    order: int
    speaks: bool = False
    stands: bool = False
    descriptions: list[tuple[int, str]] = field(default_factory=list)

    @property
    def name(self) -> Name:
        """Return the name taken apart."""
        return name_of(self.text)


class Gathering:
    """All names with the circles they are in."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.names: dict[str, Known] = {}
        self.links: list[Link] = []
        self.doubts: list[Doubt] = []
        self._asked: set[tuple[str, ...]] = set()
        self._circle: dict[str, list[str]] = {}

    def add(self, text: str, *, line: int, spelling: str = "") -> Known:
        """Add a name in capitals, in a circle of its own; one that is known already is returned."""
        if text not in self.names:
            self.names[text] = Known(text, spelling or text, line, len(self.names))
            self._circle[text] = [text]
        return self.names[text]

    def circle(self, text: str) -> tuple[str, ...]:
        """Return the names that are one person's, in the order they were held together."""
        return tuple(self._circle[text])

    def circles(self) -> Iterator[tuple[str, ...]]:
        """Yield every circle once, by the first name that was met."""
        for text in self.names:
            if min(self._circle[text], key=lambda one: self.names[one].order) == text:
                yield tuple(sorted(self._circle[text], key=lambda one: self.names[one].order))

    def are_one(self, one: str, other: str) -> bool:
        """Whether two names are in one circle."""
        return self._circle[one] is self._circle[other]

    def hear(self, links: Iterable[Link]) -> None:
        """Join what is sure, ask about the rest; links that the script tells outweigh who answers whom."""
        for link in sorted(links, key=lambda one: one.rank):
            if self.are_one(link.one, link.other) or self.is_refused(link):
                continue
            if link.confidence >= SURE:
                self._join(link)
            elif link.confidence >= WORTH_ASKING:
                self.ask_to_merge(link)

    def is_refused(self, link: Link) -> bool:
        """Whether two names of the circles cannot be one person's, or answer each other."""
        pairs = [(one, other) for one in self._circle[link.one] for other in self._circle[link.other]]
        if any(exclude(name_of(one), name_of(other)) for one, other in pairs):
            return True
        return not link.told and any(self.company.answer_each_other(*pair) for pair in pairs)

    def ask_to_merge(self, link: Link) -> None:
        """Ask a person whether two names are one person's."""
        question = f"`{link.one}` and `{link.other}` may be one person ({link.reason}); if so"
        self.ask(Doubt(link.line, question, "merge", (link.one, link.other)))

    def ask(self, doubt: Doubt) -> None:
        """Keep a question; the same one is asked once."""
        about = (doubt.verb, *sorted(doubt.names))
        if about not in self._asked or not doubt.names:
            self._asked.add(about)
            self.doubts.append(doubt)

    def put_together(self, one: str, other: str) -> None:
        """Make two circles one, because a person said so."""
        if not self.are_one(one, other):
            self._merge(one, other)

    def put_apart(self, texts: Sequence[str]) -> None:
        """Put names of one circle into a circle of their own, because a person said so."""
        rest = [one for one in self._circle[texts[0]] if one not in texts]
        own = [one for one in self._circle[texts[0]] if one in texts]
        for circle in (rest, own):
            self._circle.update(dict.fromkeys(circle, circle))
        self.links = [link for link in self.links if self.are_one(link.one, link.other)]

    def _join(self, link: Link) -> None:
        self._merge(link.one, link.other)
        self.links.append(link)
        if link.confidence < CERTAIN and self.names[link.one].speaks and self.names[link.other].speaks:
            question = f"took `{link.one}` and `{link.other}` for one person ({link.reason}); if they are two"
            first, second = sorted((link.one, link.other), key=lambda one: -self.company.times(one))
            self.ask(Doubt(link.line, question, "split", (first, second)))

    def _merge(self, one: str, other: str) -> None:
        joined = [*self._circle[one], *self._circle[other]]
        self._circle.update(dict.fromkeys(joined, joined))


def exclude(one: Name, other: Name) -> bool:
    """Whether two names can by no means be one person's."""
    if one.opaque or other.opaque:
        return False
    if (
        one.false != other.false
        or one.ages != other.ages
        or (one.suffix and other.suffix and (one.suffix != other.suffix))
    ):
        return True
    if one.counted != other.counted and ((one.is_role and other.is_role) or (one.counted and other.counted)):
        return True
    if are_of_two_sexes(one, other):
        return True
    both_full = not one.is_role and not other.is_role and min(len(one.core), len(other.core)) > 1
    return both_full and not _overlap(one.core, other.core)


def are_of_two_sexes(one: Name, other: Name) -> bool:
    """Whether the title of one is a woman's and that of the other a man's."""
    women = [bool(OF_WOMEN.intersection(name.titles)) for name in (one, other)]
    men = [bool(OF_MEN.intersection(name.titles)) for name in (one, other)]
    return (women[0] and men[1]) or (men[0] and women[1])


def _overlap(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two full names end alike, or one holds the other."""
    return one[-1] == other[-1] or set(one) <= set(other) or set(other) <= set(one)
