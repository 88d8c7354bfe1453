"""Row markers name rows that exist, and docs/rows.md is what they say."""

from __future__ import annotations

import pytest

from tests.contracts.rows import PAGE, is_row, marked_tests, page


def test_every_marker_names_a_row() -> None:
    assert not [(row, test) for row, test in marked_tests() if not is_row(row)]


def test_the_page_of_rows_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make fmt`"


@pytest.mark.parametrize(
    ("name", "known"), [("A1", True), ("D37", True), ("D38", False), ("Z1", False), ("A0", False)]
)
def test_a_row_is_known_by_its_area_and_number(name: str, known: bool) -> None:
    assert is_row(name) is known
