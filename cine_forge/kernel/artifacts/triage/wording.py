"""The assessor that needs no model: it compares words, and says only what words can show.

It confirms what changed in nothing but white space, case or punctuation, and what says the new words
already; it sends back what still says the old ones. Of everything else it is not sure: that a value is not
written in an artifact does not mean that nothing was made of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

from cine_forge.kernel.artifacts.diff.diff import FieldChange
from cine_forge.kernel.artifacts.triage.triage import Finding, InputChange, Question

_FEWEST_SIGNS = 4
_MOST_SHOWN = 60

Pair = tuple[str | None, str | None]


class WordingAssessor:
    """Compares the words that changed with those of the artifact. The same question has the same answer."""

    name = "wording"
    source: Literal["ai", "code"] = "code"

    def assess(self, question: Question) -> Finding:
        """Say what the changed words mean for the artifact; `unsure` when they show nothing."""
        pairs = [pair for change in question.changes for pair in _pairs(change)]
        plain = None not in (end for pair in pairs for end in pair)
        if not pairs or any(change.diff is None or change.diff.media for change in question.changes):
            return Finding("unsure", "what changed is not a matter of words", 0.0)
        if plain and all(_bare(str(before)) == _bare(str(after)) for before, after in pairs):
            return Finding("confirmed_valid", "only white space, case or punctuation changed", 0.95)
        said = " ".join(_bare(text) for text in _texts(question.data))
        old = [one for one, after in pairs if one and _says(said, one) and not _says(said, after)]
        if old:
            return Finding("needs_revision", f"it still says {_shown(old[0])}, which is no longer so", 0.9)
        new = [after for _, after in pairs if after and _says(said, after)]
        if len(new) == len(pairs) and not question.has_media:
            return Finding("confirmed_valid", f"it says {_shown(new[0])} already", 0.8)
        return Finding("unsure", "the words that changed are not written in it", 0.0)


def _pairs(change: InputChange) -> Iterator[Pair]:
    """Yield the words before and after of each changed field; what is no text has none."""
    for field in change.diff.fields if change.diff else ():
        if field.kind != "moved":
            yield _words(field, field.before), _words(field, field.after)


def _words(field: FieldChange, value: Any) -> str | None:
    return value if isinstance(value, str) and field.kind == "changed" else None


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in JSON data."""
    open_values = [value]
    while open_values:
        found = open_values.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, dict):
            open_values.extend(found.values())
        elif isinstance(found, list | tuple):
            open_values.extend(found)


def _says(said: str, words: str | None) -> bool:
    bare = _bare(words or "")
    return len(bare) >= _FEWEST_SIGNS and f" {bare} " in f" {said} "


def _bare(text: str) -> str:
    """Return the words alone: lower case, one space between them."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def _shown(text: str) -> str:
    return f"“{text}”" if len(text) <= _MOST_SHOWN else f"“{text[: _MOST_SHOWN - 1]}…”"
