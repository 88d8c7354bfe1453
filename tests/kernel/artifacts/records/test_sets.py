"""A set lists its entities once each and never a retired one."""

import pytest

from cine_forge.kernel.artifacts.records.sets import SetMember, is_set, members_of, retired_of
from cine_forge.kernel.ground.errors import ArtifactError


def test_members_come_in_their_order_with_label_and_parent():
    data = {"members": [{"id": "b", "label": "2"}, {"id": "a", "parent": "p", "more": 1}], "retired": ["c"]}
    assert members_of(data) == (SetMember(id="b", label="2"), SetMember(id="a", parent="p"))


def test_double_and_retired_ids_are_all_refused():
    data = {"members": [{"id": "a"}, {"id": "a"}, {"id": "b"}], "retired": ["b"]}
    with pytest.raises(ArtifactError) as raised:
        members_of(data)
    assert [fault.what for fault in raised.value.faults] == [
        "the entity `a` is listed more than once",
        "the entity `b` was retired and may not be used again",
    ]


@pytest.mark.parametrize("data", [{}, {"members": [{"label": "x"}]}, {"members": [{"id": ""}]}])
def test_data_that_is_no_set_is_refused(data):
    with pytest.raises(ArtifactError, match="CF-A034"):
        members_of(data)


def test_a_schema_is_a_set_by_the_end_of_its_type():
    assert is_set("item_set@1")
    assert not is_set("item@1")


def test_retired_ids_are_told_in_the_order_they_stand():
    assert retired_of({"members": [{"id": "a"}], "retired": ["c", "b"]}) == ("c", "b")
