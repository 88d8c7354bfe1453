"""Alignment: which elements of an old list are which of a new one. The diff asks; it knows no artifact.

Elements that name themselves (`id`, else `name`, else `key`, once in each list) are found again wherever they
went; of those, the longest run that kept its order stays and the others moved. Between what stays, equal
elements are aligned by a longest common subsequence, and what is left over is paired by its place: it was
changed. An element with an `id` that the other list does not have is never paired: it was removed or added.

The subsequence is found a row of bits at a time (Crochemore and others, "A fast and practical bit-vector
algorithm for the longest common subsequence problem", 2001), so that ten thousand elements take a moment.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cine_forge.kernel.ground.hashing import canonical_json

_NAMES = ("id", "name", "key")
_MOST_CELLS = 400_000_000
"""So many pairs of elements are weighed, which holds 50 MB; of more, only what stands once in each list."""

Pair = tuple[int, int]
Name = tuple[str, str | int]


class Alignment(NamedTuple):
    """Pairs of (old place, new place), in the order of new places; `moved` are those out of their order.

    Every old and new place stands in at most one pair; what stands in none was removed or added.
    """

    pairs: tuple[Pair, ...]
    moved: frozenset[Pair]


def align(old: Sequence[Any], new: Sequence[Any]) -> Alignment:
    """Align two lists of plain data."""
    doubled = _doubled(old) | _doubled(new)
    places_old, places_new = (_places_by_name(side, doubled) for side in (old, new))
    named = [(places_old[name], place) for name, place in places_new.items() if name in places_old]
    staying = in_order(named)
    sure_old = {i for i, _ in named} | _with_id(places_old)
    sure_new = {j for _, j in named} | _with_id(places_new)
    pairs, start = list(named), (0, 0)
    for end in [*staying, (len(old), len(new))]:
        gap_old = [i for i in range(start[0], end[0]) if i not in sure_old]
        gap_new = [j for j in range(start[1], end[1]) if j not in sure_new]
        pairs += _unnamed_pairs(old, new, gap_old, gap_new)
        start = (end[0] + 1, end[1] + 1)
    pairs.sort(key=lambda pair: pair[1])
    return Alignment(tuple(pairs), frozenset(named) - frozenset(staying))


def in_order(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the longest run of pairs, given by new places, whose old places ascend too."""
    tails: list[int] = []
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for at, (old, _) in enumerate(pairs):
        place = bisect_left(tails, old)
        before[at] = ends[place - 1] if place else None
        tails[place : place + 1] = [old]
        ends[place : place + 1] = [at]
    found: list[Pair] = []
    last = ends[-1] if ends else None
    while last is not None:
        found.append(pairs[last])
        last = before[last]
    return found[::-1]


def _doubled(items: Sequence[Any]) -> frozenset[Name]:
    """Return the names that stand more than once, and so name nothing."""
    times = Counter(name for name in map(_name, items) if name is not None)
    return frozenset(name for name, count in times.items() if count > 1)


def _places_by_name(items: Sequence[Any], doubled: frozenset[Name]) -> dict[Name, int]:
    names = map(_name, items)
    return {name: at for at, name in enumerate(names) if name is not None and name not in doubled}


def _with_id(places: Mapping[Name, int]) -> set[int]:
    return {place for (key, _), place in places.items() if key == "id"}


def _name(item: Any) -> Name | None:
    for key in _NAMES if isinstance(item, dict) else ():
        value = item.get(key)
        if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
            return key, value
    return None


def _unnamed_pairs(
    old: Sequence[Any], new: Sequence[Any], places_old: list[int], places_new: list[int]
) -> Iterator[Pair]:
    """Align the elements at these places: equal ones first, and between them what is left by its place."""
    if not places_old or not places_new:
        return
    texts_old = [canonical_json(old[place]) for place in places_old]
    texts_new = [canonical_json(new[place]) for place in places_new]
    start = (0, 0)
    for end in [*_common(texts_old, texts_new), (len(texts_old), len(texts_new))]:
        yield from zip(places_old[start[0] : end[0]], places_new[start[1] : end[1]], strict=False)
        if end[0] < len(texts_old):
            yield places_old[end[0]], places_new[end[1]]
        start = (end[0] + 1, end[1] + 1)


def _common(old: list[str], new: list[str]) -> list[Pair]:
    """Return the pairs of a longest common subsequence, in order."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    inner_old, inner_new = old[head : len(old) - tail], new[head : len(new) - tail]
    small = len(inner_old) * len(inner_new) <= _MOST_CELLS
    inner = (_longest if small else _once)(inner_old, inner_new)
    first = [(place, place) for place in range(head)]
    last = [(len(old) - place, len(new) - place) for place in range(tail, 0, -1)]
    return [*first, *((i + head, j + head) for i, j in inner), *last]


def _longest(old: list[str], new: list[str]) -> list[Pair]:
    """Find it by rows of bits: a zero in row j stands where one more of `old` is found in `new[: j + 1]`."""
    places: dict[str, int] = {}
    for place, text in enumerate(old):
        places[text] = places.get(text, 0) | 1 << place
    whole = (1 << len(old)) - 1
    row, rows = whole, []
    for text in new:
        found = row & places.get(text, 0)
        row = (row + found | row - found) & whole
        rows.append(row)
    return _walked_back(rows, len(old), len(new))


def _walked_back(rows: list[int], i: int, j: int) -> list[Pair]:
    pairs: list[Pair] = []
    while i and j:
        if rows[j - 1] >> (i - 1) & 1:
            i -= 1
        elif j > 1 and not rows[j - 2] >> (i - 1) & 1:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((i, j))
    return pairs[::-1]


def _once(old: list[str], new: list[str]) -> list[Pair]:
    """Align only what stands once in each list, which is enough to tell large lists apart."""
    in_old, in_new = Counter(old), Counter(new)
    places = {text: place for place, text in enumerate(old) if in_old[text] == 1}
    pairs = [(places[text], place) for place, text in enumerate(new) if in_new[text] == 1 and text in places]
    return in_order(pairs)
