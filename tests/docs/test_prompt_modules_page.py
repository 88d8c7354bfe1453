"""The worked example of docs/prompt-modules.md runs as it is printed, with no key and no network."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.spine import warm

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "prompt-modules.md"

_FILE = re.compile(r"^`(?P<path>[\w./@-]+)`\n\n```\w+\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for found in _FILE.finditer(PAGE.read_text(encoding="utf-8")):
        path = tmp_path / found["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found["text"], encoding="utf-8")
    return tmp_path


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the recipe of the page."""
    words = ["--recipe", "motto.yaml", "--project", "project", "--modules", "modules", *options]
    command = [sys.executable, "-m", "cine_forge.driver", *words]
    env = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    return warm.run(command, env, folder=folder)


def actions(folder: Path) -> dict[str, str]:
    plan = json.loads(run(folder, "--dry-run", "--json").stdout)
    return {unit["stage"]: unit["action"] for unit in plan["units"]}


def kept(folder: Path, kind: str) -> Any:
    (path,) = (folder / "project" / "artifacts" / kind).glob("*/v0001.json")
    return json.loads(path.read_text())["data"]


def test_the_page_runs_as_it_is_printed_and_keeps_what_it_says(folder: Path) -> None:
    done = run(folder)
    assert done.returncode == 0, done.stderr
    assert kept(folder, "motto") == {"motto": "We keep the light"}
    steps = kept(folder, "transcript")["steps"]
    assert [step["path"] for step in steps] == [
        "motto_v1/ideas/candidate_01/idea",
        "motto_v1/ideas/candidate_02/idea",
        "motto_v1/ideas/step_03",
        "motto_v1/write",
    ]
    assert steps[1]["messages"][-1]["text"] == "A very short motto for: a lighthouse"


def test_a_second_run_asks_nobody_and_a_changed_answer_asks_again(folder: Path) -> None:
    assert actions(folder) == {"motto": "run"}
    run(folder)
    assert actions(folder) == {"motto": "reuse"}
    answers = folder / "project" / "answers.yaml"
    answers.write_text(answers.read_text().replace("motto: We keep", "motto: They keep"))
    assert actions(folder) == {"motto": "run"}
    assert run(folder).returncode == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("tone: bold", "tune: bold", "CF-R020"),
        ("tone: bold", "tone: loud", "CF-R021"),
        ("candidate_02:", "ideas:", "CF-R042"),
        ("candidate_02:", "candidate_09:", "CF-R040"),
        ("answers: answers.yaml", "answers: other.yaml", "CF-R044"),
        ("answers: answers.yaml", "exclude: [step_03]", "CF-M026"),
        ("answers: answers.yaml", "answers: {in_order: [{txt: x}]}", "CF-G046"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_before_anything_runs(
    folder: Path, old: str, new: str, said: str
) -> None:
    recipe = folder / "motto.yaml"
    recipe.write_text(recipe.read_text().replace(old, new))
    done = run(folder)
    assert done.returncode == 2 and said in done.stderr, done.stderr
    place = "main.py (" if said.startswith("CF-M") else "motto.yaml:"
    assert place in done.stderr
    assert not (folder / "project" / "runs").exists()
