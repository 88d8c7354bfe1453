"""The database that an index is kept in, as far as the index sees it.

Queries are written once, in the SQL that SQLite and PostgreSQL share; values stand as `?`, or as `:name`
when they are given by name. Whole numbers are 64 bits wide, texts are compared by their code points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Values = Sequence[Any] | Mapping[str, Any]


class Answer(Protocol):
    """What one statement brought."""

    def fetchone(self) -> Any:
        """Return the next row, or None."""


class Transaction(Protocol):
    """A transaction that is open."""

    def execute(self, query: str, values: Values = (), /) -> Answer:
        """Carry out one statement."""

    def executemany(self, query: str, values: Iterable[Values], /) -> object:
        """Carry out one statement for each of several values."""


class Database(Protocol):
    """One database, open for writing or for reading. Used by one thread at a time."""

    def prepare(self, form: int, tables: Sequence[str]) -> bool:
        """Make the tables unless they are there in this form; tell whether it did. A reader makes none."""

    def ask(self, query: str, values: Values) -> list[Any]:
        """Return all rows."""

    def reading(self) -> AbstractContextManager[Callable[[str], Iterable[Any]]]:
        """Return how to ask questions without values, all of which are answered as of one moment."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that is kept at the end, or undone by an error."""

    def revision(self) -> int:
        """Return a number that grows when the content changed, through this object or behind it."""

    def close(self) -> bool:
        """Let go; True when all is durable where it belongs."""
