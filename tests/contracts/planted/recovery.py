"""The planted breaks of recovery: what is taken up buys nothing, and what is paid is paid once."""

from __future__ import annotations

from tests.contracts.breaks import Break

_TESTS = "tests/generation/dispatch/test_recovery.py"

BREAKS = (
    Break(
        "recovery sends what was never sent",
        "cine_forge/generation/dispatch/walk.py",
        "        if not trip.buys:\n",
        "        if trip.order.attempt < 1:\n",
        f"{_TESTS}::test_what_was_never_sent_gives_back_what_was_set_aside[key]",
    ),
    Break(
        "the grace of a lost submit counts from when it was begun",
        "cine_forge/generation/dispatch/search.py",
        "if passed.state in _UNANSWERED][-1]",
        "if passed.state is State.SUBMITTING][-1]",
        f"{_TESTS}::"
        "test_a_submit_that_was_long_under_way_is_not_taken_for_absent_before_the_books_can_have_it[list]",
    ),
    Break(
        "another run pays again for what is paid",
        "cine_forge/generation/dispatch/successor.py",
        "{State.FAILED, State.SETTLED} if self._at.rebuys else over\n",
        "{State.FAILED, State.SETTLED}\n",
        f"{_TESTS}::test_what_an_earlier_run_paid_for_is_paid_again_only_when_that_is_asked_and_once_in_a_run",
    ),
    Break(
        "a signature in a sentence of a server is kept",
        "cine_forge/wire/secret.py",
        '_QUERIES.sub(r"\\1\\2", without(text, secrets))',
        "without(text, secrets)",
        "tests/wire/test_secret.py::test_a_url_in_what_a_server_says_loses_its_query_and_whose_it_is",
    ),
)
