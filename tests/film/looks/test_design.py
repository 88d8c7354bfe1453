"""Design: words are obeyed, people are told apart, places look like what they are called."""

from __future__ import annotations

from itertools import combinations

import pytest

from cine_forge.film.looks.design import design_look, design_set, difference
from cine_forge.staging.blocking import Look
from cine_forge.staging.colour import from_hex, hue_of
from cine_forge.staging.grammar import Place


def look(description: str, entity: str = "character:x", name: str = "X") -> Look:
    return design_look(entity, name, description, ())


@pytest.mark.parametrize(
    ("description", "field", "value"),
    [
        ("a BALD man", "hair_style", "bald"),
        ("in a long coat", "garment", "coat"),
        ("Wearing a Police uniform", "garment", "uniform"),
        ("glasses on her nose", "accessory", "glasses"),
        ("a grey beard", "accessory", "beard"),
        ("a woman with curly hair", "hair_style", "curly"),
        ("in a summer dress", "garment", "dress"),
        ("a wide-brimmed hat", "hair_style", "hat"),
        ("a baseball cap", "hair_style", "cap"),
        ("the cook", "garment", "apron"),
        ("her hair in a bun", "hair_style", "bun"),
    ],
)
def test_the_words_of_the_description_are_obeyed(description: str, field: str, value: str) -> None:
    assert getattr(look(description), field) == value


@pytest.mark.parametrize(
    ("description", "field", "low", "high"),
    [
        ("a red coat", "top", 0.94, 1.04),
        ("a yellow raincoat", "top", 0.10, 0.16),
        ("a dark green uniform", "top", 0.33, 0.50),
        ("long red hair", "hair", 0.01, 0.08),
        ("blue trousers", "bottom", 0.55, 0.65),
    ],
)
def test_a_colour_goes_to_the_thing_it_is_said_of(
    description: str, field: str, low: float, high: float
) -> None:
    hue = hue_of(from_hex(getattr(look(description), field)))[0]
    assert low <= hue <= high or low <= hue + 1 <= high


def test_age_and_height_are_read() -> None:
    assert look("a tall man").height_m > 1.88
    assert look("ANN (8), in pyjamas").height_m < 1.4
    assert look("a small boy").height_m < 1.4
    saturation = hue_of(from_hex(look("an old woman").hair))[1]
    assert saturation < 0.2
    assert look("a man (70s)").hair == look("an elderly man").hair


def test_the_name_speaks_where_the_description_is_silent() -> None:
    assert look("", name="SHERIFF COLE").garment == "uniform"
    assert look("wears a dress", name="SHERIFF COLE").garment == "dress"


@pytest.mark.row("G9")
def test_a_look_depends_on_its_arguments_alone() -> None:
    assert look("a nurse") == look("a nurse")
    assert look("", "character:ann") != look("", "character:bob")


@pytest.mark.row("G9")
def test_twelve_people_nobody_described_are_all_told_apart() -> None:
    taken: list[Look] = []
    for number in range(12):
        taken.append(design_look(f"character:{number}", f"P{number}", "", taken))
    assert min(difference(one, other) for one, other in combinations(taken, 2)) > 0.55


@pytest.mark.parametrize(
    ("name", "place", "kind"),
    [
        ("KITCHEN", Place.INT, "kitchen"),
        ("ANN'S OFFICE", Place.INT, "office"),
        ("SALOON", Place.INT, "bar"),
        ("HALLWAY", Place.INT, "hall"),
        ("JAIL CELL", Place.INT, "cell"),
        ("THEATRE STAGE", Place.INT, "stage"),
        ("TRAIN COMPARTMENT", Place.INT, "vehicle"),
        ("MAIN STREET", Place.EXT, "street"),
        ("BACK YARD", Place.EXT, "yard"),
        ("DESERT", Place.EXT, "desert"),
        ("DEEP WOODS", Place.EXT, "woods"),
        ("LAKE", Place.EXT, "water"),
        ("PIER", Place.EXT, "water"),
        ("LIGHTHOUSE", Place.EXT, "water"),
        ("FARM", Place.EXT, "field"),
        ("JAIL - OFFICE", Place.INT, "office"),
        ("SALOON", Place.EXT, "street"),
        ("SOMEWHERE", Place.INT, "room"),
        ("SOMEWHERE", Place.EXT, "yard"),
        ("SOMEWHERE", None, "room"),
    ],
)
def test_a_place_becomes_what_its_name_says(name: str, place: Place | None, kind: str) -> None:
    assert design_set("location:x", name, place, "").kind == kind


def test_two_places_of_one_kind_look_different_and_each_stays_the_same() -> None:
    one, again, other = (design_set(f"location:{e}", "KITCHEN", Place.INT, "") for e in ("a", "a", "b"))
    assert one == again
    assert (one.ground, one.wall) != (other.ground, other.wall)
