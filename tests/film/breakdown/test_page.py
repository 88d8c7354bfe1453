"""The printed page: lines, eighths, and the sum of them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cine_forge.film.breakdown.page import eighths_of, length_of, pages_told, printed_lines
from cine_forge.film.breakdown.scene_draft import cut_scenes
from cine_forge.film.screenplay.document import Element, ElementType
from tests.film.scripts import read


def element(kind: ElementType, text: str, *, dual: bool = False) -> Element:
    """Return an element on lines of its own."""
    return Element(type=kind, text=text, raw=text, line=1, end_line=1 + text.count("\n"), dual=dual)


@pytest.mark.row("G5")
@pytest.mark.parametrize(
    ("kind", "text", "lines"),
    [
        (ElementType.SCENE_HEADING, "INT. BAR - DAY", 3),
        (ElementType.ACTION, "Short.", 2),
        (ElementType.ACTION, "word " * 13, 3),
        (ElementType.ACTION, "x" * 121, 4),
        (ElementType.ACTION, "One.\nTwo.", 3),
        (ElementType.CHARACTER, "ANN", 2),
        (ElementType.DIALOGUE, "word " * 8, 2),
        (ElementType.PARENTHETICAL, "(very slowly, and then at once)", 2),
        (ElementType.TRANSITION, "CUT TO:", 2),
        (ElementType.NOTE, "not printed", 0),
        (ElementType.SYNOPSIS, "not printed", 0),
    ],
)
def test_an_element_takes_the_lines_that_it_takes_in_print(kind: ElementType, text: str, lines: int) -> None:
    assert printed_lines([element(kind, text)]) == lines


def test_two_speeches_side_by_side_take_the_room_of_the_longer() -> None:
    def speech(text: str, *, dual: bool) -> list[Element]:
        return [element(ElementType.CHARACTER, "ANN", dual=dual), element(ElementType.DIALOGUE, text)]

    short, long = "No.", "word " * 30
    assert printed_lines([*speech(long, dual=False), *speech(short, dual=True)]) == printed_lines(
        speech(long, dual=False)
    )
    assert printed_lines([*speech(short, dual=False), *speech(short, dual=True)]) == 3
    longer = printed_lines([*speech(short, dual=False), *speech(long, dual=True)])
    assert longer == 2 + 6


@pytest.mark.row("G5")
@pytest.mark.parametrize(("lines", "eighths"), [(0, 1), (1, 1), (10, 1), (11, 2), (55, 8), (58, 8), (59, 9)])
def test_a_scene_is_at_least_an_eighth_and_the_nearest_one(lines: int, eighths: int) -> None:
    assert eighths_of(lines) == eighths


@pytest.mark.parametrize(("eighths", "told"), [(0, "0"), (3, "3/8"), (8, "1"), (19, "2 3/8")])
def test_a_length_is_written_as_on_a_sheet(eighths: int, told: str) -> None:
    assert pages_told(eighths) == told


@given(st.lists(st.integers(3, 400), min_size=1, max_size=60))
def test_the_sum_of_eighths_stays_within_what_rounding_allows(scenes: list[int]) -> None:
    exact = sum((length_of(lines) for lines in scenes), Fraction(0))
    total = Fraction(sum(eighths_of(lines) for lines in scenes), 8)
    assert exact == Fraction(sum(scenes), 55)
    assert abs(total - exact) <= Fraction(len(scenes), 16) + Fraction(sum(lines < 7 for lines in scenes), 8)


@given(st.text(alphabet="ab \n", max_size=300))
def test_more_text_never_takes_fewer_lines(text: str) -> None:
    one = printed_lines([element(ElementType.ACTION, text)])
    assert printed_lines([element(ElementType.ACTION, text + " ab")]) >= one >= 2


def test_a_scene_knows_its_own_length_and_nothing_of_others() -> None:
    text = "INT. BAR - DAY\n\nAnn waits.\n\n"
    (alone,) = cut_scenes(read(text))
    first, *_ = cut_scenes(read(text + "EXT. YARD - DAY\n\n" + "Rain. " * 300))
    assert (alone.printed_lines, alone.eighths) == (first.printed_lines, first.eighths) == (5, 1)
