"""Nouns of other languages: German and Russian things in the forms in which a text inflects them.

The lists beside this file carry the language in their name: `prop.de.txt`. There is no grammar here: a form
that is found is a mention, so the lists hold only nouns that are hardly anything else. A German noun is
written with a capital letter, and the last part of a compound says what it is (`Petroleumlampe`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from cine_forge.film.breakdown.nouns.catalogue import nouns_of

LANGUAGES = ("de", "ru")
_HERE = Path(__file__).parent
_GERMAN_ENDINGS = ("", "e", "en", "n", "er", "ern", "es", "s", "se", "sen")
_UMLAUTS = {"a": "ä", "o": "ö", "u": "ü", "au": "äu"}
_LEAST_HEAD = 5
_MANY = ("ам", "ами", "ах")
_MANY_SOFT = ("ям", "ями", "ях")
_HUSHING = frozenset("гкхжчшщ")


class ForeignNouns:
    """The nouns of one language by every form that the lists imply."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._forms: dict[str, tuple[str, str]] = {}
        inflect = _german if language == "de" else _russian
        for path in sorted(_HERE.glob(f"*.{language}.txt")):
            kind = path.name.partition(".")[0]
            for noun in nouns_of(path):
                for form in inflect(noun):
                    self._forms.setdefault(form, (kind, noun))

    def find(self, word: str) -> tuple[str, str] | None:
        """Return (kind, noun in its first form) of a word as it stands in a text, or None."""
        small = word.lower()
        if self.language != "de":
            return self._forms.get(small)
        if not word[0].isupper():
            return None
        ends = (self._forms.get(small[at:]) for at in range(1, len(small) - _LEAST_HEAD + 1))
        return self._forms.get(small) or next((end for end in ends if end and end[0] != "extra"), None)


@cache
def foreign_nouns(language: str) -> ForeignNouns:
    """Return the nouns of a language, read once."""
    return ForeignNouns(language)


def _german(noun: str) -> Iterator[str]:
    """Yield a noun with every ending, and with its umlaut where a plural may take one."""
    for ending in _GERMAN_ENDINGS:
        yield noun + ending
    for plain, umlaut in _UMLAUTS.items():
        at = noun.rfind(plain)
        if at >= 0 and not any(letter in "äöü" for letter in noun):
            changed = noun[:at] + umlaut + noun[at + len(plain) :]
            yield from (changed + ending for ending in ("", "e", "en", "n", "er", "ern"))


def _russian(noun: str) -> Iterator[str]:
    """Yield the cases of a noun by its ending; fleeting vowels are left out."""
    yield noun
    stem, last = noun[:-1], noun[-1]
    soft = "и" if stem[-1:] in _HUSHING else "ы"
    if last == "а":
        endings: tuple[str, ...] = (soft, "е", "у", "ой", "ою", "", *_MANY)
    elif last == "я":
        endings = ("и", "е", "ю", "ей", "ею", "й", *_MANY_SOFT)
    elif last in "оё":
        endings = ("а", "у", "ом", "е", "", *_MANY)
    elif last == "е":
        endings = ("я", "ю", "ем", "и", *_MANY_SOFT)
    elif last in "ьй":
        endings = ("я", "ю", "ем", "ём", "е", "и", "ью", "ей", "ев", *_MANY_SOFT)
    elif last in "ыи":
        endings = ("ов", "ев", "ей", "", *_MANY, *_MANY_SOFT)
    else:
        stem, soft = noun, "и" if last in _HUSHING else "ы"
        endings = ("а", "у", "ом", "ем", "е", soft, "ов", "ев", "ей", "ья", "ьев", "ьями", *_MANY)
    yield from (stem + ending for ending in endings)
