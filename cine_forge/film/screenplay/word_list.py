"""Word lists: closed sets of words, written as running text so that a reviewer can read them."""

from __future__ import annotations


def word_list(text: str, mark: str | None = None) -> frozenset[str]:
    """Return the words of `text`, split at white space or at `mark`."""
    return frozenset(word.strip() for word in text.split(mark))
