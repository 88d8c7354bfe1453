"""Emphasis: the stars and underscores round words, which a reader takes off the text and keeps in `raw`.

Shared by Fountain and Markdown. Every pattern stops at its own marker, so the time is linear.
"""

from __future__ import annotations

import re

_PAIRS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![\\*])\*\*\*(?=[^\s*])([^*\n]*[^*\s\\])\*\*\*(?!\*)",
        r"(?<![\\*])\*\*(?=[^\s*])([^*\n]*[^*\s\\])\*\*(?!\*)",
        r"(?<![\\*])\*(?=[^\s*])([^*\n]*[^*\s\\])\*(?!\*)",
        r"(?<![\\\w])_(?=[^\s_])([^_\n]*[^_\s\\])_(?!\w)",
    )
)
_ESCAPED = re.compile(r"\\([*_~@#!.>\[\]\\])")


def without_emphasis(text: str) -> str:
    """Return `text` without its pairs of `*`, `**`, `***` and `_`; `\\*` becomes a star."""
    if "*" not in text and "_" not in text and "\\" not in text:
        return text
    for _ in range(2):  # underlined bold: the outer pair shows once the inner one is gone
        for pair in _PAIRS:
            text = pair.sub(r"\1", text)
    return _ESCAPED.sub(r"\1", text)
