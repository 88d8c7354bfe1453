"""The closed language of `when`."""

from __future__ import annotations

from typing import Any

import pytest

from cine_forge.kernel.recipes.condition import Condition, Unfit

VALUES: dict[str, Any] = {
    "${on}": True,
    "${off}": False,
    "${n}": 3,
    "${look}": "ink",
    "${none}": None,
    "${list}": [1],
}


def holds(text: str) -> bool:
    return Condition.of(text).holds(VALUES.__getitem__)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("true", True), ("false", False), ("not false", True), ("${on}", True), (" ${off} ", False),
        ("not ${off}", True), ("${look} == ink", True), ("${look} != ink", False), ("${look}=='ink'", True),
        ('${look} == "other ink"', False), ("ink == ${look}", True), ("${n} == 3", True),
        ("${n} == 3.0", True), ("${n} != -3", True), ("${on} == true", True),
        ("${none} == null", True), ("${look} != null", True),
        ("'true' == 'true'", True), ("'3' == '3'", True),
    ],
)  # fmt: skip
def test_a_condition_comes_to_an_answer(text: str, answer: bool) -> None:
    assert holds(text) is answer


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "`` is no condition"),
        ("${on} and ${off}", "`${on} and ${off}` is no condition"),
        ("${n} < 3", "`${n} < 3` is no condition"),
        ("a == b == c", "`a == b == c` is no condition"),
        ("not not ${on}", "`not not ${on}` is no condition"),
        ("open('x')", "`open('x')` is no condition"),
        ("${look}", "`when` is text `ink`; expected `true` or `false`"),
        ("not ${n}", "`when` is the number `3`; expected `true` or `false`"),
        ("${none}", "`when` is nothing; expected `true` or `false`"),
        ("${n} == ink", "the number `3` cannot be compared with text `ink`"),
        ("${on} == 1", "`true` cannot be compared with the number `1`"),
        ("'3' == ${n}", "text `3` cannot be compared with the number `3`"),
        ("${list} == ${list}", "a list cannot be compared with a list"),
    ],
)
def test_anything_else_is_unfit_and_says_why(text: str, why: str) -> None:
    with pytest.raises(Unfit) as unfit:
        holds(text)
    assert str(unfit.value) == why


@pytest.mark.row("H7")
def test_a_value_cannot_bring_an_operator_along() -> None:
    assert Condition.of("${a} == x").holds(lambda text: "x == x") is False
