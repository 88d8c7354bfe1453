"""One line of JSON for what is written often."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cine_forge.kernel.ground.json_line import json_line

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@dataclass
class Standing:
    status: str = "done"
    refs: list[str] = field(default_factory=list)


@given(PLAIN.filter(lambda value: "inf" not in repr(value)))
def test_a_plain_value_comes_back_from_its_line(value: Any) -> None:
    line = json_line(value)
    assert json.loads(line) == value
    assert b"\n" not in line


@pytest.mark.parametrize("text", ["a\nb", "ü", "\ud800 alone", "\x00"])
def test_any_text_is_one_line(text: str) -> None:
    line = json_line({"text": text, "of": Standing(refs=[text])})
    assert json.loads(line) == {"text": text, "of": {"status": "done", "refs": [text]}}
    assert b"\n" not in line
