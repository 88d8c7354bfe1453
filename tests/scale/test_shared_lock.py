"""The write lock of a shared store: one writer at a time, free when its holder is gone."""

from __future__ import annotations

import threading

import pytest

from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.ground.errors import ArtifactError, LockedError
from cine_forge.kernel.ground.lock import Holder
from tests.kernel.artifacts.kept import draft, keep
from tests.scale.conftest import place_named

HOLDER = Holder(1, "here", "now", "test")


@pytest.fixture(params=["postgres", "s3+postgres"])
def shared(request, tmp_path):
    return place_named(request.param, request, tmp_path)


def _drop_writers(url: str) -> int:
    """End every connection that holds the write lock of a schema, as a dying computer does."""
    import psycopg

    query = (
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    with psycopg.connect(url, autocommit=True) as other:
        return len(other.execute(query).fetchall())


def _losing_its_lock(store, url: str, monkeypatch) -> None:
    """Have the connection die as soon as the next commit is on its way."""
    journal = store._storage.journal
    begin = journal.begin

    def dying(pending):
        begin(pending)
        assert _drop_writers(url) == 1

    monkeypatch.setattr(journal, "begin", dying)


def test_a_second_run_on_a_store_is_refused_from_any_computer_and_told_who_runs(shared):
    first, second = (Holder(pid, "studio", "now", "cine-forge run ep001") for pid in (7, 8))
    with shared.storage().running(first):
        other = shared.storage()
        told = r"CF-U030 .*cine-forge run ep001 \(7 on studio\)"
        with pytest.raises(LockedError, match=told), other.running(second):
            pass
        with other.locked(second):
            pass
    with shared.storage().running(second):
        pass


def _waits(url: str) -> bool:
    """Say whether somebody waits for an advisory lock."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as other:
        query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        return other.execute(query).fetchall() != [(0,)]


def test_a_second_writer_waits_until_the_first_is_done(shared, postgres_url):
    first, second = shared.storage(), shared.storage()
    order: list[str] = []

    def wait() -> None:
        with second.locked(HOLDER):
            order.append("second")

    with first.locked(HOLDER):
        waiting = threading.Thread(target=wait)
        waiting.start()
        while waiting.is_alive() and not _waits(postgres_url):
            pass
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]


def test_the_lock_of_a_dead_connection_is_free(shared, postgres_url):
    first, second = shared.storage(), shared.storage()
    with first.locked(HOLDER):
        assert _drop_writers(postgres_url) == 1
        with second.locked(HOLDER):
            pass


@pytest.mark.row("A44")
def test_who_lost_the_lock_in_a_commit_cannot_record_it_and_the_next_writer_settles_it(
    shared, postgres_url, monkeypatch
):
    with shared.open() as first, shared.open() as second:
        keep(first, "ann", "one")
        with monkeypatch.context() as patch:
            _losing_its_lock(first, postgres_url, patch)
            with pytest.raises(ArtifactError, match="CF-A052"):
                keep(first, "bob", "lost")
        assert keep(second, "ann", "two") == Ref("note", "ann", 2)
        assert keep(first, "ann", "three") == Ref("note", "ann", 3)
        assert set(first.entities("note")) <= {"ann", "bob"}
    assert shared.faults() == []


def test_who_lost_the_lock_gives_no_commit_its_name_in_a_bucket(request, tmp_path, postgres_url, monkeypatch):
    place = place_named("s3+postgres", request, tmp_path)
    with place.open() as store:
        keep(store, "ann", "one")
        _losing_its_lock(store, postgres_url, monkeypatch)
        for commit in (lambda: keep(store, "bob", "x"), lambda: store.announce(draft("eve", "x"), "note@1")):
            with pytest.raises(ArtifactError, match="CF-A052"):
                commit()
    with place.open() as store:
        assert store.entities("note") == ("ann",)
    assert place.faults() == []


def test_a_reader_goes_on_when_the_server_dropped_its_connection(shared, postgres_url):
    import psycopg

    with shared.open() as writer:
        keep(writer, "ann", "one")
        with shared.open(write=False) as reader, psycopg.connect(postgres_url, autocommit=True) as other:
            query = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = %s"
            assert other.execute(query, ("cine-forge",)).fetchall()
            assert reader.entities("note") == ("ann",)
            assert keep(writer, "bob", "one") == Ref("note", "bob", 1)
