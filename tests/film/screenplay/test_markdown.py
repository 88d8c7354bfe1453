"""The Markdown reader: episodes as language models write them."""

from __future__ import annotations

import pytest

from cine_forge.film.screenplay.document import ElementType
from tests.film.scripts import only, read, typed


def markdown(text: str) -> list[tuple[str, str]]:
    """Return (type, text) of every element of a Markdown episode."""
    return typed(read(text, "ep_001.md"))


@pytest.mark.row("G2")
def test_an_episode_with_bold_titles_headings_and_cues_is_read() -> None:
    text = (
        '# LOST\n\n**Episode 1: "Rain"**\n\nFADE IN:\n\n**INT. BAR - DAY**\n\nRain.\n\n'
        "**ANN**\n(low) Come *here*.\n\nCut to:\n\n### EXT. YARD - NIGHT\n\nBOB\nNo.\n"
    )
    assert markdown(text) == [
        ("title", "LOST"),
        ("title", 'Episode 1: "Rain"'),
        ("transition", "FADE IN:"),
        ("scene_heading", "INT. BAR - DAY"),
        ("action", "Rain."),
        ("character", "ANN"),
        ("parenthetical", "(low)"),
        ("dialogue", "Come here."),
        ("transition", "Cut to:"),
        ("scene_heading", "EXT. YARD - NIGHT"),
        ("character", "BOB"),
        ("dialogue", "No."),
    ]


@pytest.mark.row("G3")
@pytest.mark.parametrize(
    "cue", ["**ANN:** Hello.", "**Ann (low)**: Hello.", "ANN: Hello.", "ANN: (low) Hello."]
)
def test_a_speech_on_the_line_of_its_cue_is_found(cue: str) -> None:
    found = markdown(f"INT. BAR - DAY\n\nAnn and ANN.\n\n{cue}\n")
    assert [kind for kind, _ in found][2] == "character"
    assert found[-1] == ("dialogue", "Hello.")


def test_a_sentence_with_a_colon_is_no_speech() -> None:
    assert [kind for kind, _ in markdown("INT. BAR - DAY\n\nOne thing is sure: it rains.\n")][1] == "action"


def test_acts_are_sections_where_there_are_headings() -> None:
    kinds = [
        kind for kind, _ in markdown("**Act I:**\n\nINT. BAR - DAY\n\nRain.\n\nAct II:\n\nINT. BAR - NIGHT\n")
    ]
    assert kinds == ["section", "scene_heading", "action", "section", "scene_heading"]


@pytest.mark.row("G3")
def test_acts_become_scenes_with_low_confidence_where_there_is_no_heading() -> None:
    document = read("**Act I:**\n\nRain.\n\n**Act II:**\n\nSun.\n", "ep_001.md")
    headings = only(document, ElementType.SCENE_HEADING)
    assert [(heading.text, heading.confidence) for heading in headings] == [("Act I", 0.5), ("Act II", 0.5)]
    assert "guessed" in document.warnings[0].message


def test_a_numbered_scene_label_gives_its_number() -> None:
    headings = only(read("## Scene 3: INT. BAR - DAY\n\nRain.\n", "ep_001.md"), ElementType.SCENE_HEADING)
    assert [(heading.text, heading.number) for heading in headings] == [("INT. BAR - DAY", "3")]


def test_fences_and_lists_are_read_through() -> None:
    found = markdown("```\nINT. BAR - DAY\n\n1. **Ann**, a spy.\n```\n")
    assert found == [("scene_heading", "INT. BAR - DAY"), ("action", "Ann, a spy.")]
