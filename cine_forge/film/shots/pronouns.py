"""Pronouns: whom `he` and `she` mean when a sentence of action names nobody.

Learnt from the scene itself: a pronoun in a sentence that names one person, or at the start of the next, is
that person's. Coverage asks it, so that `He laughs.` shows the one who laughs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cine_forge.film.looks.cast import Cast
from cine_forge.film.shots.beats import sentences_of

_HE = re.compile(r"\b(?:he|him|his|himself)\b", re.IGNORECASE)
_SHE = re.compile(r"\b(?:she|her|hers|herself)\b", re.IGNORECASE)
_STARTS = re.compile(r"^\W*(?:he|she)\b", re.IGNORECASE)
_SUBJECT = re.compile(r"\b(he|she)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Pronouns:
    """Which pronoun the script uses for whom: `he` or `she` by character id."""

    known: dict[str, str]

    def meant(self, text: str, among: Sequence[str], last: str | None) -> tuple[str, ...]:
        """Return whom the text's subjects mean, in order. Who was seen last wins where several could be."""
        found: list[str] = []
        for word in dict.fromkeys(match[1].lower() for match in _SUBJECT.finditer(text)):
            candidates = [who for who in among if self.known.get(who, word) == word and who not in found]
            sure = [who for who in candidates if who in self.known]
            chosen = last if last in (sure or candidates) else next(iter(sure or candidates), None)
            found.extend([chosen] if chosen else [])
        return tuple(found)


def learn_pronouns(cast: Cast, actions: Iterable[str]) -> Pronouns:
    """Count the pronouns round each name in the actions of a scene and in the cast's descriptions."""
    counts: dict[str, Counter[str]] = {who: Counter() for who in cast.ids}
    for who, sentence in _about_one(cast, actions):
        counts[who].update({"he": len(_HE.findall(sentence)), "she": len(_SHE.findall(sentence))})
    for member in cast.members:
        text = member.description
        counts[member.id].update({"he": len(_HE.findall(text)), "she": len(_SHE.findall(text))})
    known = {
        who: "he" if count["he"] > count["she"] else "she" for who, count in counts.items() if _decided(count)
    }
    return Pronouns(known)


def _about_one(cast: Cast, actions: Iterable[str]) -> Iterator[tuple[str, str]]:
    for action in actions:
        subject: str | None = None
        for sentence in sentences_of(action):
            named = cast.mentioned(sentence)
            if len(named) == 1 and (subject is None or not _STARTS.match(sentence)):
                subject = named[0]
            elif named or not _STARTS.match(sentence):
                subject = None
            if subject:
                yield subject, sentence


def _decided(count: Counter[str]) -> bool:
    return count["he"] != count["she"]
