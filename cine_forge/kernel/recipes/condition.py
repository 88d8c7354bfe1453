"""Conditions: the small closed language of `when`.

    true · false · ${param} · not ${param} · ${param} == draft · ${param} != 3

It is taken apart before placeholders are filled, so that no value can bring an operator along; nothing
is evaluated but one comparison of plain values, and only values of one kind are compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from cine_forge.kernel.ground.source import found_in

FORMS = "`true`, `false`, `${param}`, `not ${param}`, `${param} == value` or `${param} != value`"

_OPERAND = r"(\$\{[^{}]*\}|'[^']*'|\"[^\"]*\"|[A-Za-z0-9_./:@+-]+)"
_COMPARISON = re.compile(rf"\s*{_OPERAND}\s*(==|!=)\s*{_OPERAND}\s*")
_NEGATION = re.compile(rf"\s*not\s+{_OPERAND}\s*")
_ALONE = re.compile(rf"\s*{_OPERAND}\s*")
_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?")
_WORDS = {"true": True, "false": False, "null": None}

Fill = Callable[[str], Any]
"""Returns what a `${…}` stands for."""


class Unfit(Exception):
    """The text is no condition, or its values cannot be asked so; the message says why."""


class Condition(NamedTuple):
    """One question about one or two values, as written."""

    left: str
    sign: str = ""
    right: str = ""

    @classmethod
    def of(cls, text: str) -> Condition:
        """Take a text apart. Raises Unfit when it has another form."""
        if found := _COMPARISON.fullmatch(text):
            return cls(found[1], found[2], found[3])
        if found := _NEGATION.fullmatch(text):
            return cls(found[1], "not")
        if found := _ALONE.fullmatch(text):
            return cls(found[1])
        raise Unfit(f"`{text}` is no condition")

    def holds(self, fill: Fill) -> bool:
        """Answer. Raises Unfit for a value that is no truth value, or two values of different kinds."""
        left = _value(self.left, fill)
        if self.sign in ("==", "!="):
            right = _value(self.right, fill)
            if not _comparable(left, right):
                raise Unfit(f"{found_in(left)} cannot be compared with {found_in(right)}")
            return bool(left == right) is (self.sign == "==")
        if not isinstance(left, bool):
            raise Unfit(f"`when` is {found_in(left)}; expected `true` or `false`")
        return left is not (self.sign == "not")


def _value(operand: str, fill: Fill) -> Any:
    if operand.startswith("${"):
        return fill(operand)
    if operand[0] in "'\"":
        return operand[1:-1]
    if operand in _WORDS:
        return _WORDS[operand]
    if _NUMBER.fullmatch(operand):
        return float(operand) if "." in operand else int(operand)
    return operand


def _comparable(left: Any, right: Any) -> bool:
    if left is None or right is None:
        return True
    return any(isinstance(left, kind) and isinstance(right, kind) for kind in (bool, str)) or (
        _is_number(left) and _is_number(right)
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
