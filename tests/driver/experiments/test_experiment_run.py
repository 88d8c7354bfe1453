"""An experiment's arms run beside each other and leave the project as it was."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from cine_forge.driver.experiments.arm import make_arm
from tests.driver.history.test_page import page_of
from tests.driver.stand import Stand, Told


def experiment(stand: Stand, text: str = "vary: {text: [hello, hi]}") -> Path:
    """Write an experiment about the stand's recipe; its modules are found in the project."""
    modules = stand.project / "modules"
    if not modules.exists():
        stand.project.mkdir(exist_ok=True)
        (stand.root / "modules").rename(modules)
    path = stand.root / "try.yaml"
    path.write_text(f"experiment: try\nrecipe: {stand.recipe}\n{text}\n")
    return path


def base_run(stand: Stand) -> None:
    """Run the stand's recipe in the project itself."""
    experiment(stand)
    assert stand.cli("run", str(stand.recipe), "--quiet").status == 0


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder but the experiments, by path."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in files
        if "experiments" not in path.parts and path.suffix not in {".pyc", ".lock"}
    }


def tried(stand: Stand, *options: str) -> Told:
    """Run the experiment."""
    return stand.cli("experiments", "run", str(stand.root / "try.yaml"), *options)


@pytest.mark.row("F27")
def test_each_arm_is_made_in_a_project_of_its_own_and_the_project_is_untouched(stand: Stand) -> None:
    base_run(stand)
    before = contents(stand.project)
    index = tried(stand, "--json").json()
    assert contents(stand.project) == before
    assert [(arm["arm"], arm["status"], arm["run"], arm["reused"]) for arm in index["arms"]] == [
        ("text=hello", "done", 0, 3),
        ("text=hi", "done", 2, 1),
    ]
    arm = Stand(stand.project / "experiments" / "try" / "text=hi")
    said = sorted((arm.root / "artifacts" / "echo").glob("project-first-*/v*.json"))
    assert [json.loads(path.read_text())["data"]["text"] for path in said] == ["hello", "hi"]


@pytest.mark.row("F27")
def test_the_index_compares_each_pair_as_json_csv_and_page(stand: Stand) -> None:
    base_run(stand)
    index = tried(stand, "--json").json()
    folder = stand.project / "experiments" / "try"
    assert json.loads((folder / "index.json").read_text()) == index
    (pair,) = index["pairs"]
    assert pair["totals"]["outputs"] == {"equal": 2, "different": 1, "first": 0, "second": 0}
    assert pair["outputs"] == [{"type": "echo", "entity": "project/first", "verdict": "different"}]
    rows = list(csv.DictReader((folder / "index.csv").open()))
    assert [(row["arm"], row["text"], row["outputs_different"]) for row in rows] == [
        ("text=hello", '"hello"', ""),
        ("text=hi", '"hi"', "1"),
    ]
    page = page_of(folder / "index.html")
    assert [(folder / link.replace("%3D", "=")).is_file() for link in page.addresses] == [True, True]


@pytest.mark.row("F27")
def test_a_dry_run_plans_and_prices_every_arm_and_writes_nothing(stand: Stand) -> None:
    base_run(stand)
    before = contents(stand.project)
    told = tried(stand, "--dry-run", "--json").json()
    assert told["schema"] == "experiment_plan/1"
    actions = [[unit["action"] for unit in arm["plan"]["units"]] for arm in told["arms"]]
    assert actions == [["reuse", "reuse", "reuse"], ["run", "reuse", "run"]]
    assert contents(stand.project) == before and not (stand.project / "experiments").exists()


def test_versions_are_shared_by_hard_links_and_files_that_people_edit_are_not(stand: Stand) -> None:
    base_run(stand)
    (stand.project / "notes.txt").write_text("mine")
    arm = stand.project / "experiments" / "any" / "a"
    make_arm(stand.project, arm)
    version = next((stand.project / "artifacts").rglob("v0001.json")).relative_to(stand.project)
    assert (arm / version).samefile(stand.project / version)
    assert not (arm / "notes.txt").samefile(stand.project / "notes.txt")
    assert not (arm / "runs").exists() and not (arm / "experiments").exists()


def test_an_experiment_that_is_run_again_reuses_its_arms(stand: Stand) -> None:
    experiment(stand)
    tried(stand)
    index = tried(stand, "--json").json()
    assert [(arm["run"], arm["reused"]) for arm in index["arms"]] == [(0, 3), (0, 3)]


def test_arms_of_another_state_of_the_project_are_not_mixed(stand: Stand) -> None:
    base_run(stand)
    tried(stand)
    assert stand.cli("run", str(stand.recipe), "--quiet", "--param", "text=new").status == 0
    refused = tried(stand)
    assert refused.status == 2 and refused.err.startswith("CF-U064") and "--name" in refused.err
    assert tried(stand, "--name", "second").status == 0


def test_an_arm_that_fails_keeps_no_other_from_running_and_decides_the_status(stand: Stand) -> None:
    experiment(stand, "arms:\n  bad: {text: hello}\n  good: {text: hi}\nexclude: [roll]")
    (stand.project / "modules" / "test" / "frail_v1" / "README.broken").touch()
    told = tried(stand, "--json")
    assert told.status == 1
    assert [arm["status"] for arm in told.json()["arms"]] == ["failed", "failed"]
    listed = stand.cli("experiments", "list", "--json").json()
    assert listed["experiments"][0]["arms"] == {"bad": "failed", "good": "failed"}


def test_a_param_that_the_recipe_lacks_is_refused_before_anything_is_written(stand: Stand) -> None:
    experiment(stand, "vary: {txet: [a]}")
    refused = tried(stand)
    assert refused.status == 2 and refused.err.startswith("CF-U040")
    assert not (stand.project / "experiments").exists()
