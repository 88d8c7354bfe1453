"""Ids and labels: allotted once, never again."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cine_forge.film.labels import next_label, shot_id


@pytest.mark.row("G6")
@pytest.mark.parametrize("number", ["4", "12A", ""])
def test_labels_never_repeat_and_never_use_i_or_o(number: str) -> None:
    labels: list[str] = []
    for _ in range(60):
        labels.append(next_label(number, labels))
    assert len(set(labels)) == 60
    assert not any(re.search("[IO]", label[len(number) :]) for label in labels)
    assert labels[:3] == [f"{number}{letter}" for letter in "ABC"]
    assert labels[24] == f"{number}A2"


def test_a_label_that_was_retired_is_not_given_again() -> None:
    assert next_label("4", ["4A", "4C"]) == "4D"


def test_labels_of_scene_12_never_look_like_those_of_scene_12a() -> None:
    first: list[str] = []
    second: list[str] = []
    for _ in range(60):
        first.append(next_label("12", first))
        second.append(next_label("12A", second))
    assert not set(first) & set(second)


@pytest.mark.row("G6")
@given(st.lists(st.text(max_size=4), max_size=80))
def test_ids_never_repeat_within_an_episode(contents: list[str]) -> None:
    taken: list[str] = []
    for content in contents:
        taken.append(shot_id("ep001/scene:k3f2", content, taken))
        taken.append(shot_id("ep001/scene:k3f", content, taken))
    assert len(set(taken)) == len(taken)
    assert all(re.fullmatch(r"ep001/shot:k3f2?-[a-z2-9]{2,}", one) for one in taken)


def test_an_id_depends_on_content_alone() -> None:
    assert shot_id("ep001/scene:k3f2", "x", ()) == shot_id("ep001/scene:k3f2", "x", ())
