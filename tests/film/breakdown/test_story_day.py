"""Story days: when a day turns, and what stands outside the days."""

from __future__ import annotations

import pytest

from cine_forge.film.breakdown.scene_draft import cut_scenes
from cine_forge.film.breakdown.story_day import StoryDay, story_days
from tests.film.scripts import read


def days(*headings: str) -> list[StoryDay]:
    """Return the days of scenes with these headings and hardly anything in them."""
    scenes = "\n\n".join(heading if "\n" in heading else f"{heading}\n\nAnn waits." for heading in headings)
    return list(story_days(cut_scenes(read(scenes + "\n"))))


def marks(*headings: str) -> list[str]:
    """Return the marks of days."""
    return [day.mark for day in days(*headings)]


@pytest.mark.row("G5")
@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (("INT. BAR - DAY", "EXT. YARD - DAY", "INT. BAR - NIGHT"), ["D1", "D1", "D1"]),
        (("INT. BAR - NIGHT", "EXT. YARD - DAY"), ["D1", "D2"]),
        (("INT. BAR - NIGHT", "EXT. YARD - CONTINUOUS", "INT. HALL - LATER"), ["D1", "D1", "D1"]),
        (("INT. BAR - DAY", "EXT. YARD - NEXT MORNING"), ["D1", "D2"]),
        (("INT. BAR - DAY", "EXT. YARD - TWO DAYS LATER"), ["D1", "D2"]),
        (("INT. BAR - DAY", "EXT. YARD - MOMENTS LATER"), ["D1", "D1"]),
        (("INT. BAR - AFTERNOON", "EXT. YARD - MORNING"), ["D1", "D2"]),
        (("INT. BAR - MORNING", "EXT. YARD - DAY"), ["D1", "D1"]),
        (("INT. BAR - DUSK", "EXT. YARD - NIGHT", "INT. BAR - DAWN"), ["D1", "D1", "D2"]),
        (("INT. BAR - DAY", "INT. HALL - DAY\n\nSUPER: THREE WEEKS LATER"), ["D1", "D2"]),
        (("INT. BAR", "INT. HALL"), ["D1", "D1"]),
    ],
)
def test_a_day_turns_where_the_script_says_or_shows_it(
    headings: tuple[str, ...], expected: list[str]
) -> None:
    assert marks(*headings) == expected


@pytest.mark.row("G5")
def test_what_is_remembered_or_dreamt_has_marks_of_its_own_and_no_day_passes() -> None:
    told = marks(
        *(
            "INT. BAR - DAY",
            "INT. SCHOOL - DAY (FLASHBACK)",
            "INT. BAR - DAY",
            "EXT. SEA - NIGHT - FLASHBACK",
        ),
        *("EXT. CLOUDS - DREAM", "INT. BAR - DAY"),
    )
    assert told == ["D1", "F1", "D1", "F2", "V1", "D1"]


def test_a_flashback_may_go_on_and_ends_where_the_present_is_named() -> None:
    told = marks(
        "INT. BAR - DAY", "INT. SCHOOL - FLASHBACK", "EXT. YARD - CONTINUOUS", "INT. BAR - PRESENT DAY"
    )
    assert told == ["D1", "F1", "F1", "D1"]


def test_an_insert_and_an_omitted_scene_are_on_the_day_of_the_scene_before() -> None:
    told = marks("INT. BAR - NIGHT", ".THE CLOCK", "12 OMITTED\n", "EXT. YARD - DAY")
    assert told == ["D1", "D1", "D1", "D2"]


def test_every_mark_says_why_and_what_is_told_is_surer_than_what_is_guessed() -> None:
    first, guessed, told = days("INT. BAR - NIGHT", "INT. HALL", "EXT. YARD - NEXT MORNING")
    assert (first.why, guessed.why, told.why) == ("the first day", "no time is told", "the heading says so")
    assert guessed.confidence < first.confidence < told.confidence
