"""Public shapes are pinned: what people rely on never goes away without a schema version."""

from __future__ import annotations

import pytest

from tests.contracts.shapes import broken, kept, shapes


@pytest.mark.row("C33")
@pytest.mark.row("C7")
def test_nothing_that_people_rely_on_is_gone_or_has_to_be_given_now() -> None:
    assert broken(kept(), shapes()) == []


@pytest.mark.row("C33")
def test_every_public_shape_is_pinned() -> None:
    assert set(kept()) == set(shapes()), "accept a new shape by `python -m tests.contracts.shapes write`"
    assert all(kept().values())


@pytest.mark.row("C33")
@pytest.mark.parametrize(
    ("now", "said"),
    [
        ({"recipe": ["a!", "b", "c"]}, []),
        ({"recipe": ["a!"]}, ["recipe: `b` is gone"]),
        ({"recipe": ["a!", "bee"]}, ["recipe: `b` is gone"]),
        ({"recipe": ["a!", "b!"]}, ["recipe: `b` has to be given now"]),
        ({"recipe": ["a!", "b", "c!"]}, ["recipe: `c` has to be given now"]),
        ({"recipe": ["a", "b"]}, []),
        ({}, ["recipe: `a` is gone", "recipe: `b` is gone"]),
    ],
)
def test_a_break_is_told_from_an_addition(now: dict[str, list[str]], said: list[str]) -> None:
    assert broken({"recipe": ["a!", "b"]}, now) == said
