"""The floor of the bench makes exactly the durable acts that a cold run of the product makes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench.peers.floor import record, replay
from bench.peers.ours import Ours, driver
from bench.workload import chain
from cine_forge.driver.__main__ import main
from tests.bench.counting import counted


def run_of(project: Path, stages: int, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    Ours().prepare(chain(stages), project)
    words = driver(project)[driver(project).index("--recipe") :]
    with counted(project, monkeypatch=monkeypatch) as (acts,):
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
        with counted(place, monkeypatch=monkeypatch) as (acts,):
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
