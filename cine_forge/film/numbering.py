"""Numbering: the number on the slate, allotted once and never changed by the program.

A script's own numbers win. Otherwise a first draft counts 1, 2, 3; a scene inserted later gets the number
before it with a letter (`3A`), as on a set, and one added at the end counts on. Numbers are text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import product
from string import ascii_uppercase

_NUMBER = re.compile(r"^(?P<base>[^\d]*\d+)(?P<letters>[A-Z]*)$")


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
    last_known = max((index for index, number in enumerate(known) if number), default=-1)
    numbers: list[str] = []
    for index, number in enumerate(known):
        if number is None:
            appended = index > last_known
            number = _next_number(used) if appended else _inserted(numbers[-1] if numbers else None, used)
            used.add(number)
        numbers.append(number)
    return tuple(numbers)


def _next_number(used: Collection[str]) -> str:
    digits = [int("".join(re.findall(r"\d", number)) or 0) for number in map(_base, used)]
    return str(max(digits, default=0) + 1)


def _inserted(before: str | None, used: Collection[str]) -> str:
    """`3A` after `3`, `3C` after `3B`; before the first scene `A1`."""
    if before is None:
        return next(f"{letters}1" for letters in _letters() if f"{letters}1" not in used)
    base = _base(before)
    own = before.removeprefix(base)
    free = (letters for letters in _letters() if (len(letters), letters) > (len(own), own))
    return next(f"{base}{letters}" for letters in free if f"{base}{letters}" not in used)


def _base(number: str) -> str:
    found = _NUMBER.match(number)
    return found["base"] if found else number


def _letters() -> list[str]:
    """A to Z, then AA to ZZ, then longer; enough for any script."""
    return ["".join(letters) for size in range(1, 4) for letters in product(ascii_uppercase, repeat=size)]
