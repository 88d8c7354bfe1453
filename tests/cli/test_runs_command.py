"""`cine-forge runs`, `status` and `explain --run`: what ran, how it stands, why, and what to do next."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cine_forge.driver.history.story import UnitStory
from tests.driver.stand import Stand, new_stand

ROOT = Path(__file__).resolve().parents[2]
SLEEP = "import time; time.sleep(60)\n    data ="


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    """Return a stand in which nothing ran yet."""
    return new_stand(tmp_path / "stand")


def units_of(stand: Stand, run_id: str) -> list[UnitStory]:
    """Return the units of a run that may not have begun yet."""
    begun = (stand.folder(run_id) / "pipeline_events.jsonl").exists()
    return stand.story(run_id).units if begun and (stand.folder(run_id) / "run_state.json").exists() else []


def killed_run(stand: Stand) -> str:
    """Begin a run of which one unit does not end, kill its process, and return the run's id."""
    stand.edit_module("dice_v1", "data =", SLEEP)
    command = [sys.executable, "-m", "cine_forge.cli", "run", str(stand.recipe), "--quiet", "--run-id", "k"]
    places = ["--project", str(stand.project), "--modules", str(stand.root / "modules")]
    process = subprocess.Popen([*command, *places], cwd=ROOT)
    while [unit.status for unit in units_of(stand, "k")] != ["done", "running", "done"]:
        assert process.poll() is None, "the run ended by itself"
    process.send_signal(signal.SIGKILL)
    process.wait()
    stand.edit_module("dice_v1", SLEEP, "data =")
    return "k"


def test_the_list_counts_what_each_run_did(stand: Stand) -> None:
    first = stand.run()
    second = stand.run()
    told = stand.cli("runs", "list", "--json").json()
    assert told["schema"] == "runs/1"
    kept = ("run_id", "status", "run", "reused", "failed", "cost_usd")
    assert [[row[name] for name in kept] for row in told["runs"]] == [
        [first, "done", 3, 0, 0, 0.0],
        [second, "done", 0, 3, 0, 0.0],
    ]
    lines = stand.cli("runs", "list").out.splitlines()
    assert lines[0].split()[:3] == ["run", "recipe", "status"] and len(lines) == 3


def test_a_project_without_runs_says_how_to_begin(stand: Stand) -> None:
    for command in (["runs", "list"], ["status"]):
        assert "`cine-forge run`" in stand.cli(*command).out
    assert stand.cli("status", "--json").json()["run_id"] is None
    assert stand.cli("runs", "show").err.startswith("CF-U046")


def test_a_run_is_shown_unit_by_unit_with_reasons_errors_and_the_next_command(stand: Stand) -> None:
    stand.break_last()
    run = stand.run(status=1)
    told = stand.cli("runs", "show", run).out
    assert "never made before" in told and "the lamp is out" in told and "change the lamp" in told
    assert f"next: cine-forge runs retry {run}" in told
    report = stand.cli("runs", "show", "--json").json()
    assert report["schema"] == "run_report/1"
    assert report["errors"] == [
        {
            "unit": "last/project",
            "label": "project",
            "status": "failed",
            "text": "CF-S999 last: the lamp is out",
            "hint": "change the lamp",
        }
    ]


@pytest.mark.row("B6")
def test_a_failed_run_is_carried_on_by_one_command_and_nothing_is_made_twice(stand: Stand) -> None:
    stand.break_last()
    run = stand.run("--param", "text=hi", "--force", status=1)
    stand.break_last(broken=False)
    told = stand.cli("runs", "retry", run, "--quiet", "--json")
    assert told.status == 0 and told.json()["run_id"] == run
    assert stand.statuses(run) == {"first": "reused", "roll": "reused", "last": "done"}
    assert stand.said("first") == "hi"


@pytest.mark.row("B6")
def test_what_a_run_was_to_begin_from_is_not_begun_again_and_nothing_else_is_touched(stand: Stand) -> None:
    stand.break_last()
    run = stand.run("--start-from", "first", "--exclude", "roll", status=1)
    stand.break_last(broken=False)
    assert stand.cli("runs", "retry", "--quiet").status == 0
    assert stand.statuses(run) == {"first": "reused", "roll": "skipped", "last": "done"}


def test_a_run_that_is_done_is_not_carried_on(stand: Stand) -> None:
    told = stand.cli("runs", "retry", stand.run())
    assert told.status == 2 and told.err.startswith("CF-U049")


@pytest.mark.row("A36")
def test_a_killed_run_is_interrupted_everywhere_and_the_next_command_ends_it(stand: Stand) -> None:
    run = killed_run(stand)
    assert stand.cli("runs", "list", "--json").json()["runs"][0]["status"] == "interrupted"
    state = stand.cli("status", "--json").json()
    assert state["schema"] == "run_state/1" and state["status"] == "interrupted"
    assert state["stages"]["roll"]["units"]["project"]["status"] == "interrupted"
    (command,) = state["next"]
    assert f"next: {command}" in stand.cli("status").out
    words = command.split()[1:-2]
    stand.project.joinpath("modules").symlink_to(stand.root / "modules")
    snapshot = stand.folder(run) / "snapshot.json"
    snapshot.write_text(snapshot.read_text().replace(json.dumps([str(stand.root / "modules")]), "[]"))
    assert stand.cli(*words, "--quiet").status == 0
    assert stand.statuses(run) == {"first": "reused", "roll": "done", "last": "reused"}


@pytest.mark.row("A40")
def test_the_status_tells_totals_errors_what_is_stale_and_the_next_command(stand: Stand) -> None:
    stand.run()
    stand.edit_module("frail_v1", "'last'", "'later'")
    stand.break_last()
    stand.run("--param", "text=hi", status=1)
    told = stand.cli("status").out
    assert "1 done, 1 failed, 1 reused" in told
    assert "failed: last project: CF-S999 last: the lamp is out" in told
    assert "1 artifacts are stale" in told and "echo/project/last@v1" in told
    assert "next: cine-forge runs retry" in told


@pytest.mark.row("A40")
def test_the_end_of_a_run_tells_totals_errors_changes_what_is_stale_and_the_next_command(
    stand: Stand,
) -> None:
    stand.run()
    stand.break_last()
    again = ("run", str(stand.recipe), "--modules", str(stand.root / "modules"), "--param", "text=hi")
    told = stand.cli(*again, "--quiet")
    assert told.out.splitlines()[0].endswith(": 1 done, 1 failed, 1 reused · $0.00")
    assert "failed: last project" in told.err and "change the lamp" in told.err
    assert "1 artifacts are stale" in told.out
    assert "echo/project/last@v1  because echo/project/first@v1 → echo/project/first@v2" in told.out
    assert "next: cine-forge runs retry" in told.out
    summary = stand.cli(*again, "--quiet", "--json").json()
    assert (summary["status"], summary["exit_status"]) == ("failed", 1)
    assert [one["ref"] for one in summary["stale"]] == ["echo/project/last@v1"]


@pytest.mark.row("F26")
def test_two_runs_are_compared_in_text_and_as_json(stand: Stand) -> None:
    first, second = stand.run(), stand.run("--param", "text=hi")
    told = stand.cli("runs", "compare", first, second).out
    assert "made from: param `text` “hello” → “hi”" in told
    assert "≠ echo/project/first" in told
    assert "outputs: 2 equal, 1 different, 0 only in the first, 0 only in the second" in told
    assert stand.cli("runs", "compare", first, second, "--json").json()["schema"] == "runs_compare/1"


def test_a_report_goes_to_stdout_as_json_also_beside_a_page(stand: Stand, tmp_path: Path) -> None:
    run = stand.run()
    told = stand.cli("runs", "report", run, "--json", "--html", str(tmp_path / "r.html"))
    report = told.json()
    assert report["schema"] == "run_report/1"
    assert [row["unit"] for row in report["outputs"]] == ["first/project", "roll/project", "last/project"]
    assert report["lineage"] == [{"type": "echo", "artifacts": 3, "from": ["echo"]}]
    assert (stand.project / report["outputs"][0]["path"]).is_file()


def test_a_run_is_explained_from_its_events_down_to_what_began_it(stand: Stand) -> None:
    stand.edit_module("frail_v1", "str('last')", "inputs['before'][0].data['text']")
    first = stand.run()
    second = stand.run("--param", "text=hi")
    assert "never made before" in stand.cli("explain", "last", "--run", first).out
    told = stand.cli("explain", "last/project", "--run", second, "--json").json()
    assert [(unit["unit"], unit["action"], unit["depth"]) for unit in told["units"]] == [
        ("last/project", "done", 0),
        ("first/project", "done", 1),
    ]
    assert told["units"][1]["reasons"] == ["param `text` changed"]
    by_ref = stand.cli("explain", "echo/project/last@v2", "--run", second).out
    assert by_ref.startswith("last/project: done")
    assert stand.cli("explain", "lsat", "--run", second).err.startswith("CF-U050")


def test_without_a_project_file_it_is_explained_what_the_newest_command_would_do_now(stand: Stand) -> None:
    stand.run("--param", "text=hi", "--force")
    told = stand.cli("explain", "first", "--json").json()
    assert [(unit["unit"], unit["action"]) for unit in told["units"]] == [("first/project", "reuse")]
    stand.edit_module("dice_v1", "Test.", "Tested.")
    assert "code `main.py` changed" in stand.cli("explain", "roll").out
