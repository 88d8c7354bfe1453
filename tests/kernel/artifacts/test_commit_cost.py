"""What a commit costs does not grow with the project: calls, the database's steps, fsyncs, memory."""

import os
import sys
import tracemalloc

import pytest

from tests.kernel.artifacts.kept import keep, open_store

STEPS_AT_ONCE = 5


def _calls_of(action) -> int:
    calls = 0

    def watch(_frame, event, _function) -> None:
        nonlocal calls
        calls += event == "c_call"

    sys.setprofile(watch)
    try:
        action()
    finally:
        sys.setprofile(None)
    return calls


def _database_steps_of(store, action) -> int:
    """Count the instructions that SQLite carries out, in fives."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    sql = store._index._database.connection()
    sql.set_progress_handler(count, STEPS_AT_ONCE)
    try:
        action()
    finally:
        sql.set_progress_handler(None, 0)
    return steps


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A store that does not wait for the disk."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    with open_store(tmp_path / "project") as found:
        yield found


@pytest.mark.row("A45")
def test_a_commit_makes_as_many_calls_in_a_large_project_as_in_a_small_one(store):
    for number in range(100, 110):
        keep(store, f"n{number}", "x")
    small = _calls_of(lambda: keep(store, "n109", "y"))
    for number in range(110, 300):
        keep(store, f"n{number}", "x")
    large = _calls_of(lambda: keep(store, "n299", "y"))
    assert abs(large - small) <= 5


@pytest.mark.row("A45")
@pytest.mark.row("H12")
def test_a_commit_takes_as_many_steps_of_the_database_in_a_large_project_as_in_a_small_one(store):
    def save(entity: str, text: str) -> None:
        keep(store, entity, text, root)

    root = keep(store, "root", "x")
    costs = []
    for size in (20, 400):
        for number in range(size // 2, size):
            save(f"n{number}", "x")
        root = keep(store, "root", f"after {size}")
        new = _database_steps_of(store, lambda: save(f"new{size}", "x"))  # noqa: B023
        after = _database_steps_of(store, lambda: save(f"n{size - 1}", "y"))  # noqa: B023
        costs.append((new, after))
    (small_new, small_next), (large_new, large_next) = costs
    assert small_new > 20
    assert large_new <= 1.2 * small_new and large_next <= 1.2 * small_next


@pytest.mark.row("H12")
def test_a_store_that_keeps_more_and_more_holds_no_more_memory(store):
    def keep_many(first: int) -> int:
        for number in range(first, first + 150):
            keep(store, f"n{number}", "some text " * 50)
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        keep_many(1_000)
        before = keep_many(2_000)
        assert keep_many(3_000) - before < 50_000
    finally:
        tracemalloc.stop()


def test_the_next_version_of_a_small_artifact_is_made_durable_in_four_steps(tmp_path, monkeypatch):
    durable: list[int] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: durable.append(handle) or real(handle))
    with open_store(tmp_path / "project") as store:
        keep(store, "ann", "one")
        durable.clear()
        keep(store, "ann", "two")
        assert len(durable) == 4
