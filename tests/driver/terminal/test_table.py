"""A table that fits its terminal: words are broken between lines, figures and names stay whole."""

from __future__ import annotations

from cine_forge.driver.terminal.table import Column, table

HEADS = (Column("who"), Column("what"), Column("usd", figures=True), Column("why", spare=True))
ROWS = [("fal", "a clip\na still", "$12.50", "because it was asked for"), ("kling", "a clip", "$1.00", "x")]


def test_a_pipe_gets_each_line_of_a_cell_as_it_is() -> None:
    assert list(table(HEADS, ROWS)) == [
        "who    what        usd  why",
        "fal    a clip   $12.50  because it was asked for",
        "       a still",
        "kling  a clip    $1.00  x",
    ]


def test_what_does_not_fit_is_broken_between_words() -> None:
    lines = list(table(HEADS, ROWS, width=40))
    assert lines[1:3] == ["fal    a clip   $12.50  because it was", "       a still          asked for"]
    assert max(map(len, lines)) <= 40


def test_a_spare_column_goes_when_not_even_its_words_find_room_and_sums_stay() -> None:
    lines = list(table(HEADS, ROWS, width=24))
    assert "why" not in lines[0] and lines[1] == "fal    a clip   $12.50"


def test_a_column_in_which_nothing_stands_is_left_out() -> None:
    assert list(table(("a", "b"), [("x", "")])) == ["a", "x"]


def test_prose_is_broken_within_a_word_before_a_name_is() -> None:
    lines = list(table((Column("name"), Column("why", prose=True)), [("a-long-name", "x" * 50)], width=40))
    assert lines[1].startswith("a-long-name  x") and max(map(len, lines)) == 40


def test_a_name_is_never_broken() -> None:
    name = "a-model-of-a-name-that-is-longer-than-all-there-is"
    lines = list(table(("model", "why"), [(f"{name} x", "y " * 40)], width=40))
    assert lines[1].startswith(f"{name}  y") and lines[2].index("y") == lines[1].index("  y") + 2
