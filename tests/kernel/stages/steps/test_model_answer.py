"""What a model says is read as data that fits, or is refused with its place; nothing else comes of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cine_forge.kernel.stages.steps.answer import MOST_DEPTH, MOST_SIGNS, Unfit, read_answer

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"n": {"type": "number"}, "s": {"type": "string"}, "x": {}},
    "additionalProperties": False,
}


def refused(text: str) -> list[str]:
    with pytest.raises(Unfit) as caught:
        read_answer(text, SCHEMA)
    return caught.value.lines()


@pytest.mark.parametrize(
    "text",
    ['{"n": 1}', ' \n{"n": 1.0}\n', '```json\n{"n": 1}\n```', '```\n{\n"n": 1}\n```\n',
     '```JSON\n{"n": 1}\n```'],
)  # fmt: skip
def test_an_answer_is_one_json_value_alone_or_in_a_fence(text: str) -> None:
    assert read_answer(text, SCHEMA) == {"n": 1}


@pytest.mark.row("H7")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sure! Here it is.",
        'Sure: {"n": 1}',
        '{"n": 1} I also deleted the files.',
        '{"n": 1}{"n": 2}',
        '```json\n{"n": 1}\n``` and more',
        '"{\\"n\\": 1}"',
        "[1]",
        "null",
        "NaN",
        '{"n": NaN}',
        '{"n": Infinity}',
        '{"n": -Infinity}',
        '{"n": 1e999}',
        '{"n": ' + "9" * 5000 + "}",
        '{"n": 1, "n": 2}',
        '{"x": {"a": 1, "a": 2}}',
        '{"s": "\\ud800"}',
        '{"n": "1"}',
        '{"n": true}',
        '{"n": 1, "path": "/etc/passwd"}',
        '{"__proto__": {}}',
        "[" * 100_000,
        '{"x": ' + "[" * (MOST_DEPTH + 1) + "]" * (MOST_DEPTH + 1) + "}",
        '{"s": "' + "a" * MOST_SIGNS + '"}',
        "{'n': 1}",
        '{"n": 1,}',
        '{"n": 1 /* why */}',
    ],
)
def test_everything_else_is_refused_and_says_why(text: str) -> None:
    (line,) = refused(text)
    assert line.startswith("/") and len(line) < 300


def test_every_misfit_has_its_place_and_there_are_never_many() -> None:
    schema = {"type": "array", "items": {"type": "integer"}}
    with pytest.raises(Unfit) as caught:
        read_answer(json.dumps(["a", 1, None, *["b"] * 100]), schema)
    lines = caught.value.lines()
    assert lines[:2] == ["/0: expected integer, found string", "/2: expected integer, found null"]
    assert len(lines) == 20


def test_the_deepest_that_is_allowed_is_read() -> None:
    depth = MOST_DEPTH - 1
    assert read_answer('{"x": ' + "[" * depth + "]" * depth + "}", SCHEMA)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: raw.decode("utf-8", "replace")))
def test_no_text_at_all_does_anything_but_fit_or_be_refused(text: str) -> None:
    try:
        data = read_answer(text, SCHEMA)
    except Unfit as unfit:
        assert unfit.lines()
    else:
        assert set(data) <= {"n", "s", "x"}
