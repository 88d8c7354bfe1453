"""What is planted in the place of runs, receipts and the ledger is refused, never followed or waited for."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cine_forge.driver.request import Request
from cine_forge.driver.runs import choose_run, run_heads, standing, usable_id
from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import holding, receipt_folder
from cine_forge.kernel.ground.errors import ArtifactError, UsageError
from tests.kernel.artifacts.hostile import hostile_names

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def link(place: Path, outside: Path) -> None:
    place.symlink_to(outside / "theirs")


def fifo(place: Path, outside: Path) -> None:
    os.mkfifo(place)


def listed(project: Path) -> object:
    return run_heads(project), standing(project / "runs" / "r1")


def resumed(project: Path) -> object:
    return choose_run(project, "r", Request(recipe="r", run_id="r1"), NOW)


def billed(project: Path) -> object:
    return Ledger(project / "ledger.sqlite").receipts()


def held(project: Path) -> None:
    with holding(project, "rc-1"):
        pass


CASES: tuple[tuple[str, Callable[[Path], object]], ...] = (
    ("runs", listed),
    ("runs", resumed),
    ("runs/r1", resumed),
    ("runs/r1/run_state.json", listed),
    ("runs/r1/pipeline_events.jsonl", resumed),
    ("ledger.sqlite", billed),
    ("receipts", held),
    ("receipts/rc-1", held),
    ("receipts/rc-1/.lock", held),
)


@pytest.mark.parametrize("plant", [link, fifo], ids=lambda plant: plant.__name__)
@pytest.mark.parametrize(("name", "act"), CASES, ids=[f"{name}-{act.__name__}" for name, act in CASES])
def test_what_is_planted_is_refused_with_its_place(tmp_path, name, act, plant):
    project, outside = tmp_path / "project", tmp_path / "outside"
    (project / name).parent.mkdir(parents=True)
    (outside / "theirs").mkdir(parents=True)
    plant(project / name, outside)
    with pytest.raises(ArtifactError) as raised:
        act(project)
    assert {fault.code for fault in raised.value.faults} == {"CF-A011"}
    assert raised.value.faults[0].where == str(project / name)
    assert list((outside / "theirs").iterdir()) == []


def test_a_run_is_called_by_a_name_that_every_disk_can_hold():
    passed = []
    for name in (*hostile_names(), "2026-a_1.b"):
        try:
            passed.append(usable_id(name, "--run-id"))
        except UsageError as error:
            assert error.faults[0].code == "CF-U045"
    assert "2026-a_1.b" in passed and not {"NUL.txt", "con", "-rf", ".hidden", "a."} & set(passed)
    assert all(name.isascii() and "/" not in name and len(name) <= 120 for name in passed)


def test_a_receipt_lies_below_its_project(tmp_path):
    assert receipt_folder(tmp_path, "rc-1") == tmp_path / "receipts" / "rc-1"
