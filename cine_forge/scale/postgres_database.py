"""A schema of a PostgreSQL database that an index is kept in: the same SQL as in SQLite.

Reading has a connection of its own, so that nobody who reads waits for the write lock. The lock, the journal
and the index's transactions share the other one: when it dies the lock is free, and whoever held it can
record nothing any more.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from typing import Any, Literal

import psycopg

from cine_forge.kernel.artifacts.index.database import Values
from cine_forge.kernel.ground.errors import ArtifactError, Fault, LockedError
from cine_forge.kernel.ground.lock import Holder
from cine_forge.scale.postgres_server import Connection, Server, Statements


class PostgresDatabase:
    """The tables of one index. `place` says what the index is about; it is kept with it and never another."""

    def __init__(self, server: Server, place: str, mode: Literal["write", "read"]) -> None:
        self._server = server
        self._place = place
        self._mode = mode
        self._reading: Connection | None = None
        self._writing: Connection | None = None
        self._locked = False

    def prepare(self, form: int, tables: Sequence[str]) -> bool:
        """Make the tables as `Database.prepare` says. Raises ArtifactError CF-A053 for another's index."""
        if self._mode == "read":
            return False
        with self._server.asking():
            self._lock_holder().execute(f"CREATE SCHEMA IF NOT EXISTS {self._server.schema}".encode())
        with self.transaction() as sql:
            sql.execute("CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
            if self.is_prepared(form, sql):
                return False
            for name in re.findall(r"CREATE TABLE (\w+)", "\n".join(tables)):
                sql.execute(f"DROP TABLE IF EXISTS {name}")
            for table in tables:
                sql.execute(_table(table))
            for name, value in (("form", str(form)), ("place", self._place), ("changes", "0")):
                sql.execute(_PUT, (name, value))
            return True

    def is_prepared(self, form: int, sql: Statements | None = None) -> bool:
        """Tell whether the tables are there in this form. Raises CF-A053 for another store's index."""
        known = self.about(sql)
        if known.get("place", self._place) != self._place:
            what = f"this index is about another store: {known['place']}"
            hint = "give each store an index of its own: `?schema=name` at the end of the URL"
            raise ArtifactError(Fault("CF-A053", what, self._server.url, hint))
        return known.get("form") == str(form)

    def about(self, sql: Statements | None = None) -> dict[str, str]:
        """Return what the schema says of itself; nothing when it is not there.

        Under the write lock it is asked through the connection that holds it, past any older reading.
        """
        if sql is None and self._locked:
            sql = Statements(self._lock_holder())
        ask = sql.fetchall if sql else self.ask
        with self._server.asking():
            (there,) = ask("SELECT to_regclass('about') IS NOT NULL", ())[0]
            return dict(ask("SELECT name, value FROM about", ())) if there else {}

    def note(self, name: str, value: str) -> None:
        """Keep a word about the schema, durably. Needs the write lock."""
        with self._server.asking():
            Statements(self._lock_holder()).execute(_PUT, (name, value))

    def ask(self, query: str, values: Values) -> list[Any]:
        """Return all rows; a connection that the server dropped meanwhile is made again."""
        known, self._reading = self._reading, self._open(self._reading)
        with self._server.asking():
            try:
                return Statements(self._reading).fetchall(query, values)
            except psycopg.OperationalError:
                if self._reading is not known or not self._reading.closed:
                    raise
        return self.ask(query, values)

    @contextmanager
    def reading(self) -> Iterator[Callable[[str], list[Any]]]:
        self._reading = self._open(self._reading)
        with self._server.asking(), self._reading.transaction():
            sql = Statements(self._reading)
            sql.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield sql.fetchall

    @contextmanager
    def transaction(self) -> Iterator[Statements]:
        holder = self._lock_holder()
        with self._server.asking(), holder.transaction():
            sql = Statements(holder)
            yield sql
            sql.execute(_COUNT)

    def revision(self) -> int:
        (count,) = self.ask("SELECT value FROM about WHERE name = 'changes'", ())[0]
        return int(count)

    def close(self) -> bool:
        for connection in (self._reading, self._writing):
            if connection is not None:
                connection.close()
        return True

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the write lock of the schema, after waiting for it."""
        key = (_lock_key("write", self._server.schema),)
        self._writing = self._open(self._writing)
        with self._server.asking():
            try:
                self._writing.execute("SELECT 1")
            except psycopg.OperationalError:
                self._writing = self._open(self._writing)
            self._writing.execute("SELECT pg_advisory_lock(%s)", key)
        self._locked = True
        try:
            yield
        finally:
            self._locked = False
            with suppress(psycopg.OperationalError):
                self._writing.execute("SELECT pg_advisory_unlock(%s)", key)

    @contextmanager
    def running(self, holder: Holder) -> Iterator[None]:
        """Be the only run on this schema, from any computer. Raises LockedError CF-U030 naming who is."""
        key = (_lock_key("run", self._server.schema),)
        connection = self._server.connect(f"{holder.command} ({holder.pid} on {holder.host})"[-63:])
        with closing(connection):
            with self._server.asking():
                (mine,) = connection.execute("SELECT pg_try_advisory_lock(%s)", key).fetchall()[0]
                others = connection.execute(_WHO, key).fetchall()
            if not mine:
                who = others[0][0] if others else "another run"
                hint = "wait until it ends, or stop it; a dead process holds nothing"
                raise LockedError(Fault("CF-U030", f"the store is held by {who}", self._server.url, hint))
            yield

    def still_locked(self) -> None:
        """Raise ArtifactError CF-A052 when the connection that holds the lock is gone."""
        with self._server.asking():
            self._lock_holder().execute("SELECT 1")

    def _open(self, known: Connection | None) -> Connection:
        return self._server.connect() if known is None or known.closed else known

    def _lock_holder(self) -> Connection:
        if self._writing is None or not self._locked:
            raise RuntimeError("the write lock of the index is not held")
        return self._writing


_PUT = """INSERT INTO about (name, value) VALUES (?, ?)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value"""

_WHO = """SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND granted AND objsubid = 1
    AND (CAST(classid AS BIGINT) << 32 | CAST(objid AS BIGINT)) = %s"""

_COUNT = "UPDATE about SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT) WHERE name = 'changes'"


def _table(definition: str) -> str:
    """Return a table's definition: numbers of 64 bits, texts in the order of their code points."""
    for ours, theirs in (
        ("key INTEGER PRIMARY KEY", "key BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"),
        ("INTEGER", "BIGINT"),
        ("TEXT", 'TEXT COLLATE "C"'),
        (" WITHOUT ROWID", ""),
    ):
        definition = definition.replace(ours, theirs)
    return definition


def _lock_key(purpose: str, schema: str) -> int:
    """Return the number of an advisory lock, signed 64 bits as PostgreSQL takes it."""
    digest = hashlib.sha256(f"cine_forge/{purpose}/{schema}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
