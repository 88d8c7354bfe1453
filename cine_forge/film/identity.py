"""Identity: which scene of a new draft is which scene of the old one, and new ids for the rest.

    match_scenes
      what is equal, wherever it went            OMITTED by its number, repeated scenes by their neighbours
      what shares its telling words              the best assignment over all that is left
      what kept its heading and its neighbours   though its words changed
      what kept its number                       an omitted scene, or a locked number over a new text

The breakdown and the comparison of two drafts both ask here. An id is allotted once: from a digest of the
scene at first sight, never one that lives or lived.
"""

from __future__ import annotations

import base64
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nlargest
from math import log

from cine_forge.film.drafts.assignment import best_assignment
from cine_forge.film.drafts.wording import words_of
from cine_forge.kernel.ground.hashing import digest_of

LEAST_LIKENESS = 0.5
"""Scenes that share half of what they say are one scene; of less, heading, place or number must decide."""

_ID_LETTERS = 4
_MOST_LETTERS = 12
_MOST_PAIRS = 4_000
_COMMON = 16
_NEAREST = 8
_SHORT_WORDS = 12
_PART = 0.8
_CERTAINTY = 4
"""One pair that is sure outweighs two that might be: a scene that is gone takes nobody's place."""


@dataclass(frozen=True)
class Sighting:
    """A scene as one draft shows it. `digest` is over heading and text; `number` as written or allotted."""

    heading: str
    text: str
    digest: str
    number: str | None = None
    omitted: bool = False

    @cached_property
    def words(self) -> Counter[str]:
        """Return how often each word of the text occurs."""
        return words_of(self.text)

    @cached_property
    def title(self) -> Counter[str]:
        """Return the words of the heading."""
        return words_of(self.heading)


class Likeness:
    """How alike scenes of two drafts are; a word that many scenes share tells little."""

    def __init__(self, old: Sequence[Sighting], new: Sequence[Sighting]) -> None:
        self._scenes = max(len(old), len(new), 1)
        counts = (Counter(word for one in side for word in one.words) for side in (old, new))
        self._spread = next(counts) | next(counts)
        self._weights: dict[str, float] = {}
        self._totals: dict[int, float] = {}

    def __call__(self, one: Sighting, other: Sighting) -> float:
        """Return the share of telling words that two scenes have in common, 0 to 1.

        It is twice the common over both (Dice, counted with repeats); of a scene that was split or grew,
        the part that the smaller has in common counts, at four fifths.
        """
        if not one.words and not other.words:
            return float(one.heading == other.heading)
        common = self._weigh(one.words & other.words)
        mine, its = self._total(one), self._total(other)
        whole = 2 * common / (mine + its)
        if min(one.words.total(), other.words.total()) < _SHORT_WORDS:
            return whole
        return max(whole, _PART * common / min(mine, its))

    def is_common(self, word: str) -> bool:
        """Whether so many scenes have a word that it points to none."""
        return self._spread[word] > _COMMON

    def _total(self, one: Sighting) -> float:
        if id(one) not in self._totals:
            self._totals[id(one)] = self._weigh(one.words)
        return self._totals[id(one)]

    def _weigh(self, words: Counter[str]) -> float:
        return sum(self._weight(word) * count for word, count in words.items())

    def _weight(self, word: str) -> float:
        if word not in self._weights:
            self._weights[word] = log(1 + self._scenes / max(1, self._spread[word]))
        return self._weights[word]


def match_scenes(old: Sequence[Sighting], new: Sequence[Sighting]) -> dict[int, int]:
    """Return, for positions in `new`, the position in `old` of the same scene. Each is used once."""
    matching = _Matching(old, new)
    matching.pair_unchanged()
    matching.pair_alike()
    matching.pair_rewritten()
    matching.pair_by_number()
    return matching.found


def new_scene_id(episode: str, digest: str, used: Container[str]) -> str:
    """Return `ep001/scene:k3f2`: four letters of the digest, more or other ones while taken."""
    for salt in range(1_000):
        text = digest_of([digest, salt]) if salt else digest
        letters = base64.b32encode(bytes.fromhex(text)).decode().lower()
        for count in range(_ID_LETTERS, _MOST_LETTERS + 1):
            candidate = f"{episode}/scene:{letters[:count]}"
            if candidate not in used:
                return candidate
    raise ValueError(f"no free id for a scene of `{episode}`")


class _Matching:
    """The pairs found so far; every step looks only at what is left."""

    def __init__(self, old: Sequence[Sighting], new: Sequence[Sighting]) -> None:
        self.old, self.new = old, new
        self.found: dict[int, int] = {}
        self.used: set[int] = set()

    def pair_unchanged(self) -> None:
        """Pair equal digests: unique ones, then repeated ones between the same neighbours, then in order."""
        old_times = Counter(map(_sameness, self.old))
        new_times = Counter(map(_sameness, self.new))
        where = {_sameness(sighting): index for index, sighting in enumerate(self.old)}
        for index, sighting in enumerate(self.new):
            key = _sameness(sighting)
            if new_times[key] == 1 and old_times[key] == 1:
                self._pair(index, where[key])
        self._pair_by(_sameness, near=True)
        self._pair_by(_sameness, near=False)

    def pair_alike(self) -> None:
        """Pair scenes that share half of what they say, so that all pairs together are the most alike.

        Heading, number and neighbours decide between scenes whose words fit equally well.
        """
        like = Likeness(self._left_old(), self._left_new())
        old_gaps, new_gaps = self._gaps()
        scores: dict[tuple[int, int], float] = {}
        for after, before in self._candidates(like):
            one, other = self.old[before], self.new[after]
            share = like(one, other)
            if share >= LEAST_LIKENESS and other.omitted == one.omitted:
                share += 0.1 * (one.heading == other.heading)
                share += 0.05 * (one.number is not None and one.number == other.number)
                share += 0.05 * (old_gaps[before] == new_gaps[after]) + 0.01 / (1 + abs(before - after))
                scores[after, before] = share**_CERTAINTY
        for after, before in best_assignment(scores).items():
            self._pair(after, before)

    def pair_rewritten(self) -> None:
        """Pair what kept its heading and its neighbours though its words changed."""
        self._pair_by(lambda sighting: sighting.heading, near=True)

    def pair_by_number(self) -> None:
        """Pair what is left under one number: omitted there, or the same slot with a text of its own.

        A number alone proves nothing, as a draft may count anew: neighbours or place must agree.
        """
        waiting = {
            one.number: before
            for before, one in enumerate(self.old)
            if one.number and before not in self.used
        }
        old_gaps, new_gaps = self._gaps()
        for after, other in enumerate(self.new):
            before = waiting.get(other.number) if other.number and after not in self.found else None
            if before is None:
                continue
            near = old_gaps[before] == new_gaps[after]
            if other.omitted or self.old[before].omitted or near or _same_place(self.old[before], other):
                self._pair(after, before)

    def _pair(self, after: int, before: int) -> None:
        self.found[after] = before
        self.used.add(before)

    def _left_old(self) -> list[Sighting]:
        return [one for before, one in enumerate(self.old) if before not in self.used]

    def _left_new(self) -> list[Sighting]:
        return [one for after, one in enumerate(self.new) if after not in self.found]

    def _pair_by(self, key: Callable[[Sighting], Hashable], *, near: bool) -> None:
        """Pair left-over scenes with equal keys in order; `near` asks for the same neighbour before."""
        old_gaps, new_gaps = self._gaps() if near else ([0] * len(self.old), [0] * len(self.new))
        waiting: dict[tuple[Hashable, int], list[int]] = defaultdict(list)
        for before in range(len(self.old) - 1, -1, -1):
            if before not in self.used:
                waiting[key(self.old[before]), old_gaps[before]].append(before)
        for after, sighting in enumerate(self.new):
            queue = waiting.get((key(sighting), new_gaps[after]))
            if after not in self.found and queue:
                self._pair(after, queue.pop())

    def _gaps(self) -> tuple[list[int], list[int]]:
        """For each scene, the old position of the nearest paired scene before it, or -1."""
        new_gaps, last = [], -1
        for after in range(len(self.new)):
            last = self.found.get(after, last)
            new_gaps.append(last)
        old_gaps, last = [], -1
        for before in range(len(self.old)):
            last = before if before in self.used else last
            old_gaps.append(last)
        return old_gaps, new_gaps

    def _candidates(self, like: Likeness) -> Iterator[tuple[int, int]]:
        """Yield (after, before) of what is left: all pairs of a few, else those that share rare words."""
        old = [before for before in range(len(self.old)) if before not in self.used]
        new = [after for after in range(len(self.new)) if after not in self.found]
        if len(old) * len(new) <= _MOST_PAIRS:
            yield from ((after, before) for after in new for before in old)
            return
        holders: dict[str, list[int]] = defaultdict(list)
        for before in old:
            for word in self.old[before].words:
                if not like.is_common(word):
                    holders[word].append(before)
        namesakes: dict[str, list[int]] = defaultdict(list)
        for before in old:
            namesakes[self.old[before].heading].append(before)
        for after in new:
            shared = Counter(before for word in self.new[after].words for before in holders.get(word, ()))
            best = nlargest(_NEAREST, shared, key=lambda before: (shared[before], -before))
            same = _around(namesakes.get(self.new[after].heading, []), after)
            yield from ((after, before) for before in sorted({*best, *same}))


def _sameness(sighting: Sighting) -> tuple[str, str | None]:
    """What equal scenes have in common; all that are omitted look alike, so their number counts."""
    return sighting.digest, sighting.number if sighting.omitted else None


def _same_place(one: Sighting, other: Sighting) -> bool:
    """Whether two headings share most of their words."""
    both = one.title.total() + other.title.total()
    return both > 0 and 2 * (one.title & other.title).total() / both >= 2 / 3


def _around(positions: list[int], at: int) -> list[int]:
    """The few positions nearest to `at`, of ascending ones."""
    here = bisect_left(positions, at)
    few = positions[max(0, here - _NEAREST) : here + _NEAREST]
    return sorted(few, key=lambda before: abs(before - at))[:_NEAREST]
