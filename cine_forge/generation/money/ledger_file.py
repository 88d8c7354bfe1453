"""The ledger's file: its tables, and how it is opened for writing or only for reading.

The ledger alone uses it. A file of an earlier edition is brought up to date by the next writer, within one
transaction; a reader sees it as if it had been, in memory, and writes nothing.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cine_forge.kernel.ground.errors import Fault, IntegrityError, StageError
from cine_forge.kernel.ground.files import check_alone, check_own

_BUSY_S = 60.0
_EDITION = 1
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_NOT_NOW = (
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL),
    *(sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN),
)
"""Another writer, no room, no right, or a disk that fails (SQLite's result codes)."""
_TABLES = (
    """CREATE TABLE IF NOT EXISTS receipt (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, run_id TEXT NOT NULL, stage TEXT NOT NULL,
    take_owner TEXT, held_micro_usd INTEGER NOT NULL, spent_micro_usd INTEGER NOT NULL,
    logged_rounds INTEGER NOT NULL DEFAULT 0, body TEXT NOT NULL
) STRICT""",
    """CREATE TABLE IF NOT EXISTS take (
    owner TEXT NOT NULL, number INTEGER NOT NULL, receipt TEXT NOT NULL UNIQUE,
    PRIMARY KEY (owner, number)
) STRICT""",
    """CREATE TABLE IF NOT EXISTS upload (
    provider TEXT NOT NULL, sha256 TEXT NOT NULL, url TEXT NOT NULL, expires_at TEXT,
    PRIMARY KEY (provider, sha256)
) STRICT""",
    """CREATE TABLE tally (
    scope TEXT NOT NULL, value TEXT NOT NULL, spent_micro_usd INTEGER NOT NULL,
    held_micro_usd INTEGER NOT NULL, PRIMARY KEY (scope, value)
) STRICT""",
    """CREATE TABLE history (
    model TEXT NOT NULL, action TEXT NOT NULL, receipts INTEGER NOT NULL, est_micro_usd INTEGER NOT NULL,
    cost_micro_usd INTEGER NOT NULL, PRIMARY KEY (model, action)
) STRICT""",
    """CREATE TABLE warned (
    run_id TEXT NOT NULL, scope TEXT NOT NULL, value TEXT NOT NULL, cap_micro_usd INTEGER NOT NULL,
    PRIMARY KEY (run_id, scope, value, cap_micro_usd)
) STRICT""",
)
_COLUMNS = {
    "entity": "TEXT NOT NULL DEFAULT ''",
    "owner": "TEXT NOT NULL DEFAULT ''",
    "provider": "TEXT NOT NULL DEFAULT ''",
    "model": "TEXT NOT NULL DEFAULT ''",
    "action": "TEXT NOT NULL DEFAULT ''",
    "attempt": "INTEGER NOT NULL DEFAULT 1",
    "round": "INTEGER NOT NULL DEFAULT 1",
    "est_micro_usd": "INTEGER NOT NULL DEFAULT 0",
    "provider_id": "TEXT",
}
"""What edition 1 knows of a receipt without reading its body."""
_FILLED = """UPDATE receipt SET
    entity = json_extract(body, '$.entity'), provider = json_extract(body, '$.provider'),
    owner = COALESCE(take_owner, json_extract(body, '$.entity')), model = json_extract(body, '$.model'),
    action = json_extract(body, '$.action'), attempt = json_extract(body, '$.attempt'),
    round = json_extract(body, '$.round'), provider_id = json_extract(body, '$.provider_id'),
    est_micro_usd = json_extract(body, '$.est_cost_micro_usd')"""
_SUMS = " UNION ALL ".join(
    f"SELECT '{scope}', {column}, SUM(spent_micro_usd), SUM(held_micro_usd) FROM receipt"
    f" WHERE spent_micro_usd != 0 OR held_micro_usd != 0 GROUP BY {column}"
    for scope, column in {"project": "''", "run_id": "run_id", "stage": "stage", "owner": "owner"}.items()
)
_KEPT = "SELECT * FROM tally WHERE spent_micro_usd != 0 OR held_micro_usd != 0"
MISCOUNTED = f"""WITH counted (scope, value, spent, held) AS ({_SUMS})
    SELECT scope, value FROM (SELECT * FROM counted EXCEPT {_KEPT})
    UNION SELECT scope, value FROM ({_KEPT} EXCEPT SELECT * FROM counted)"""
"""Which sums are not those of the receipts, asked at one moment."""
_LEARNT = """INSERT INTO history SELECT model, action, COUNT(*), SUM(est_micro_usd), SUM(spent_micro_usd)
    FROM receipt WHERE state = 'settled' AND est_micro_usd > 0 GROUP BY model, action"""
_COUNTED = (f"INSERT INTO tally {_SUMS}", _LEARNT)
RECOUNTED = ("DELETE FROM tally", "DELETE FROM history", *_COUNTED)
"""What makes every sum anew from the receipts, within a transaction."""
_INDEXES = (
    "DROP INDEX IF EXISTS receipt_run",
    "CREATE INDEX receipt_state ON receipt (state)",
    "CREATE INDEX receipt_provider ON receipt (provider, provider_id)",
    "CREATE INDEX receipt_entry ON receipt (id, state, run_id, stage, entity, owner, provider, model, action,"
    " attempt, round, est_micro_usd, held_micro_usd, spent_micro_usd)",
)


def open_writer(path: Path) -> sqlite3.Connection:
    """Open for writing, made or brought up to date when that is needed.

    Raises IntegrityError CF-G012 for what is no ledger, StageError CF-G116 where nothing can be written now.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _check_place(path)
    check_alone(path)
    try:
        with told_of(path):
            connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            _bring_up_to_date(connection)
    except sqlite3.DatabaseError as error:
        raise IntegrityError(_damaged(path, error)) from None
    return connection


@contextmanager
def told_of(path: Path) -> Iterator[None]:
    """Turn what keeps anybody from writing now into StageError CF-G116, and damage into CF-G012."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # not of every error
        if code in _DAMAGED:
            raise IntegrityError(_damaged(path, error)) from None
        if code not in _NOT_NOW:
            raise
        what = f"`{path.name}` cannot be written now: {error}"
        hint = "make room, or let whoever holds it end; then run again: nothing is lost or paid twice"
        raise StageError(Fault("CF-G116", what, str(path), hint), transient=True) from None


def identity_of(path: Path) -> tuple[int, int] | None:
    """Return which file lies there, or None when there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def replaced(path: Path) -> Fault:
    """Return the fault of a ledger in whose place another file lies, while it is being written."""
    what = f"`{path.name}` was taken away or replaced while it was in use"
    hint = "what this command wrote since is not in it: put the file back that was there, then run again"
    return Fault("CF-G117", what, str(path), hint)


def read_file(path: Path, sql: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Read without making or changing a file. Raises IntegrityError CF-G012.

    A file whose first writer died before it made the tables is empty. A rollback journal lies beside the file
    only while it is being made: from then on a log takes its place.
    """
    with closing(_reader(path)) as reader:
        try:
            if _edition(reader) == _EDITION:
                return reader.execute(sql, values).fetchall()
            if not reader.execute("SELECT 1 FROM sqlite_master WHERE name = 'receipt'").fetchone():
                return []
            with closing(_in_memory(reader)) as memory:
                _bring_up_to_date(memory)
                return memory.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            if path.with_name(f"{path.name}-journal").exists():
                return []
            raise IntegrityError(_damaged(path, error)) from None


def _bring_up_to_date(connection: sqlite3.Connection) -> None:
    if _edition(connection) == _EDITION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _edition(connection) != _EDITION:  # nobody else did it meanwhile
            for statement in _statements():
                connection.execute(statement)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _statements() -> tuple[str, ...]:
    """Return what makes an empty file, or one of the edition before, into one of this edition."""
    added = (f"ALTER TABLE receipt ADD COLUMN {name} {kind}" for name, kind in _COLUMNS.items())
    return (*_TABLES, *added, _FILLED, *_COUNTED, *_INDEXES, f"PRAGMA user_version = {_EDITION}")


def _edition(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _check_place(path: Path) -> None:
    """Refuse a link or a FIFO in the place of the ledger. Raises ArtifactError CF-A011."""
    check_own(path.parent, files=[f"{path.name}{ending}" for ending in ("", "-wal", "-shm")])


def _reader(path: Path) -> sqlite3.Connection:
    """Open for reading, without making a file; with no writer alive the file is taken as it lies.

    A log that a killed writer left can be read where nothing may be written only from a copy.
    """
    _check_place(path)
    live = _beside(path, "-wal").exists()
    if live and not _beside(path, "-shm").exists() and not os.access(path.parent, os.W_OK):
        return _copied(path)
    uri = f"{path.absolute().as_uri()}?mode=ro{'' if live else '&immutable=1'}"
    return sqlite3.connect(uri, uri=True, timeout=_BUSY_S, isolation_level=None)


def _copied(path: Path) -> sqlite3.Connection:
    """Return the ledger with its log as a database in memory."""
    with TemporaryDirectory() as folder:
        for ending in ("", "-wal"):
            shutil.copyfile(_beside(path, ending), _beside(Path(folder, path.name), ending))
        with closing(sqlite3.connect(Path(folder, path.name))) as copy:
            return _in_memory(copy)


def _in_memory(read: sqlite3.Connection) -> sqlite3.Connection:
    memory = sqlite3.connect(":memory:", isolation_level=None)
    read.backup(memory)
    return memory


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _damaged(path: Path, error: sqlite3.DatabaseError) -> Fault:
    what = f"`{path.name}` cannot be opened: {error}"
    hint = "put it back from a copy, or move it away and make it again: cine-forge providers restore"
    return Fault("CF-G012", what, hint=hint)
