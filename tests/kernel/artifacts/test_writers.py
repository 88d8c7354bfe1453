"""Several writers at once: every version once, none lost."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cine_forge.kernel.artifacts.verify import verify
from tests.kernel.artifacts.keeping import draft, keep, open_store


def _save_many(project: Path, name: str, times: int) -> None:
    with open_store(project) as store:
        for number in range(times):
            store.announce(draft("ann", f"{name}-{number}"), "note@1")


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
def test_two_processes_save_one_entity_without_gap_or_double(tmp_path):
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_save_many, args=(tmp_path / "project", name, 25)) for name in ("a", "b")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    with open_store(tmp_path / "project") as store:
        refs = store.versions("note", "ann")
        texts = sorted(store.load(ref).data["text"] for ref in refs)
    assert [ref.version for ref in refs] == list(range(1, 51))
    assert texts == sorted(f"{name}-{number}" for name in ("a", "b") for number in range(25))
    assert verify(tmp_path / "project") == ()
