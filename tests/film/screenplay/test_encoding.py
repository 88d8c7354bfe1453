"""The encoding of a script: marks, UTF-8, and guesses with a warning."""

from __future__ import annotations

import codecs

import pytest

from cine_forge.film.screenplay.encoding import decode_text, split_lines

WESTERN = "INT. CAFÉ - DAY\n\nÉLODIE\nOù es-tu ?\n"
SMART = "INT. BAR - DAY\n\nANN\n“Don’t – ever.”\n"
RUSSIAN = "ИНТ. КУХНЯ - ДЕНЬ\n\nАННА\nИди сюда.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("text", [WESTERN, SMART, RUSSIAN])
def test_marked_and_utf_8_texts_need_no_guess(text: str, encoding: str) -> None:
    assert decode_text(text.encode(encoding)) == (text, ())


@pytest.mark.parametrize(
    ("text", "encoding", "told"),
    [(WESTERN, "latin-1", "Latin-1"), (SMART, "cp1252", "Windows-1252"), (RUSSIAN, "cp1251", "Windows-1251")],
)
def test_other_encodings_are_guessed_with_a_warning(text: str, encoding: str, told: str) -> None:
    found, (warning,) = decode_text(text.encode(encoding))
    assert found == text
    assert told in warning.message


def test_a_pasted_line_of_another_encoding_is_read_alone() -> None:
    content = RUSSIAN.encode() + "ÉLODIE waits – again.\n".encode("cp1252")
    found, (warning,) = decode_text(content)
    assert found == f"{RUSSIAN}ÉLODIE waits – again.\n"
    assert warning.line == 5


def test_broken_bytes_after_a_mark_never_stop_the_reader() -> None:
    assert decode_text(codecs.BOM_UTF16_LE + b"a\x00\x00\xd8b")[0].startswith("a")
    assert "ab" in decode_text(codecs.BOM_UTF8 + b"ab\xff\n")[0]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x85", "\u2028", "\u2029"])
def test_every_line_end_ends_a_line(end: str) -> None:
    assert split_lines(f"a{end}{end}b{end}") == ("a", "", "b")
