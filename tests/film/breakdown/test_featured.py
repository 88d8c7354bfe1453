"""Props, clothes, vehicles and calls."""

from __future__ import annotations

import pytest

from cine_forge.film.breakdown.featured import things_in
from cine_forge.film.breakdown.scene_draft import cut_scenes
from cine_forge.film.people.people import find_people
from tests.film.scripts import read


def things(text: str) -> list[tuple[str, str]]:
    """Return (category, name) of the things of one scene."""
    (draft,) = cut_scenes(read(f"INT. BAR - DAY\n\n{text}\n"))
    return [(thing.category, thing.name) for thing in things_in(draft, find_people([draft]))]


@pytest.mark.row("D6")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A SAMURAI SWORD gleams.", ("prop", "samurai sword")),
        ("She takes a battered umbrella.", ("prop", "umbrella")),
        ("He wears a grey coat.", ("wardrobe", "coat")),
        ("A black SUV waits.", ("vehicle", "suv")),
        ("It is a USB drive.", ("prop", "usb drive")),
        ("The phone rings.", ("phone_call", "phone call")),
        ("ANN (on phone)\nYes.", ("phone_call", "phone call")),
    ],
)
def test_a_thing_is_found(text: str, found: tuple[str, str]) -> None:
    assert found in things(text)


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
    ],
)
def test_what_is_no_thing_is_left_out(text: str) -> None:
    assert things(text) == []


def test_a_person_is_no_prop_even_when_called_like_one() -> None:
    assert things("The printer hops.\n\nPRINTER\nUh-oh.") == []


def test_a_thing_is_named_once_by_its_full_name() -> None:
    assert things("A CLARINET CASE lies here. The case ticks. The clarinet case stops.") == [
        ("prop", "clarinet case"),
        ("prop", "clarinet"),
    ]
