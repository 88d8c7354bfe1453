"""The ledger: money and receipts in `ledger.sqlite`, the one file that is never rebuilt.

Every transition is one durable transaction (WAL, synchronous FULL). The cap check, the reservation, the
intent and the take number are a single one, so no concurrency can pass the cap or number two takes
alike. Threads share one connection under a lock; processes meet in BEGIN IMMEDIATE. Reading a ledger
that is not there makes no file.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from cine_forge.generation.prices import MICRO_USD
from cine_forge.generation.providers.provider import Uploaded
from cine_forge.generation.receipt import BOUGHT_NOTHING, ENDED, HOLDING, Passed, Receipt, State
from cine_forge.kernel.ground.errors import BudgetError, Fault, IntegrityError, InternalError
from cine_forge.kernel.ground.files import check_alone, check_own

Scope = Literal["project", "run_id", "stage", "take_owner"]

_BUSY_S = 60.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS receipt (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, run_id TEXT NOT NULL, stage TEXT NOT NULL,
    take_owner TEXT, held_micro_usd INTEGER NOT NULL, spent_micro_usd INTEGER NOT NULL,
    logged_rounds INTEGER NOT NULL DEFAULT 0, body TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS receipt_run ON receipt (run_id);
CREATE TABLE IF NOT EXISTS take (
    owner TEXT NOT NULL, number INTEGER NOT NULL, receipt TEXT NOT NULL UNIQUE,
    PRIMARY KEY (owner, number)
) STRICT;
CREATE TABLE IF NOT EXISTS upload (
    provider TEXT NOT NULL, sha256 TEXT NOT NULL, url TEXT NOT NULL, expires_at TEXT,
    PRIMARY KEY (provider, sha256)
) STRICT;
"""
_FORWARD: dict[State, frozenset[State]] = {
    State.PREPARED: frozenset({State.REFUSED}),
    State.RESERVED: frozenset({State.SUBMITTING, State.REFUSED}),
    State.SUBMITTING: frozenset({State.SUBMITTED, State.SUBMIT_UNKNOWN, State.REFUSED, State.RESERVED}),
    State.SUBMIT_UNKNOWN: frozenset({State.SUBMITTED, State.RESERVED, State.FAILED, State.REFUSED}),
    State.SUBMITTED: frozenset({State.TERMINAL, State.FAILED, State.RESERVED}),
    State.TERMINAL: frozenset({State.DOWNLOADED, State.FAILED, State.RESERVED}),
    State.DOWNLOADED: frozenset({State.SETTLED}),
}
"""What `advance` allows; only a person's word ends what is unknown. Only `reserve` reserves, only `reopen`
opens one again that bought nothing, and only `disown` leaves what is open to the project that this one was
copied from."""


@dataclass(frozen=True)
class Cap:
    """How much may be spent and reserved at most, in micro-USD, by everything with this value."""

    micro_usd: int
    scope: Scope = "project"
    value: str = ""


@dataclass(frozen=True)
class Totals:
    """Sums in micro-USD. `reserved` is set aside for what is open."""

    spent: int
    reserved: int


class Ledger:
    """The receipts of one project."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    def find(self, receipt_id: str) -> Receipt | None:
        """Return a receipt as it stands, or None."""
        rows = self._read("SELECT body FROM receipt WHERE id = ?", receipt_id)
        return _receipt(rows[0][0]) if rows else None

    def receipts(self, states: Iterable[State] = State) -> tuple[Receipt, ...]:
        """Return the receipts in these states, ordered by id."""
        wanted = set(states)
        found = (_receipt(row[0]) for row in self._read("SELECT body FROM receipt ORDER BY id"))
        return tuple(receipt for receipt in found if receipt.state in wanted)

    def totals(self, scope: Scope = "project", value: str = "") -> Totals:
        """Return what is spent and reserved in the project, or by one run, stage or take owner."""
        where, values = _where(scope, value)
        rows = self._read(f"{_SUMS} {where}", *values)
        return Totals(*rows[0]) if rows else Totals(0, 0)

    def prepare(self, fresh: Receipt) -> Receipt:
        """Keep a `prepared` receipt and return it. One that is already further is returned as it stands."""
        with self._writing() as connection:
            known = _find(connection, fresh.id)
            if known is not None and known.state is not State.PREPARED:
                return known
            if known is not None:
                fresh = fresh.model_copy(
                    update={"round": known.round, "take": known.take, "passed": known.passed}
                )
            _put(connection, fresh)
            return fresh

    def reopen(self, fresh: Receipt) -> Receipt:
        """Open a refused or foreign receipt, which bought nothing here, for another round."""
        with self._writing() as connection:
            known = _expected(connection, fresh.id, BOUGHT_NOTHING)
            opened = fresh.model_copy(
                update={"round": known.round + 1, "take": known.take, "passed": known.passed + fresh.passed}
            )
            _put(connection, opened)
            return opened

    def reserve(self, intent: Receipt, caps: Iterable[Cap], at: str) -> Receipt:
        """Set the estimate aside and number the take, in one transaction with the check of every cap.

        `intent` is the prepared receipt with today's origin. Raises BudgetError CF-G010; the receipt
        then stays prepared, and a raised cap lets it go on.
        """
        with self._writing() as connection:
            _expected(connection, intent.id, {State.PREPARED})
            for cap in caps:
                _check_cap(connection, cap, intent)
            take = intent.take
            if take is None and intent.take_owner is not None:
                take = _number_take(connection, intent.take_owner, intent.id)
            return _passed_to(connection, intent.model_copy(update={"take": take}), State.RESERVED, at)

    def advance(self, receipt: Receipt, to: State, at: str, **facts: Any) -> Receipt:
        """Move a receipt on, with what is now known of it. A state only follows as `_FORWARD` says.

        Raises InternalError CF-G011 when someone else moved it meanwhile or the step is not allowed.
        """
        with self._writing() as connection:
            known = _expected(connection, receipt.id, {receipt.state})
            if to not in _FORWARD.get(known.state, frozenset()):
                raise InternalError(_wrong_state(known, f"it cannot become `{to}`"))
            return _passed_to(connection, known.model_copy(update=facts), to, at)

    def disown(self, at: str) -> tuple[Receipt, ...]:
        """Make every open receipt foreign, in one transaction, and return them; what they held is free."""
        with self._writing() as connection:
            return tuple(
                _passed_to(connection, receipt, State.FOREIGN, at)
                for (body,) in connection.execute("SELECT body FROM receipt ORDER BY id").fetchall()
                if (receipt := _receipt(body)).state in HOLDING
            )

    def upload(self, provider: str, sha256: str) -> Uploaded | None:
        """Return where a file was brought to at a provider, or None; its term may be over."""
        sql = "SELECT url, expires_at FROM upload WHERE provider = ? AND sha256 = ?"
        rows = self._read(sql, provider, sha256, table="upload")
        if not rows:
            return None
        url, term = rows[0]
        return Uploaded(url, datetime.fromisoformat(term) if term else None)

    def keep_upload(self, provider: str, sha256: str, uploaded: Uploaded) -> None:
        """Keep where a file was brought to."""
        term = uploaded.expires_at.isoformat() if uploaded.expires_at else None
        with self._writing() as connection:
            sql = "INSERT OR REPLACE INTO upload (provider, sha256, url, expires_at) VALUES (?, ?, ?, ?)"
            connection.execute(sql, (provider, sha256, uploaded.url, term))

    def unlogged(self, receipt: Receipt) -> bool:
        """Return whether the outcome of this round still lacks its line in the run's log."""
        rows = self._read("SELECT logged_rounds FROM receipt WHERE id = ?", receipt.id)
        return bool(rows) and rows[0][0] < receipt.round and receipt.state in ENDED

    def mark_logged(self, receipt: Receipt) -> None:
        """Note that the run's log has the line of this round."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE receipt SET logged_rounds = ? WHERE id = ?", (receipt.round, receipt.id)
            )

    def close(self) -> None:
        """Close the file; the write-ahead log is folded in."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _read(self, sql: str, *values: Any, table: str = "receipt") -> list[tuple[Any, ...]]:
        with self._lock:
            if self._connection is not None:
                return self._connection.execute(sql, values).fetchall()
            if not self._path.exists():
                return []
            with closing(_reader(self._path)) as reader:
                return _fetched(reader, self._path, (sql, values), table)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection within one immediate transaction; an exception rolls it back."""
        with self._lock:
            if self._connection is None:
                self._connection = _writer(self._path)
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


_SUMS = "SELECT COALESCE(SUM(spent_micro_usd), 0), COALESCE(SUM(held_micro_usd), 0) FROM receipt"


def _where(scope: Scope, value: str) -> tuple[str, tuple[str, ...]]:
    """Return the condition of a scope; a scope is the name of its column."""
    return ("", ()) if scope == "project" else (f"WHERE {scope} = ?", (value,))


def _check_cap(connection: sqlite3.Connection, cap: Cap, intent: Receipt) -> None:
    where, values = _where(cap.scope, cap.value)
    spent, held = connection.execute(f"{_SUMS} {where}", values).fetchone()
    wanted = intent.est_cost_micro_usd
    if wanted and spent + held + wanted > cap.micro_usd:
        what = (
            f"the cap of {_usd(cap.micro_usd)} does not allow {_usd(wanted)} more: "
            f"{_usd(spent)} spent, {_usd(held)} reserved"
        )
        where_text = f"{intent.stage}/{intent.entity}"
        raise BudgetError(Fault("CF-G010", what, where_text, "raise it with `--budget` and run again"))


def _usd(micro_usd: int) -> str:
    return f"{micro_usd / MICRO_USD:.6f}".rstrip("0").ljust(4, "0") + " USD" if micro_usd else "0 USD"


def _number_take(connection: sqlite3.Connection, owner: str, receipt_id: str) -> int:
    row = connection.execute("SELECT COALESCE(MAX(number), 0) FROM take WHERE owner = ?", (owner,)).fetchone()
    number = int(row[0]) + 1
    connection.execute(
        "INSERT INTO take (owner, number, receipt) VALUES (?, ?, ?)", (owner, number, receipt_id)
    )
    return number


def _passed_to(connection: sqlite3.Connection, receipt: Receipt, to: State, at: str) -> Receipt:
    moved = receipt.model_copy(update={"state": to, "passed": (*receipt.passed, Passed(state=to, at=at))})
    _put(connection, moved)
    return moved


def _put(connection: sqlite3.Connection, receipt: Receipt) -> None:
    held = receipt.est_cost_micro_usd if receipt.state in HOLDING else 0
    spent = (receipt.cost_micro_usd or 0) if receipt.state in ENDED else 0
    connection.execute(
        "INSERT INTO receipt (id, state, run_id, stage, take_owner, held_micro_usd, spent_micro_usd, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state,"
        " run_id = excluded.run_id, stage = excluded.stage, take_owner = excluded.take_owner,"
        " held_micro_usd = excluded.held_micro_usd, spent_micro_usd = excluded.spent_micro_usd,"
        " body = excluded.body",
        (
            receipt.id,
            receipt.state,
            receipt.run_id,
            receipt.stage,
            receipt.take_owner,
            held,
            spent,
            receipt.model_dump_json(),
        ),
    )


def _find(connection: sqlite3.Connection, receipt_id: str) -> Receipt | None:
    row = connection.execute("SELECT body FROM receipt WHERE id = ?", (receipt_id,)).fetchone()
    return _receipt(row[0]) if row else None


def _expected(connection: sqlite3.Connection, receipt_id: str, states: Collection[State]) -> Receipt:
    known = _find(connection, receipt_id)
    if known is None:
        raise InternalError(Fault("CF-G011", f"the ledger has no receipt `{receipt_id}`"))
    if known.state not in states:
        names = " or ".join(f"`{state}`" for state in sorted(states))
        raise InternalError(_wrong_state(known, f"expected {names}"))
    return known


def _wrong_state(receipt: Receipt, what: str) -> Fault:
    return Fault("CF-G011", f"receipt `{receipt.id}` is `{receipt.state}`: {what}")


def _receipt(body: str) -> Receipt:
    return Receipt.model_validate_json(body)


def _writer(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    _check_place(path)
    check_alone(path)
    try:
        connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(_SCHEMA)
    except sqlite3.DatabaseError as error:
        raise IntegrityError(_damaged(path, error)) from None
    return connection


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
    uri = f"{path.resolve().as_uri()}?{'mode=ro' if live else 'immutable=1'}"
    return sqlite3.connect(uri, uri=True, timeout=_BUSY_S, isolation_level=None)


def _copied(path: Path) -> sqlite3.Connection:
    """Return the ledger with its log as a database in memory."""
    memory = sqlite3.connect(":memory:", isolation_level=None)
    with TemporaryDirectory() as folder:
        for ending in ("", "-wal"):
            shutil.copyfile(_beside(path, ending), _beside(Path(folder, path.name), ending))
        with closing(sqlite3.connect(Path(folder, path.name))) as copy:
            copy.backup(memory)
    return memory


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _fetched(
    reader: sqlite3.Connection, path: Path, asked: tuple[str, tuple[Any, ...]], table: str
) -> list[tuple[Any, ...]]:
    """Read; a file whose first writer died before it made the table, or is older than it, is empty.

    A rollback journal lies beside the file only while it is being made: from then on a log takes its place.
    """
    try:
        made = reader.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        return reader.execute(*asked).fetchall() if made else []
    except sqlite3.DatabaseError as error:
        if path.with_name(f"{path.name}-journal").exists():
            return []
        raise IntegrityError(_damaged(path, error)) from None


def _damaged(path: Path, error: sqlite3.DatabaseError) -> Fault:
    what = f"`{path.name}` cannot be opened: {error}"
    return Fault("CF-G012", what, hint="it holds what was paid: restore it from a copy, do not delete it")
