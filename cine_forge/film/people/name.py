"""A name taken apart: article, titles, age, number and what is left, in any alphabet.

Every question about two names starts here. Nothing is decided about who bears them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache

from cine_forge.film.naming import spelled
from cine_forge.film.people.nicknames import is_given_name
from cine_forge.film.people.words import (
    ARTICLES,
    FALSE,
    NUMBER_SIGNS,
    NUMBERS,
    PLURAL,
    ROLES,
    SUFFIXES,
    SURNAMES,
    TITLES,
    YOUNG_OR_OLD,
    short_title,
)

_WORD = re.compile(r"#?[^\W_][\w'’\-\u0300-\u036f]*|#|№")
_SEVERAL = re.compile(r"[/&+,]| (?:AND|UND|ET|Y|E|И|OG|EN|OCH) ")
_OF_ANOTHER = re.compile(r"['’]S\b|S['’](?= )| OF ")
_WHOSE = frozenset({"VON", "DE", "DI", "DU", "DA", "DEL", "DER", "DES"})
_QUOTED = re.compile(r"[\"“”«„][^\"“”«»„]*[\"“”»]")
_LOOK_ALIKE = str.maketrans("0158|", "OISBI")
_ROMAN = frozenset({"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"})


@dataclass(frozen=True)
class Name:
    """A name in capitals. `core` are the words that are neither article, title, age, number nor suffix."""

    text: str
    article: str = ""
    titles: tuple[str, ...] = ()
    ages: frozenset[str] = frozenset()
    numbers: tuple[str, ...] = ()
    suffix: str = ""
    false: bool = False
    core: tuple[str, ...] = ()
    opaque: bool = False
    nick: str = ""

    @cached_property
    def key(self) -> tuple[object, ...]:
        """Return what two spellings of one name share, marks, accents and look-alike digits aside."""
        core = _declined(self.core, self.article)
        ages = tuple(sorted(self.ages))
        words = (self.text,) if self.opaque else tuple(folded(word) for word in core)
        return (self.titles, ages, self.numbers, self.suffix, self.false, "".join(words))

    @cached_property
    def is_role(self) -> bool:
        """Whether it says what somebody is and not how they are called: `THE MAN`, `GUARD #2`."""
        if not self.core or (len(self.core) == 1 and self.core[0] in NUMBERS):
            return True
        if self.titles or (is_given_name(self.core[0]) and not self.article and not self._ends_as_role):
            return False
        return bool(self.article or self.numbers) or self.core[-1] in ROLES or bool({*self.core} & _FIGURES)

    @property
    def _ends_as_role(self) -> bool:
        """Whether the last of several words is a role that is hardly ever a surname: `ART GIRL`."""
        return len(self.core) > 1 and self.core[-1] in ROLES - SURNAMES

    @property
    def counted(self) -> tuple[str, ...]:
        """Return the numbers, that of a name which is nothing but an ordinal too: `VIERTER`."""
        alone = NUMBERS.get(self.core[0]) if len(self.core) == 1 else None
        return self.numbers or ((alone,) if alone else ())

    @property
    def is_several(self) -> bool:
        """Whether it names more than one person."""
        return bool(_SEVERAL.search(f" {self.text} ")) or (bool(self.core) and self.core[-1] in PLURAL)


_FIGURES = frozenset({"MYSTERIOUS", "UNKNOWN", "UNIDENTIFIED", "MASKED", "HOODED", "VEILED"})


@lru_cache(maxsize=8192)
def name_of(text: str) -> Name:
    """Take a name apart; a name of several, or told by somebody else's, stays whole (`opaque`)."""
    whole = spelled(text)
    bare = unicodedata.normalize("NFKC", whole)
    words = [word.strip("-'’") for word in _WORD.findall(_QUOTED.sub(" ", bare)) or _WORD.findall(bare)]
    words = [word for word in words if word]
    opaque = bool(_SEVERAL.search(f" {whole} ") or _OF_ANOTHER.search(whole)) or _is_told(words)
    if not words or opaque:
        return Name(whole, core=tuple(words), opaque=True)
    article = words.pop(0) if len(words) > 1 and words[0] in ARTICLES else ""
    words, numbers = _without_numbers(words)
    words, ages = _without(words, YOUNG_OR_OLD, behind=False)
    words, false = _without(words, FALSE, behind=True)
    suffix = words.pop() if len(words) > 1 and words[-1] in SUFFIXES else ""
    titles: list[str] = []
    while len(words) > 1 and words[0] in TITLES:
        titles.append(short_title(words.pop(0)))
    quoted = _QUOTED.search(bare)
    nick = quoted.group().strip('"“”«»„') if quoted and len(quoted.group()) < len(bare) else ""
    facts = (whole, article, tuple(titles), frozenset(ages), numbers, suffix, bool(false), tuple(words))
    return Name(*facts, nick=nick)


@lru_cache(maxsize=8192)
def folded(word: str) -> str:
    """Return a word without marks, accents and look-alike digits: `ZOË` is `ZOE`, `B0SS` is `BOSS`."""
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", word.replace("Й", "\0"))
        if letter.isalnum() or letter == "\0"
    ).replace("\0", "Й")
    if any(letter.isdigit() for letter in plain) and any(letter.isalpha() for letter in plain):
        plain = plain.translate(_LOOK_ALIKE)
    return plain.upper()


def _without_numbers(words: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """Take the numbers out of `GUARD #1`, `GUARD NO. 1`, `FIRST GUARD`; a number alone is a name."""
    kept: list[str] = []
    numbers: list[str] = []
    for place, word in enumerate(words):
        bare = word.lstrip("#")
        last = place == len(words) - 1 and place > 0
        if bare.isdigit() or bare in NUMBERS:
            numbers.append(NUMBERS.get(bare, bare.lstrip("0") or "0"))
        elif word in ("#", "№") or (word in NUMBER_SIGNS and place):
            continue
        elif last and (bare in _ROMAN or (len(bare) == 1 and kept and kept[-1] in ROLES)):
            numbers.append(bare)
        else:
            kept.append(word)
    return (kept, tuple(numbers)) if kept else (words, ())


def _is_told(words: list[str]) -> bool:
    """Whether a role is told by somebody else's name: `STIMME VON ANNA`, `MÈRE DE MARIE`."""
    return len(words) > 2 and words[0] in ROLES and words[1] in _WHOSE


def _without(words: list[str], named: frozenset[str], *, behind: bool) -> tuple[list[str], list[str]]:
    """Take words of a list off the front of a name that has others, and off its end if `behind`."""
    kept, taken = list(words), list[str]()
    while len(kept) > 1 and kept[0] in named:
        taken.append(kept.pop(0))
    while behind and len(kept) > 1 and kept[-1] in named:
        taken.append(kept.pop())
    return kept, taken


def _declined(core: tuple[str, ...], article: str) -> tuple[str, ...]:
    """`DER NAMENLOSE` is `NAMENLOSER`: a German adjective that stands as a noun, after `DER` and without."""
    if len(core) != 1:
        return core
    (word,) = core
    if article == "DER" and word.endswith("E"):
        return (f"{word}R",)
    if article in ("EINER", "EINEM", "EINEN", "DEM", "DEN", "DES") and word.endswith(("EN", "EM")):
        return (f"{word[:-1]}R",)
    return core
