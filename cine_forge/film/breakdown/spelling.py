"""Spelling: whether words stand in a line, whoever spells them, and how the line itself spells them.

Case, runs of spaces, the kinds of apostrophes and signs that cannot be seen make no difference; letters do.
Words are whole: `art` is not in `party`; where a script writes no spaces, any run of its letters is words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_MOST_WORDS, _MOST_SIGNS = 8, 80
_UNSPACED = ("CJK ", "HIRAGANA ", "KATAKANA ", "THAI ", "LAO ", "KHMER ", "MYANMAR ", "TIBETAN ")
"""How the names of letters begin in Unicode whose scripts put no space between words."""
_APOSTROPHES = str.maketrans("’‘ʼ", "'''")


class Spelling:
    """One line of a script."""

    def __init__(self, line: str) -> None:
        self._line = line
        folded = [(sign, at) for at, one in enumerate(line) for sign in _folded(one)]
        kept = list(_single_spaced(folded))
        self._signs = "".join(sign for sign, _ in kept)
        self._places = [at for _, at in kept]

    def find(self, words: str) -> str | None:
        """Return the words as the line spells them, or None when they are not there, or are no few words."""
        sought = "".join(sign for sign, _ in _single_spaced([(s, 0) for one in words for s in _folded(one)]))
        sought = sought.strip()
        if not sought or len(sought) > _MOST_SIGNS or sought.count(" ") >= _MOST_WORDS:
            return None
        if not any(sign.isalnum() for sign in sought):
            return None
        at = self._signs.find(sought)
        while at >= 0:
            if self._is_whole(at, at + len(sought)):
                found = self._line[self._places[at] : self._places[at + len(sought) - 1] + 1]
                return " ".join("".join(sign for sign in found if not _is_unseen(sign)).split())
            at = self._signs.find(sought, at + 1)
        return None

    def _is_whole(self, start: int, end: int) -> bool:
        """Say whether no letter or digit goes on before or after; a sign of its own ends every word."""
        before = self._signs[start - 1] if start else " "
        after = self._signs[end] if end < len(self._signs) else " "
        return not (_runs_on(before, self._signs[start]) or _runs_on(self._signs[end - 1], after))


def _runs_on(one: str, other: str) -> bool:
    """Say whether two signs beside each other belong to one word."""
    if not (one.isalnum() and other.isalnum()):
        return False
    return not any(unicodedata.name(sign, "").startswith(_UNSPACED) for sign in (one, other))


def _folded(sign: str) -> Iterator[str]:
    if sign.isspace():
        yield " "
    elif not _is_unseen(sign):
        yield from sign.translate(_APOSTROPHES).casefold()


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cf", "Cc") and not sign.isspace()


def _single_spaced(signs: list[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    before = " "
    for sign, at in signs:
        if sign != " " or before != " ":
            yield sign, at
        before = sign
