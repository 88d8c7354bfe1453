"""Folder packages: somebody's code, imported under a name of its own, and where an error came through it."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

import pytest

from cine_forge.kernel.ground.folder_package import folder_package, own_line


def folder_of(place: Path, **files: str) -> Path:
    place.mkdir(exist_ok=True)
    for name, text in files.items():
        (place / f"{name}.py").write_text(text)
    return place


def test_two_folders_have_files_of_one_name_and_the_path_is_not_touched(tmp_path: Path) -> None:
    before = list(sys.path)
    for name in ("one", "two"):
        folder_of(tmp_path / name, main="from .words import WORD", words=f"WORD = {name!r}")
    found = {
        name: import_module(f"{folder_package(f'own_{name}_words', tmp_path / name)}.main").WORD
        for name in ("one", "two")
    }
    assert found == {"one": "one", "two": "two"}
    assert sys.path == before and "words" not in sys.modules


def test_an_edit_within_the_same_second_is_read_under_a_new_name_and_no_bytecode_is_kept(
    tmp_path: Path,
) -> None:
    folder = folder_of(tmp_path / "own", main="WORD = 1")
    moment = (folder / "main.py").stat().st_mtime_ns
    assert import_module(f"{folder_package('own_first', folder)}.main").WORD == 1
    folder_of(folder, main="WORD = 2")
    os.utime(folder / "main.py", ns=(moment, moment))
    assert import_module(f"{folder_package('own_first', folder)}.main").WORD == 1
    assert import_module(f"{folder_package('own_second', folder)}.main").WORD == 2
    assert sorted(path.name for path in folder.iterdir()) == ["main.py"]


def test_a_file_that_came_later_is_found_under_a_new_name(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "own", main="")
    import_module(f"{folder_package('own_before', folder)}.main")
    folder_of(folder, words="WORD = 3")
    assert import_module(f"{folder_package('own_after', folder)}.words").WORD == 3


def test_the_innermost_line_of_ones_own_is_told_and_nothing_of_others(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "own", main="import json\n\n\ndef read(): return json.loads('{')\n")
    read = import_module(f"{folder_package('own_line_of', folder)}.main").read
    with pytest.raises(ValueError) as raised:
        read()
    assert own_line(raised.value, folder) == f"{folder / 'main.py'}:4:1"
    assert own_line(raised.value, tmp_path / "another") == ""
