"""The worked example of docs/write-a-module.md runs as it is printed: a folder is dropped in, and used."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.spine import warm

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "write-a-module.md"

_FILE = re.compile(r"^`(?P<path>[\w./@-]+)`\n\n```\w+\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write the files of the page, and a copy of the sample project, into a folder of their own."""
    for found in _FILE.finditer(PAGE.read_text(encoding="utf-8")):
        path = tmp_path / found["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found["text"], encoding="utf-8")
    sample = ROOT / "projects" / "sample"
    shutil.copytree(sample / "scripts", tmp_path / "film" / "scripts")
    shutil.copy(sample / "project.yaml", tmp_path / "film")
    return tmp_path


def run(folder: Path, *options: str) -> str:
    """Run the recipe of the page and return what it printed."""
    words = ["--recipe", "line-count.yaml", "--project", "film", "--modules", "modules", *options]
    command = [sys.executable, "-m", "cine_forge.driver", *words]
    done = warm.run(command, folder=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def counted(folder: Path) -> list[dict[str, Any]]:
    """Return the newest count of every scene."""
    newest = [
        sorted(place.glob("v*.json"))[-1]
        for place in (folder / "film" / "artifacts" / "line_count").iterdir()
    ]
    return [json.loads(path.read_text())["data"] for path in newest]


def actions(folder: Path, *options: str) -> dict[str, list[str]]:
    """Return the planned actions of each stage."""
    units = json.loads(run(folder, "--dry-run", "--json", *options))["units"]
    stages = dict.fromkeys(unit["stage"] for unit in units)
    return {stage: [unit["action"] for unit in units if unit["stage"] == stage] for stage in stages}


@pytest.mark.row("A23")
def test_a_folder_dropped_in_is_used_with_no_change_of_code(folder: Path) -> None:
    run(folder)
    counts = counted(folder)
    assert len(counts) == 8
    assert all(count["total"] == sum(person["lines"] for person in count["people"]) for count in counts)
    assert {person["name"] for count in counts for person in count["people"]} == {
        "IDA",
        "TOMAS",
        "VERA",
        "JULIAN",
    }


@pytest.mark.row("A33")
def test_what_the_page_says_of_a_second_run_is_true(folder: Path) -> None:
    run(folder)
    assert set(actions(folder)["line_count"]) == {"reuse"}
    recipe = folder / "line-count.yaml"
    recipe.write_text(
        recipe.read_text().replace("line_count_v1\n", "line_count_v1\n    params: {least: 2}\n")
    )
    planned = actions(folder)
    assert set(planned["script_breakdown"]) == {"reuse"}
    assert set(planned["line_count"]) == {"run"}


@pytest.mark.row("A33")
def test_a_changed_line_counts_one_scene_again(folder: Path) -> None:
    run(folder)
    script = folder / "film" / "scripts" / "ep_001.md"
    script.write_text(script.read_text().replace("I sold it.", "I sold it, Ida."))
    run(folder)
    versions = [
        len(list(place.glob("v*.json"))) for place in (folder / "film" / "artifacts" / "scene").iterdir()
    ]
    assert sorted(versions) == [1, 1, 1, 1, 1, 1, 1, 2]
