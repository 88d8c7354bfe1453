"""Planted breaks of the classification of lines."""

from __future__ import annotations

from tests.contracts.breaks import Break

TESTS = "tests/film/screenplay/test_classification.py::"

BREAKS = (
    Break(
        name="every text is read strictly",
        file="cine_forge/film/screenplay/choice.py",
        old="if not is_doubtful(strict, source.lines):",
        new="if True or not is_doubtful(strict, source.lines):",
        test=f"{TESTS}test_the_evidence_chooses_the_way_whatever_the_suffix",
    ),
    Break(
        name="a guess is not told",
        file="cine_forge/film/screenplay/classifying/assembly.py",
        old="if guess.sure < DOUBTFUL]",
        new="if guess.sure < 0]",
        test=f"{TESTS}test_every_guess_below_the_threshold_is_told_at_its_line",
    ),
    Break(
        name="neighbours do not count",
        file="cine_forge/film/screenplay/classifying/sequence.py",
        old="return _NEVER if costs is None else costs[space]",
        new="return 0.0",
        test=f"{TESTS}test_every_line_is_found_whatever_the_language_and_the_habit",
    ),
)
