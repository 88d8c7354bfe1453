"""The ledger: money and receipts in `ledger.sqlite`, the one file that is never rebuilt.

Every transition is one durable transaction (WAL, synchronous FULL). The cap check, the reservation, the
intent and the take number are a single one, so no concurrency can pass the cap or number two takes
alike. Threads share one connection under a lock; processes meet in BEGIN IMMEDIATE. What is spent and held
is tallied with every receipt that moves, so that a sum is read and never counted again. Reading a ledger
that is not there makes no file.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cine_forge.generation.money.entry import Entry, Scope, entry_of, scopes_of
from cine_forge.generation.money.history import History
from cine_forge.generation.money.ledger_file import (
    MISCOUNTED,
    RECOUNTED,
    identity_of,
    open_writer,
    read_file,
    replaced,
    told_of,
)
from cine_forge.generation.money.prices import dollars
from cine_forge.generation.money.receipt import BOUGHT_NOTHING, ENDED, HOLDING, Passed, Receipt, State
from cine_forge.generation.providers.provider import Uploaded
from cine_forge.kernel.ground.errors import BudgetError, Fault, IntegrityError, InternalError

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

    @property
    def said(self) -> str:
        """Return the cap as a person is told of it."""
        return f"{_WHOSE[self.scope].format(self.value)} of {dollars(self.micro_usd)}"


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
        self._file: tuple[int, int] | None = None

    def find(self, receipt_id: str) -> Receipt | None:
        """Return a receipt as it stands, or None."""
        rows = self._read("SELECT body FROM receipt WHERE id = ?", receipt_id)
        return _receipt(rows[0][0]) if rows else None

    def receipts(self, states: Iterable[State] = State) -> tuple[Receipt, ...]:
        """Return the receipts in these states, ordered by id."""
        wanted = sorted(set(states))
        places = ", ".join("?" * len(wanted))
        rows = self._read(f"SELECT body FROM receipt WHERE state IN ({places}) ORDER BY id", *wanted)
        return tuple(_receipt(row[0]) for row in rows)

    def entries(self) -> tuple[Entry, ...]:
        """Return every receipt in short, ordered by id; no body is read."""
        rows = self._read(f"SELECT {_ENTRY} FROM receipt ORDER BY id")
        return tuple(Entry(row[0], State(row[1]), *row[2:]) for row in rows)

    def count(self) -> int:
        """Return how many receipts there are."""
        rows = self._read("SELECT COUNT(*) FROM receipt")
        return int(rows[0][0]) if rows else 0

    def totals(self, scope: Scope = "project", value: str = "") -> Totals:
        """Return what is spent and reserved in the project, or by one run, stage or owner."""
        rows = self._read(_SUMS, scope, value)
        return Totals(*rows[0]) if rows else Totals(0, 0)

    def miscounted(self) -> tuple[str, ...]:
        """Return the sums that are not those of the receipts, as `scope value`; there should be none."""
        return tuple(f"{scope} {value}".strip() for scope, value in self._read(MISCOUNTED))

    def recount(self) -> None:
        """Make every sum anew from the receipts."""
        with self._writing() as connection:
            for statement in RECOUNTED:
                connection.execute(statement)

    def history(self, model: str, action: str) -> History:
        """Return what settled receipts of a model and action cost against their estimates."""
        rows = self._read(_HISTORY, model, action)
        return History(*rows[0]) if rows else History()

    def provider_ids(self, provider: str) -> frozenset[str]:
        """Return the ids of a provider that receipts hold."""
        sql = "SELECT provider_id FROM receipt WHERE provider = ? AND provider_id IS NOT NULL"
        return frozenset(row[0] for row in self._read(sql, provider))

    def holder(self, provider: str, provider_id: str) -> str | None:
        """Return the id of a receipt that holds an id of a provider, or None."""
        sql = "SELECT id FROM receipt WHERE provider = ? AND provider_id = ? ORDER BY id LIMIT 1"
        rows = self._read(sql, provider, provider_id)
        return str(rows[0][0]) if rows else None

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
        """Set money aside and number the take, in one transaction with the check of every cap.

        Set aside is the estimate, or more where receipts of that model and action cost more than theirs.
        `intent` is the prepared receipt with today's origin. Raises BudgetError CF-G010; the receipt then
        stays prepared, and a raised cap lets it go on.
        """
        with self._writing() as connection:
            _expected(connection, intent.id, {State.PREPARED})
            row = connection.execute(_HISTORY, (intent.model, intent.action)).fetchone()
            held = History(*(row or ())).raised(intent.est_cost_micro_usd)
            for cap in caps:
                _check_cap(connection, cap, intent, held)
            take = intent.take
            if take is None and intent.take_owner is not None:
                take = _number_take(connection, intent.take_owner, intent.id)
            reserved = intent.model_copy(update={"take": take, "reserved_micro_usd": held})
            return _passed_to(connection, reserved, State.RESERVED, at)

    def warn(self, run_id: str, cap: Cap) -> bool:
        """Note that a run was warned of a cap; return whether it had not been."""
        with self._writing() as connection:
            sql = "INSERT OR IGNORE INTO warned (run_id, scope, value, cap_micro_usd) VALUES (?, ?, ?, ?)"
            noted = connection.execute(sql, (run_id, cap.scope, cap.value, cap.micro_usd))
            return noted.rowcount == 1

    def advance(self, receipt: Receipt, to: State, at: str, **facts: Any) -> Receipt:
        """Move a receipt on, with what is now known of it. A state only follows as `_FORWARD` says.

        Raises InternalError CF-G011 when someone else moved it meanwhile or the step is not allowed.
        """
        with self._writing() as connection:
            known = _expected(connection, receipt.id, {receipt.state})
            if to not in _FORWARD.get(known.state, frozenset()):
                raise InternalError(_wrong_state(known, f"it cannot become `{to}`"))
            return _passed_to(connection, known.model_copy(update=facts), to, at)

    def end_held(self, receipt_id: str, to: State, at: str, **facts: Any) -> Receipt:
        """End what may or may not have arrived by a person's word, in one transaction, and return it.

        Raises InternalError CF-G011 for what is not held, or no end of it.
        """
        with self._writing() as connection:
            known = _expected(connection, receipt_id, {State.SUBMITTING, State.SUBMIT_UNKNOWN})
            if known.state is State.SUBMITTING:
                known = _passed_to(connection, known, State.SUBMIT_UNKNOWN, at)
            if to not in ENDED & _FORWARD[State.SUBMIT_UNKNOWN]:
                raise InternalError(_wrong_state(known, f"it cannot end as `{to}`"))
            return _passed_to(connection, known.model_copy(update=facts), to, at)

    def link(self, receipt_id: str, fallback: str) -> Receipt:
        """Note that a receipt of another provider takes over from one that is ended, and return this one.

        The number of a take goes over too.
        """
        with self._writing() as connection:
            known = _expected(connection, receipt_id, ENDED)
            connection.execute("UPDATE take SET receipt = ? WHERE receipt = ?", (fallback, receipt_id))
            linked = known.model_copy(update={"fallback": fallback, "take": None})
            _put(connection, linked)
            return linked

    def disown(self, at: str) -> tuple[Receipt, ...]:
        """Make every open receipt foreign, in one transaction, and return them; what they held is free."""
        with self._writing() as connection:
            open_ones = self.receipts(HOLDING)
            return tuple(_passed_to(connection, receipt, State.FOREIGN, at) for receipt in open_ones)

    def restore(self, copy: Receipt) -> bool:
        """Take in a receipt as its copy says, where less is known of it; return whether it was so.

        A number of a take that another receipt has by now stays with that one.
        """
        with self._writing() as connection:
            known = _find(connection, copy.id)
            if known is not None and len(known.passed) >= len(copy.passed):
                return False
            connection.execute("DELETE FROM take WHERE receipt = ?", (copy.id,))
            if copy.take is not None:
                given = (copy.take_owner, copy.take, copy.id)
                connection.execute(
                    "INSERT OR IGNORE INTO take (owner, number, receipt) VALUES (?, ?, ?)", given
                )
            _put(connection, copy)
            return True

    def upload(self, provider: str, sha256: str) -> Uploaded | None:
        """Return where a file was brought to at a provider, or None; its term may be over."""
        sql = "SELECT url, expires_at FROM upload WHERE provider = ? AND sha256 = ?"
        rows = self._read(sql, provider, sha256)
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

    def logged(self) -> frozenset[str]:
        """Return the ids of receipts whose latest round has its line in the log of its run."""
        return frozenset(row[0] for row in self._read("SELECT id FROM receipt WHERE logged_rounds >= round"))

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

    def _read(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            if self._connection is not None:
                return self._connection.execute(sql, values).fetchall()
            return read_file(self._path, sql, values) if self._path.exists() else []

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection within one immediate transaction; an exception rolls it back.

        Raises StageError CF-G116 where nothing can be written now: then nothing was; IntegrityError CF-G117
        when another file lies in the ledger's place by now.
        """
        with self._lock, told_of(self._path):
            if self._connection is None:
                self._connection = open_writer(self._path)
                self._file = identity_of(self._path)
            if identity_of(self._path) != self._file:
                raise IntegrityError(replaced(self._path))
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


_SUMS = "SELECT spent_micro_usd, held_micro_usd FROM tally WHERE scope = ? AND value = ?"
_HISTORY = "SELECT receipts, est_micro_usd, cost_micro_usd FROM history WHERE model = ? AND action = ?"
_ENTRY = (
    "id, state, run_id, stage, entity, owner, provider, model, action, attempt, round,"
    " est_micro_usd, held_micro_usd, spent_micro_usd"
)
_WHOSE: dict[Scope, str] = {
    "project": "the project's cap",
    "run_id": "the run's cap",
    "stage": "the cap of stage `{}`",
    "owner": "the cap of `{}`",
}


def _check_cap(connection: sqlite3.Connection, cap: Cap, intent: Receipt, wanted: int) -> None:
    spent, held = connection.execute(_SUMS, (cap.scope, cap.value)).fetchone() or (0, 0)
    if wanted and spent + held + wanted > cap.micro_usd:
        used = f"{dollars(spent)} spent, {dollars(held)} reserved"
        what = f"{cap.said} does not allow {dollars(wanted)} more: {used}"
        where = "`--budget`" if cap.scope == "run_id" else "`budget` in project.yaml"
        hint = f"raise it with {where} and run again"
        raise BudgetError(Fault("CF-G010", what, f"{intent.stage}/{intent.entity}", hint))


def _number_take(connection: sqlite3.Connection, owner: str, receipt_id: str) -> int:
    sql = "SELECT number FROM take WHERE owner = ? AND receipt = ?"
    given = connection.execute(sql, (owner, receipt_id)).fetchone()
    if given is not None:
        return int(given[0])
    row = connection.execute("SELECT COALESCE(MAX(number), 0) FROM take WHERE owner = ?", (owner,)).fetchone()
    number = int(row[0]) + 1
    connection.execute(
        "INSERT INTO take (owner, number, receipt) VALUES (?, ?, ?)", (owner, number, receipt_id)
    )
    return number


def _take_back(connection: sqlite3.Connection, receipt: Receipt) -> Receipt:
    """Take back the number of a take that will never be, unless its owner has a later one: takes count up."""
    later = "SELECT 1 FROM take AS later WHERE later.owner = take.owner AND later.number > take.number"
    sql = f"DELETE FROM take WHERE receipt = ? AND NOT EXISTS ({later})"
    freed = connection.execute(sql, (receipt.id,)).rowcount
    return receipt.model_copy(update={"take": None}) if freed else receipt


def _passed_to(connection: sqlite3.Connection, receipt: Receipt, to: State, at: str) -> Receipt:
    if to in (State.FAILED, State.REFUSED):
        receipt = _take_back(connection, receipt)
    moved = receipt.model_copy(update={"state": to, "passed": (*receipt.passed, Passed(state=to, at=at))})
    _put(connection, moved)
    return moved


def _put(connection: sqlite3.Connection, receipt: Receipt) -> None:
    before = connection.execute(f"SELECT {_ENTRY} FROM receipt WHERE id = ?", (receipt.id,)).fetchone()
    after = entry_of(receipt)
    connection.execute(
        f"INSERT INTO receipt ({_ENTRY}, take_owner, provider_id, body)"
        f" VALUES ({', '.join('?' * (len(after) + 3))}) ON CONFLICT (id) DO UPDATE SET {_REPLACED}",
        (*after, receipt.take_owner, receipt.provider_id, receipt.model_dump_json()),
    )
    _tally(connection, Entry(*before) if before else None, after)


_REPLACED = ", ".join(
    f"{name} = excluded.{name}" for name in [*_ENTRY.split(", ")[1:], "take_owner", "provider_id", "body"]
)


def _tally(connection: sqlite3.Connection, before: Entry | None, after: Entry) -> None:
    """Take out of the sums what a receipt was, and put in what it is."""
    changed = [(entry, sign) for entry, sign in ((before, -1), (after, 1)) if entry]
    if before is not None and before[2:] == after[2:] and after.state is not State.SETTLED:
        return
    for entry, sign in changed:
        if entry.spent or entry.held:
            for scope, value in scopes_of(entry):
                connection.execute(_ADDED, (scope, value, sign * entry.spent, sign * entry.held))
        if entry.state == State.SETTLED and entry.estimated:
            learnt = (entry.model, entry.action, sign, sign * entry.estimated, sign * entry.spent)
            connection.execute(_LEARNT, learnt)


_ADDED = (
    "INSERT INTO tally (scope, value, spent_micro_usd, held_micro_usd) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (scope, value) DO UPDATE SET spent_micro_usd = spent_micro_usd + excluded.spent_micro_usd,"
    " held_micro_usd = held_micro_usd + excluded.held_micro_usd"
)
_LEARNT = (
    "INSERT INTO history (model, action, receipts, est_micro_usd, cost_micro_usd) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (model, action) DO UPDATE SET receipts = receipts + excluded.receipts,"
    " est_micro_usd = est_micro_usd + excluded.est_micro_usd,"
    " cost_micro_usd = cost_micro_usd + excluded.cost_micro_usd"
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
