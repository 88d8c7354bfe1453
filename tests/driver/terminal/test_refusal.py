"""Errors become sentences and a status in one place; a traceback is shown only when asked for."""

from __future__ import annotations

import errno
import io

import pytest

from cine_forge.driver.terminal.refusal import guarded, wants_traceback
from cine_forge.kernel.ground.errors import BudgetError, Fault


def told(error: BaseException, *, debug: bool = False) -> tuple[int, str]:
    """Return the status and the words that an error ends with."""

    def work() -> int:
        raise error

    out = io.StringIO()
    return guarded(work, debug=debug, to=out), out.getvalue()


@pytest.mark.parametrize("debug", [False, True])
def test_an_error_is_told_in_its_own_words_and_status(debug: bool) -> None:
    fault = Fault("CF-G901", "the cap is reached", "ledger", "raise it with `--budget`")
    status, words = told(BudgetError(fault), debug=debug)
    assert status == 4
    assert words.endswith("CF-G901 ledger: the cap is reached\n    raise it with `--budget`\n")
    assert ("Traceback" in words) is debug


def test_a_full_disk_is_told_without_a_traceback() -> None:
    status, words = told(OSError(errno.ENOSPC, "No space left on device", "film/v0001.json"))
    assert (status, words.splitlines()[0]) == (1, "CF-U002 film/v0001.json: No space left on device")


def test_a_fault_of_ours_says_so_and_asks_for_a_report() -> None:
    status, words = told(ZeroDivisionError("division by zero"))
    assert status == 1
    assert words.startswith("CF-U001 test_refusal.py:")
    assert "CINE_FORGE_DEBUG=1" in words


def test_an_interrupted_command_ends_with_130() -> None:
    assert told(KeyboardInterrupt())[0] == 130


def test_finished_work_keeps_its_own_status() -> None:
    assert [guarded(lambda: 5, debug=False), guarded(lambda: None, debug=False)] == [5, 0]


@pytest.mark.parametrize(
    ("words", "environment", "wanted"),
    [(["--debug"], {}, True), ([], {"CINE_FORGE_DEBUG": "1"}, True), ([], {"CINE_FORGE_DEBUG": "0"}, False)],
)
def test_a_traceback_is_asked_for_by_option_or_environment(
    words: list[str], environment: dict[str, str], wanted: bool
) -> None:
    assert wants_traceback(words, environment) is wanted
