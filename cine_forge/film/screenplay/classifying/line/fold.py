"""Folds: the same line written by other hands falls together.

A fold drops case, spaces and points and puts the letters that print and scanning confuse on one letter, so
`MlKE`, `Mike` and `M IKE` are one name. `shape_of` tells how a short line is written. Georgian letters
have capitals in Unicode that nobody writes, so they count as letters without case.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from cine_forge.film.screenplay.word_list import word_list

Shape = Literal["capitals", "title", "small", "mixed", "none"]
_CONFUSED = str.maketrans(
    {"1": "i", "l": "i", "|": "i", "!": "i", "0": "o", "5": "s", "8": "b", "о": "o", "з": "3", "б": "6"}
)
_NOT_WORD = re.compile(r"[\W_]+")
_SMALL_IN_CAPITALS = re.compile(
    r"\bMa?c(?=[A-Z])|['’]s\b|ß|\b[OD]['’](?=[A-Z])|(?<=[A-Z\s\d])[l|]|[l|](?=[A-Z])"
)
_SMALL_WORDS = word_list(
    "of the on and de von van der den la le du des da di del y и e und zu to at in a an el los las"
)
_NUMERAL = re.compile(r"\d+|\b[IVXLC]+\b|[一二三四五六七八九十百〇]+")
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]?")
_BETWEEN_WORDS = re.compile(r"[\s\-/]+")
_LEAST_SHARE, _LEAST_CAPITALS = 0.8, 3


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return the key under which spellings of one line fall together."""
    key = _NOT_WORD.sub("", text.casefold().translate(_CONFUSED))
    return key.replace("rn", "m").replace("vv", "w")


def fold_numerals(text: str) -> tuple[str, str] | None:
    """Return the line without its first numeral, and the numeral: `SCENE 3` gives (`SCENE #`, `3`)."""
    found = _NUMERAL.search(text)
    return (f"{text[: found.start()]}#{text[found.end() :]}".casefold(), found.group()) if found else None


@lru_cache(maxsize=4096)
def shape_of(text: str) -> Shape:
    """Return how the letters of a short line are written; a few misread letters change nothing."""
    upper, lower = _cases(text)
    if upper == 0:
        return "small" if lower else "none"
    if lower == 0:
        return "capitals"
    if 2 * upper >= lower and _is_mostly_capitals(text):
        return "capitals"
    first = text.lstrip("\"'“«([@")[:1]
    if not first.isupper():
        return "mixed"
    words = _BETWEEN_WORDS.split(text)
    started = all(
        word[0].isupper() or word in _SMALL_WORDS or not word[0].isalpha() for word in words if word
    )
    return "title" if started else "mixed"


def _cases(text: str) -> tuple[int, int]:
    """Count capitals and small letters; letters that have no capitals in use count for neither."""
    upper, lower = sum(map(str.isupper, text)), sum(map(str.islower, text))
    caseless = lower > 0 and not text.isascii() and upper == 0 and text.title() == text
    return upper, 0 if caseless else lower


def _is_mostly_capitals(text: str) -> bool:
    plain = _SMALL_IN_CAPITALS.sub("", text)
    upper, lower = _cases(plain)
    return upper > 0 and (
        lower == 0 or (upper >= _LEAST_CAPITALS and upper >= _LEAST_SHARE * (upper + lower))
    )


@lru_cache(maxsize=8192)
def without_brackets(text: str) -> str:
    """Return a short line without what stands in brackets, or as it is when all of it does."""
    if "(" not in text and "（" not in text:
        return text
    return _BRACKETS.sub("", text).strip() or text


def has_case(text: str) -> bool:
    """Whether a text is written in letters that have capitals (most of its letters do)."""
    if text.isascii():
        return any(map(str.isalpha, text))
    return sum(_cases(text)) * 2 > sum(map(str.isalpha, text))
