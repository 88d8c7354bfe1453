"""Scene numbers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cine_forge.film.numbering import allot_numbers, number_clashes, number_key

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


@pytest.mark.parametrize(
    ("kept", "numbers"),
    [
        (["12", None, "12A", "13"], ("12", "12aA", "12A", "13")),
        (["12", None, None, "12A"], ("12", "12aA", "12bA", "12A")),
        (["12A", None, "12B"], ("12A", "12aB", "12B")),
        (["12", None, "12aA"], ("12", "12aaA", "12aA")),
        (["12H", None, "13"], ("12H", "12J", "13")),
        (["12Z", None, "13"], ("12Z", "12AA", "13")),
        ([None, "A1", "1"], ("AA1", "A1", "1")),
        (["1", "5", None, "2"], ("1", "5", "5A", "2")),
    ],
)
def test_a_scene_between_two_numbers_gets_one_between_them(
    kept: list[str | None], numbers: tuple[str, ...]
) -> None:
    assert allot_numbers([None] * len(kept), kept) == numbers


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=14))
def test_numbers_stand_in_order_through_any_edits_and_none_comes_back(edits: list[tuple[bool, int]]) -> None:
    numbers, gone = ["1", "2", "3"], set()
    for delete, place in edits:
        if delete and len(numbers) > 1:
            gone.add(numbers.pop(place % len(numbers)))
            continue
        kept: list[str | None] = [*numbers]
        kept.insert(place % (len(numbers) + 1), None)
        after = list(allot_numbers([None] * len(kept), kept, gone))
        assert [number for number in after if number in numbers] == numbers
        assert not gone & set(after)
        numbers = after
        assert sorted(set(numbers), key=number_key) == numbers


def test_a_drafts_own_numbers_are_held_against_what_was_there() -> None:
    clashes = number_clashes(["1", "1", "4", "9", None], ["1", None, "3", None, "5"], {"9"})
    assert [(clash.position, clash.kind, clash.code) for clash in clashes] == [
        (1, "twice", "CF-F060"),
        (2, "changed", "CF-F061"),
        (3, "used_again", "CF-F060"),
    ]
