"""The best assignment."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cine_forge.film.drafts import assignment
from cine_forge.film.drafts.assignment import best_assignment

Scores = dict[tuple[int, int], float]
few_pairs = st.dictionaries(
    st.tuples(st.integers(0, 3), st.integers(0, 3)), st.sampled_from((0.1, 0.3, 0.5, 0.9)), max_size=12
)


def best_by_trial(scores: Scores) -> float:
    """Return the highest sum, from all ways to put the left side on the right."""
    ways = permutations((0, 1, 2, 3, None, None, None, None), 4)
    return max(
        sum(scores.get((left, way[left] or 0), 0.0) for left in range(4) if way[left] is not None)
        for way in ways
    )


@settings(max_examples=25, deadline=None)
@given(few_pairs)
def test_no_other_assignment_scores_more(scores: Scores) -> None:
    found = best_assignment(scores)
    assert len(set(found.values())) == len(found)
    assert sum(scores[pair] for pair in found.items()) == pytest.approx(best_by_trial(scores))


def test_a_pair_gives_way_when_both_together_score_more() -> None:
    assert best_assignment({(0, 0): 0.9, (0, 1): 0.8, (1, 0): 0.7}) == {0: 1, 1: 0}


def test_of_too_many_pairs_the_best_are_taken_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assignment, "MOST_EXACT_PAIRS", 2)
    assert best_assignment({(0, 0): 0.9, (0, 1): 0.8, (1, 0): 0.7}) == {0: 0}
