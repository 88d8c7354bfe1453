"""The door for scripts: what is read, what is refused, and by which reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from cine_forge.film.screenplay.reading import format_of, read_script
from cine_forge.kernel.ground.errors import ProjectError
from tests.film.scripts import read, source


@pytest.mark.parametrize(
    ("name", "text", "form"),
    [
        ("a.fountain", "", "fountain"),
        ("a.md", "", "markdown"),
        ("a.txt", "", "text"),
        ("a", '<?xml version="1.0"?><FinalDraft/>', "fdx"),
        ("a", "**TITLE**\n", "markdown"),
        ("a", "INT. BAR - DAY\n", "text"),
    ],
)
def test_the_suffix_or_else_the_content_chooses_the_reader(name: str, text: str, form: str) -> None:
    assert format_of(source(text, name)) == form


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("big.txt", b"x\n" * (5 * 1024 * 1024), "CF-F002"),
        ("long.txt", b"ok\n" + b"x" * 4001, "CF-F003 long.txt:2"),
        ("nul.txt", b"a\nb\0", "CF-F004 nul.txt:2"),
        ("a.rtf", b"{\\rtf1", "CF-F006"),
        ("play.xml", b'<?xml version="1.0"?><TEI/>', "CF-F006 play.xml"),
    ],
)
def test_what_no_person_wrote_is_refused(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ProjectError, match=code):
        read_script(tmp_path / name)


def test_a_missing_script_is_named_with_its_nearest_neighbour(tmp_path: Path) -> None:
    (tmp_path / "ep_001.md").write_text("INT. BAR - DAY\n")
    with pytest.raises(ProjectError, match=r"CF-F001 .*ep_01.md(.|\n)*ep_001.md"):
        read_script(tmp_path / "ep_01.md")


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbfINT. BAR - DAY\r\n\r\nRain.\r\n", b"INT. BAR - DAY\r\rRain.\r"]
)
def test_byte_order_marks_and_line_ends_change_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.fountain").write_bytes(content)
    assert read_script(tmp_path / "a.fountain").elements == read("INT. BAR - DAY\n\nRain.\n").elements


def test_latin_1_is_read_with_a_warning(tmp_path: Path) -> None:
    (tmp_path / "a.fountain").write_bytes("INT. CAFÉ - DAY\n\nRegen.\n".encode("latin-1"))
    document = read_script(tmp_path / "a.fountain")
    assert document.elements[0].text == "INT. CAFÉ - DAY"
    assert "Latin-1" in document.warnings[0].message
