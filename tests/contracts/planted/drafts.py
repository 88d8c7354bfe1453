"""Planted breaks of the comparison of drafts and of continuity."""

from __future__ import annotations

from tests.contracts.breaks import Break

BREAKS = (
    Break(
        name="a scene that is gone takes another's place",
        file="cine_forge/film/drafts/assignment.py",
        old="    return _Fitting(edges, highest).all()",
        new="    return _greedy(scores)",
        test="tests/film/drafts/test_assignment.py::test_a_pair_gives_way_when_both_together_score_more",
    ),
    Break(
        name="a renamed person is a hundred edits",
        file="cine_forge/film/drafts/renaming.py",
        old="_LEAST_SHARE = 0.6",
        new="_LEAST_SHARE = 1.6",
        test="tests/film/drafts/test_draft_diff.py::test_a_renamed_person_is_told_once_and_not_at_every_line",
    ),
    Break(
        name="clothes are kept overnight",
        file="cine_forge/film/continuity/condition.py",
        old="        self.worn.clear()",
        new="        self.taken_off.clear()",
        test="tests/film/continuity/test_continuity.py"
        "::test_wardrobe_and_props_are_carried_through_the_day_and_forgotten_on_the_next",
    ),
)
