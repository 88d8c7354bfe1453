"""A table for a terminal: columns as wide as what stands in them, the last one free."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_MOST = 72
"""A cell that is wider than this many characters pushes its own row, not all others."""


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the heads and the rows as lines; a column in which nothing stands is left out."""
    used = [place for place in range(len(heads)) if any(row[place] for row in rows)]
    wide = {
        at: max([len(heads[at]), *(len(row[at]) for row in rows if len(row[at]) <= _MOST)]) for at in used
    }
    for row in (heads, *rows):
        yield "  ".join(f"{row[at]:<{wide[at]}}" for at in used).rstrip()
