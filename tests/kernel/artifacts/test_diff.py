"""Differences name a field by its path; one inserted element is one addition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cine_forge.kernel.artifacts.diff import FieldChange, diff_data

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from("ab"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.row("A4")
def test_nested_fields_are_told_with_path_kind_before_and_after():
    old = {"a": {"b/c": 1, "gone": 2}, "same": [1], "n": 1}
    new = {"a": {"b/c": 3, "come": None}, "same": [1], "n": 1.0}
    assert diff_data(old, new) == (
        FieldChange("/a/b~1c", "changed", 1, 3),
        FieldChange("/a/come", "added", None, None),
        FieldChange("/a/gone", "removed", 2, None),
        FieldChange("/n", "changed", 1, 1.0),
    )


@pytest.mark.row("A4")
def test_an_inserted_element_is_one_addition():
    assert diff_data(["a", "b", "c"], ["a", "x", "b", "c"]) == (FieldChange("/1", "added", None, "x"),)
    assert diff_data(["a", "b", "c"], ["b", "c"]) == (FieldChange("/0", "removed", "a", None),)


def test_a_changed_element_beside_an_inserted_one_is_found_by_its_id():
    old = {"lines": [{"id": 1, "t": "a"}, {"id": 2, "t": "b"}]}
    new = {"lines": [{"id": 1, "t": "a"}, {"id": 9, "t": "new"}, {"id": 2, "t": "B"}]}
    assert diff_data(old, new) == (
        FieldChange("/lines/1", "added", None, {"id": 9, "t": "new"}),
        FieldChange("/lines/2/t", "changed", "b", "B"),
    )


def test_a_changed_element_is_told_by_its_changed_field():
    assert diff_data([{"t": 1}, {"t": 2}], [{"t": 1}, {"t": 3}]) == (FieldChange("/1/t", "changed", 2, 3),)


@given(JSON, JSON)
def test_there_is_a_change_exactly_when_the_data_differ(a, b):
    assert diff_data(a, a) == ()
    assert bool(diff_data(a, b)) == (repr(_sorted(a)) != repr(_sorted(b)))


def _sorted(value):
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value
