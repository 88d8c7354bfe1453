"""The corruption generator: what it changes, what it keeps, and that it is the same each time."""

from __future__ import annotations

import random
from collections import Counter
from itertools import combinations

import pytest

from bench.script.clean_script import LeftOut, Page, Part, clean_pages, normal, page_of
from bench.script.print_shop import printed
from bench.script.scan_noise import scanned
from bench.script_corruption import KINDS, Corrupted, corrupt, corrupted_scripts

TEXT = """Title: The Lamp
Author: Nobody

INT. HARBOUR OFFICE - NIGHT

A lamp swings over the table, and the clerk counts coins into a row of small tin boxes.

CLERK
(without looking up)
Nobody sails tonight. Nobody sails tomorrow. Come back when the wind has turned, whenever that is.

MATE (O.S.) ^
We sail.

.THE LAMP

It goes out.

EXT. QUAY - CONTINUOUS

Rain.

CLERK
Then take a coat.
"""
GOLD = {
    "script": "lamp.fountain",
    "title": "The Lamp",
    "scenes": [
        {"raw": "INT. HARBOUR OFFICE - NIGHT", "line": 4},
        {"raw": ".THE LAMP", "line": 15},
        {"raw": "EXT. QUAY - CONTINUOUS", "line": 19},
    ],
    "characters": [{"cues": {"CLERK": 2}}, {"cues": {"MATE (O.S.)": 1}}],
}
PAIRS = [*((kind,) for kind in KINDS), *combinations(KINDS, 2)]
MARKS = str.maketrans(":.^", "   ")


def lamp(text: str = TEXT) -> Page:
    page = page_of(GOLD, text)
    assert isinstance(page, Page)
    return page


def made(*kinds: str, seed: int = 1) -> Page:
    found = corrupt(lamp(), kinds, seed)
    assert isinstance(found, Corrupted)
    return found.page


def words_of(page: Page) -> Counter[str]:
    return Counter(page.text.upper().translate(MARKS).split())


def test_a_clean_page_is_its_file_line_by_line() -> None:
    assert lamp().text == TEXT


def test_a_clean_page_expects_its_gold() -> None:
    assert lamp().cues == Counter({"CLERK": 2, "MATE (O.S": 1})
    assert set(lamp().headings) == {"INT. HARBOUR OFFICE - NIGHT", "THE LAMP", "EXT. QUAY - CONTINUOUS"}


def test_a_script_whose_gold_is_not_on_its_page_is_left_out_with_the_reason() -> None:
    found = page_of(GOLD, TEXT.replace("CLERK\nThen", "CLERKS\nThen"))
    assert found == LeftOut("lamp.txt", (), "the cues of its gold are not found line by line")


@pytest.mark.parametrize("kinds", PAIRS, ids="+".join)
def test_the_same_seed_gives_the_same_bytes(kinds: tuple[str, ...]) -> None:
    assert corrupt(lamp(), kinds, 7) == corrupt(lamp(), kinds, 7)


@pytest.mark.parametrize("kinds", PAIRS, ids="+".join)
def test_what_is_expected_stands_on_the_page(kinds: tuple[str, ...]) -> None:
    found = corrupt(lamp(), kinds, 3)
    if isinstance(found, LeftOut):
        assert found.why == "it is too short for noise"
        return
    text = " ".join(found.page.text.split()).upper()
    assert all(told in text for told in (*found.page.headings, *found.page.cues))


@pytest.mark.parametrize("kind", ["lower-headings", "title-cues", "inline-cues", "hard-wraps", "no-blanks"])
def test_no_word_is_lost_or_made_up(kind: str) -> None:
    assert words_of(made(kind)) == words_of(lamp())


def test_a_production_draft_keeps_every_word_and_adds_only_what_is_printed() -> None:
    assert words_of(lamp()) <= words_of(made("production"))


def test_cutting_keywords_leaves_the_place_and_the_time() -> None:
    assert set(made("no-keyword").headings) == {"HARBOUR OFFICE - NIGHT", "THE LAMP", "QUAY - CONTINUOUS"}


def test_an_inline_cue_shares_its_line_with_the_speech() -> None:
    assert "CLERK: (without looking up) Nobody sails" in made("inline-cues").text
    assert "MATE (O.S.): We sail." in made("inline-cues").text


def test_title_case_spares_what_stands_in_brackets() -> None:
    assert "Mate (O.S.) ^" in made("title-cues").text


def test_wrapped_speech_is_no_longer_than_its_column() -> None:
    speech = [line.text for line in made("hard-wraps").lines if line.part is Part.SPEECH]
    assert len(speech) > 4
    assert max(map(len, speech)) <= 35


def test_scene_numbers_stand_on_both_sides_without_a_dot_for_force() -> None:
    headings = [line.text.split() for line in made("production").lines if line.part is Part.HEADING]
    assert [words[0] for words in headings] == [words[-1] for words in headings]
    assert ["THE", "LAMP"] in [words[1:-1] for words in headings]


def test_a_speech_that_runs_over_the_page_is_taken_up_with_a_cue_that_counts() -> None:
    page = lamp().with_lines(
        [line for line in lamp().lines for _ in range(20 if line.part == "speech" else 1)]
    )
    told = page.with_lines(printed(page, random.Random(1)))
    assert "(MORE)" in told.text
    assert told.cues["CLERK (CONT'D"] > 0


def test_noise_changes_letters_in_headings_and_expects_them_so() -> None:
    page = lamp().with_lines(lamp().lines * 20)
    noised = page.with_lines(scanned(page, random.Random(1)))
    assert noised.headings.total() == page.headings.total()
    assert len(noised.headings) > len(page.headings)


def test_another_seed_gives_other_noise() -> None:
    page = lamp().with_lines(lamp().lines * 20)
    assert scanned(page, random.Random(1)) != scanned(page, random.Random(2))


def test_a_kind_with_nothing_to_change_leaves_the_file_out_with_the_reason() -> None:
    without = lamp().with_lines([line for line in lamp().lines if line.part is not Part.HEADING])
    assert corrupt(without, ["no-keyword"]) == LeftOut(
        "lamp.txt", ("no-keyword",), "no heading has INT or EXT"
    )


def test_comparing_forgives_white_space_case_and_marks_at_the_ends_only() -> None:
    assert normal("  .int.  quay ") == normal("INT. QUAY")
    assert normal("INT. QUAY") != normal("INT QUAY")


@pytest.mark.needs("shared_data")
def test_every_clean_script_is_made_in_every_kind_and_pair() -> None:
    pages, left = clean_pages()
    found, missing = corrupted_scripts(pages)
    assert len(found) + len(missing) == len(pages) * len(PAIRS)
    assert len(found) >= 150
    assert all(one.why for one in (*left, *missing))
