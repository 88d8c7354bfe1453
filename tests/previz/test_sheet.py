"""Reference sheets: complete, the same each time, different for different people and places."""

from __future__ import annotations

import numpy as np
import pytest

from cine_forge.previz.sheet import draw_character_sheet, draw_location_sheet
from cine_forge.staging.blocking import SetDesign
from cine_forge.staging.grammar import Place
from tests.previz.scenes import ANN, BOB

SIZE = (640, 360)
SALOON = SetDesign(
    kind="bar", ground="#5a4030", wall="#5d4a3f", accent="#a33b2f", seed=5, width_m=8, depth_m=6
)


def test_a_character_sheet_is_the_same_each_time_and_differs_between_people() -> None:
    ann, again, bob = (draw_character_sheet("X", look, "", size=SIZE, seed=1) for look in (ANN, ANN, BOB))
    assert ann.shape == (360, 640, 3)
    assert ann.tobytes() == again.tobytes()
    assert np.abs(ann.astype(int) - bob).mean() > 3


def test_a_character_sheet_carries_the_clothes_colour_as_a_swatch() -> None:
    pixels = draw_character_sheet("ANN", ANN, "tired", size=SIZE, seed=1)
    assert (np.abs(pixels.astype(int) - np.array([0x2F, 0x6F, 0x73])).max(axis=2) < 2).sum() > 100


@pytest.mark.parametrize("name", ["ANNA KRÜGER", "ИВАН", "ΕΛΈΝΗ", "A VERY LONG NAME INDEED " * 5])
def test_a_name_of_any_alphabet_is_set_in_the_header(name: str) -> None:
    header = draw_character_sheet(name, ANN, "words " * 60, size=SIZE, seed=1)[6:32]
    assert (header.max(axis=2) < 90).sum() > 60
    assert (header[:, -8:].max(axis=2) < 90).sum() == 0


@pytest.mark.parametrize("place", [Place.INT, Place.EXT, None])
def test_a_location_sheet_shows_day_and_night(place: Place | None) -> None:
    pixels = draw_location_sheet("SALOON", SALOON, place, size=SIZE, seed=1)
    day, night = pixels[60:180, 20:300], pixels[220:330, 20:300]
    assert pixels.shape == (360, 640, 3)
    assert night.mean() < 0.6 * day.mean()


def test_upright_sheets_are_drawn_too() -> None:
    assert draw_character_sheet("ANN", ANN, "", size=(360, 640), seed=1).shape == (640, 360, 3)
    assert draw_location_sheet("SALOON", SALOON, Place.INT, size=(360, 640), seed=1).shape == (640, 360, 3)
