"""Revision colours and stars."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from cine_forge.film.drafts.revision import revise
from cine_forge.film.drafts.revision_colour import RevisionColours
from tests.film.drafts.reworking import draft
from tests.film.drafts.test_draft_diff import GARDEN, HALL, KITCHEN, LANE

pytestmark = pytest.mark.row("G23")

LIST = Path(__file__).resolve().parents[3] / "configs" / "revision_colours.yaml"


def colours() -> RevisionColours:
    """Return the colours that ship."""
    return RevisionColours.model_validate(yaml.safe_load(LIST.read_text()))


def test_the_colours_come_in_the_order_of_the_trade_and_then_double() -> None:
    names = [colours().of(number).name for number in range(12)]
    assert names[:5] == ["white", "blue", "pink", "yellow", "green"]
    assert names[5:] == ["goldenrod", "buff", "salmon", "cherry", "tan", "double white", "double blue"]
    assert colours().of(30).name == "4 × white"


def test_a_line_keeps_the_colour_of_the_draft_that_changed_it_last() -> None:
    first = KITCHEN + "\n" + GARDEN + "\n" + HALL
    second = first.replace("put it there", "left it there")
    third = second.replace("the clock", "the rain").replace(GARDEN, GARDEN + "\n" + LANE)
    texts = [draft(text, colours().of(n)) for n, text in enumerate((first, second, third))]
    revision = revise(texts)
    by_number = {c.number: revision.colours_of(c.new.scene) for c in revision.diff.scenes if c.new}
    assert by_number == {"1": ["blue"], "2": [], "2A": ["pink"], "3": ["pink"]}
    assert revision.colours_by_page() == {1: ["blue", "pink"]}
    stars = {third.splitlines()[line - 1][:9]: colour.name for line, colour in revision.marks.items()}
    assert stars["Then you "] == "blue"
    assert stars["Ben sets "] == "pink"


def test_a_line_in_which_only_a_name_changed_has_the_star_of_that_draft() -> None:
    revision = revise(
        [draft(KITCHEN + "\n" + HALL), draft((KITCHEN + "\n" + HALL).replace("ANN", "MIA"), colours().of(1))]
    )
    assert [change.mark for change in revision.diff.scenes] == ["kept", "kept"]
    assert sorted(revision.marks) == [3, 5]


def test_a_draft_that_changed_nothing_has_no_star() -> None:
    assert revise([draft(KITCHEN), draft(KITCHEN, colours().of(1))]).marks == {}
