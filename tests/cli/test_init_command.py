"""`cine-forge init`: a project from a script, or one sentence and nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest

from cine_forge.cli.main import main
from cine_forge.film.project import load_project

SCRIPT = "Title: The Kettle\n\nINT. KITCHEN - DAY\n\nANN fills the kettle.\n\nANN\nTea?\n"


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "ep_012.fountain"
    path.write_text(SCRIPT)
    return path


def test_a_project_is_made_that_loads(
    script: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "film"
    assert main(["init", str(script), "--project", str(folder)]) == 0
    project = load_project(folder)
    assert (project.title, project.script, project.episode) == (
        "The Kettle",
        "scripts/ep_012.fountain",
        "ep012",
    )
    assert (folder / project.script).read_bytes() == script.read_bytes()
    assert f"cine-forge run ep001.yaml --project {folder}" in capsys.readouterr().out


def test_a_project_is_never_overwritten(
    script: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "film").mkdir()
    (tmp_path / "film" / "project.yaml").write_text("mine")
    assert main(["init", str(script), "--project", str(tmp_path / "film")]) == 2
    assert capsys.readouterr().err.startswith("CF-U110")
    assert [path.name for path in (tmp_path / "film").iterdir()] == ["project.yaml"]


def test_another_script_of_that_name_is_never_overwritten(script: Path, tmp_path: Path) -> None:
    kept = tmp_path / "film" / "scripts" / script.name
    kept.parent.mkdir(parents=True)
    kept.write_text("INT. HALL - DAY\n")
    assert main(["init", str(script), "--project", str(tmp_path / "film")]) == 2
    assert kept.read_text() == "INT. HALL - DAY\n"


@pytest.mark.parametrize("text", ["", "A letter.\nNo scene in it.\n"])
def test_a_script_without_a_scene_is_refused_and_nothing_written(
    text: str, script: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script.write_text(text)
    assert main(["init", str(script), "--project", str(tmp_path / "film")]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"CF-U109 {script}:1:1: no scene heading")
    assert "cine-forge script inspect" in told
    assert not (tmp_path / "film").exists()


def test_a_missing_script_is_refused_with_its_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", str(tmp_path / "none.md"), "--project", str(tmp_path / "film")]) == 2
    assert "none.md" in capsys.readouterr().err
    assert not (tmp_path / "film").exists()
