"""What a scene mentions, by category: nouns, deeds, capitals, and what is none of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cine_forge.film.breakdown.cast_names import CastNames
from cine_forge.film.breakdown.scene_draft import cut_scenes
from cine_forge.film.breakdown.things import Thing, once, things_in
from cine_forge.film.people.people import find_people
from cine_forge.film.screenplay.document import Element, ElementType
from tests.film.scripts import read


def found(text: str, heading: str = "INT. ROOM - DAY") -> tuple[Thing, ...]:
    """Return each thing of one scene once."""
    (draft,) = cut_scenes(read(f"{heading}\n\n{text}\n"))
    return once(things_in((draft.heading, *draft.body), find_people([draft])))


def named(text: str, heading: str = "INT. ROOM - DAY") -> set[tuple[str, str]]:
    """Return (category, name) of everything found."""
    return {(thing.category, thing.name) for thing in found(text, heading)}


@pytest.mark.row("G5")
@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("She takes a battered umbrella.", ("prop", "battered umbrella")),
        ("A SAMURAI SWORD gleams.", ("prop", "samurai sword")),
        ("He steadies a USB drive.", ("prop", "usb drive")),
        ("A GRAVIMETER glows on the desk.", ("prop", "gravimeter")),
        ("He holds a strange widget.", ("prop", "strange widget")),
        ("The stranger waits, a black cheroot in his teeth.", ("prop", "black cheroot")),
        ("His opponent sips tea.", ("prop", "tea")),
        ("He hangs up.", ("prop", "phone")),
        ("An oak desk stands by the stove.", ("set_dressing", "oak desk")),
        ("She leans on the bar.", ("set_dressing", "bar")),
        ("He wears a grey coat.", ("wardrobe", "grey coat")),
        ("She is dressed in black.", ("wardrobe", "black")),
        ("A man in a poncho waits.", ("wardrobe", "poncho")),
        ("TOM, bald, round glasses, moss-green jumper, waits.", ("wardrobe", "round glasses")),
        ("TOM, bald, round glasses, moss-green jumper, waits.", ("wardrobe", "moss-green jumper")),
        ("She wears a splendid frippet.", ("wardrobe", "splendid frippet")),
        ("His shirt is blood-stained.", ("make_up", "blood-stained")),
        ("A black SUV waits.", ("vehicle", "black suv")),
        ("He drives a rusty quadrumobile.", ("vehicle", "rusty quadrumobile")),
        ("A mongrel dog sleeps.", ("animal", "mongrel dog")),
        ("Sirens wail far off.", ("sound", "Sirens")),
        ("The kettle whistles.", ("sound", "whistles")),
        ("KRUMPF!", ("sound", "krumpf")),
        ("The sound of breaking branches.", ("sound", "breaking branches")),
        ("We hear the sound of a car, and glass shattering.", ("sound", "glass shattering")),
        ("She hears a faint scrabbling.", ("sound", "faint scrabbling")),
        ("A slow waltz begins.", ("music", "slow waltz")),
        ("Smoke drifts under the door.", ("sfx", "Smoke")),
        ("The vase shatters.", ("sfx", "shatters")),
        ("A hologram of the city turns.", ("vfx", "hologram")),
        ("She morphs.", ("vfx", "morphs")),
        ("They end in a fistfight.", ("stunt", "fistfight")),
        ("He falls off the roof.", ("stunt", "falls")),
        ("A crowd of mourners parts.", ("extra", "crowd")),
        ("Three plumbers argue.", ("extra", "plumbers")),
        ("Seen by a drone shot.", ("equipment", "drone shot")),
    ],
)
def test_a_thing_is_found_in_its_category(text: str, thing: tuple[str, str]) -> None:
    assert thing in named(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "He watches her.",
            "She rings him.",
            "They book nothing.",
            "The captain pilots on.",
            "He hands it over.",
        ),
        *("It snaps like a guitar string.", "There is no gun.", "Without a sword he is nobody."),
        *("He waits at the coffee shop.", "A building marked HOFF.", "He eats at Taco Bell."),
        *("The camera pans.", "His eyes meet hers.", "A moment of silence.", "She takes a deep breath."),
        *("TOM FINCH (50), a man who was once a good one, presses on.", "Vera, 45, mops towards him."),
        *("A medical examiner saws away.", "The bounty hunter cannot file it."),
        *("A wave of grief.", "He is painting.", "He stops, almost knocking her over."),
        *("He holds a grudge.", "He turns the door handle.", "Her friends laugh.", "He quickly leaves."),
    ],
)
def test_what_is_no_thing_is_left_out(text: str) -> None:
    assert named(text) <= {("prop", "grudge")}


@pytest.mark.row("G5")
def test_a_noun_that_only_names_another_is_part_of_its_name() -> None:
    assert named("He tears out the printer cable.") == {("prop", "printer cable")}


def test_a_new_line_with_a_capital_ends_a_name_and_a_wrapped_line_does_not() -> None:
    assert {("prop", "kettle"), ("animal", "Snail")} <= named(
        "Water pours into a kettle\nSnail is glad of it"
    )
    assert ("prop", "brass kettle") in named("She reaches for the brass\nkettle and pours.")


def test_a_part_stands_for_the_thing_it_belongs_to() -> None:
    assert named("He fumbles at his jacket pocket.") == {("wardrobe", "jacket")}
    assert named("The car door stays shut.") == {("vehicle", "car")}


def test_a_heading_names_the_vehicle_that_it_plays_in() -> None:
    assert ("vehicle", "taxi") in named("They wait.", "INT. TAXI - NIGHT")
    assert named("They wait.", "INT. BUS STATION - NIGHT") == set()


def test_a_thing_that_speaks_is_brought_to_the_set_and_a_person_of_that_name_is_not() -> None:
    assert named("The printer hops.\n\nPRINTER\nUh-oh.") == {("set_dressing", "printer")}
    assert named("Then Printer hops. THE PRINTER leaves.\n\nPRINTER\nUh-oh.") == set()
    assert named("The cat purrs.\n\nCAT\nUh-oh.") == set()


@pytest.mark.row("D6")
def test_a_thing_is_told_once_by_its_fullest_name_at_its_first_line() -> None:
    things = found("A desk clock ticks.\n\nThe clock stops. Two clocks strike.")
    assert [(one.name, one.line) for one in things if one.category == "set_dressing"] == [("desk clock", 3)]


def test_two_words_for_one_thing_are_one_thing() -> None:
    assert [
        one.name for one in found("The telephone rings. She picks up the phone.") if one.category == "prop"
    ] == ["telephone"]


def test_two_of_a_kind_told_apart_by_colour_are_two() -> None:
    assert {("prop", "black pistol"), ("prop", "silver pistol")} <= named(
        "A black pistol and a silver pistol."
    )


@pytest.mark.row("D6")
def test_speech_counts_only_where_it_hands_something_over_and_is_marked() -> None:
    text = "ANN\nTake the lantern. I once had a piano and three swords.\n(lifting a crowbar)\nGo."
    told = {(one.name, one.spoken) for one in found(text)}
    assert told == {("lantern", True), ("crowbar", False)}
    assert max(one.confidence for one in found(text) if one.spoken) < 0.5


@pytest.mark.row("D6")
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Er nimmt die Petroleumlampe und den Mantel. Der Hund bellt.", {"Petroleumlampe", "Mantel", "Hund"}),
        ("Иван пьёт воду и садится в кресло. На нём белые перчатки.", {"воду", "кресло", "перчатки"}),
        ("Le tableau de la chambre est dans un train. Il pose une chaise et des gants.", set()),
    ],
)
def test_another_language_is_read_by_its_own_nouns_or_not_at_all(text: str, names: set[str]) -> None:
    assert {one.name for one in found(text)} == names


@pytest.mark.parametrize(
    "text", ["", "...", "12", "A", "the", "'s", "—", "(", "A a a", "THE", "\u0301\u0301"]
)
def test_scraps_are_read_without_complaint(text: str) -> None:
    found(text)


@given(st.text(alphabet="aThe gun's of,.!?-(\n)ABxüЖ\"“", max_size=120))
def test_a_name_always_stands_in_the_text_and_on_its_line(text: str) -> None:
    element = Element(type=ElementType.ACTION, text=text, raw=text, line=3, end_line=3 + text.count("\n"))
    lines = text.split("\n")
    for thing in things_in((element,), CastNames({})):
        assert 3 <= thing.line <= element.end_line
        assert thing.name.split()[0].lower() in lines[thing.line - 3].lower()


def test_reading_twice_gives_the_same() -> None:
    text = "A desk clock ticks by a black pistol. Smoke fills the bar. They end in a fistfight."
    assert found(text) == found(text)
