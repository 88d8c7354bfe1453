"""The export folder: nothing of a person's is overwritten, and no name leads out of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cine_forge.exchange.export_folder import MEMORY, file_name, write_exports
from cine_forge.kernel.ground.errors import CineForgeError, UsageError
from cine_forge.kernel.ground.files import is_device

HOSTILE = (
    *("../../etc/passwd", "..", ".", "/", "\\\\server\\share", "a\x00b", "a\nb\x1b[2J", "\u202egnp.exe"),
    *(
        "con",
        "NUL",
        "aux.txt",
        "com1",
        "x" * 300,
        "я" * 300,
        "",
        "   ",
        "~",
        "-rf",
        "C:\\x",
        "a:b",
        "猫" * 300,
    ),
)


@pytest.mark.parametrize("word", HOSTILE)
def test_hostile_titles_and_numbers_name_a_plain_file(word: str) -> None:
    for name in (file_name(word, ending=".pdf"), file_name("t", word, ending=".csv")):
        assert len(name.encode()) <= 120
        assert not name.startswith((".", "-", "~"))
        assert not set(name) & set('/\\:*?"<>|\x00\n\x1b\u202e')
        assert not is_device(name)


@given(st.text(max_size=400), st.text(max_size=40))
def test_any_words_name_a_file_in_the_folder(title: str, number: str) -> None:
    name = file_name(title, number, ending=".pdf")
    assert (Path("/folder") / name).parent == Path("/folder")
    assert name.isprintable() and len(name.encode()) <= 120


def test_long_names_that_begin_alike_stay_apart() -> None:
    assert file_name("x" * 300 + "1", ending="") != file_name("x" * 300 + "2", ending="")


def test_an_export_replaces_its_own_files(tmp_path: Path) -> None:
    write_exports(tmp_path / "out", {"a.csv": b"1", "b.csv": b"2"})
    write_exports(tmp_path / "out", {"a.csv": b"3"})
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").glob("*.csv")} == {
        "a.csv": b"3",
        "b.csv": b"2",
    }


def test_a_file_that_is_no_export_is_not_overwritten_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text("mine")
    with pytest.raises(UsageError, match=r"CF-X021.*no export"):
        write_exports(tmp_path, {"a.csv": b"1", "b.csv": b"2"})
    assert [path.name for path in tmp_path.iterdir()] == ["b.csv"]
    assert (tmp_path / "b.csv").read_text() == "mine"


def test_an_export_that_a_person_changed_is_not_overwritten(tmp_path: Path) -> None:
    (path,) = write_exports(tmp_path, {"a.csv": b"1"})
    path.write_text("1, and my notes")
    with pytest.raises(UsageError, match=r"CF-X021.*changed since"):
        write_exports(tmp_path, {"a.csv": b"2"})
    assert path.read_text() == "1, and my notes"


def test_planted_links_are_not_followed(tmp_path: Path) -> None:
    victim, out = tmp_path / "victim", tmp_path / "out"
    victim.write_text("precious")
    out.mkdir()
    (out / "a.csv").symlink_to(victim)
    with pytest.raises(UsageError, match=r"CF-X021.*a link"):
        write_exports(out, {"a.csv": b"1"})
    (out / "a.csv").unlink()
    (out / MEMORY).symlink_to(victim)
    write_exports(out, {"a.csv": b"1"})
    assert victim.read_text() == "precious"


@pytest.mark.parametrize("memory", ["", "[]", '{"files": []}', '{"files": {"a.csv": 3}}', "[" * 5000])
def test_a_memory_that_makes_no_sense_is_no_leave_to_overwrite(tmp_path: Path, memory: str) -> None:
    (tmp_path / MEMORY).write_text(memory)
    (tmp_path / "a.csv").write_text("mine")
    with pytest.raises(UsageError, match="CF-X021"):
        write_exports(tmp_path, {"a.csv": b"1"})


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(CineForgeError):
        write_exports(tmp_path / "out", {"a.csv": b"1"})
