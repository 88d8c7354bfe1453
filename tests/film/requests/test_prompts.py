"""Prompts: one table, no names, never too long."""

from __future__ import annotations

import re

import pytest

from cine_forge.film.looks.cast import Cast
from cine_forge.film.looks.looks import colour_word, describe_look, without_names
from cine_forge.film.requests.prompts import BUILDERS, LIMIT_CHARS, Brief, build_prompt, get_builder
from cine_forge.kernel.ground.errors import StageError
from cine_forge.staging.grammar import Tier
from tests.film.builders import CAST, assembled, character, location, shot

TEXTS = (
    "Ann takes Bob's LANTERN in the OFFICE.",
    "ANN: Is it yours, Bob?",
    "BOB (V.O.): Ask Cid.",
    "Cid runs off.",
)


@pytest.mark.row("D25")
def test_a_key_that_nobody_registered_raises() -> None:
    with pytest.raises(KeyError):
        get_builder("local-still", "video_i2v")
    with pytest.raises(StageError, match="CF-F110"):
        build_prompt(Brief(shot=shot()), "unheard-of", "video_i2v")


@pytest.mark.row("D27")
def test_no_name_of_the_cast_or_the_place_reaches_a_prompt() -> None:
    for one in assembled(*TEXTS).shots:
        for model, modality in BUILDERS:
            prompt = build_prompt(Brief(shot=one, tier=Tier.PENCIL), model, modality)
            assert not re.search(r"\b(?:ann|bob|cid)\b", prompt, re.IGNORECASE)
            assert "@" not in prompt


@pytest.mark.row("D26")
def test_a_very_long_action_gives_a_prompt_within_the_limit() -> None:
    long = shot().model_copy(update={"described": "It goes on for ever and a day. " * 400})
    assert len(build_prompt(Brief(shot=long), "local-clip", "video_i2v")) < LIMIT_CHARS


@pytest.mark.row("D26")
def test_a_prompt_over_the_limit_is_refused_and_not_cut() -> None:
    with pytest.raises(StageError, match="CF-F111"):
        build_prompt(Brief(shot=shot(), fix="x" * LIMIT_CHARS), "local-clip", "video_i2v")


def test_the_same_brief_gives_the_same_prompt() -> None:
    brief = Brief(shot=shot("Ann waits."), tier=Tier.PENCIL)
    assert build_prompt(brief, "local-still", "image_t2i") == build_prompt(brief, "local-still", "image_t2i")


def test_a_sheet_is_asked_for_by_look_or_kind_of_place() -> None:
    person = build_prompt(Brief(asset=character("Ann", hair_style="bald")), "local-still", "image_t2i")
    place = build_prompt(Brief(asset=location()), "local-still", "image_t2i")
    assert (
        person
        == "character reference sheet, front, three-quarter and profile: a bald figure in a green shirt."
    )
    assert place == "location reference sheet: office, int."


def test_people_are_described_by_what_they_wear() -> None:
    look = character("Ann", top="#e07a1f", garment="jacket", accessory="badge").look
    assert look and describe_look(look) == "a short-haired figure in an orange jacket with a badge"
    assert [colour_word(c) for c in ("#000000", "#fefefe", "#2a9a40")] == ["black", "white", "green"]


def test_a_full_name_becomes_one_description() -> None:
    full = character("Ann").model_copy(update={"name": "ANN MARSH"})
    said = without_names("ANN MARSH waits. Marsh's hat falls.", Cast((full, *CAST[1:])))
    assert said == "the figure in a green shirt waits. the figure in a green shirt's hat falls."
