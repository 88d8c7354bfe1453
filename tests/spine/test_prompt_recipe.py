"""The recipe `test-prompt` from end to end: a prompt module with nobody to ask, in a project of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.spine.warm import run

ROOT = Path(__file__).resolve().parents[2]


def drive(project: Path, *options: str, recipe: str = "test-prompt") -> subprocess.CompletedProcess[str]:
    """Run the driver as a person would."""
    words = ["--recipe", recipe, "--project", str(project), *options]
    command = [sys.executable, "-m", "cine_forge.driver", *words]
    return run(command)


def newest(project: Path, kind: str) -> Any:
    (folder,) = (project / "artifacts" / kind).iterdir()
    return json.loads(sorted(folder.glob("v*.json"))[-1].read_text())


def events(project: Path) -> list[dict[str, Any]]:
    (path,) = (project / "runs").glob("*/pipeline_events.jsonl")
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prompt") / "project"
    done = drive(folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.row("F25")
def test_the_paths_of_the_transcript_are_pinned(project: Path) -> None:
    steps = newest(project, "transcript")["data"]["steps"]
    assert [step["path"] for step in steps] == [
        "dialogue_v1/argue/views/for/for",
        "dialogue_v1/argue/views/against/against",
        "dialogue_v1/argue/views/weigh",
        "dialogue_v1/agree/round_01/shorten",
        "dialogue_v1/agree/round_02/shorten",
        "dialogue_v1/write_down",
    ]


@pytest.mark.row("F21")
def test_what_was_captured_is_kept_as_the_declared_output(project: Path) -> None:
    kept = newest(project, "dialogue")
    assert kept["data"]["agreed"] == "Both want the light to burn every night."
    assert kept["lineage"] == [] and kept["producing_module"] == "dialogue_v1"


@pytest.mark.row("F14")
def test_the_transcript_lies_in_the_runs_folder_with_how_the_tree_came_about(project: Path) -> None:
    (copy,) = (project / "runs").glob("*/transcripts/talk/*.json")
    told = json.loads(copy.read_text())
    assert told["schema"] == "transcript/1" and told["ref"] == "transcript/project/talk@v1"
    assert told["steps"] == newest(project, "transcript")["data"]["steps"]
    assert told["compiled"]["config"]["rounds"] == 2
    assert told["compiled"]["overrides"][0]["fields"] == {"temperature": {"from": 0.2, "to": 0.0}}


@pytest.mark.row("F7")
def test_what_conventions_decided_is_told_in_the_run(project: Path) -> None:
    decided = {one["policy"]: one for one in events(project) if one["event"] == "policy_decided"}
    assert decided["blocks.override"]["answer"] == "dialogue_v1/argue/views/weigh"
    assert decided["blocks.override"]["why"] == "it is the block's primary step"


def test_each_call_has_one_receipt_and_each_step_one_line_in_the_log(project: Path) -> None:
    (log,) = (project / "runs").glob("*/receipts.jsonl")
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["state"] for line in lines] == ["settled"] * 5
    steps = [one for one in events(project) if one["event"] == "unit_log"]
    assert [one["values"]["kind"] for one in steps] == ["chat"] * 5 + ["action"]


@pytest.mark.row("A33")
def test_a_second_run_asks_nobody_and_a_changed_setting_asks_what_it_changes(
    project: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "project"
    shutil.copytree(project, copy)
    assert "1 reused" in drive(copy).stdout
    recipe = tmp_path / "other.yaml"
    text = (ROOT / "configs" / "recipes" / "test-prompt.yaml").read_text()
    recipe.write_text(text.replace("words: 8", "words: 12"))
    plan = json.loads(drive(copy, "--dry-run", "--json", recipe=str(recipe)).stdout)
    (unit,) = plan["units"]
    assert unit["action"] == "run" and "config" in json.dumps(unit["reasons"])
    receipts = len(list((copy / "receipts").glob("rc-*")))
    assert drive(copy, recipe=str(recipe)).returncode == 0
    assert len(list((copy / "receipts").glob("rc-*"))) == receipts + 1
    assert len(newest(copy, "transcript")["data"]["steps"]) == 5
