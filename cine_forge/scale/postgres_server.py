"""A PostgreSQL server: how it is reached, and how it is asked in the SQL that SQLite takes too.

Values are marked as `?` or `:name`. Texts may hold U+0000, which PostgreSQL cannot: it is written as two
signs that keep the order of texts. What is asked is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import psycopg

from cine_forge.kernel.artifacts.index.database import Values
from cine_forge.kernel.ground.errors import ArtifactError, Fault

_WAIT_S = 15
_KNOWN_QUERIES = 512
_NAMED = re.compile(r":([a-z_]+)")

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True)
class Server:
    """How a database is reached. `url` may be shown, `password` may not; `plain` takes it out of a text."""

    url: str
    schema: str
    password: str | None
    plain: Callable[[str], str]

    def connect(self, name: str = "cine-forge") -> Connection:
        """Open a connection; `name` is what the server shows of it. Raises ArtifactError CF-A052."""
        with self.asking():
            return psycopg.connect(
                self.url,
                password=self.password,
                autocommit=True,
                connect_timeout=_WAIT_S,
                options=f"-c search_path={self.schema}",
                application_name=name,
            )

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Say what the database refused. Raises ArtifactError CF-A052."""
        try:
            yield
        except psycopg.Error as error:
            what = f"the database did not do this: {self.plain(' '.join(str(error).split()))}"
            hint = "see that it answers and that the name and password in the environment open it"
            raise ArtifactError(Fault("CF-A052", what, self.url, hint), transient=True) from None


class Statements:
    """A connection, asked in the SQL that SQLite takes too."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def execute(self, query: str, values: Values = ()) -> _Answer:
        return _Answer(self._connection.execute(_in_postgres(query), _given(values)))

    def executemany(self, query: str, values: Iterable[Values]) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(_in_postgres(query), [_given(each) for each in values])

    def fetchall(self, query: str, values: Values = ()) -> list[Any]:
        return [
            _taken(row) for row in self._connection.execute(_in_postgres(query), _given(values)).fetchall()
        ]


class _Answer:
    def __init__(self, cursor: psycopg.Cursor[tuple[Any, ...]]) -> None:
        self._cursor = cursor

    def fetchone(self) -> tuple[Any, ...] | None:
        row = self._cursor.fetchone()
        return None if row is None else _taken(row)


@lru_cache(_KNOWN_QUERIES)
def _in_postgres(query: str) -> bytes:
    """Return a query with its values marked as psycopg wants them."""
    return _NAMED.sub(r"%(\1)s", query).replace("?", "%s").encode()


def _given(values: Values) -> Values:
    if isinstance(values, Mapping):
        return {name: _escaped(value) for name, value in values.items()}
    return [_escaped(value) for value in values]


def _taken(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(_unescaped(value) for value in row)


def _escaped(value: Any) -> Any:
    """Write U+0000, which PostgreSQL cannot hold, and U+0001 as two signs each; the order stays as it was."""
    if isinstance(value, str) and ("\0" in value or "\1" in value):
        return value.replace("\1", "\1\2").replace("\0", "\1\1")
    return value


def _unescaped(value: Any) -> Any:
    if isinstance(value, str) and "\1" in value:
        return value.replace("\1\1", "\0").replace("\1\2", "\1")
    return value
