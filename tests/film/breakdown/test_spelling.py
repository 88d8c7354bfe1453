"""Whether words stand in a line, and how the line spells them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cine_forge.film.breakdown.spelling import Spelling


@pytest.mark.parametrize(
    ("line", "words", "found"),
    [
        ("Ann lifts the LANTERN.", "lantern", "LANTERN"),
        ("Ann lifts the  old\tlantern", "OLD LANTERN", "old lantern"),
        ("It is Ann’s coat", "ann's coat", "Ann’s coat"),
        ("Die STRASSE ist nass", "straße", "STRASSE"),
        ("ЛАМПА горит", "лампа", "ЛАМПА"),
        ("lan\u200btern", "lantern", "lantern"),
        ("lantern", "lan\u202etern", "lantern"),
        ("the old man (60)", "old man", "old man"),
        ("提灯を持つ", "提灯", "提灯"),
        ("a party", "art", None),
        ("a party", "", None),
        ("a party", "   ", None),
        ("a party.", ".", None),
        (
            "one two three four five six seven eight nine",
            "one two three four five six seven eight nine",
            None,
        ),
        ("a" * 100, "a" * 100, None),
        ("no lamp", "lamp and more", None),
    ],
)
def test_words_are_found_whole_and_as_the_line_spells_them(line: str, words: str, found: str | None) -> None:
    assert Spelling(line).find(words) == found


@given(st.text(max_size=60), st.text(max_size=20))
def test_what_is_found_is_always_of_the_line(line: str, words: str) -> None:
    found = Spelling(line).find(words)
    if found is not None:
        assert Spelling(line).find(found) is not None and set(found) <= {*line, " "}
