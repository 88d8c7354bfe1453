"""A param's value is allowed or refused with what was expected instead."""

from __future__ import annotations

from typing import Any

import pytest

from cine_forge.kernel.stages.manifest import ParamSpec
from cine_forge.kernel.stages.param import refusal


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        ({"type": "string"}, ""),
        ({"type": "integer"}, 0),
        ({"type": "number"}, 3),
        ({"type": "number"}, 0.5),
        ({"type": "boolean"}, False),
        ({"type": "array"}, []),
        ({"type": "object"}, {}),
        ({"type": "string", "enum": ["a", "b"]}, "b"),
        ({"type": "integer", "min": 1, "max": 3}, 1),
        ({"type": "integer", "min": 1, "max": 3}, 3),
        ({"type": "string", "pattern": "^#"}, "#fff"),
    ],
)
def test_a_fitting_value_is_allowed(spec: dict[str, Any], value: Any) -> None:
    assert refusal(ParamSpec(**spec), value) == ""


@pytest.mark.parametrize(
    ("spec", "value", "said"),
    [
        ({"type": "string"}, 1, "expected string, found the number `1`"),
        ({"type": "integer"}, "1", "expected integer, found text `1`"),
        ({"type": "integer"}, 1.0, "expected integer, found the number `1.0`"),
        ({"type": "integer"}, True, "expected integer, found `true`"),
        ({"type": "number"}, False, "expected number, found `false`"),
        ({"type": "boolean"}, 1, "expected boolean, found the number `1`"),
        ({"type": "array"}, {}, "expected array, found a mapping"),
        ({"type": "object"}, [], "expected object, found a list"),
        (
            {"type": "string", "enum": ["auto", "ask"]},
            "aks",
            "expected one of `auto`, `ask` (did you mean `ask`?)",
        ),
        ({"type": "integer", "enum": [1, 2]}, 3, "expected one of `1`, `2`, found the number `3`"),
        ({"type": "integer", "min": 1}, 0, "expected at least 1, found the number `0`"),
        ({"type": "number", "max": 0.5}, 0.6, "expected at most 0.5, found the number `0.6`"),
        ({"type": "string", "pattern": "^#"}, "fff", "expected text that matches `^#`, found text `fff`"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(spec: dict[str, Any], value: Any, said: str) -> None:
    assert refusal(ParamSpec(**spec), value).startswith(said)
