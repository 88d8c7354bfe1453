"""Planted breaks of the salvage: a lost ledger that forgets or counts takes anew, a log that loses lines."""

from __future__ import annotations

from tests.contracts.breaks import Break

_TESTS = "tests/generation/money/test_salvage.py"

BREAKS = (
    Break(
        "a salvaged receipt leaves its take to another",
        "cine_forge/generation/money/ledger.py",
        "if copy.take is not None:",
        "if copy.take is None and copy.take_owner is None:",
        f"{_TESTS}::test_what_was_paid_answers_again_and_takes_are_counted_on",
    ),
    Break(
        "a copy that cannot be read is passed over by the salvage",
        "cine_forge/generation/money/salvage.py",
        "if copy is None or copy.id != path.parent.name]",
        "if copy is not None and copy.id != path.parent.name]",
        f"{_TESTS}::test_nothing_is_restored_while_a_copy_cannot_be_read",
    ),
    Break(
        "a lost line of a log of receipts is passed over",
        "cine_forge/generation/money/audit.py",
        "if lines is not None and (one.id, one.round) not in lines]",
        "if lines is not None and (one.id, one.round) in lines]",
        "tests/generation/money/test_audit.py::test_a_log_of_a_run_that_lost_lines_is_found_and_told_again[0]",
    ),
)
