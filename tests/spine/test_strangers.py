"""Scripts that nobody here wrote go from init to a delivered cut. All of them with CINE_FORGE_SWEEP=1."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from cine_forge.media.probe import probe_clip
from tests.spine.studio import ROOT, SMALL, Film
from tests.spine.warm import run

SCRIPTS = ROOT.parent / "shared" / "data" / "scripts"
ALWAYS = ("season_a/ep_007.md", "brick_and_steel.fdx")
NAMES = (
    *sorted(f"season_a/{path.name}" for path in SCRIPTS.glob("season_a/*.md")),
    "printing_trouble.fountain",
    "last_birthday_card.fountain",
    "last_birthday_card.fdx",
)


def go(name: str, folder: Path) -> None:
    """Make a project of a script and run it to its delivery."""
    command = [sys.executable, "-m", "cine_forge.cli", "init", str(SCRIPTS / name), "--project", str(folder)]
    done = run(command)
    assert done.returncode == 0, done.stderr
    project = folder / "project.yaml"
    text = re.sub(r"(?m)^  width: .*$", f"  width: {SMALL['width']}", project.read_text())
    project.write_text(re.sub(r"(?m)^  height: .*$", f"  height: {SMALL['height']}", text))
    film = Film(folder)
    film.drive("--approve", "auto")
    held = film.wired().store.current("delivery", film.wired().loaded.recipe.entity)
    assert held is not None
    cut = next(folder / file.path for file in held.envelope().media if file.name.endswith(".mp4"))
    assert probe_clip(cut).has_audio


@pytest.mark.row("G1")
@pytest.mark.needs("shared_data")
@pytest.mark.parametrize("name", ALWAYS)
def test_a_strangers_script_becomes_a_cut(name: str, tmp_path: Path) -> None:
    go(name, tmp_path / "film")


@pytest.mark.sweep
@pytest.mark.needs("shared_data")
@pytest.mark.parametrize("name", NAMES)
def test_every_strangers_script_becomes_a_cut(name: str, tmp_path: Path) -> None:
    go(name, tmp_path / "film")
