"""The ledger's file: one of an earlier edition keeps every receipt, and a large one answers at once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cine_forge.generation.money.ledger import Cap, Ledger, Totals
from cine_forge.generation.money.receipt import Receipt, State
from cine_forge.kernel.ground.errors import BudgetError, IntegrityError
from tests.generation.support import draft

NOON = "2026-01-01T12:00:00"
EARLIER = """
CREATE TABLE receipt (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, run_id TEXT NOT NULL, stage TEXT NOT NULL,
    take_owner TEXT, held_micro_usd INTEGER NOT NULL, spent_micro_usd INTEGER NOT NULL,
    logged_rounds INTEGER NOT NULL DEFAULT 0, body TEXT NOT NULL
) STRICT;
CREATE INDEX receipt_run ON receipt (run_id);
CREATE TABLE take (
    owner TEXT NOT NULL, number INTEGER NOT NULL, receipt TEXT NOT NULL UNIQUE,
    PRIMARY KEY (owner, number)
) STRICT;
INSERT INTO take VALUES ('shot:b', 1, 'rc-0000000000000001');
"""


def earlier_file(path: Path) -> tuple[Receipt, ...]:
    """Write a ledger as the first edition left it: one settled receipt, one open, one only prepared."""
    kept = (
        draft(1, 100, owner="shot:b").model_copy(
            update={"state": State.SETTLED, "cost_micro_usd": 130, "take": 1, "provider_id": "job-1"}
        ),
        draft(2, 40, run_id="run-2").model_copy(update={"state": State.SUBMITTED, "provider_id": "job-2"}),
        draft(3, 9),
    )
    with closing(sqlite3.connect(path)) as old, old:
        old.execute("PRAGMA journal_mode = WAL")
        old.executescript(EARLIER)
        for one, held, spent in zip(kept, (0, 40, 0), (130, 0, 0), strict=True):
            body = one.model_dump_json(exclude={"reserved_micro_usd"})
            row = (one.id, one.state, one.run_id, one.stage, one.take_owner, held, spent, 1, body)
            old.execute("INSERT INTO receipt VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    return kept


def said(ledger: Ledger) -> list[object]:
    """Return all that a ledger says of its receipts."""
    scopes = [ledger.totals(), ledger.totals("run_id", "run-2"), ledger.totals("owner", "shot:b")]
    ids, history = ledger.provider_ids("fake"), ledger.history("fake-still", "t2i")
    return [ledger.receipts(), ledger.entries(), *scopes, ids, history, ledger.upload("fake", "0")]


def test_a_ledger_of_an_earlier_edition_is_read_as_it_is_and_written_with_all_it_held(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    kept = earlier_file(path)
    before = path.read_bytes()
    read = said(Ledger(path))
    assert read[0] == kept and path.read_bytes() == before
    assert read[2:5] == [Totals(130, 40), Totals(0, 40), Totals(130, 0)]
    assert read[5] == {"job-1", "job-2"}
    written = Ledger(path)
    fresh = written.prepare(draft(4, 10, owner="shot:b"))
    written.advance(fresh, State.REFUSED, NOON)
    assert said(written)[2:] == read[2:]
    again = written.reserve(written.prepare(draft(5, 10, owner="shot:b")), [Cap(183)], NOON)
    assert (again.take, again.reserved_micro_usd) == (2, 13)
    with pytest.raises(BudgetError):
        written.reserve(written.prepare(draft(6, 10)), [Cap(183)], NOON)


def test_a_ledger_whose_tables_are_other_than_any_edition_made_is_damaged_and_left_alone(
    tmp_path: Path,
) -> None:
    path = tmp_path / "ledger.sqlite"
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE receipt (id TEXT)")
    before = path.read_bytes()
    for ask in (Ledger(path).totals, lambda: Ledger(path).prepare(draft(1, 1))):
        with pytest.raises(IntegrityError, match="CF-G012"):
            ask()
    assert path.read_bytes()[:18] == before[:18]


def plans(path: Path, *questions: str) -> list[str]:
    """Return how SQLite goes about each question."""
    with closing(sqlite3.connect(path)) as reader:
        return [str(reader.execute(f"EXPLAIN QUERY PLAN {one}").fetchone()[3]) for one in questions]


def test_no_sum_and_no_list_reads_the_body_of_a_receipt(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger(path)
    asked: list[str] = []
    ledger.prepare(draft(1, 1))
    assert ledger._connection is not None
    ledger._connection.set_trace_callback(asked.append)
    ledger.totals(), ledger.history("m", "a"), ledger.entries(), ledger.provider_ids("fake")
    ledger.close()
    assert all("SEARCH" in plan or "COVERING INDEX" in plan for plan in plans(path, *asked))
    assert len(asked) == 4
