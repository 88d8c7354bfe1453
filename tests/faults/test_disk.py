"""The model of a disk: what is sure, what may be lost, and in which ways."""

import random

import pytest

from tests.faults.disk import Disk, Loss, Step


def _left(tmp_path, loss, *steps):
    """Return what a cut after these steps leaves: paths with their bytes, folders with None."""
    tmp_path.mkdir(exist_ok=True)
    disk = Disk(tmp_path / "before")
    for step in steps:
        disk.take(step)
    disk.lay_out(tmp_path / "after", loss)
    found = sorted((tmp_path / "after").rglob("*"))
    return {
        str(path.relative_to(tmp_path / "after")): None if path.is_dir() else path.read_bytes()
        for path in found
    }


SAVED = (
    Step("make", "t", at=0o444),
    Step("write", "t", data=b"text"),
    Step("sync", "t"),
    Step("link", "t", "v1"),
    Step("remove", "t"),
)


@pytest.mark.parametrize(
    ("steps", "worst", "best"),
    [
        (SAVED, {}, {"v1": b"text"}),
        ((*SAVED, Step("sync", "")), {"v1": b"text"}, {"v1": b"text"}),
        ((*SAVED[:2], *SAVED[3:], Step("sync", "")), {"v1": b""}, {"v1": b"text"}),
        ((Step("folder", "a"), Step("make", "a/b"), Step("sync", "a")), {}, {"a": None, "a/b": b""}),
    ],
)
def test_the_worst_disk_keeps_what_was_synced_and_the_best_one_everything(tmp_path, steps, worst, best):
    assert _left(tmp_path / "worst", Loss.of_everything(), *steps) == worst
    assert _left(tmp_path / "best", Loss.of_nothing(), *steps) == best


def test_a_replaced_file_is_the_old_one_or_the_new_one_in_every_mix(tmp_path):
    (tmp_path / "before").mkdir()
    (tmp_path / "before" / "f").write_bytes(b"old")
    steps = (Step("make", "n"), Step("write", "n", data=b"new"), Step("sync", "n"), Step("move", "n", "f"))
    found = set()
    for seed in range(20):
        disk = Disk(tmp_path / "before")
        for step in steps:
            disk.take(step)
        disk.lay_out(tmp_path / f"after{seed}", Loss(0.5, random.Random(seed)))
        found.add((tmp_path / f"after{seed}" / "f").read_bytes())
    assert found == {b"old", b"new"}


def test_an_unsynced_write_may_be_lost_zeros_torn_or_there(tmp_path):
    steps = (Step("make", "f"), Step("sync", ""), Step("write", "f", data=b"abc"))
    found = set()
    for seed in range(60):
        disk = Disk(tmp_path / "before")
        for step in steps:
            disk.take(step)
        disk.lay_out(tmp_path / f"after{seed}", Loss(0.3, random.Random(seed)))
        found.add((tmp_path / f"after{seed}" / "f").read_bytes())
    assert found == {b"", b"\0\0\0", b"a", b"ab", b"abc"}


def test_a_move_between_folders_happens_in_both_or_in_neither(tmp_path):
    (tmp_path / "before" / "a").mkdir(parents=True)
    (tmp_path / "before" / "b").mkdir()
    (tmp_path / "before" / "a" / "f").write_bytes(b"x")
    for seed in range(20):
        disk = Disk(tmp_path / "before")
        disk.take(Step("move", "a/f", "b/f"))
        disk.lay_out(tmp_path / f"after{seed}", Loss(0.5, random.Random(seed)))
        assert len(list((tmp_path / f"after{seed}").rglob("f"))) == 1
