"""One SQLite file and how it may be opened: by a writer, by a reader beside a writer, by a reader alone.

A reader writes nothing: while no log lies beside the file no writer is at work, and the file is read as
immutable; as soon as that changes, the next question opens it again beside the writer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from cine_forge.kernel.artifacts.index.database import Values
from cine_forge.kernel.ground.errors import Fault, IntegrityError

_WAIT_S = 60.0
_LEAVING_MS = 500
_CACHED_STATEMENTS = 256

Stamp = tuple[int, int, bool]


class SqliteFile:
    """A database in one file, with a connection that is right for its mode. `path` None means in memory."""

    def __init__(self, path: Path | None, mode: Literal["write", "read"] = "write") -> None:
        self._path = path
        self._mode = mode
        self._stamp: Stamp | None = None
        self._connection: sqlite3.Connection | None = None
        self._seen = (0, 0)
        self._revision = 0

    def connection(self) -> sqlite3.Connection:
        """Return the open connection. Raises sqlite3.Error when the file cannot be read."""
        if self._mode == "read" and self._path is not None and self._outdated(self._path):
            self._let_go()
        if self._connection is None:
            self._connection = self._open()
        return self._connection

    def prepare(self, form: int, tables: Sequence[str]) -> bool:
        """Make the tables where there are none. Raises sqlite3.DatabaseError for tables of another form."""
        if self._path is None:
            _empty(form, tuple(tables)).backup(self.connection())
            return True
        ((found,),) = self.ask("PRAGMA user_version", ())
        if found == form:
            return False
        if found or self._mode == "read":
            self._let_go()
            raise sqlite3.DatabaseError(f"the tables have form {found}, form {form} is known here")
        with self.transaction() as sql:
            _make(sql, form, tables)
        return True

    def ask(self, query: str, values: Values) -> list[Any]:
        try:
            return self.connection().execute(query, values).fetchall()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from None

    @contextmanager
    def reading(self) -> Iterator[Callable[[str], Iterable[Any]]]:
        sql = self.connection()
        sql.execute("BEGIN")
        try:
            yield sql.execute
        finally:
            sql.execute("COMMIT")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        sql = self.connection()
        sql.execute("BEGIN IMMEDIATE")
        try:
            yield sql
        except BaseException:
            sql.execute("ROLLBACK")
            raise
        sql.execute("COMMIT")

    def revision(self) -> int:
        sql = self.connection()
        (behind,) = sql.execute("PRAGMA data_version").fetchone()
        seen = (behind, sql.total_changes)
        if seen != self._seen:
            self._seen = seen
            self._revision += 1
        return self._revision

    def close(self) -> bool:
        if self._connection is None:
            return True
        clean = True  # a reader in the middle of reading is not waited for: the next to close clears the log
        if self._mode == "write" and self._path is not None:
            self._connection.execute(f"PRAGMA busy_timeout = {_LEAVING_MS}")
            (busy, _, _) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            clean = not busy
        self._let_go()
        return clean

    def _open(self) -> sqlite3.Connection:
        if self._path is None:
            return _connect(":memory:")
        if self._mode == "write":
            return _open_for_writing(self._path)
        self._stamp = _stamp_of(self._path)
        beside_a_writer = self._stamp[2]
        flags = "mode=ro" if beside_a_writer else "mode=ro&immutable=1"
        return _connect(f"file:{quote(str(self._path.absolute()))}?{flags}", uri=True)

    def _outdated(self, path: Path) -> bool:
        if self._stamp is None or self._stamp[2]:
            return False
        return _stamp_of(path) != self._stamp

    def _damaged(self, error: sqlite3.DatabaseError) -> IntegrityError:
        what, hint = f"the index cannot be read: {error}", "cine-forge artifacts rebuild"
        return IntegrityError(Fault("CF-A022", what, str(self._path), hint))

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
            self._seen = (0, 0)


def is_sound(path: Path) -> bool:
    """Tell whether a file is a whole database, of whatever form; one that is not there is, too."""
    if not path.exists() or _log_of(path).exists():
        return True
    try:
        with closing(_connect(f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1", uri=True)) as sql:
            return bool(sql.execute("PRAGMA quick_check(1)").fetchall() == [("ok",)])
    except sqlite3.DatabaseError:
        return False


def _connect(name: str, *, uri: bool = False) -> sqlite3.Connection:
    return sqlite3.connect(
        name,
        uri=uri,
        timeout=_WAIT_S,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=_CACHED_STATEMENTS,
    )


def _make(sql: sqlite3.Connection, form: int, tables: Sequence[str]) -> None:
    for table in tables:
        sql.execute(table)
    sql.execute(f"PRAGMA user_version = {form}")


@cache
def _empty(form: int, tables: tuple[str, ...]) -> sqlite3.Connection:
    """Return a database in memory without content, to be copied: that is quicker than making its tables."""
    connection = _connect(":memory:")
    _make(connection, form, tables)
    return connection


def _open_for_writing(path: Path) -> sqlite3.Connection:
    connection = _connect(str(path))
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


@lru_cache(64)
def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _stamp_of(path: Path) -> Stamp:
    """Return the file's time and size, and whether a log with content lies beside it."""
    found = path.stat()
    try:
        logged = _log_of(path).stat().st_size > 0
    except FileNotFoundError:
        logged = False
    return found.st_mtime_ns, found.st_size, logged
