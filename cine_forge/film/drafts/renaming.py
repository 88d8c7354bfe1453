"""Renaming: names that a new draft changed throughout, told once and not at every line.

A name was changed when the old one stands nowhere any more, the new one stood nowhere before, and most
lines that lost the one gained the other. A word that is ever written small is no name.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from cine_forge.film.breakdown.scene_draft import SceneDraft
from cine_forge.film.drafts.line_change import line_changes
from cine_forge.film.screenplay.cues import parse_cue
from cine_forge.film.screenplay.document import ElementType

Kind = Literal["character", "location", "name"]
ScenePair = tuple[SceneDraft, SceneDraft]

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_OWNED = re.compile(r"['’]S$")
_MOST_WORDS = 3
_LEAST_TIMES = 2
_LEAST_SHARE = 0.6


@dataclass(frozen=True)
class Renamed:
    """A name and what it became, in capitals. `times` counts the lines that showed it."""

    kind: Kind
    old: str
    new: str
    times: int

    def to_json(self) -> dict[str, Any]:
        """Return it as `script_diff/1` holds it."""
        return vars(self)


@dataclass(frozen=True)
class Renaming:
    """All names that changed, the longest first."""

    names: tuple[Renamed, ...] = ()
    _pattern: re.Pattern[str] | None = field(init=False, compare=False, repr=False, default=None)

    def __post_init__(self) -> None:
        """Prepare one pattern for all names."""
        if self.names:
            ways = "|".join(re.escape(one.old) for one in self.names)
            object.__setattr__(self, "_pattern", re.compile(rf"(?<!\w)(?:{ways})(?!\w)", re.IGNORECASE))

    def read(self, text: str) -> str:
        """Return a text of the old draft with the new names in it, written as large as the old ones."""
        if self._pattern is None:
            return text
        known = {one.old: one for one in self.names}
        return self._pattern.sub(lambda found: _spelt(known[found.group().upper()], found.group()), text)


def find_renaming(
    pairs: Sequence[ScenePair], old: Sequence[SceneDraft], new: Sequence[SceneDraft]
) -> Renaming:
    """Find the names that changed between two drafts, from the scenes that are the same in both."""
    old_names, new_names = _Vocabulary(old), _Vocabulary(new)
    found: dict[str, Renamed] = {}
    for kind, votes in (("location", _place_votes(pairs)), ("name", _word_votes(pairs))):
        for (before, after), times in votes.items():
            if times < _LEAST_TIMES or times < _LEAST_SHARE * _all_of(votes, before, after):
                continue
            if kind == "location":
                fits = before not in new_names.places and after not in old_names.places
                told: Kind = "location"
            else:
                fits = old_names.has_name(before) and new_names.has_name(after)
                fits = fits and not new_names.has(before) and not old_names.has(after)
                told = "character" if before in old_names.speakers else "name"
            if fits and before not in found:
                found[before] = Renamed(told, before, after, times)
    return Renaming(tuple(sorted(found.values(), key=lambda one: (-len(one.old), one.old))))


def _all_of(votes: Mapping[tuple[str, str], int], before: str, after: str) -> int:
    """How often the one was given up, or the other taken up, whichever is more."""
    lost = sum(times for (one, _), times in votes.items() if one == before)
    gained = sum(times for (_, other), times in votes.items() if other == after)
    return max(lost, gained)


def _place_votes(pairs: Iterable[ScenePair]) -> Counter[tuple[str, str]]:
    places = ((one.where.location.upper(), other.where.location.upper()) for one, other in pairs)
    return Counter((before, after) for before, after in places if before != after and before and after)


def _word_votes(pairs: Iterable[ScenePair]) -> Counter[tuple[str, str]]:
    """How often which words took the place of which others, in lines that stayed."""
    votes: Counter[tuple[str, str]] = Counter()
    for one, other in pairs:
        if one.digest == other.digest:
            continue
        changes = line_changes((one.heading, *one.body), (other.heading, *other.body))
        for change in changes:
            swapped = {(_bare(word.old), _bare(word.new)) for word in change.words()}
            votes.update(pair for pair in swapped if all(pair) and pair[0] != pair[1])
    return votes


def _bare(text: str) -> str:
    """The words in capitals without a possessive; nothing when they are too many for a name."""
    words = _WORD.findall(text.upper())
    return _OWNED.sub("", " ".join(words)).replace("’", "'") if len(words) <= _MOST_WORDS else ""


class _Vocabulary:
    """What words a draft uses, how it writes them, and who speaks."""

    def __init__(self, scenes: Sequence[SceneDraft]) -> None:
        self.places = {scene.where.location.upper() for scene in scenes}
        self.speakers: set[str] = set()
        self._small: set[str] = set()
        self._texts: dict[str, set[str]] = defaultdict(set)
        for scene in scenes:
            for element in (scene.heading, *scene.body):
                self._take(element.type, element.text)

    def has(self, name: str) -> bool:
        """Whether the words stand anywhere in a row, the first of them written large."""
        first, _, rest = name.partition(" ")
        return any(following.startswith(rest) for following in self._texts.get(first, ()))

    def has_name(self, name: str) -> bool:
        """Whether it speaks, or all words of it are always written large."""
        return name in self.speakers or (
            self.has(name) and not any(word in self._small for word in name.split())
        )

    def _take(self, kind: ElementType, text: str) -> None:
        written = _WORD.findall(text)
        words = [_OWNED.sub("", word.upper()) for word in written]
        for number, word in enumerate(words):
            if written[number][0].islower():
                self._small.add(word)
            else:
                self._texts[word].add(" ".join(words[number + 1 : number + _MOST_WORDS]))
        if kind is ElementType.CHARACTER:
            name = parse_cue(text).name.upper()
            self.speakers |= {name, *name.split()}


def _spelt(renamed: Renamed, like: str) -> str:
    """The new name as large as the old one stands there; a small word is no person (`will` is not WILL)."""
    if like[:1].islower():
        return renamed.new.lower() if renamed.kind == "location" else like
    return renamed.new if like.isupper() and len(like) > 1 else renamed.new.title()
