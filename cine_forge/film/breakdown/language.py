"""The language of a scene: in which lists its nouns can be looked up.

Counted by small words that are frequent in one language and hardly occur in others. A scene in another
language is read for what its own typography points out, never by English words that look alike.
"""

from __future__ import annotations

import re
from collections import Counter

from cine_forge.film.screenplay.word_list import word_list

_WORD = re.compile(r"[^\W\d_]+")
_SMALL_WORDS = {
    "en": word_list(
        "the a an of and to in is his her with it he she at on from into as that this for they are"
    ),
    "de": word_list(
        "der die das und ein eine einen ist sich mit auf dem den des im nicht er sie es zu von ihr"
    ),
    "fr": word_list("le la les des un une et est dans sur il elle se qui que au du avec pas son sa ses en"),
    "es": word_list("el la los las un una y en que se con por su sus del al es lo para como está"),
    "it": word_list("il lo la gli le un una e di che si con per sul nel della è suo sua dei alla"),
    "pt": word_list("o a os as um uma e de que se com por seu sua do da no na para está ele ela"),
    "nl": word_list("de het een en van is zijn haar met op hij zij naar niet aan te dat er uit"),
}
_LANGUAGES: dict[str, list[str]] = {}
for _name, _words in _SMALL_WORDS.items():
    for _word in sorted(_words):
        _LANGUAGES.setdefault(_word, []).append(_name)
_ENOUGH = 400


def language_of(text: str) -> str:
    """Return the code of a text's language (`en`, `de`, `ru`, ...), or an empty text where it is unknown.

    Latin letters without any small word count as English, and Cyrillic ones as Russian.
    """
    words = [word.lower() for word in _WORD.findall(text[: _ENOUGH * 12])][:_ENOUGH]
    if not words:
        return ""
    cyrillic = sum("а" <= word[0] <= "ё" for word in words)
    if cyrillic * 2 > len(words):
        return "ru"
    counts = Counter(name for word in words for name in _LANGUAGES.get(word, ()))
    if counts:
        return max(_SMALL_WORDS, key=lambda name: counts[name])
    return "en" if all(word.isascii() for word in words) else ""
