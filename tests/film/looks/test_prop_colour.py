"""The colour of a prop: the script's words, else the thing's own."""

from __future__ import annotations

import pytest

from cine_forge.film.looks.prop_colour import prop_colour
from cine_forge.staging.colour import from_hex, hue_of


@pytest.mark.parametrize(
    ("name", "text", "colour"),
    [
        ("CLARINET CASE", "On the bench: a CLARINET CASE, scuffed black leather. Dry.", "#222328"),
        ("LABEL", "Only a METRONOME, its brass arm swinging, and a paper LABEL on a string.", "#e6dcc2"),
        ("METRONOME", "Only a METRONOME, its brass arm swinging.", "#7a5232"),
        ("KEY", "She holds a rusty red KEY.", "#b23a32"),
        ("BOX", "A BOX, and a man in a green coat.", "#7a5232"),
    ],
)
def test_the_words_round_a_prop_colour_it(name: str, text: str, colour: str) -> None:
    assert prop_colour(name, (text,)) == colour


def test_a_thing_without_words_has_its_usual_colour() -> None:
    assert prop_colour("telephone") == prop_colour("phone")
    assert max(from_hex(prop_colour("telephone"))) < 0.2
    assert min(from_hex(prop_colour("COFFEE"))) > 0.8


def test_an_unknown_thing_is_muted() -> None:
    names = ("gizmo", "wotsit", "thingummy", "doodah", "contraption", "gadget")
    assert all(hue_of(from_hex(prop_colour(name)))[1] < 0.4 for name in names)
