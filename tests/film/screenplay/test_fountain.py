"""The Fountain reader, rule by rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cine_forge.film.screenplay.document import ElementType, HeadingKind
from tests.film.scripts import only, read, typed


@pytest.mark.parametrize(
    "line",
    [
        *("INT. HOUSE - DAY", "EXT HOUSE DAY", "int. house - day", "INT./EXT. CAR - DAY", "I/E. CAR"),
        *("EST. CITY", "INT - HOUSE - DAY", "ИНТ. КВАРТИРА - НОЧЬ", "INNEN. KÜCHE - TAG"),
        "12A INT. HOUSE - DAY 12A",
    ],
)
@pytest.mark.row("G2")
def test_a_line_with_a_keyword_is_a_standard_heading(line: str) -> None:
    headings = only(read(f"{line}\n\nRain.\n"), ElementType.SCENE_HEADING)
    assert [heading.kind for heading in headings] == [HeadingKind.STANDARD]


@pytest.mark.parametrize(
    "line", ["ESTABLISHING", "... not a heading", ". NOT A HEADING", "Interior thoughts."]
)
def test_other_lines_are_no_headings(line: str) -> None:
    assert not only(read(f"{line}\n\nRain.\n"), ElementType.SCENE_HEADING)


@pytest.mark.row("G6")
@pytest.mark.parametrize("number", ["1", "12A", "A1", "I-1-A", "110."])
def test_a_scene_number_is_text_and_leaves_the_heading(number: str) -> None:
    (heading,) = only(read(f"INT. HOUSE - DAY #{number}#\n"), ElementType.SCENE_HEADING)
    assert (heading.text, heading.number) == ("INT. HOUSE - DAY", number)


def test_an_omitted_scene_keeps_its_number() -> None:
    (heading,) = only(read("12A OMITTED 12A\n"), ElementType.SCENE_HEADING)
    assert (heading.omitted, heading.number) == (True, "12A")


def test_forced_elements_are_what_their_marker_says() -> None:
    shown = ".KITCHEN\n\n!BANG\n\n@McDuck\nVegan.\n\n> Burn to pink\n\n> THE END <\n\n~ La la\n\n"
    kinds = [kind for kind, _ in typed(read(f"{shown}===\n\n= Told\n\n# Act\n"))]
    forced = "scene_heading action character dialogue transition centered lyric page_break synopsis section"
    assert kinds == forced.split()


def test_a_speech_holds_parentheticals_lyrics_and_a_blank_of_two_spaces() -> None:
    text = "ANN (V.O.)\n(softly)\nOne.\n  \nTwo.\n~ Three\n\nFour.\n"
    assert typed(read(text)) == [
        ("character", "ANN (V.O.)"),
        ("parenthetical", "(softly)"),
        ("dialogue", "One.\n\nTwo."),
        ("lyric", "Three"),
        ("action", "Four."),
    ]


def test_the_second_of_two_speakers_is_dual() -> None:
    cues = only(read("ANN\nYes.\n\nBOB ^\nNo.\n"), ElementType.CHARACTER)
    assert [(cue.text, cue.dual) for cue in cues] == [("ANN", False), ("BOB", True)]


@pytest.mark.parametrize(
    "line", ["R2D2", "DR. BENNET", "ÉLODIE", "ЧУБУКОВ", "GROßMUTTER", "JACK McCORD", "VOICE #2"]
)
def test_a_name_in_capitals_over_a_line_is_a_cue(line: str) -> None:
    assert [cue.text for cue in only(read(f"{line}\nHello.\n"), ElementType.CHARACTER)] == [line]


@pytest.mark.parametrize(
    "line", ["23", "BANG!", "Han (O.S.)", "SCANNING THE AISLES…", "FADE IN:", "INT. BAR"]
)
def test_noises_transitions_and_sentences_are_no_cues(line: str) -> None:
    assert not only(read(f"{line}\nHello.\n"), ElementType.CHARACTER)


@pytest.mark.parametrize("line", ["CUT TO:", "SMASH CUT TO:", "FADE OUT.", "FADE TO BLACK.", "> Iris out"])
def test_a_transition_is_found(line: str) -> None:
    assert [kind for kind, _ in typed(read(f"Rain.\n\n{line}\n\nSun.\n"))][1] == "transition"


def test_a_transition_with_spaces_behind_it_is_action() -> None:
    assert [kind for kind, _ in typed(read("Rain.\n\nCUT TO:  \n\nSun.\n"))][1] == "action"


@pytest.mark.row("G2")
def test_notes_and_boneyards_are_lifted_and_every_line_number_stays() -> None:
    text = (
        "INT. BAR - DAY [[red]]\n\nA [[first]] glass.\n\n/*\nEXT. GONE - DAY\n*/\nANN\n[[a note]]\nHello.\n"
    )
    document = read(text)
    assert [(element.type.value, element.text, element.line) for element in document.elements] == [
        ("scene_heading", "INT. BAR - DAY", 1),
        ("note", "red", 1),
        ("action", "A  glass.", 3),
        ("note", "first", 3),
        ("boneyard", "EXT. GONE - DAY", 5),
        ("character", "ANN", 8),
        ("note", "a note", 9),
        ("dialogue", "Hello.", 10),
    ]


def test_a_note_may_span_lines_but_not_a_blank_one() -> None:
    kinds = [kind for kind, _ in typed(read("Rain [[one\ntwo]] ends.\n\nSun [[one\n\ntwo]] ends.\n"))]
    assert kinds == ["action", "note", "action", "action"]


def test_a_boneyard_that_is_never_closed_stays_text_with_a_warning() -> None:
    document = read("INT. BAR - DAY\n\nRain /* and wind.\n")
    assert typed(document)[1] == ("action", "Rain /* and wind.")
    assert document.warnings[0].line == 3


def test_a_title_page_is_read_with_its_continued_lines() -> None:
    document = read("Title:\n\t_**BRICK**_\n\t_**STEEL**_\nAuthor: Ann\nContact:\nann@here\n\nFADE IN:\n")
    assert document.title_page == {"Title": "BRICK\nSTEEL", "Author": "Ann", "Contact": "ann@here"}


def test_a_script_that_opens_with_a_transition_has_no_title_page() -> None:
    assert read("FADE IN:\n\nINT. BAR - DAY\n").title_page == {}


def test_emphasis_leaves_the_text_and_stays_in_raw() -> None:
    (action,) = read("A **bold** _move_ of *his*, 2 * 3 \\*stars\\*.\n").elements
    assert action.text == "A bold move of his, 2 * 3 *stars*."
    assert "**bold**" in action.raw


_LINES = st.sampled_from(
    [
        *("", "  ", "INT. BAR - DAY", ".POV", "ANN", "BOB ^", "(low)", "Rain.", "CUT TO:", "[[", "]]", "/*"),
        *("*/", "[[a]]", "# A", "= s", "===", "> x <", "~ la", "!X", "@y", "Title: T", "\t", "((((", "**_*"),
    ]
)


@given(st.lists(_LINES, max_size=30))
def test_any_lines_are_read_and_elements_stay_in_order(lines: list[str]) -> None:
    document = read("\n".join(lines))
    starts = [element.line for element in document.elements]
    assert starts == sorted(starts)
    assert all(element.line <= element.end_line <= document.lines for element in document.elements)
