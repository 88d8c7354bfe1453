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
_LEAST_SHARE = 0.8


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
    if text.isupper():
        return "capitals"
    upper = sum(letter.isupper() for letter in text)
    lower = sum(letter.islower() and letter.title() != letter for letter in text)
    if upper + lower == 0:
        return "none"
    if lower == 0:
        return "capitals"
    if upper == 0:
        return "small"
    small = _SMALL_IN_CAPITALS.sub("", text)
    if small.isupper() or _mostly_capitals(small):
        return "capitals"
    words = [word for word in re.split(r"[\s\-/]+", text) if word[:1].isalpha()]
    told = [word for word in words if word not in _SMALL_WORDS]
    if told and text.lstrip("\"'“«([@")[:1].isupper() and all(word[0].isupper() for word in told):
        return "title"
    return "mixed"


@lru_cache(maxsize=8192)
def without_brackets(text: str) -> str:
    """Return a short line without what stands in brackets, or as it is when all of it does."""
    if "(" not in text and "（" not in text:
        return text
    return _BRACKETS.sub("", text).strip() or text


def has_case(text: str) -> bool:
    """Whether a text is written in letters that have capitals (most of its letters do)."""
    cased = sum(letter.isupper() or (letter.islower() and letter.title() != letter) for letter in text)
    return cased * 2 > sum(letter.isalpha() for letter in text)


def _mostly_capitals(text: str) -> bool:
    upper = sum(letter.isupper() for letter in text)
    lower = sum(letter.islower() and letter.title() != letter for letter in text)
    return upper >= 3 and upper >= _LEAST_SHARE * (upper + lower)
