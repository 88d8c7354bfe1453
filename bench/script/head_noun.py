"""Head nouns: by which word two names of things are held to be the same.

`a stack of blank canvasses` has two possible heads, `stack` and `canvas`; `wanted poster` has one. Singular
and plural are folded, and the endings of cases in German and Russian. The folding is coarse on purpose: both
sides pass through it, so it need not give a word, only the same string for the same noun.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from cine_forge.film.screenplay.word_list import word_list

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_ASIDE = re.compile(r"\([^)]*\)")
_POSSESSIVE = re.compile(r"['’]s?$")
_AFTER_HEAD = word_list(
    """with in on at by for from to into over under behind inside outside near beside around that which who
    is are as mit im am auf aus für um von vom zu с со в на у из для под за"""
)
_OF = frozenset({"of"})
_EMPTY = word_list("a an the his her its their and or der die das ein eine einen und и")
_ENGLISH = (
    *(("ie", "y"), ("ve", "f"), ("fe", "f"), ("men", "man")),
    *((letter + "e", letter) for letter in "sxzh"),
)
_GERMAN = ("ern", "en", "em", "er", "es", "e", "n", "s")
_RUSSIAN = (
    *("ами", "ями", "ого", "его", "ах", "ях", "ов", "ев", "ей", "ом", "ем", "ой", "ою", "ам", "ям"),
    *"аяуюоеыиьй",
)
_UMLAUT = str.maketrans("äöü", "aou")
_SHORTEST = 3


def heads(name: str, language: str = "en") -> frozenset[str]:
    """Return the folded nouns that may stand for a name: its last word, or that on each side of `of`."""
    parts = _parts(_words(name))
    return frozenset(fold(part[-1], language) for part in parts if part)


def any_word(name: str, language: str = "en") -> frozenset[str]:
    """Return all words of a name, folded: for persons, and for sounds and effects, which are events."""
    words = _words(name.replace("-", " "))
    return frozenset(fold(word, language) for word in words if word not in _EMPTY | _OF | _AFTER_HEAD)


def fold(word: str, language: str = "en") -> str:
    """Return what singular, plural and cases of a noun have in common."""
    bare = _POSSESSIVE.sub("", word.casefold())
    if language == "ru":
        return _without(bare.replace("ё", "е"), _RUSSIAN)
    if language == "de":
        return _without(bare.translate(_UMLAUT), _GERMAN)
    return _singular(bare)


def _words(name: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(_ASIDE.sub(" ", name))]


def _parts(words: Iterable[str]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for word in words:
        if word in _AFTER_HEAD and parts[-1]:
            break
        if word in _OF:
            parts.append([])
        elif word not in _EMPTY and not word.isdigit():
            parts[-1].append(word)
    return parts


def _singular(word: str) -> str:
    bare = word.rstrip("s") if len(word) > _SHORTEST else word
    for ending, folded in _ENGLISH:
        if bare.endswith(ending):
            bare = bare[: -len(ending)] + folded
            break
    return bare.rstrip("s") or word


def _without(word: str, endings: Iterable[str]) -> str:
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word
