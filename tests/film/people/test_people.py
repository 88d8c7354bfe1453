"""Who is a person, who is not, and where action names them."""

from __future__ import annotations

import pytest

from cine_forge.film.breakdown.scene_draft import cut_scenes
from cine_forge.film.people.people import People, find_people
from tests.film.scripts import read


def people(text: str) -> People:
    """Find the people of one scene."""
    return find_people(cut_scenes(read(f"INT. BAR - DAY\n\n{text}\n")))


def names(text: str) -> list[str]:
    """Return their names."""
    return [person.name for person in people(text).members]


def test_extensions_ages_and_continued_are_no_part_of_a_name() -> None:
    assert names("ANN (V.O.)\nOne.\n\nANN (CONT'D)\nTwo.\n\nOFFICER (30s)\nThree.") == ["ANN", "OFFICER"]


@pytest.mark.row("D6")
def test_an_introduction_gives_a_speaker_the_full_name_as_alias() -> None:
    (jack,) = people("JACK McCORD (35), a former outlaw, drinks.\n\nJACK\nMore.").members
    assert (jack.id, jack.aliases) == ("character:jack", ("JACK McCORD",))
    assert jack.descriptions == ("JACK McCORD (35), a former outlaw, drinks.",)


def test_each_of_two_in_one_sentence_gets_their_own_words() -> None:
    text = "TOM REY (30s), a thief, is held by the sheriff, RYDER (40s).\n\nTOM\nNo.\n\nRYDER\nYes."
    tom, ryder = people(text).members
    assert tom.descriptions == ("TOM REY (30s), a thief, is held by",)
    assert ryder.descriptions == ("the sheriff, RYDER (40s).",)


def test_a_pronoun_before_an_apposition_is_somebody_else() -> None:
    (tom,) = people("Her younger brother, TOM (22), paces.\n\nTOM\nNo.").members
    assert tom.descriptions == ("younger brother, TOM (22), paces.",)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("MARIA LOPEZ (60) sweeps.", "MARIA LOPEZ"),
        ("Sir Lucas (30s) nods.", "SIR LUCAS"),
        ("The MAILMAN leaves.", "MAILMAN"),
        ("A tall SECURITY GUARD yawns.", "SECURITY GUARD"),
        ("LUCY, 35, waits.", "LUCY"),
    ],
)
def test_a_silent_person_is_found_by_age_or_role(text: str, name: str) -> None:
    assert names(text) == [name]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "The door SLAMS.",
            "BANG! A CRASH outside.",
            "A SAMURAI SWORD gleams.",
            "CLOSE ON the LASER PRINTER.",
        ),
        *("FADE OUT.", "THE WHOLE LINE IS LOUD.", "The clock reads STANDBY.", "TWO GUARDS run."),
    ],
)
def test_sounds_things_and_camera_words_are_nobody(text: str) -> None:
    assert names(text) == []


def test_two_who_speak_alone_and_together_stay_two() -> None:
    found = people("BRICK\nOne.\n\nSTEEL\nTwo.\n\nBRICK & STEEL\nThree.")
    assert [person.name for person in found.members] == ["BRICK", "STEEL"]


def test_a_voice_of_somebody_is_that_somebody() -> None:
    assert names("EMILY\nOne.\n\nEMILY'S VOICE\nTwo.") == ["EMILY"]


def test_everybody_at_once_is_a_group_that_does_not_stand_on_the_set() -> None:
    (everyone,) = people("ALL\nHurrah.").members
    assert (everyone.is_group, everyone.stands_on_set) == (True, False)


def test_names_keep_their_own_letters_in_the_id() -> None:
    assert people("ЧУБУКОВ\nДа.").members[0].id == "character:чубуков"


def test_a_possessive_names_a_person_without_placing_them() -> None:
    found = people("ANN\nOne.")
    named = [(one.id, one.present) for one in found.named_in("Ann's eyes narrow in Ann's flat.")]
    assert named == [("character:ann", True), ("character:ann", False)]
