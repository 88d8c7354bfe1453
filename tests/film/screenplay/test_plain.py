"""Plain text and headings without a keyword."""

from __future__ import annotations

import pytest

from cine_forge.film.screenplay.document import ElementType, HeadingKind
from tests.film.scripts import only, read


@pytest.mark.row("G3")
def test_headings_without_a_keyword_are_guessed_when_a_time_founds_them() -> None:
    document = read("BAR - DAY\n\nRain.\n\nCUT TO:\n\nYARD\n\nSun.\n")
    headings = only(document, ElementType.SCENE_HEADING)
    assert [(heading.text, heading.kind) for heading in headings] == [
        ("BAR - DAY", HeadingKind.PLAIN),
        ("YARD", HeadingKind.PLAIN),
    ]
    assert headings[1].confidence < headings[0].confidence < 1


def test_a_lone_line_in_capitals_is_no_heading_where_the_script_has_real_ones() -> None:
    scenes = "".join(f"INT. ROOM {n} - DAY\n\nRain.\n\nCUT TO:\n\n" for n in range(3))
    headings = only(read(f"{scenes}A SERIES OF SHOTS\n\nSun.\n"), ElementType.SCENE_HEADING)
    assert len(headings) == 3


@pytest.mark.row("G3")
def test_a_text_without_blank_lines_is_read_line_by_line() -> None:
    scene = "INT. BAR - DAY\nRain falls on the roof.\nANN\n(low)\nYes.\nShe goes out.\n"
    document = read(scene * 5, "ep_001.txt")
    assert len(only(document, ElementType.SCENE_HEADING)) == 5
    assert [element.type.value for element in document.elements[:6]] == [
        "scene_heading",
        "action",
        "character",
        "parenthetical",
        "dialogue",
        "action",
    ]


@pytest.mark.row("G3")
def test_cues_in_title_case_are_found_when_they_recur() -> None:
    speech = "Ann (V.O.)\nYes.\n\n"
    assert len(only(read(f"INT. BAR - DAY\n\n{speech * 3}", "ep_001.txt"), ElementType.CHARACTER)) == 3


@pytest.mark.row("G3")
def test_the_furniture_of_printed_pages_is_no_action() -> None:
    text = "1   INT. BAR - DAY   1\n\nRain.   *\n\n                              2.\n   (CONTINUED)\n\nSun.\n"
    document = read(text, "ep_001.txt")
    assert [element.text for element in document.elements] == ["INT. BAR - DAY", "Rain.", "Sun."]
    assert document.elements[0].number == "1"
