"""The sequence decision, against trying every whole there is."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from cine_forge.film.screenplay.classifying.label import FOLLOWS, Label
from cine_forge.film.screenplay.classifying.sequence import Scores, Space, decide

CHOICES: tuple[Label, ...] = ("action", "speech", "heading", "cue", "bracket", "inline")
LABELS = st.lists(st.sampled_from(CHOICES[2:]), max_size=2, unique=True).map(
    lambda more: (*CHOICES[:2], *more)
)


@st.composite
def lines(draw: st.DrawFn) -> tuple[list[Scores], list[Space]]:
    count = draw(st.integers(1, 5))
    labels = [draw(LABELS) for _ in range(count)]
    values = [[float(draw(st.integers(-6, 6))) for _ in one] for one in labels]
    spaces: list[Space] = draw(st.lists(st.sampled_from([0, 1, 2]), min_size=count, max_size=count))
    return [Scores(one, own) for one, own in zip(labels, values, strict=True)], spaces


def worth(whole: tuple[Label, ...], scores: list[Scores], spaces: list[Space]) -> float:
    total = FOLLOWS[whole[-1]]["end"][1]
    before: Label = "start"
    for label, own, space in zip(whole, scores, spaces, strict=True):
        costs = FOLLOWS[before].get(label)
        total += own.values[own.labels.index(label)] + (costs[space] if costs else -1e9)
        before = label
    return total


@given(lines())
def test_no_whole_is_better_than_the_one_decided(given_lines: tuple[list[Scores], list[Space]]) -> None:
    scores, spaces = given_lines
    decided = tuple(one.label for one in decide(scores, spaces))
    best = max(worth(whole, scores, spaces) for whole in product(*(own.labels for own in scores)))
    assert abs(worth(decided, scores, spaces) - best) < 1e-6


@given(lines())
def test_a_margin_is_what_the_next_best_whole_costs(given_lines: tuple[list[Scores], list[Space]]) -> None:
    scores, spaces = given_lines
    wholes = list(product(*(own.labels for own in scores)))
    best = max(worth(whole, scores, spaces) for whole in wholes)
    for at, one in enumerate(decide(scores, spaces)):
        others = max(worth(whole, scores, spaces) for whole in wholes if whole[at] != one.label)
        assert abs(one.margin - (best - others)) < 1e-3 * max(1.0, one.margin)
        assert 0.5 <= one.confidence <= 1


def test_a_cue_is_never_left_without_its_speech() -> None:
    cue = Scores(("action", "cue"), (0.0, 3.0))
    heading = Scores(("action", "heading"), (0.0, 9.0))
    assert [one.label for one in decide([cue, heading], [1, 0])] == ["action", "heading"]


def test_no_lines_are_no_decisions() -> None:
    assert decide([], []) == []
