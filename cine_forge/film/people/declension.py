"""Declension: the forms that a name takes in a text of a language with cases.

Only Russian and its kin in Cyrillic are known: `Анны`, `Анне`, `Анну`, `Анной` are Анна. The forms serve to
find a person where a text names them; they make nobody, and a form that is another person's name is theirs.
"""

from __future__ import annotations

from functools import lru_cache

_VOWELS = "АЕЁИОУЫЭЮЯ"
_ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("СКАЯ", ("СКОЙ", "СКУЮ", "СКОЮ")),
    ("СКИЙ", ("СКОГО", "СКОМУ", "СКИМ", "СКОМ")),
    ("ОВА", ("ОВОЙ", "ОВУ", "ОВОЮ", "ОВЫ", "ОВЕ")),
    ("ЕВА", ("ЕВОЙ", "ЕВУ", "ЕВОЮ", "ЕВЫ", "ЕВЕ")),
    ("ИНА", ("ИНОЙ", "ИНУ", "ИНОЮ", "ИНЫ", "ИНЕ")),
    ("ИЯ", ("ИИ", "ИЮ", "ИЕЙ", "ИЕЮ")),
    ("АЯ", ("ОЙ", "УЮ", "ОЮ")),
    ("А", ("Ы", "И", "Е", "У", "ОЙ", "ОЮ", "ЕЙ")),
    ("Я", ("И", "Е", "Ю", "ЕЙ", "ЕЮ", "ЁЙ")),
    ("ОВ", ("ОВА", "ОВУ", "ОВЫМ", "ОВОМ", "ОВЕ")),
    ("ЕВ", ("ЕВА", "ЕВУ", "ЕВЫМ", "ЕВОМ", "ЕВЕ")),
    ("ИН", ("ИНА", "ИНУ", "ИНЫМ", "ИНОМ", "ИНЕ")),
    ("ИЙ", ("ИЯ", "ИЮ", "ИЕМ", "ИИ", "ЕГО", "ЕМУ", "ИМ", "ЕМ")),
    ("ЫЙ", ("ОГО", "ОМУ", "ЫМ", "ОМ")),
    ("Й", ("Я", "Ю", "ЕМ", "ЁМ", "Е")),
    ("Ь", ("Я", "Ю", "ЕМ", "ЁМ", "Е", "И", "ЬЮ")),
)


@lru_cache(maxsize=2048)
def forms_of(word: str) -> tuple[str, ...]:
    """Return the other forms of a name in capitals; none for a name in another alphabet."""
    if len(word) < 3 or not all("А" <= letter <= "Я" or letter == "Ё" for letter in word):
        return ()
    for ending, others in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return tuple(word.removesuffix(ending) + other for other in others)
    if word[-1] not in _VOWELS:
        return tuple(word + other for other in ("А", "У", "ОМ", "ЕМ", "Е"))
    return ()


def bases_of(word: str) -> tuple[str, ...]:
    """Return the names of which a word in capitals may be a form."""
    if len(word) < 3 or not "А" <= word[0] <= "Я":
        return ()
    found = {
        word.removesuffix(other) + ending: None
        for ending, others in _ENDINGS
        for other in others
        if word.endswith(other)
    }
    return tuple(base for base in found if word in forms_of(base))
