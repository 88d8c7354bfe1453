"""The floor of the bench makes exactly the durable acts that a cold run of the product makes."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bench.peers.floor import record, replay
from bench.peers.ours import Ours, driver
from bench.workload import chain
from cine_forge.driver.__main__ import main


@contextmanager
def counted(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Count what is made durable below `artifacts/` and `derivations/`, and the commits of the index."""
    acts: Counter[str] = Counter()
    kept = (str(project / "artifacts"), str(project / "derivations"))

    def watch(name: str, place: Callable[..., str]) -> None:
        real = getattr(os, name)

        def counting(*args: Any, **kwargs: Any) -> Any:
            acts[name] += place(*args).startswith(kept)
            return real(*args, **kwargs)

        monkeypatch.setattr(os, name, counting)

    watch("fsync", lambda handle: str(Path(f"/proc/self/fd/{handle}").readlink()))
    watch("link", lambda _, target: str(target))
    watch("mkdir", lambda path, *_: str(path))
    watch("unlink", lambda path: str(path))
    connect = sqlite3.connect

    def listening(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **kwargs)
        connection.set_trace_callback(lambda sql: acts.update(commits=sql.strip().upper() == "COMMIT"))
        return connection

    monkeypatch.setattr(sqlite3, "connect", listening)
    try:
        yield acts
    finally:
        monkeypatch.undo()


def run_of(project: Path, stages: int, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    Ours().prepare(chain(stages), project)
    words = driver(project)[driver(project).index("--recipe") :]
    with counted(project, monkeypatch) as acts:
        assert main([*words, "--quiet"]) == 0
    return acts


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc")
def test_a_run_makes_the_acts_of_the_floor_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small, large = (run_of(tmp_path / str(n), n, monkeypatch) for n in (4, 14))
    of_ten_units = large - small
    floors = []
    for stages in (4, 14):
        place = tmp_path / f"floor{stages}"
        place.mkdir()
        tape = record(tmp_path / str(stages))
        with counted(place, monkeypatch) as acts:
            replay(tape, place)
        floors.append(acts)
    assert floors[1] - floors[0] == of_ten_units
    assert of_ten_units == {"fsync": 70, "link": 20, "mkdir": 30, "unlink": 20, "commits": 10}


def test_the_floor_keeps_the_very_bytes_of_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_of(tmp_path / "run", 5, monkeypatch)
    (tmp_path / "floor").mkdir()
    replay(record(tmp_path / "run"), tmp_path / "floor")
    assert kept(tmp_path / "floor") == kept(tmp_path / "run")


def kept(project: Path) -> dict[str, bytes]:
    files = [*project.glob("artifacts/**/*.json"), *project.glob("derivations/**/*.json")]
    assert files
    return {str(path.relative_to(project)): path.read_bytes() for path in files}
