"""Breaks in what a person reads at the end of a run, each with the test that must see it."""

from __future__ import annotations

from tests.contracts.breaks import Break

_STOPPED = "tests/driver/terminal/test_stopped.py::"

BREAKS = (
    Break(
        "a run that reached its cap is to go on under the same cap",
        "cine_forge/driver/runs.py",
        'return (f"{go_on} --budget {enough}" if enough else go_on,)',
        "return (go_on,)",
        _STOPPED + "test_the_next_command_of_a_run_that_reached_its_cap_ends_it",
    ),
    Break(
        "who waits for a lost submit is sent to an empty list of reviews",
        "cine_forge/driver/runs.py",
        'look = ["providers recover"] if HELD in said else []',
        "look: list[str] = []",
        _STOPPED + "test_the_next_command_of_a_run_that_waits_for_a_lost_submit_looks_at_the_provider",
    ),
    Break(
        "names are broken where a terminal is narrow",
        "cine_forge/driver/terminal/table.py",
        "return min(longest, _PROSE) if column.prose else longest",
        "return min(longest, _PROSE)",
        "tests/driver/terminal/test_table.py::test_a_name_is_never_broken",
    ),
)
