"""Breaks in the carrying out of a run: what is tried again, told, and kept when it is stopped."""

from tests.contracts.breaks import Break

_ROOM = "cine_forge/kernel/running"
_TESTS = "tests/kernel/running"

BREAKS = (
    Break(
        "running: every error is tried again",
        "cine_forge/kernel/planning/retry.py",
        "if not error.transient or number",
        "if number",
        f"{_TESTS}/test_retry.py::test_what_would_fail_again_is_not_tried_again",
    ),
    Break(
        "running: a unit that waits for its next try holds up the others",
        f"{_ROOM}/execute.py",
        "if self._put_off[0][0] > self._at.monotonic():",
        "if not self._put_off:",
        f"{_TESTS}/test_retry.py::test_others_go_on_while_a_unit_waits_for_its_next_try",
    ),
    Break(
        "running: what a failed try bought is counted again",
        f"{_ROOM}/effort.py",
        "self._told_micro_usd += added",
        "self._told_micro_usd += 0",
        f"{_TESTS}/test_retry.py::test_what_a_failed_try_bought_is_its_own_cost_and_counted_once",
    ),
    Break(
        "running: an old state file is believed",
        f"{_ROOM}/state_file.py",
        "if state.seq >= last_seq(events):",
        "if state.seq:",
        f"{_TESTS}/test_state.py::test_a_run_whose_state_is_missing_torn_or_old_is_told_from_its_events",
    ),
    Break(
        "running: what was put off is never written",
        f"{_ROOM}/state_file.py",
        "        wait_s = self._due - self._clock()\n",
        "        wait_s = MOST_OFTEN_S\n",
        f"{_TESTS}/test_state.py::test_what_was_put_off_is_written_when_its_time_comes_and_not_before",
    ),
    Break(
        "running: a stopped run throws away what ends in time",
        f"{_ROOM}/execute.py",
        "if report.error is None:",
        "if report.error is not None:",
        f"{_TESTS}/test_stop.py::test_what_ends_in_time_is_kept_and_nothing_more_is_started",
    ),
    Break(
        "running: a unit that was left is heard after its run",
        f"{_ROOM}/port.py",
        "if self._is_shut:",
        "if self._is_shut and self._door:",
        f"{_TESTS}/test_stop.py::test_what_works_on_is_left_and_nobody_hears_it_any_more",
    ),
)
