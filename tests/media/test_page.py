"""Printed pages and type: everything in its place, nothing cut by its neighbour, in our three alphabets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cine_forge.media.board_page import A4_LANDSCAPE, Panel, board_pages
from cine_forge.media.contact import Cell, contact_sheet
from cine_forge.media.font import face, missing, shortened, wrapped

GREY = np.full((90, 160, 3), 128, np.uint8)
UPRIGHT = np.full((160, 90, 3), 128, np.uint8)


def panel(action: str = "She waits.", dialogue: str = "ANN: No.", picture: np.ndarray = GREY) -> Panel:
    return Panel(picture, "12A", "MCU · eye level · 50 mm · push in", action, dialogue, 3.2)


def ink(image: Image.Image) -> np.ndarray:
    """Where a page is not paper."""
    return np.asarray(image.convert("L")) < 200


@pytest.mark.row("G8")
def test_seven_panels_take_two_landscape_pages_and_none_takes_none() -> None:
    pages = board_pages("Episode One", [panel()] * 7, aspect=16 / 9)
    assert [page.size for page in pages] == [A4_LANDSCAPE] * 2
    assert board_pages("Episode One", [], aspect=16 / 9) == []


@pytest.mark.row("G8")
@pytest.mark.parametrize("aspect", [16 / 9, 2.39, 1.0, 9 / 16])
def test_a_very_long_text_stays_inside_its_panel(aspect: float) -> None:
    picture = UPRIGHT if aspect < 1 else GREY
    long = panel("Слово и дело, word and deed, λόγος και έργο. " * 40, "ANN: " + "Never! " * 90, picture)
    page = ink(board_pages("Title " * 40, [long] * 2, aspect=aspect)[0])
    assert not page[:, :60].any() and not page[:, -60:].any()
    assert not page[-20:].any()


def test_a_panel_of_words_differs_from_an_empty_one_only_below_its_picture() -> None:
    full, bare = (board_pages("T", [one], aspect=16 / 9)[0] for one in (panel(), panel("", "")))
    rows = np.flatnonzero((ink(full) != ink(bare)).any(axis=1))
    assert len(rows) > 20
    assert rows.min() > 400


@pytest.mark.parametrize("count", [0, 1, 7])
def test_a_contact_sheet_is_at_least_1600_wide_and_shows_every_cell(count: int) -> None:
    cells = [Cell(GREY, f"{number}A", "MS 3 s") for number in range(count)]
    sheet = contact_sheet("Episode One", cells, aspect=16 / 9, columns=3)
    middle_grey = (np.abs(np.asarray(sheet.convert("L")).astype(int) - 128) < 3).sum()
    width = (sheet.width - 2 * 48 - 2 * 20) // 3
    assert sheet.width >= 1600
    assert middle_grey >= count * width * round(width * 9 / 16) * 0.97


def test_a_contact_sheet_reads_files_too(tmp_path: Path) -> None:
    Image.fromarray(UPRIGHT).save(tmp_path / "a.png")
    sheet = contact_sheet("Ж", [Cell(tmp_path / "a.png", "1", "")], aspect=9 / 16, columns=4)
    assert (np.abs(np.asarray(sheet.convert("L")).astype(int) - 128) < 3).any()


@pytest.mark.parametrize(
    "text", ["Ä quick brown fox — naïve café, Łódź", "Съешь ещё этих мягких булок", "Ξεσκεπάζω την ψυχοφθόρα"]
)
def test_latin_cyrillic_and_greek_are_set_without_a_system_font(text: str) -> None:
    assert missing(text) == ""
    assert face(20).getbbox(text)[2] > 100


def test_characters_that_the_fonts_lack_are_named() -> None:
    assert missing("abc 漢字 漢") == "漢字"


def test_wrapped_lines_fit_and_keep_every_word() -> None:
    font = face(18)
    text = "One two three four five six seven\nAnotherparagraphwithonewordthatislongerthanthelineitself"
    lines = wrapped(text, font, 120)
    assert max(font.getlength(line) for line in lines) <= 120
    assert "".join(lines).replace(" ", "") == text.replace(" ", "").replace("\n", "")


def test_too_many_lines_end_in_an_ellipsis_that_fits() -> None:
    font = face(18)
    lines = wrapped("word " * 60, font, 120, most=3)
    assert len(lines) == 3 and lines[-1].endswith("…")
    assert font.getlength(shortened("a very long line indeed", font, 70)) <= 70
