"""Noun phrases: where a sentence of action speaks of a thing, and whether it is there.

`things` asks for the phrases of a sentence. A phrase is found by its noun in the catalogue and takes in the
nouns and adjectives that stand before it. A noun that only names another (`coffee shop`), a verb (`she
watches`), a likeness (`like a bell`) and what is not there (`no gun`) are no phrases.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from cine_forge.film.breakdown.capitals import WORD
from cine_forge.film.breakdown.category import THINGS
from cine_forge.film.breakdown.grammar import (
    AFTER_THESE_A_VERB,
    ARTICLES,
    ENDS_A_PHRASE,
    LIKENESSES,
    NEGATIONS,
    PREPOSITIONS,
    PRONOUNS,
    VERBS_TOO,
)
from cine_forge.film.breakdown.nouns.catalogue import Catalogue, Entry, forms
from cine_forge.film.breakdown.verbs import HEARD
from cine_forge.film.screenplay.word_list import word_list

_MOST_ADJECTIVES = 3
_PARTS_OF_VEHICLES = word_list(
    """door window seat back backseat roof hood trunk wheel engine horn alarm headlight headlights light
    lights windshield bumper tire interior handle mirror radio"""
)
_BEING = frozenset({"is", "are", "was", "were"})
_BEFORE_NOUNS = PREPOSITIONS - {"to", "up", "down", "out", "off", "as"} | _BEING | {"has", "have", "had"}
_FIGURES = frozenset(
    {"sign", "wave", "storm", "flood", "shower", "web", "mask", "blanket", "mountain", "veil"}
)
_POSSESSIVES = ("'s", "’s", "s'", "s’")
_DEEDS = frozenset({"abstract", "body"})
_DONE = frozenset(
    {"parks", "lands", "exits", "stops", "docks", "towers", "steps", "stands", "waves", "views"}
)
_AT = frozenset({"at", "on", "up", "down", "out", "off", "over", "into", "onto", "to", "for", "behind"})
_BY_TOUCH = {"bar": "set_dressing"}
_TOUCHING = frozenset({"at", "behind", "on", "across", "along", "against", "over", "under", "onto"})


@dataclass(frozen=True)
class Phrase:
    """A thing as a sentence names it. `name` has no article; `noun` is its nouns, the last in the singular.

    `start` and `end` are offsets in the sentence; `led` says that an article or the like stands before it.
    """

    kind: str
    name: str
    noun: str
    start: int
    end: int
    led: bool


class Sentence:
    """The words of a sentence, and what the catalogue makes of them. `people` are offsets of their names."""

    def __init__(self, text: str, nouns: Catalogue, people: Collection[int] = ()) -> None:
        self.text = text
        self.nouns = nouns
        self.people = people
        self.words = list(WORD.finditer(text))
        self.small = [word.group().lower() for word in self.words]
        pairs = zip(self.words, self.words[1:], strict=False)
        self._noun_ends: set[int] = set()
        self._joined = [False, *(_is_gap(text[one.end() : other.start()], other) for one, other in pairs)]

    def phrases(self) -> Iterator[Phrase]:
        """Yield what is spoken of as being there, in order."""
        place = 0
        while place < len(self.words):
            entry = self.nouns.at(self.small, place)
            if entry is None:
                place += 1
                continue
            first, place, chain = place, place + entry.words, [entry]
            while (following := self._named_by(place, chain[-1])) is not None:
                chain.append(following)
                place += following.words
            self._noun_ends.add(place - 1)
            yield from self._phrase(first, place, chain)

    def list_after(self, offset: int) -> Iterator[Phrase]:
        """Yield what is listed behind `of` at this offset: `the sound of breaking glass and of bells`."""
        place = self.place_at(offset)
        if not self.joined(place) or self.small[place] != "of":
            return
        place += 1
        while place < len(self.words):
            first = place + (self.small[place] in ARTICLES)
            place = self._end_of_item(first)
            if place == first:
                return
            start, end = self.words[first].start(), self.words[place - 1].end()
            yield Phrase("sound", self.text[start:end], " ".join(self.small[first:place]), start, end, True)
            place += self.small[place : place + 1] in (["and"], ["or"])
            gap = self.text[end : self.words[place].start()].strip() if place < len(self.words) else ""
            if gap not in (",", "and", "or", ", and", ", or"):
                return

    def _end_of_item(self, first: int) -> int:
        """The place behind an item of such a list: at most five words, no verb behind its noun."""
        place, noun = first, False
        while place < min(first + 5, len(self.words)) and (place == first or self.joined(place)):
            word = self.small[place]
            entry = self.nouns.at(self.small, place)
            if word in ENDS_A_PHRASE or (noun and entry is None and not word.endswith("ing")):
                break
            noun = noun or entry is not None
            place += entry.words if entry else 1
        return place

    def place_at(self, offset: int) -> int:
        """Return the place of the first word that begins at or after an offset."""
        return bisect_left(self.words, offset, key=_start)

    def joined(self, place: int) -> bool:
        """Whether only white space stands between the word at this place and the one before it."""
        return 0 < place < len(self._joined) and self._joined[place]

    def before(self, place: int) -> str:
        """Return the word that leads directly to this place, in small letters, or an empty text."""
        return self.small[place - 1] if self.joined(place) else ""

    def _after(self, place: int) -> str:
        """Return the word right behind this place, in small letters, or an empty text."""
        return self.small[place + 1] if self.joined(place + 1) else ""

    def lead(self, first: int) -> int | None:
        """Return the place of the article or possessive before `first`, with only adjectives between."""
        for place in range(first - 1, max(-1, first - _MOST_ADJECTIVES - 2), -1):
            word = self.small[place]
            if not self.joined(place + 1) and (place + 1 == first or not self._between_adjectives(place)):
                return None
            if word in ARTICLES or word.endswith(_POSSESSIVES) or word.isdigit():
                return place
            if word in ENDS_A_PHRASE:
                return None
        return None

    def is_noun(self, place: int) -> bool:
        """Whether the word at this place stands where a noun stands, though it may be a verb too."""
        word, before = self.small[place], self.before(place)
        if before in AFTER_THESE_A_VERB or (
            word.endswith("s") and (before.endswith("ly") or before == "that")
        ):
            return False
        if word.endswith("ing") and (before in _BEING or self._after(place) in ARTICLES | PRONOUNS):
            return False
        if not is_verb_too(word) and not word.endswith("ing"):
            return True
        if before in _BEFORE_NOUNS or before in NEGATIONS:
            return True
        if self.follows_a_noun(place):
            return False
        if self.lead(place) is not None:
            return True
        if before and before not in ENDS_A_PHRASE:
            return self._after(place) not in ARTICLES
        return self._is_listed(place) or (not before and self._stands_alone(place))

    def _is_subject(self, place: int) -> bool:
        """Whether the word at this place is a noun or a name, so that a verb may follow."""
        word = self.words[place].group()
        if word.lower().endswith(_POSSESSIVES):
            return False
        named = self.words[place].start() in self.people or (
            word[0].isupper() and not word.isupper() and place > 0
        )
        return named or place in self._noun_ends or self.nouns.at(self.small, place, place + 1) is not None

    def follows_a_noun(self, place: int) -> bool:
        """Whether the word before this place is a noun or a name."""
        return bool(self.before(place)) and self._is_subject(place - 1)

    def _is_listed(self, place: int) -> bool:
        """Whether the word goes on a list of things: `posters, clocks and books`."""
        last = place - 2 if self.before(place) in ("and", "or") else place - 1
        entry = self.nouns.at(self.small, last, last + 1) if last >= 0 else None
        if entry is None or entry.kind not in THINGS:
            return False
        gap = self.text[self.words[last].end() : self.words[place].start()].strip()
        after = self._after(place)
        if self.small[place].endswith("s") and after in PREPOSITIONS - {"of", "with", "in", "on"}:
            return False
        enough = (
            gap in (",", ", and", ", or") or self.small[last].endswith("s") or self.small[place][-1] != "s"
        )
        return (
            gap in (",", ", and", ", or", "and", "or") and enough and after not in ARTICLES | PRONOUNS | _AT
        )

    def _stands_alone(self, place: int) -> bool:
        """Whether a word opens its sentence or clause and something other than an object follows it."""
        if place > 0 and self.small[place].endswith("s"):
            return False
        after = self._after(place)
        return after == "of" or after not in ARTICLES | PREPOSITIONS | PRONOUNS

    def _between_adjectives(self, place: int) -> bool:
        """Whether the comma behind this word only parts adjectives: `a small, black box`."""
        if self.text[self.words[place].end() : self.words[place + 1].start()].strip() != ",":
            return False
        word, after = self.small[place], self.small[place + 1]
        if word in ARTICLES or word.isdigit():
            return False
        return not after.endswith("ing") and not word.endswith("s") and self.nouns.kind(word) is None

    def _named_by(self, place: int, last: Entry) -> Entry | None:
        """The noun right behind one, which makes that one its mere name: `printer cable`."""
        if not self.joined(place) or self.small[place - 1].endswith(_POSSESSIVES):
            return None
        entry = self.nouns.at(self.small, place)
        word = self.small[place]
        if entry is None or entry.kind == "extra":
            return None
        if entry.kind == "sound" and (word.endswith("ing") or word in HEARD):
            return None
        if _is_plural(self.small[place - 1]) and word in VERBS_TOO:
            return None
        inflected = word.endswith(("s", "ing")) or entry.kind in ("sound", "stunt", "music")
        if last.kind in ("extra", "person"):
            a_verb = is_verb_too(word)
        elif entry.kind == "place":
            a_verb = word in _DONE
        else:
            a_verb = inflected and (is_verb_too(word) or (entry.kind in _DEEDS and word != entry.singular))
        return None if a_verb and entry.words == 1 else entry

    def _phrase(self, first: int, end: int, chain: Sequence[Entry]) -> Iterator[Phrase]:
        head = chain[-1]
        at = end - head.words
        owner = chain[-2] if len(chain) > 1 else head
        if head.kind == "part" or (owner.kind == "vehicle" and head.singular in _PARTS_OF_VEHICLES):
            head, end = owner, end - head.words if len(chain) > 1 else end
            at = end - head.words
        kind = self._kind(head, first)
        if kind not in THINGS or self._is_a_name(first, end):
            return
        if end - first == 1 and not self.is_noun(at):
            return
        lead = self.lead(first)
        if self._is_not_there(first if lead is None else lead) or self._is_figure(head, end):
            return
        start = self.words[
            self._first_adjective(first) if lead is None else self._first_told(first, lead)
        ].start()
        stop = self.words[end - 1].start() + len(_bare(self.words[end - 1].group()))
        name = " ".join(self.text[start:stop].split())
        noun = " ".join((*self.small[first:at], head.singular))
        yield Phrase(kind, name, noun, start, stop, lead is not None)

    def _is_figure(self, head: Entry, end: int) -> bool:
        """Whether a noun only measures what cannot be held: `a wave of grief`, `no sign of life`."""
        if head.singular not in _FIGURES or not self.joined(end) or self.small[end] != "of":
            return False
        told = self.nouns.at(self.small, end + 1) if end + 1 < len(self.small) else None
        return told is None or told.kind not in THINGS

    def _kind(self, head: Entry, first: int) -> str:
        """The kind of a noun; some places are furniture to whom stands at them: `at the bar`."""
        lead = self.lead(first)
        if head.singular in _BY_TOUCH and lead is not None and self.before(lead) in _TOUCHING:
            return _BY_TOUCH[head.singular]
        return head.kind

    def _first_told(self, first: int, lead: int) -> int:
        """Where the name of a noun begins behind its article: with its adjectives, not with a verb."""
        for place in range(first - 1, lead, -1):
            word = self.small[place]
            verb = word.endswith("s") and not word.endswith(("ous", "less", "ss"))
            if verb or self.nouns.at(self.small, place, place + 1) is not None:
                return first
        return first if self.small[first] in HEARD and self.small[first].endswith("s") else lead + 1

    def _first_adjective(self, first: int) -> int:
        """Where the adjectives of a noun without an article begin: `bald, round glasses, black hat`."""
        place = first
        while self.joined(place) and first - place < _MOST_ADJECTIVES:
            word = self.small[place - 1]
            plain = self.words[place - 1].group()[0].islower() and not word.endswith(("s", "ly", "ing"))
            if not plain or word in ENDS_A_PHRASE or self.nouns.kind(word) in THINGS:
                return first
            place -= 1
        return first if self.joined(place) else place

    def _is_a_name(self, first: int, end: int) -> bool:
        """Whether the noun belongs to a name in title case: `Taco Bell`, `the Golden Gate`."""
        word = self.words[end - 1].group()
        if not word[0].isupper() or word.isupper():
            return False
        if end - first > 1 and first > 0:
            whole = all(self.words[place].group()[0].isupper() for place in range(first, end))
            return whole and self.nouns.kind(self.small[end - 1]) not in ("wardrobe", "vehicle")
        neighbours = [self.words[place].group() for place in (first - 1,) if self.joined(first)]
        neighbours += [self.words[place].group() for place in (end,) if self.joined(end)]
        named = [one for one in neighbours if one[0].isupper() and one.lower() not in ARTICLES]
        return bool(named) and not (first == 1 and len(named) == 1)

    def _is_not_there(self, first: int) -> bool:
        """Whether a phrase that begins here is a likeness or is said to be missing."""
        before = self.small[max(0, first - 2) : first]
        if not before:
            return False
        if before[-1] == "as":
            return self.small[first] in ("a", "an") or before == ["same", "as"]
        return before[-1] in LIKENESSES or before[-1] in NEGATIONS or before == ["as", "if"]


def _start(word: re.Match[str]) -> int:
    return word.start()


def _is_gap(between: str, after: re.Match[str]) -> bool:
    """Whether two words belong together: white space, and no new line that begins with a capital."""
    return between.isspace() and not ("\n" in between and after.group()[0].isupper())


def _is_plural(word: str) -> bool:
    """Whether a noun is written as a plural, so that the next word may be its verb: `arrows rain`."""
    return word.endswith("s") and not word.endswith(("ss", "us", "is"))


def is_verb_too(word: str) -> bool:
    """Whether a noun, in small letters, is a form of a verb as well."""
    return word in VERBS_TOO or (word.endswith("s") and bool(set(forms(word)) & VERBS_TOO))


def _bare(word: str) -> str:
    """Drop a possessive from the end."""
    return re.sub(r"['’]s?$", "", word)
