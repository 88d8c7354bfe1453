"""Rearrangement: which scenes moved, and which were split or merged, once it is known who is who.

Moved are the fewest and shortest scenes that have to be taken out so that the rest stands in its old order.
A scene was split when most of a new one stood in an old one that lives on; merged the other way round.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from cine_forge.film.breakdown.scene_draft import SceneDraft
from cine_forge.film.drafts.wording import words_of

_LEAST_SHARE = 0.6
_LEAST_WORDS = 8
_TELLING_WORDS = 4


def moved_scenes(pairs: Mapping[int, int], weights: Sequence[int]) -> frozenset[int]:
    """Return the positions in the new draft of scenes that stand elsewhere. `pairs` are new to old.

    `weights` are by new position, above 0: what stays together weighs as much as it can.
    """
    order = sorted(pairs)
    ranks = {old: rank for rank, old in enumerate(sorted(pairs.values()), 1)}
    tree: list[tuple[int, int]] = [(0, -1)] * (len(order) + 1)
    before: dict[int, int] = {}
    for new in order:
        rank = ranks[pairs[new]]
        heaviest = max((tree[at] for at in _below(rank - 1)), default=(0, -1))
        before[new] = heaviest[1]
        mine = (heaviest[0] + weights[new], new)
        while rank < len(tree):
            tree[rank] = max(tree[rank], mine)
            rank += rank & -rank
    last = max((tree[at] for at in _below(len(order))), default=(0, -1))[1]
    staying = set()
    while last >= 0:
        staying.add(last)
        last = before[last]
    return frozenset(set(order) - staying)


def _below(rank: int) -> list[int]:
    """The cells of a Fenwick tree that together cover the ranks 1 to `rank`."""
    cells = []
    while rank > 0:
        cells.append(rank)
        rank -= rank & -rank
    return cells


def parts_of(
    alone: Sequence[int], pairs: Mapping[int, int], *, side: Sequence[SceneDraft], other: Sequence[SceneDraft]
) -> dict[int, int]:
    """Return, for scenes of `side` that are `alone`, the scene of `other` that holds most of them.

    `pairs` are positions in `other` to positions in `side`: what a scene shares with its own other self does
    not count again. Of a new draft this finds the splits, of an old one the merges.
    """
    lines: dict[str, list[int]] = defaultdict(list)
    for position in pairs:
        for text in {element.text for element in other[position].body if _is_telling(element.text)}:
            lines[text].append(position)
    inverse = sorted((mine, theirs) for theirs, mine in pairs.items())
    found = {}
    for position in alone:
        scene = side[position]
        near = _near(position, inverse)
        known = (lines.get(element.text, ()) for element in scene.body if _is_telling(element.text))
        candidates = sorted({*near, *(one for few in known if len(few) <= 8 for one in few)})
        shares = {one: _share(scene, other[one], side[pairs[one]]) for one in candidates}
        best = max(shares, key=lambda one: (shares[one], -one), default=None)
        if best is not None and shares[best] >= _LEAST_SHARE:
            found[position] = best
    return found


def _share(part: SceneDraft, whole: SceneDraft, twin: SceneDraft) -> float:
    """How much of `part` stands in `whole` beyond what the twin of `whole` has of it, 0 to 1."""
    words = _words(part)
    if words.total() < _LEAST_WORDS:
        return 0.0
    rest = _words(whole) - _words(twin)
    return (words & rest).total() / words.total()


def _near(position: int, inverse: Sequence[tuple[int, int]]) -> list[int]:
    """The scenes of the other side whose other selves stand just before and just behind."""
    at = bisect_left(inverse, (position, -1))
    return [theirs for _, theirs in inverse[max(0, at - 1) : at + 1]]


def _words(scene: SceneDraft) -> Counter[str]:
    return words_of(scene.text)


def _is_telling(text: str) -> bool:
    return len(words_of(text)) >= _TELLING_WORDS
