"""A project that is held is told at once: from the bare words, with nothing but the standard library."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cine_forge.driver.command import driver
from cine_forge.driver.probe import FLAGS, refuse_when_held
from cine_forge.kernel.ground.errors import LockedError
from cine_forge.kernel.ground.lock import Holder, ProjectLock

ROOT = Path(__file__).resolve().parents[2]
HELD = "process 4711 on far, since noon"


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a working folder with a recipe whose project another holds."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "projects" / "film").mkdir(parents=True)
    (tmp_path / "r.yaml").write_text("recipe_id: film\nstages: [{id: a, module: echo_v1}]\n")
    lock = ProjectLock(tmp_path / "projects" / "film" / "run.lock")
    lock.try_acquire(Holder(4711, "far", "noon", "cine-forge run r.yaml"))
    yield tmp_path
    lock.release()


@pytest.mark.parametrize(
    "words",
    [
        ["--recipe", "r.yaml"],
        ["--recipe=r.yaml", "--quiet", "--jobs", "2"],
        ["--force", "r.yaml"],
        ["--start-from", "a", "r.yaml"],
        ["--recipe", "other.yaml", "--project", "projects/film"],
        ["--recipe", "other.yaml", "--project=projects/film"],
        ["--project", "elsewhere", "--project", "projects/film"],
        ["--run-id", "--dry", "r.yaml"],
    ],
)
@pytest.mark.row("A44")
def test_every_way_to_mean_a_held_project_is_refused(held: Path, words: list[str]) -> None:
    with pytest.raises(LockedError, match=HELD):
        refuse_when_held(words)


@pytest.mark.parametrize(
    "words",
    [
        ["--recipe", "r.yaml", "--dry-run"],
        ["r.yaml", "--help"],
        ["--recipe", "r.yaml", "--project", "elsewhere"],
        ["--recipe", "no such recipe"],
        ["--quiet"],
        ["--recipe"],
    ],
)
def test_reading_and_another_project_and_what_cannot_be_told_are_let_through(
    held: Path, words: list[str]
) -> None:
    refuse_when_held(words)


@pytest.mark.parametrize(
    ("line", "folder"),
    [
        ("project: mine", "mine"),
        ("project: 'my film'", None),
        ('project: "mine"  # here', "mine"),
        ("stages: []\nproject: mine", "mine"),
        ("  project: mine", "projects/r"),
        ("extensions: {project: mine}", "projects/r"),
    ],
)
def test_the_default_project_is_read_from_plain_lines_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, folder: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "r.yaml").write_text(f"recipe_id: r\n{line}\n")
    (tmp_path / (folder or "none")).mkdir(parents=True)
    with ProjectLock(tmp_path / (folder or "none") / "run.lock") as lock:
        lock.try_acquire(Holder(4711, "far", "noon", "x"))
        if folder is None:
            refuse_when_held(["r.yaml"])
        else:
            with pytest.raises(LockedError):
                refuse_when_held(["r.yaml"])


def test_without_recipe_and_project_the_own_project_is_meant(held: Path) -> None:
    with pytest.raises(LockedError):
        refuse_when_held(["--quiet"], own=held / "projects" / "film")
    refuse_when_held(["--quiet"], own=held)


def test_the_probe_knows_every_option_without_a_value() -> None:
    found = {name for option in driver.params if option.is_flag for name in option.opts}
    assert found == FLAGS


@pytest.mark.row("A44")
@pytest.mark.parametrize("command", [["cine_forge.driver", "--recipe"], ["cine_forge.cli", "run"]])
def test_a_second_driver_ends_with_3_and_has_imported_only_the_standard_library(
    held: Path, command: list[str]
) -> None:
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", *command, "r.yaml"],
        env={"PYTHONPATH": str(ROOT), "PATH": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    imported = {line.rpartition("|")[2].strip() for line in told.stderr.splitlines() if "|" in line}
    assert told.returncode == 3
    assert HELD in told.stderr
    outside = {name.split(".")[0] for name in imported} & {"click", "pydantic", "yaml", "rich", "networkx"}
    assert not outside
    assert "cine_forge.kernel.ground.lock" in imported
