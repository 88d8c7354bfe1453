"""`cine-forge ledger`: what was spent, reserved and lost, in the words of a film and as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest

from cine_forge.cli.main import main
from cine_forge.driver.kept import open_store
from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import State
from cine_forge.kernel.artifacts.records.envelope import Draft
from cine_forge.kernel.artifacts.records.refs import Ref
from tests.generation.support import BLOCKING, draft
from tests.spine.studio import new_film

NOON = "2026-01-01T12:00:00"
DONE = (State.SUBMITTING, State.SUBMITTED, State.TERMINAL, State.DOWNLOADED, State.SETTLED)
LOST = (State.SUBMITTING, State.SUBMITTED, State.FAILED)


def buy(folder: Path, number: int, est: int, *, cost: int | None = None, **facts: Any) -> None:
    """Write a receipt into a project's ledger: open without `cost`, else settled, or as `to` says."""
    ledger, to = Ledger(folder / "ledger.sqlite"), facts.pop("to", DONE)
    receipt = ledger.reserve(ledger.prepare(draft(number, est).model_copy(update=facts)), [], NOON)
    for state in () if cost is None else to:
        receipt = ledger.advance(
            receipt, state, NOON, **({"cost_micro_usd": cost} if state is to[-1] else {})
        )
    ledger.close()


def told(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """Return what the command prints."""
    assert main(["ledger", "--project", str(folder), *options]) == 0
    return capsys.readouterr().out


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a film that bought two takes, lost one attempt and has one that runs."""
    folder = new_film(tmp_path / "film").folder
    buy(folder, 1, 400_000, cost=600_000, take_owner="ep001/shot:a", provider="fal")
    buy(folder, 2, 400_000, cost=400_000, take_owner="ep001/shot:a", provider="kling", attempt=2)
    buy(folder, 3, 200_000, cost=100_000, to=LOST, stage="storyboard.pencil", run_id="run-2")
    buy(folder, 4, 100_000, entity="ep001/shot:b", model="fake-other", run_id="run-2")
    return folder


@pytest.mark.row("C14")
def test_the_json_sums_by_stage_provider_model_try_and_run(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = json.loads(told(folder, capsys, "--json"))
    assert report["schema"] == "ledger/1"
    sums = ("spent_usd", "reserved_usd", "lost_usd", "receipts", "open", "charged_per_estimated")
    assert [report[name] for name in sums] == [1.1, 0.1, 0.1, 4, 1, 1.25]
    spent = {name: {row["name"]: row["spent_usd"] for row in rows} for name, rows in report["by"].items()}
    assert spent["stage"] == {"generation": 1.0, "storyboard.pencil": 0.1}
    assert spent["provider"] == {"fal": 0.6, "kling": 0.4, "fake": 0.1}
    assert spent["try"] == {"first try": 0.7, "try 2": 0.4}
    assert spent["run"] == {"run-1": 1.0, "run-2": 0.1}
    assert [row["name"] for row in report["by"]["model"]] == ["fake-still", "fake-other"]
    assert [row["receipt"] for row in report["worst_estimates"]] == [draft(1, 0).id]
    assert [(row["state"], row["reserved_usd"]) for row in report["unsettled"]] == [("reserved", 0.1)]


def test_what_was_refused_and_asked_again_is_no_first_try(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = Ledger(folder / "ledger.sqlite")
    ledger.advance(ledger.prepare(draft(5, 300_000)), State.REFUSED, NOON)
    ledger.reserve(ledger.reopen(draft(5, 300_000)), [], NOON)
    ledger.close()
    tries = {row["name"]: row["receipts"] for row in json.loads(told(folder, capsys, "--json"))["by"]["try"]}
    assert tries == {"first try": 3, "try 2": 2}


def test_every_table_adds_up_to_the_total(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = json.loads(told(folder, capsys, "--json"))
    for rows in report["by"].values():
        for figure in ("spent_usd", "reserved_usd", "lost_usd", "receipts", "estimated_usd"):
            assert sum(row[figure] for row in rows) == pytest.approx(report[figure])


def test_a_person_reads_sums_caps_tables_and_what_is_open(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    caps = "budget: {project: 2, run: 1.5, stage: {generation: 4}, shot: 0.75}\n"
    path = folder / "project.yaml"
    path.write_text("".join(line for line in path.open() if not line.startswith("budget")) + caps)
    text = told(folder, capsys)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert lines[:4] == [
        "spent $1.10 4 receipts",
        "reserved $0.10 1 open",
        "lost $0.10 $0.10 to failures",
        "estimates 125 % $1.00 charged where $0.80 was expected",
    ]
    assert "cap $2.00 the project, 60 % used" in lines and "cap $0.75 each shot" in lines
    assert "cap $4.00 stage generation, 28 % used" in lines
    assert "generation $1.00 $0.10 3 125 %" in lines and "fal $0.60 1 150 %" in lines
    assert max(map(len, text.splitlines()[:-1])) <= 100
    assert lines[-1] == f"next: cine-forge providers recover --project {folder}"
    assert f"{draft(4, 0).id} $0.10 reserved generation ep001/shot:b by fake" in lines


def test_at_80_columns_names_and_sums_are_whole(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    model = "a-vendor-with-a-model-of-a-long-name-1.5"
    buy(folder, 5, 1_234_560_000, cost=1_234_560_000, model=model)
    lines = [click.unstyle(line) for line in told(folder, capsys).splitlines()]
    assert max(len(line) for line in lines if not line.startswith("next: ")) <= 80
    [row] = [line for line in lines if line.startswith(f"{model} ")]
    assert row.split()[1] == "$1,234.56"


SHOT = {
    "id": "ep001/shot:a", "scene": "ep001/scene:k", "label": "12B", "size": "MS", "angle": "eye",
    "move": "static", "lens_mm": 35, "duration_s": 2, "place": "INT", "daytime": "day",
    "location": "location:x", "location_name": "X", "blocking": BLOCKING,
}  # fmt: skip
SCENE = {
    "id": "ep001/scene:k", "number": "12", "heading": "INT. X - DAY", "kind": "standard",
    "location": "location:x", "location_name": "X", "elements": [],
}  # fmt: skip
TAKE = {
    "shot": "ep001/shot:a", "label": "12B", "number": 1, "attempt": 1, "provider": "fal",
    "model": "m", "seed": 1, "frames": 24, "fps": "24", "width": 64, "height": 36,
    "has_audio": False, "cost_micro_usd": 1,
}  # fmt: skip
BOARD = {"shot": "ep001/shot:a", "label": "12B", "tier": "pencil", "width": 64, "height": 36, "prompt": "x"}


def keep(folder: Path, schema: str, entity: str, data: dict[str, Any]) -> str:
    """Keep one artifact as a person would, and return its ref."""
    kind = schema.partition("@")[0]
    drafted = Draft(output=kind, entity=entity, data=data, intent="a test", rationale="a test")
    with open_store(folder, write=True) as store:
        return str(store.announce(drafted, schema))


def shares(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[dict[str, float], dict[str, float], float]:
    """Return what was spent by scene and by shot, and what was lost to rejects, a part of what is lost."""
    report = json.loads(told(folder, capsys, "--json"))
    assert report["lost_usd"] == pytest.approx(report["lost_to_rejects_usd"] + 0.1)
    scenes, shots = (
        {row["name"]: row["spent_usd"] for row in report["by"][name]} for name in ("scene", "shot")
    )
    return scenes, shots, report["lost_to_rejects_usd"]


def test_what_was_bought_for_a_shot_stands_under_its_label_and_its_scene(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(folder, "scene@1", "ep001/scene:k", SCENE)
    keep(folder, "shot@1", "ep001/shot:a", SHOT)
    assert shares(folder, capsys) == ({"12": 1.0, "-": 0.1}, {"12B": 1.0, "-": 0.1}, 0)
    lines = [" ".join(line.split()) for line in told(folder, capsys).splitlines()]
    assert "12 $1.00 2 125 %" in lines and "12B $1.00 2 125 %" in lines


def test_a_take_that_a_verdict_throws_away_is_lost_until_a_person_circles_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    take = "ep001/shot:a/take:1"
    ref = keep(folder, "take@1", take, {**TAKE, "receipt": draft(1, 0).id})
    assert shares(folder, capsys)[2] == 0
    keep(folder, "verdict@1", take, {"shot": "ep001/shot:a", "take": ref, "verdict": "reroll", "by": "qc"})
    assert shares(folder, capsys)[2] == 0.6
    with open_store(folder, write=True) as store:
        store.state("circle", Ref.parse(ref), by="ida")
    assert shares(folder, capsys)[2] == 0
    with open_store(folder, write=True) as store:
        store.state("ng", Ref.parse(ref), by="ida")
    assert shares(folder, capsys)[2] == 0.6


def test_a_board_that_was_refused_is_lost_whatever_came_after_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shot = "ep001/shot:a"
    ref = keep(folder, "pencil_board@1", shot, {**BOARD, "receipt": draft(2, 0).id})
    said = {"shot": shot, "board": ref, "board_digest": "x", "approved": False, "by": "ida"}
    keep(folder, "board_approval@1", shot, said)
    keep(folder, "pencil_board@1", shot, {**BOARD, "receipt": draft(9, 0).id})
    keep(folder, "board_approval@1", shot, {**said, "approved": True})
    assert shares(folder, capsys)[2] == 0.4


def test_a_project_that_bought_nothing_says_so_and_gets_no_ledger(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = new_film(tmp_path / "film").folder
    before = sorted(folder.rglob("*"))
    assert told(folder, capsys) == "nothing was generated yet\n"
    assert json.loads(told(folder, capsys, "--json"))["spent_usd"] == 0
    assert sorted(folder.rglob("*")) == before
