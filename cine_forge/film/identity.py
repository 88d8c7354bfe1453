"""Identity: which scene of a new draft is which scene of the old one, and new ids for the rest.

Unchanged scenes are found first wherever they went, then edited ones by heading and by the words they
share. An id is allotted once: from a digest of the scene at first sight, never one that lives or lived.
"""

from __future__ import annotations

import base64
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from cine_forge.kernel.ground.hashing import digest_of

LEAST_LIKENESS = 0.5
_ID_LETTERS = 4
_MOST_LETTERS = 12
_NEARBY = 48


@dataclass(frozen=True)
class Sighting:
    """A scene as one draft shows it. `digest` is over heading and text."""

    heading: str
    text: str
    digest: str

    @cached_property
    def words(self) -> Counter[str]:
        """Return how often each word of the text occurs."""
        return Counter(self.text.lower().split())


def likeness(one: Sighting, other: Sighting) -> float:
    """Return the share of words that two scenes have in common, 0 to 1 (Dice, counted with repeats)."""
    total = one.words.total() + other.words.total()
    if not total:
        return float(one.heading == other.heading)
    return 2 * (one.words & other.words).total() / total


def match_scenes(old: Sequence[Sighting], new: Sequence[Sighting]) -> dict[int, int]:
    """Return, for positions in `new`, the position in `old` of the same scene. Each is used once."""
    matching = _Matching(old, new)
    matching.pair_unchanged()
    matching.pair_alike(same_heading=True)
    matching.pair_rewritten()
    matching.pair_alike(same_heading=False)
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
        by_digest: dict[str, list[int]] = defaultdict(list)
        for index, sighting in enumerate(self.old):
            by_digest[sighting.digest].append(index)
        times = Counter(sighting.digest for sighting in self.new)
        for index, sighting in enumerate(self.new):
            if times[sighting.digest] == 1 and len(by_digest[sighting.digest]) == 1:
                self._pair(index, by_digest[sighting.digest][0])
        self._pair_by(
            [sighting.digest for sighting in self.old], [sighting.digest for sighting in self.new], near=True
        )
        self._pair_by(
            [sighting.digest for sighting in self.old], [sighting.digest for sighting in self.new], near=False
        )

    def pair_alike(self, *, same_heading: bool) -> None:
        """Pair scenes that share half their words, the most alike first."""
        scored = [
            (-likeness(self.old[before], self.new[after]), abs(before - after), after, before)
            for after, before in self._candidates(same_heading)
        ]
        for score, _, after, before in sorted(scored):
            if -score >= LEAST_LIKENESS and after not in self.found and before not in self.used:
                self._pair(after, before)

    def pair_rewritten(self) -> None:
        """Pair what kept its heading and its neighbours though its words changed."""
        headings = [sighting.heading for sighting in self.old], [sighting.heading for sighting in self.new]
        self._pair_by(*headings, near=True)

    def _pair(self, after: int, before: int) -> None:
        self.found[after] = before
        self.used.add(before)

    def _pair_by(self, old_keys: Sequence[str], new_keys: Sequence[str], *, near: bool) -> None:
        """Pair left-over scenes with equal keys in order; `near` asks for the same neighbour before."""
        old_gaps, new_gaps = self._gaps() if near else ([0] * len(self.old), [0] * len(self.new))
        waiting: dict[tuple[str, int], list[int]] = defaultdict(list)
        for before in range(len(self.old) - 1, -1, -1):
            if before not in self.used:
                waiting[old_keys[before], old_gaps[before]].append(before)
        for after in range(len(self.new)):
            queue = waiting.get((new_keys[after], new_gaps[after]))
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

    def _candidates(self, same_heading: bool) -> Iterator[tuple[int, int]]:
        """Yield (after, before) of what is left, at most 48 nearby old scenes for each new one."""
        left: dict[str, list[int]] = defaultdict(list)
        for before, sighting in enumerate(self.old):
            if before not in self.used:
                left[sighting.heading if same_heading else ""].append(before)
        for after, sighting in enumerate(self.new):
            if after in self.found:
                continue
            nearby = left.get(sighting.heading if same_heading else "", [])
            if len(nearby) > _NEARBY:
                nearby = sorted(nearby, key=lambda before: abs(before - after))[:_NEARBY]
            yield from ((after, before) for before in nearby)
