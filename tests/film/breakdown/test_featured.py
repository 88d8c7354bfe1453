"""The props that a scene's own boards show: few, and none that is no thing."""

from __future__ import annotations

import pytest

from cine_forge.film.breakdown.featured import featured_props
from cine_forge.film.breakdown.scene_draft import cut_scenes
from cine_forge.film.people.people import find_people
from tests.film.scripts import read


def featured(text: str) -> tuple[str, ...]:
    """Return the featured props of one scene."""
    (draft,) = cut_scenes(read(f"INT. BAR - DAY\n\n{text}\n"))
    return featured_props(draft, find_people([draft]))


@pytest.mark.parametrize(
    ("text", "prop"),
    [
        ("A SAMURAI SWORD gleams.", "samurai sword"),
        ("She takes a battered umbrella.", "umbrella"),
        ("It is a USB drive.", "usb drive"),
        ("The clock strikes. A KEY lies here.", "key"),
    ],
)
def test_a_prop_is_featured(text: str, prop: str) -> None:
    assert prop in featured(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "The door SLAMS with a BANG.",
            "The MAILMAN leaves.",
            "He watches her.",
            "It snaps like a guitar string.",
        ),
        *("The camera pans.", "A building marked HOFF.", "He eats at Taco Bell.", "A former US Navy man."),
        *("He wears a grey coat.", "A black SUV waits.", "ANN (on phone)\nYes."),
    ],
)
def test_what_is_no_prop_is_not_featured(text: str) -> None:
    assert featured(text) == ()


def test_a_person_is_no_prop_even_when_called_like_one() -> None:
    assert featured("The printer hops.\n\nPRINTER\nUh-oh.") == ()


def test_a_prop_is_featured_once_by_its_full_name() -> None:
    assert featured("A CLARINET CASE lies here. The case ticks. The clarinet case stops.") == (
        "clarinet case",
        "clarinet",
    )
