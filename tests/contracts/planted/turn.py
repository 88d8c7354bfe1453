"""The planted breaks of turns: slots, pauses, and fallbacks that are never a second purchase."""

from __future__ import annotations

from tests.contracts.breaks import Break

ROOM = "cine_forge/generation"
TESTS = "tests/generation"

BREAKS = (
    Break(
        name="turn: what is about the question goes to a fallback",
        file=f"{ROOM}/dispatch/successor.py",
        old="        return first.trouble in ELSEWHERE\n",
        new="        return True\n",
        test=f"{TESTS}/dispatch/test_successor.py::test_what_is_about_the_question_goes_to_nobody_else[filtered]",
    ),
    Break(
        name="turn: a fallback that was sent does not answer, and the first is bought too",
        file=f"{ROOM}/dispatch/successor.py",
        old="        if answers.state in _UNSENT and not waits(answers.id):\n",
        new="        if answers is not None:\n",
        test=f"{TESTS}/dispatch/test_successor.py::test_what_the_fallback_bought_answers_from_then_on",
    ),
    Break(
        name="turn: a slot is not given back when its generation has ended",
        file=f"{ROOM}/dispatch/turn.py",
        old="        if receipt.state not in {*AT_WORK, State.RESERVED}:\n",
        new="        if receipt.state is State.PREPARED:\n",
        test=f"{TESTS}/dispatch/test_turn.py::"
        "test_a_slot_is_held_until_the_provider_has_ended_and_the_next_one_gets_it",
    ),
    Break(
        name="turn: that a provider is busy counts as a failure",
        file=f"{ROOM}/dispatch/resilience.py",
        old="            if trouble in CAPACITY:\n                return False\n"
        "            if trouble not in SYSTEMIC:\n",
        new="            if trouble not in SYSTEMIC | CAPACITY:\n",
        test=f"{TESTS}/dispatch/test_resilience.py::"
        "test_what_is_about_the_question_or_the_pace_never_counts[throttled]",
    ),
)
