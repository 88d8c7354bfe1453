"""A dry run changes nothing, says what will happen in order, and the run does just that."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.spine.conftest import FirstRun
from tests.spine.studio import ROOT, Film, new_film

_WRITING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT")
_HARMLESS = ("/dev/", "/proc/")


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    """Return every path below a folder with its size and time of change."""
    paths = sorted(folder.rglob("*"))
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in paths}


@pytest.mark.row("A33")
def test_the_run_does_what_the_dry_run_said(first_run: FirstRun) -> None:
    plan, ended = first_run.planned, first_run.ended
    assert list(plan) and set(plan) == set(ended)
    assert {unit["action"] for unit in plan.values()} == {"run"}
    assert set(ended.values()) == {"done"}


def test_units_are_planned_in_an_order_in_which_they_can_run(finished: Film) -> None:
    stages = list(dict.fromkeys(unit.partition("/")[0] for unit in finished.plan()))
    assert stages == [
        "script_breakdown", "script_breakdown.sheet", "asset_prep", "scene_assembly", "storyboard.pencil",
        "storyboard.approve", "storyboard.finish", "payload_dispatch", "generation", "review_reroll", "cut",
        "delivery",
    ]  # fmt: skip


@pytest.mark.needs("strace")
def test_a_dry_run_opens_no_file_for_writing(film: Film, tmp_path: Path) -> None:
    film.edit("Nobody does.", "Nobody ever does.")
    before, trace = snapshot(film.folder), tmp_path / "trace"
    calls = ",".join(("openat", "open", *sorted(_ALWAYS)))
    subprocess.run(
        ["strace", "-f", "-o", str(trace), "-e", f"trace={calls}", sys.executable, "-m", "cine_forge.driver",
         "--recipe", "ep001.yaml", "--project", str(film.folder), "--dry-run"],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    writes = [line for line in trace.read_text().splitlines() if _changes(line)]
    assert writes == []
    assert snapshot(film.folder) == before


@pytest.mark.needs("strace")
def test_a_dry_run_of_a_new_project_leaves_no_trace(tmp_path: Path) -> None:
    film = new_film(tmp_path / "film")
    before = snapshot(film.folder)
    assert film.plan()
    assert snapshot(film.folder) == before


def _changes(line: str) -> bool:
    if " = -1 " in line or any(f'"{place}' in line for place in _HARMLESS):
        return False
    called = line.split("(", 1)[0].split()[-1]
    return bool(_WRITING.search(line)) if called in ("openat", "open") else called in _ALWAYS


_ALWAYS = frozenset(
    ["creat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat", "link", "linkat",
     "truncate", "ftruncate"]
)  # fmt: skip


@pytest.mark.needs("root")
def test_a_read_only_project_can_be_planned_and_read(film: Film) -> None:
    for path in sorted(film.folder.rglob("*"), reverse=True):
        path.chmod(0o555 if path.is_dir() else 0o444)
    film.folder.chmod(0o555)
    assert {unit["action"] for unit in film.plan().values()} == {"reuse"}
