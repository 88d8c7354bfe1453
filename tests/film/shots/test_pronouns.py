"""Pronouns: a silent moment shows the one it is about."""

from __future__ import annotations

import pytest

from cine_forge.film.looks.cast import Cast
from cine_forge.film.shots.pronouns import learn_pronouns
from tests.film.builders import CAST, assembled

PEOPLE = Cast(CAST)
TOLD = ("Ann takes off her hat. Bob stands by the stove.", "Bob comes closer. He holds out a cup.")


def test_a_script_teaches_which_pronoun_is_whose() -> None:
    known = learn_pronouns(PEOPLE, TOLD)
    assert known.known == {"character:ann": "she", "character:bob": "he"}


def test_he_and_she_mean_those_who_are_called_so() -> None:
    known = learn_pronouns(PEOPLE, TOLD)
    here = PEOPLE.ids
    assert known.meant("He laughs.", here, "character:ann") == ("character:bob",)
    assert known.meant("She waits. He does not.", here, None) == ("character:ann", "character:bob")
    assert known.meant("The rain stops.", here, "character:ann") == ()


@pytest.mark.row("G7")
def test_a_reaction_shows_the_one_who_reacts() -> None:
    line = "ANN: I am asking you to come in on time, for once in your long life."
    shots = assembled(*TOLD, line, "He reads it twice. He laughs, and then it is not quite laughing.").shots
    assert shots[-1].cast == ("character:bob",)
