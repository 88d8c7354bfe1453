"""Several writers at once, and readers beside them: every version once, none lost, none seen by halves."""

import multiprocessing
import os
import signal
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from types import SimpleNamespace

import pytest

from cine_forge.kernel.artifacts.records import incoming
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.storage import FileStorage
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.artifacts.verify.verify import verify
from cine_forge.kernel.ground.lock import Holder
from tests.kernel.artifacts.kept import draft, keep, media, open_store

SPAWN = multiprocessing.get_context("spawn")
WRITERS, THREADS, TIMES = 4, 4, 6
TEXTS = sorted(f"{w}-{t}-{n}" for w in range(WRITERS) for t in range(THREADS) for n in range(TIMES))


def _save_many(project: Path, writer: int) -> None:
    """Save one entity from several threads, by commits and by announcements."""

    def save(thread: int) -> None:
        for number in range(TIMES):
            text = f"{writer}-{thread}-{number}"
            if number % 2:
                store.announce(draft("ann", text), "note@1")
            else:
                keep(store, "ann", text, stage=f"write{writer}")

    with open_store(project) as store, ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(save, range(THREADS)))


def _read_on(project: Path, done: Path, *, anew: bool) -> None:
    """Read until the writers are done; fail when anything is partial, or was there and is no more."""
    store, last, before = open_store(project, write=False), 0, 0
    while not done.exists() or last < len(TEXTS):
        if anew:
            store.close()
            store = open_store(project, write=False)
        last = _whole(store)
        assert last >= before
        before = last
    store.close()


def _whole(store: Store) -> int:
    """Return how many versions are seen; all of them, and what derivations name, must be there and whole."""
    made = [Ref.parse(one.outputs[0].ref).version for one in store.derivations()]
    refs = store.versions("note", "ann")
    assert [ref.version for ref in refs] == list(range(1, len(refs) + 1))
    assert set(made) <= {ref.version for ref in refs}
    assert all(store.load(ref).data["text"] in TEXTS for ref in refs[-3:])
    current = store.current("note", "ann")
    assert current is None or current.ref.version >= len(refs)
    return len(refs)


@pytest.fixture
def quick_folder():
    """A folder in memory, as all that tests write where a machine has room: nobody here waits for a disk."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.mark.row("A1")
@pytest.mark.row("A44")
def test_sixteen_threads_save_one_entity_without_gap_or_double(tmp_path):
    with open_store(tmp_path / "project") as store:
        with ThreadPoolExecutor(16) as pool:
            refs = list(pool.map(lambda n: keep(store, "ann", f"text {n}"), range(48)))
        assert sorted(ref.version for ref in refs) == list(range(1, 49))
        kept = [store.load(ref).data["text"] for ref in refs]
        assert kept == [f"text {number}" for number in range(48)]
    assert verify(tmp_path / "project") == ()


@pytest.mark.row("A1")
@pytest.mark.row("A44")
def test_four_processes_of_four_threads_save_one_entity_while_others_read_it_whole(quick_folder):
    project, done = quick_folder / "project", quick_folder / "done"
    open_store(project).close()
    readers = [
        SPAWN.Process(target=_read_on, args=(project, done), kwargs={"anew": anew}) for anew in (False, True)
    ]
    writers = [SPAWN.Process(target=_save_many, args=(project, number)) for number in range(WRITERS)]
    for process in (*readers, *writers):
        process.start()
    for writer in writers:
        writer.join()
    done.touch()
    for reader in readers:
        reader.join()
    assert [process.exitcode for process in (*writers, *readers)] == [0] * (WRITERS + 2)
    with open_store(project) as store:
        refs = store.versions("note", "ann")
        assert [ref.version for ref in refs] == list(range(1, len(TEXTS) + 1))
        assert sorted(store.load(ref).data["text"] for ref in refs) == TEXTS
        ordinals = [one.ordinal for one in store.derivations()]
    assert ordinals == list(range(1, len(ordinals) + 1))
    assert verify(project) == ()


@pytest.mark.row("A44")
def test_a_writer_that_is_killed_in_its_turn_holds_nobody_up(tmp_path):
    with open_store(tmp_path / "project") as store:
        keep(store, "ann", "one")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with open_store(tmp_path / "project") as store, store._keeping([()]):
            os.write(writing, b"x")
            signal.pause()
    os.read(reading, 1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with open_store(tmp_path / "project") as store:
        assert keep(store, "ann", "two").version == 2
    assert verify(tmp_path / "project") == ()


@pytest.mark.row("A44")
def test_a_writer_that_waits_long_says_for_whom(tmp_path, monkeypatch):
    heard: SimpleQueue[str] = SimpleQueue()
    monkeypatch.setattr(sys, "stderr", SimpleNamespace(write=heard.put))
    first, second = FileStorage(tmp_path), FileStorage(tmp_path)
    second.patience_s = 0
    entered: list[bool] = []

    def wait() -> None:
        with second.locked(Holder.here(command="me", since="12:01")):
            entered.append(True)

    waiting = threading.Thread(target=wait)
    with first.locked(Holder.here(command="run ep001", since="12:00")):
        waiting.start()
        assert "the project is held by `run ep001` (process" in heard.get(timeout=30)
        assert not entered
    waiting.join()
    assert entered and heard.empty()


@pytest.mark.row("A44")
def test_who_copies_long_media_holds_nobody_up(tmp_path, monkeypatch):
    copying, go_on = threading.Event(), threading.Event()
    copy = incoming.copy_file_once

    def slowly(source: Path, path: Path) -> None:
        copying.set()
        assert go_on.wait(3)
        copy(source, path)

    monkeypatch.setattr(incoming, "copy_file_once", slowly)
    with open_store(tmp_path / "project") as store, ThreadPoolExecutor(1) as pool:
        take = draft("ann", "with a take", media=(media(tmp_path / "take.png"),))
        slow = pool.submit(store.announce, take, "note@1")
        assert copying.wait(30)
        assert keep(store, "ann", "meanwhile").version == 1
        go_on.set()
        assert slow.result(30).version == 2
    assert verify(tmp_path / "project") == ()


def test_who_stays_in_the_middle_of_reading_holds_no_writer_up(tmp_path):
    with open_store(tmp_path / "project") as store:
        keep(store, "ann", "one")
        with open_store(tmp_path / "project", write=False) as reader, reader._index.graph() as graph:
            names = graph.names()
            assert keep(store, "ann", "two").version == 2
            store.close()
            assert graph.names() == names, "a reading is of one moment"
        with open_store(tmp_path / "project", write=False) as reader:
            assert reader.current("note", "ann").ref.version == 2
    assert verify(tmp_path / "project") == ()
