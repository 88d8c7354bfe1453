"""Where a store lies is said by the command, else by the project file, else it is the project's folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cine_forge.driver.experiments.arm import make_arm
from cine_forge.driver.kept import open_store
from cine_forge.driver.storage import storage_of, written_urls
from cine_forge.kernel.ground.errors import ProjectError

BOTH = "store: s3://films/ep001\nindex: postgresql://db/studio\n"


def project(folder: Path, more: str = "") -> Path:
    (folder / "scripts").mkdir(parents=True)
    (folder / "scripts" / "a.md").write_text("INT. ROOM - DAY\n\nNothing.\n")
    (folder / "project.yaml").write_text(f"title: Test\nscript: scripts/a.md\n{more}")
    return folder


def test_a_project_that_says_nothing_lies_in_its_folder(tmp_path):
    assert storage_of(tmp_path / "none", write=False) is None
    assert storage_of(project(tmp_path / "plain"), write=False) is None
    assert written_urls(project(tmp_path / "named", "recipe: bookstore.yaml\n")) == ()


def test_the_project_file_says_where_and_every_command_goes_there(tmp_path):
    folder = project(tmp_path / "p", BOTH)
    assert written_urls(folder) == ("s3://films/ep001", "postgresql://db/studio")
    folder = project(tmp_path / "wrong", "store: ftp://films\n")
    with pytest.raises(ProjectError, match="CF-A050"):
        open_store(folder)


def test_the_command_wins_over_the_project_file(tmp_path):
    folder = project(tmp_path / "p", BOTH)
    with pytest.raises(ProjectError, match=r"CF-A050 .*ftp://x"):
        storage_of(folder, write=False, urls=("ftp://x",))


@pytest.mark.row("B17")
def test_a_password_in_the_project_file_is_refused_and_not_shown(tmp_path):
    folder = project(tmp_path / "p", "index: postgresql://kim:hunter2secret@db/studio\n")
    with pytest.raises(ProjectError, match="CF-A051") as raised:
        open_store(folder)
    assert "hunter2secret" not in str(raised.value)


def test_missing_packages_are_named_with_how_to_get_them(tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("cine_forge.scale.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "obstore", None)
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(ProjectError) as raised:
        storage_of(tmp_path, write=False, urls=("s3://films/x",))
    (fault,) = raised.value.faults
    assert (fault.code, fault.hint) == ("CF-A054", "install `cine-forge[scale]`")
    assert "obstore" in fault.what


def test_arms_are_refused_where_there_are_no_files_to_link(tmp_path):
    folder = project(tmp_path / "p", BOTH)
    with pytest.raises(ProjectError, match="CF-A055"):
        make_arm(folder, tmp_path / "arm")
    assert not (tmp_path / "arm").exists()
