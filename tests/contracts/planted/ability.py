"""Breaks of what a model takes of a request: what is left out is told, and nothing more is left out."""

from __future__ import annotations

from tests.contracts.breaks import Break

_FILE = "cine_forge/generation/ability.py"
_TESTS = "tests/generation/test_ability.py"

BREAKS = (
    Break(
        "what a model is not shown is not told",
        _FILE,
        "left = [name for name in filled if kept[name] < filled[name]]",
        "left = [name for name in filled if 0 < kept[name] < filled[name]]",
        f"{_TESTS}::test_what_is_taken_fits_and_what_is_left_out_is_told",
    ),
    Break(
        "slots that exclude each other are filled together",
        _FILE,
        "return all(len(filled.keys() & slots) <= 1 for slots in self._exclusive())",
        "return True",
        f"{_TESTS}::test_of_slots_that_exclude_each_other_the_weightier_is_filled",
    ),
)
