"""Scene numbers."""

from __future__ import annotations

import pytest

from cine_forge.film.numbering import allot_numbers

pytestmark = pytest.mark.row("G6")


def test_a_first_draft_counts_from_one() -> None:
    assert allot_numbers([None, None], [None, None]) == ("1", "2")


def test_the_numbers_of_the_script_win() -> None:
    assert allot_numbers(["7", "7A", "9"], [None] * 3) == ("7", "7A", "9")


def test_inserted_scenes_get_letters_and_nothing_is_renumbered() -> None:
    assert allot_numbers([None] * 4, ["3", None, None, "4"]) == ("3", "3A", "3B", "4")


def test_a_scene_before_the_first_and_one_after_the_last() -> None:
    assert allot_numbers([None] * 3, [None, "1", None]) == ("A1", "1", "2")


def test_a_number_that_was_used_once_is_not_used_again() -> None:
    assert allot_numbers([None] * 3, ["3", None, "4"], retired=["3A"]) == ("3", "3B", "4")
    assert allot_numbers([None] * 2, ["3", None], retired=["4"]) == ("3", "5")
