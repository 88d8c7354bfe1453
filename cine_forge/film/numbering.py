"""Numbering: the number on the slate, allotted once and never changed by the program.

A script's own numbers win. Otherwise a first draft counts 1, 2, 3, and from then on its numbers are locked:

- a scene put in after 12 is 12A, then 12B (72 OMITTED, then 72A and 72B: the American rule for locked
  scripts, as C. J. Powers, "Managing a locked script", gives it); before the first scene it is A1;
- between 12 and 12A it is 12aA, then 12bA (the rule under "Shooting script" at liquisearch.com): a small
  letter means "before", so 12aB stands between 12A and 12B;
- I and O are left out, as on a slate, where they read as 1 and 0;
- a scene added at the end counts on; a number that was omitted is never used again.

Numbers are text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import product, takewhile
from typing import Literal

from cine_forge.film.labels import LETTERS

_NUMBER = re.compile(r"^(?P<base>[^\d]*\d+)(?P<before>[a-z]*)(?P<letters>[A-Z]*)$")
_SMALL = LETTERS.lower()
_BEHIND_ALL = 0x110000
_DEPTHS = (1, 2, 3)

_MOST_CHANGED = 8

Clash = Literal["twice", "used_again", "changed", "anew"]


def allot_numbers(
    own: Sequence[str | None], kept: Sequence[str | None], retired: Collection[str] = ()
) -> tuple[str, ...]:
    """Return the number of every scene in order.

    `own` are numbers written in the script, `kept` those of an earlier draft; both by position.
    """
    known = [written or before for written, before in zip(own, kept, strict=True)]
    used = {number for number in (*known, *kept, *retired) if number}
    if not any(kept) and not any(own):
        return tuple(str(number) for number in range(1, len(known) + 1))
    following = _following(known)
    numbers: list[str] = []
    for number, behind in zip(known, following, strict=True):
        if number is None:
            before = numbers[-1] if numbers else None
            number = _inserted(before, behind, used) if behind or not numbers else _next_number(used)
            used.add(number)
        numbers.append(number)
    return tuple(numbers)


@dataclass(frozen=True)
class NumberClash:
    """A number that a draft brings and that was somebody else's. `before` is what the scene had.

    `anew` stands for all at once, from the first on, when so many changed that a program counted again.
    """

    position: int
    number: str
    kind: Clash
    before: str | None = None

    @property
    def code(self) -> str:
        """Return the code under which the errors' pages explain it."""
        return "CF-F060" if self.kind in ("twice", "used_again") else "CF-F061"

    def __str__(self) -> str:
        """Say it to a person."""
        if self.kind == "twice":
            return f"scene number {self.number} stands twice in this draft"
        if self.kind == "used_again":
            return f"scene number {self.number} belonged to a scene that was omitted; it is used again"
        if self.kind == "anew":
            return f"the draft counts its scenes anew: {self.number} numbers are not what they were"
        return f"scene {self.before} is now numbered {self.number}, though numbers are locked"


def number_clashes(
    own: Sequence[str | None], kept: Sequence[str | None], retired: Collection[str] = ()
) -> tuple[NumberClash, ...]:
    """Return what a draft's own numbers do that locked numbers may not, in script order."""
    times = Counter(number for number in own if number)
    seen: set[str] = set()
    found = []
    for position, (number, before) in enumerate(zip(own, kept, strict=True)):
        if number is None:
            continue
        if times[number] > 1 and number in seen:
            found.append(NumberClash(position, number, "twice", before))
        elif before is not None and before != number:
            found.append(NumberClash(position, number, "changed", before))
        elif before is None and number in retired:
            found.append(NumberClash(position, number, "used_again"))
        seen.add(number)
    changed = [clash for clash in found if clash.kind == "changed"]
    if len(changed) > max(_MOST_CHANGED, len(own) // 3):
        rest = [clash for clash in found if clash.kind == "twice"]
        return (NumberClash(changed[0].position, str(len(changed)), "anew"), *rest)
    return tuple(found)


def number_key(number: str) -> tuple[object, ...]:
    """Return a key that sorts numbers as scenes stand: AA12, A12, 12, 12aA, 12A, 12B, 13."""
    found = _NUMBER.match(number)
    if found is None:
        return (1, 0, (), (), number)
    digits = int("".join(re.findall(r"\d", found["base"])))
    prefix = re.sub(r"\d", "", found["base"])
    ahead = (*map(ord, reversed(prefix)), _BEHIND_ALL)
    return (0, digits, ahead, _order(_suffix(number)), number)


def _following(known: Sequence[str | None]) -> list[str | None]:
    """For each scene the next known number behind it, or None."""
    found: list[str | None] = []
    behind: str | None = None
    for number in reversed(known):
        found.append(behind)
        behind = number or behind
    return found[::-1]


def _next_number(used: Collection[str]) -> str:
    digits = [int("".join(re.findall(r"\d", number)) or 0) for number in map(_base, used)]
    return str(max(digits, default=0) + 1)


def _inserted(before: str | None, behind: str | None, used: Collection[str]) -> str:
    """`3A` after `3`, `3B` after `3A`, `3aA` between `3` and `3A`; before the first scene `A1`."""
    if before is None:
        first = behind or "1"
        return next(f"{letters}{first}" for letters in _letters() if f"{letters}{first}" not in used)
    base, own = _base(before), _suffix(before)
    limit = _suffix(behind) if behind and _base(behind) == base else ""
    if not limit or _order(limit) <= _order(own):
        return _first_free(base, own, None, used)
    return _first_free(base, own, limit, used)


def _first_free(base: str, own: str, limit: str | None, used: Collection[str]) -> str:
    least = _order(own)
    free = (f"{base}{suffix}" for suffix in _suffixes(limit) if _order(suffix) > least)
    return next(number for number in free if number not in used)


def _suffixes(limit: str | None) -> Iterator[str]:
    """Capitals first; in front of a `limit` also small letters before it, as few as do."""
    if limit is None:
        yield from _letters()
        return
    most = _order(limit)
    yield from takewhile(lambda letters: _order(letters) < most, _letters())
    for size in _DEPTHS:
        yield from ("".join(small) + limit for small in product(_SMALL, repeat=size))


def _order(suffix: str) -> tuple[int, ...]:
    """The place of `bA`: before A, behind aA. Of the base itself: before all."""
    capitals = suffix.lstrip(_SMALL + "io")
    main = capitals or suffix.upper()
    small = suffix[: len(suffix) - len(capitals)] if capitals else ""
    place = 0
    for letter in main:
        place = place * 27 + ord(letter) - ord("A") + 1
    return (place, *(ord(letter) for letter in reversed(small)), _BEHIND_ALL) if main else (0,)


def _base(number: str) -> str:
    found = _NUMBER.match(number)
    return found["base"] if found else number


def _suffix(number: str) -> str:
    return number.removeprefix(_base(number))


def _letters() -> Iterator[str]:
    """A to Z, then AA to ZZ, then longer; enough for any script."""
    for size in _DEPTHS:
        yield from ("".join(letters) for letters in product(LETTERS, repeat=size))
