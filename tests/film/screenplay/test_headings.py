"""What a heading says."""

from __future__ import annotations

import pytest

from cine_forge.film.screenplay.headings import Heading, parse_heading
from cine_forge.staging.grammar import DayTime, Place

INT, EXT, BOTH = Place.INT, Place.EXT, Place.INT_EXT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("INT. KITCHEN - DAY", Heading(INT, "KITCHEN", None, "DAY", DayTime.DAY)),
        ("INT. KITCHEN, DAY", Heading(INT, "KITCHEN", None, "DAY", DayTime.DAY)),
        ("EXT. BEACH — NIGHT", Heading(EXT, "BEACH", None, "NIGHT", DayTime.NIGHT)),
        ("INT./EXT. CAR - DAWN", Heading(BOTH, "CAR", None, "DAWN", DayTime.DAWN)),
        ("I/E CAR - DUSK", Heading(BOTH, "CAR", None, "DUSK", DayTime.DUSK)),
        (
            "INT. JACK'S FLAT - KITCHEN - NIGHT",
            Heading(INT, "JACK'S FLAT", "KITCHEN", "NIGHT", DayTime.NIGHT),
        ),
        (
            "INT. HALL, TOM'S HOUSE, A MOMENT LATER",
            Heading(INT, "HALL, TOM'S HOUSE", None, "A MOMENT LATER", None),
        ),
        ("INT. BAR, SAME", Heading(INT, "BAR", None, "SAME", None)),
        ("INT. BAR - CONTINUOUS", Heading(INT, "BAR", None, "CONTINUOUS", None)),
        ("INT. BAR -- A BIT LATER", Heading(INT, "BAR", None, "A BIT LATER", None)),
        ("INT. HOME, THE NEXT MORNING", Heading(INT, "HOME", None, "THE NEXT MORNING", DayTime.DAY)),
        ("EXT. RAINY NIGHT STREET - 10PM", Heading(EXT, "RAINY NIGHT STREET", None, "10PM", DayTime.NIGHT)),
        ("INT. HOUSE DAY", Heading(INT, "HOUSE", None, "DAY", DayTime.DAY)),
        ("INT. CAFE - BACK ROOM", Heading(INT, "CAFE", "BACK ROOM", None, None)),
        (
            "INT. BAR - DAY - FLASHBACK (1944)",
            Heading(INT, "BAR", None, "DAY - FLASHBACK (1944)", DayTime.DAY),
        ),
        ("SNIPER SCOPE POV", Heading(None, "SNIPER SCOPE POV", None, None, None)),
        ("INT. DAY SPA", Heading(INT, "DAY SPA", None, None, None)),
        ("ИНТ. КВАРТИРА - НОЧЬ", Heading(INT, "КВАРТИРА", None, "НОЧЬ", DayTime.NIGHT)),
    ],
)
def test_a_heading_is_taken_apart(text: str, expected: Heading) -> None:
    assert parse_heading(text) == expected
