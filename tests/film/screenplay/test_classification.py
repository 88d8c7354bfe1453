"""The classification: all lines of a messy script weighed together, in any language and habit."""

from __future__ import annotations

import pytest

from cine_forge.film.screenplay.classifying.classification import classify
from cine_forge.film.screenplay.document import Document, ElementType, HeadingKind
from tests.film.screenplay.marked_scripts import MARKED_SCRIPTS
from tests.film.scripts import only, read

TYPES = {
    "H": (ElementType.SCENE_HEADING,),
    "A": (ElementType.ACTION,),
    "C": (ElementType.CHARACTER,),
    "D": (ElementType.DIALOGUE,),
    "P": (ElementType.PARENTHETICAL,),
    "T": (ElementType.TRANSITION,),
    "B": (ElementType.TITLE,),
    "I": (ElementType.CHARACTER, ElementType.DIALOGUE),
    "-": (),
}
SCENE = "INT. BAR - DAY\n\nAnn waits by the long bar and counts her coins.\n\nANN\nYes.\n\n"


def unmarked(marked: str) -> tuple[str, list[tuple[int, str]]]:
    """Return the script and what each of its lines with text should be."""
    rows = marked.strip("\n").split("\n")
    expected = [(at, row[0]) for at, row in enumerate(rows, 1) if row]
    return "\n".join(row[2:] for row in rows) + "\n", expected


def types_at(document: Document, line: int) -> tuple[ElementType, ...]:
    """Return the types on a line; a bracket split off a speech does not count."""
    found = [one.type for one in document.elements if one.line <= line <= one.end_line]
    if len(found) > 1:
        found = [kind for kind in found if kind is not ElementType.PARENTHETICAL]
    return tuple(found)


@pytest.mark.row("G3")
@pytest.mark.parametrize("name", MARKED_SCRIPTS)
def test_every_line_is_found_whatever_the_language_and_the_habit(name: str) -> None:
    text, expected = unmarked(MARKED_SCRIPTS[name])
    document = read(text, "ep_001.txt")
    found = [(line, types_at(document, line)) for line, _ in expected]
    assert found == [(line, TYPES[mark]) for line, mark in expected]


@pytest.mark.row("G3")
@pytest.mark.parametrize("name", ["french_inline", "german_printed_play", "chinese_inline"])
def test_a_cue_on_the_line_of_its_speech_is_split_from_it(name: str) -> None:
    text, _ = unmarked(MARKED_SCRIPTS[name])
    cue = only(read(text, "ep_001.txt"), ElementType.CHARACTER)[0].text
    speech = only(read(text, "ep_001.txt"), ElementType.DIALOGUE)[0].text
    assert cue in ("Marie", "ANNA", "李明")
    assert not speech.startswith((cue, ":", "：", "."))


@pytest.mark.row("G3")
@pytest.mark.parametrize(
    ("heading", "cue"),
    [
        ("lNT. BAR - DAY", "ANN"),
        ("1NT. BAR - 0AY", "AN N"),
        ("IN T. BAR - DAY", "ANN ."),
        ("INT , BAR", "' ANN"),
    ],
)
def test_what_a_scanner_misread_is_still_a_heading_and_a_cue(heading: str, cue: str) -> None:
    scenes = f"{heading}\n\nAnn waits by the long bar.\n\n{cue}\nYes.\n\n" + SCENE * 3
    document = read(scenes, "ep_001.txt")
    assert len(only(document, ElementType.SCENE_HEADING)) == 4
    assert len(only(document, ElementType.CHARACTER)) == 4


def test_lines_cut_at_a_column_are_one_paragraph_and_no_cue() -> None:
    action = "The old tram stands in the dark depot and nobody has\ncome to wake it since the war.\nMarta\n"
    text = f"INT. DEPOT - NIGHT\n\n{action}\n" + "MARTA\nYes.\n\n" * 3
    assert len(only(read(text, "ep_001.txt"), ElementType.CHARACTER)) == 3


@pytest.mark.row("G3")
def test_scene_numbers_are_taken_off_headings_without_a_keyword() -> None:
    text = "".join(
        f"{n}   kitchen - day   {n}\n\nRain falls on the roof.\n\nANN\nYes.\n\n" for n in (1, 2, 3)
    )
    headings = only(read(text, "ep_001.txt"), ElementType.SCENE_HEADING)
    assert [(one.number, one.text, one.kind) for one in headings] == [
        (str(n), "kitchen - day", HeadingKind.PLAIN) for n in (1, 2, 3)
    ]


def test_a_number_on_one_side_stays_where_numbers_do_not_count() -> None:
    document = classify(["5TH FLOOR - DAY", "", "Rain.", "", "ANN", "Yes.", "", "ROOF - NIGHT", "", "Sun."])
    assert [one.text for one in only(document, ElementType.SCENE_HEADING)] == [
        "5TH FLOOR - DAY",
        "ROOF - NIGHT",
    ]


@pytest.mark.row("G3")
def test_every_guess_below_the_threshold_is_told_at_its_line() -> None:
    document = read(unmarked(MARKED_SCRIPTS["georgian"])[0], "ep_001.txt")
    doubtful = {one.line for one in document.elements if one.confidence < 0.75}
    assert doubtful == {warned.line for warned in document.warnings}
    assert all("could be" in warned.message for warned in document.warnings)


def test_many_guesses_are_told_by_one_warning_for_each_kind() -> None:
    lines = [f"Short line {'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10]}" for n in range(100)]
    document = classify([line for pair in zip(lines, ["Yes?"] * 100, strict=True) for line in pair])
    assert len(document.warnings) <= 12


@pytest.mark.row("G3")
def test_a_well_formed_script_is_read_strictly_and_without_a_guess() -> None:
    document = read(SCENE * 4, "ep_001.txt")
    assert {one.confidence for one in document.elements} == {1.0}
    assert document.warnings == ()


@pytest.mark.parametrize("suffix", ["fountain", "txt", "md"])
@pytest.mark.row("G3")
def test_the_evidence_chooses_the_way_whatever_the_suffix(suffix: str) -> None:
    dense = SCENE.replace("\n\n", "\n").replace("ANN", "Ann") * 4
    document = read(dense, f"ep_001.{suffix}")
    assert len(only(document, ElementType.SCENE_HEADING)) == 4
    assert [one.text for one in only(document, ElementType.CHARACTER)] == ["Ann"] * 4


def test_markers_of_fountain_decide_alone() -> None:
    text = (
        SCENE.replace("\n\n", "\n") * 3
        + ".ON THE ROOF\n@McAvoy\nHello.\n!ANN\n> THE END <\n~La la\n= Later\n"
    )
    kinds = [(one.type.value, one.text) for one in read(text, "ep_001.txt").elements][-7:]
    assert kinds == [
        ("scene_heading", "ON THE ROOF"),
        ("character", "McAvoy"),
        ("dialogue", "Hello."),
        ("action", "ANN"),
        ("centered", "THE END"),
        ("lyric", "La la"),
        ("synopsis", "Later"),
    ]


def test_the_same_lines_give_the_same_document() -> None:
    text, _ = unmarked(MARKED_SCRIPTS["georgian"])
    assert classify(text.split("\n")) == classify(text.split("\n"))


def test_action_loses_the_margin_of_the_print() -> None:
    text, _ = unmarked(MARKED_SCRIPTS["english_printed_columns"])
    action = only(read(text, "ep_001.txt"), ElementType.ACTION)
    assert action[0].text.split("\n")[1] == "at the old tram."
    assert action[0].raw.startswith("           Rain drums")
