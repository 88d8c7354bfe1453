"""A purchase that came to nothing says what a person does next, by what it came to."""

from __future__ import annotations

from typing import Any

import pytest

from cine_forge.film.requests.purchase import buy
from cine_forge.kernel.ground.errors import StageError

AGAIN, ANEW = "then run again", "`cine-forge run --rebuy`"


@pytest.mark.parametrize(
    ("states", "command"),
    [
        (("refused",), AGAIN),
        (("failed",), ANEW),
        (("refused", "refused", "failed"), ANEW),
        (("refused", "refused", "settled"), AGAIN),
    ],
)
def test_what_failed_names_the_command_that_asks_anew(states: tuple[str, ...], command: str) -> None:
    first, *parts = ({"final_state": state} for state in states)
    result: dict[str, Any] = {"success": False, "error": "it was too dark"}
    result["metadata"] = first | ({"segments": parts} if parts else {})
    with pytest.raises(StageError, match="CF-F130") as raised:
        buy(lambda request: {"result": result, "receipt": "rc-1"}, {"entity": "shot:a"})
    [fault] = raised.value.faults
    assert command in fault.hint and "it was too dark" in fault.what


def test_an_answer_without_a_reason_is_told_all_the_same() -> None:
    with pytest.raises(StageError, match="no reason was given"):
        buy(lambda request: {"result": {"success": False}}, {"entity": "shot:a"})
