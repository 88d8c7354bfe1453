"""Breaks in the isolation of modules, each with the test that must see it."""

from __future__ import annotations

from tests.contracts.breaks import Break

_HOSTILE = "tests/kernel/running/test_hostile_modules.py::"
_ISOLATED = "tests/kernel/running/test_isolation.py::"

BREAKS = (
    Break(
        "an exit status of 0 counts as success",
        "cine_forge/kernel/running/isolation.py",
        "        if self._report is None or ending.verdict:\n",
        "        if self._report is None and ending.status == 0:\n"
        "            return checked(self._order, StageResult())\n"
        "        if self._report is None or ending.verdict:\n",
        _HOSTILE + "test_a_process_that_ends_without_a_result_fails_its_unit_alone",
    ),
    Break(
        "orphans are left to the system",
        "cine_forge/kernel/running/keeper.py",
        "        killed, left = self._clear()\n",
        "        killed, left = 0, 0\n        self._log.close()\n",
        _HOSTILE + "test_no_process_outlives_its_unit",
    ),
    Break(
        "the whole environment is handed on",
        "cine_forge/kernel/running/isolation.py",
        "for name, value in environment.items() if name.startswith(PASSED_ON)",
        "for name, value in environment.items()",
        _HOSTILE + "test_no_secret_of_the_run_is_in_the_environment_of_a_module",
    ),
    Break(
        "output is kept without a bound",
        "cine_forge/kernel/running/output_log.py",
        "        while self._tail_bytes > _HALF:\n",
        "        while False:\n",
        _HOSTILE + "test_a_flood_of_output_is_cut_counted_and_not_held_in_memory",
    ),
    Break(
        "the length that a child announces is believed",
        "cine_forge/kernel/running/keeper.py",
        "FrameReader(from_child, MOST_BYTES)",
        "FrameReader(from_child)",
        _HOSTILE + "test_bytes_that_are_no_message_end_the_unit_and_harm_nobody",
    ),
    Break(
        "the run's own time counts as the unit's",
        "cine_forge/kernel/running/keeper.py",
        "        return now - self._began - self._answered_s > self._timeout_s",
        "        return now - self._began > self._timeout_s",
        _ISOLATED + "test_the_time_in_which_the_run_answers_is_not_the_units",
    ),
    Break(
        "SystemExit of a module passes through",
        "cine_forge/kernel/running/report.py",
        "    except BaseException as error:  # the code is the author's: anything may come out of it\n",
        "    except Exception as error:\n",
        _HOSTILE + "test_whatever_a_module_raises_or_returns_fails_its_unit_alone",
    ),
    Break(
        "units live on when the driver is killed",
        "cine_forge/kernel/running/keeper.py",
        '        if self._run.ended:\n            self._end("left", grace_s=0)\n',
        "",
        "tests/driver/test_isolated_run.py::test_no_process_outlives_the_driver",
    ),
)
