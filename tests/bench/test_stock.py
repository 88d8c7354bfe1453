"""A stock built at once is what saving one by one leaves; the floor of a save does what the save does."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.saving import take_turns
from bench.stock import build, build_media, entities, open_stock, work
from cine_forge.kernel.artifacts.records.derivation import Bound
from cine_forge.kernel.artifacts.verify.verify import verify
from tests.bench.counting import counted


def save_one_by_one(project: Path, count: int) -> None:
    kept: dict[str, Bound] = {}
    with open_stock(project) as store:
        for entity, before in entities(count):
            (output,) = store.commit(work(entity, tuple(kept[one] for one in before))).outputs
            kept[entity] = output.model_copy(update={"name": entity})


def files(project: Path) -> dict[str, bytes]:
    found = [*project.glob("artifacts/**/*.json"), *project.glob("derivations/**/*.json")]
    return {str(path.relative_to(project)): path.read_bytes() for path in found}


def test_a_stock_has_the_bytes_and_the_index_of_saving_one_by_one(tmp_path: Path) -> None:
    build(tmp_path / "built", 32)
    save_one_by_one(tmp_path / "saved", 32)
    assert files(tmp_path / "built") == files(tmp_path / "saved")
    assert len(files(tmp_path / "built")) == 64
    with open_stock(tmp_path / "built") as built, open_stock(tmp_path / "saved") as saved:
        assert built.dump_index() == saved.dump_index()
    assert verify(tmp_path / "built") == ()


def test_another_root_makes_all_of_a_stock_stale(tmp_path: Path) -> None:
    build(tmp_path / "built", 41)
    with open_stock(tmp_path / "built") as store:
        assert store.lineage.stale() == ()
        store.commit(work("root", (), "another text"))
        assert len(store.lineage.stale()) == 40


def test_a_stock_of_media_is_whole(tmp_path: Path) -> None:
    build_media(tmp_path / "built", 2, 1000)
    assert [path.stat().st_size for path in (tmp_path / "built").rglob("*.take.bin")] == [1000, 1000]
    assert verify(tmp_path / "built") == ()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc")
def test_the_floor_of_a_save_makes_durable_what_the_save_makes_durable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, floor = tmp_path / "built", tmp_path / "built-floor"
    build(project, 41)
    with counted(project, floor, monkeypatch=monkeypatch) as (own, least):
        (pairs,) = take_turns([project], [41], 3)
    assert [len(found) for found in pairs.values()] == [3, 3]
    for act in ("fsync", "link", "commits"):
        assert own[act] == least[act], act
    assert own["link"] == 4 * 2 * 2
