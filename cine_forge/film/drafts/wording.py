"""Wording: the words of a text as drafts are compared by them, in any writing.

Writings that put no space between words (Chinese, Japanese) are taken sign by sign, else one changed sign
would make another word of a whole sentence.
"""

from __future__ import annotations

import re
from collections import Counter

_SIGN = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = rf"[{_SIGN}]|[^\W{_SIGN}]+(?:['’-][^\W{_SIGN}]+)*"
_WORDS = re.compile(_WORD)
_TOKENS = re.compile(rf"\s+|{_WORD}|[^\w\s]")


def words_of(text: str) -> Counter[str]:
    """Return how often each word occurs, in small letters."""
    return Counter(_WORDS.findall(text.lower()))


def tokens_of(text: str) -> list[str]:
    """Return words, spaces and marks, which together are the text."""
    return _TOKENS.findall(text)
