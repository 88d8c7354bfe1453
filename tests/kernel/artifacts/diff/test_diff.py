"""Differences name fields by path; an inserted element is one addition; a diff carried out gives the new."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cine_forge.kernel.artifacts.diff.diff import FieldChange, diff_data, diff_media, diff_versions
from cine_forge.kernel.artifacts.records.envelope import MediaFile
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.ground.hashing import canonical_json
from tests.kernel.artifacts.kept import draft, keep, media, open_store, work
from tests.kernel.artifacts.patching import patched

SCALARS = st.none() | st.booleans() | st.integers(0, 3) | st.floats(0, 1) | st.sampled_from(["a", "b", "~/"])
NAMED = st.fixed_dictionaries(
    {}, optional={"id": st.integers(0, 4), "name": st.sampled_from("ab"), "key": SCALARS, "t": SCALARS}
)
JSON = st.recursive(
    SCALARS | NAMED,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.sampled_from(["x", "/", "id"]), inner),
    max_leaves=20,
)
LISTS = st.lists(JSON | NAMED, max_size=9)
LARGE = 10_000


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


@pytest.mark.row("A4")
@pytest.mark.parametrize("key", ["id", "name", "key"])
def test_an_element_that_names_itself_is_found_where_it_moved_to_and_compared(key):
    old = [{key: name, "t": 1} for name in "abcd"]
    new = [{key: "d", "t": 2}, *old[:3]]
    assert diff_data(old, new) == (
        FieldChange("/0", "moved", "/3", "/0"),
        FieldChange("/0/t", "changed", 1, 2),
    )


def test_another_id_is_another_element_and_another_name_is_a_changed_one():
    assert [change.kind for change in diff_data([{"id": 1, "t": 1}], [{"id": 2, "t": 1}])] == [
        "removed",
        "added",
    ]
    assert diff_data([{"name": "Ann", "t": 1}], [{"name": "Anna", "t": 1}]) == (
        FieldChange("/0/name", "changed", "Ann", "Anna"),
    )


def test_a_name_that_stands_twice_names_nothing():
    old = [{"id": 1, "t": 1}, {"id": 1, "t": 2}]
    assert diff_data(old, [{"id": 1, "t": 2}]) == (FieldChange("/0", "removed", old[0], None),)


def test_a_changed_element_is_told_by_its_changed_field():
    assert diff_data([{"t": 1}, {"t": 2}], [{"t": 1}, {"t": 3}]) == (FieldChange("/1/t", "changed", 2, 3),)


def test_what_was_removed_is_named_by_its_place_in_the_old_data_though_others_moved():
    old = {"rows": [{"id": 1}, {"id": 2, "gone": 1}]}
    new = {"rows": [{"id": 2}]}
    assert [change.path for change in diff_data(old, new)] == ["/rows/0", "/rows/1/gone"]


@given(JSON, JSON)
def test_there_is_a_change_exactly_when_the_data_differ(a, b):
    assert diff_data(a, a) == ()
    assert bool(diff_data(a, b)) == (canonical_json(a) != canonical_json(b))


@pytest.mark.row("A4")
@given(JSON, JSON)
def test_a_diff_carried_out_on_the_old_data_gives_the_new(a, b):
    assert canonical_json(patched(a, diff_data(a, b))) == canonical_json(b)


@given(LISTS, LISTS)
def test_a_diff_of_lists_carried_out_gives_the_new_list(a, b):
    assert canonical_json(patched(a, diff_data(a, b))) == canonical_json(b)


@given(st.lists(st.sampled_from("abc"), max_size=30), st.lists(st.sampled_from("abc"), max_size=30))
def test_as_many_elements_stay_as_can(a, b):
    longest = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, one in enumerate(a):
        for j, other in enumerate(b):
            best = max(longest[i][j + 1], longest[i + 1][j])
            longest[i + 1][j + 1] = longest[i][j] + 1 if one == other else best
    kept = [change for change in diff_data(a, b) if change.kind in ("removed", "changed")]
    assert len(a) - len(kept) == longest[len(a)][len(b)]


_rows = list(range(LARGE))
_dice = random.Random(1)
_shuffled = _dice.sample(_rows, LARGE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([_dice.choice("ab") for _ in _rows], [_dice.choice("ab") for _ in _rows]),
        (_rows, _shuffled),
        ([{"id": row} for row in _rows], [{"id": row} for row in _shuffled]),
        ([{"key": row, "t": [row]} for row in _rows], [{"key": row, "t": [row, 1]} for row in _rows]),
        (["x"] * LARGE, ["x"] * (LARGE // 2) + ["y"]),
        (_rows * 3, _shuffled * 3),
    ],
    ids=["two letters", "shuffled", "shuffled ids", "each changed", "all equal", "thirty thousand"],
)
def test_lists_of_ten_thousand_elements_are_compared_in_a_moment(old, new):
    assert patched(old, diff_data(old, new)) == new


def test_a_pair_of_huge_lists_is_aligned_by_what_stands_once(monkeypatch):
    monkeypatch.setattr("cine_forge.kernel.artifacts.diff.alignment._MOST_CELLS", 3)
    old, new = ["x", "a", "x", "b", "c"], ["b", "x", "a", "x"]
    assert patched(old, diff_data(old, new)) == new


def test_what_is_nested_too_deep_to_follow_is_one_change():
    deep, other = 1, 2
    for _ in range(200):
        deep, other = [deep], {"a": other}
    assert [change.kind for change in diff_data({"a": deep}, {"a": other})] == ["changed"]
    twice = [deep, deep]
    for _ in range(70):
        twice, deep = [twice], [deep]
    (change,) = diff_data(deep, twice)
    assert change.path == "/0" * 64


def _file(name, sha="1" * 64, **measured):
    return MediaFile(name=name, path=f"there/{name}", sha256=sha, bytes=3, media_type="video/mp4", **measured)


@pytest.mark.row("A4")
def test_media_are_compared_by_name_in_size_digest_length_rate_and_frame():
    frame = {"fps": "24", "width": 4, "height": 2}
    old = (_file("gone.mp4"), _file("a.mp4", seconds=1.0, **frame), _file("same.mp4"))
    new = (_file("a.mp4", "2" * 64, seconds=2.0, **frame), _file("same.mp4"), _file("b.mp4"))
    found = {change.name: change for change in diff_media(old, new)}
    assert [(name, change.kind) for name, change in found.items()] == [
        ("gone.mp4", "removed"),
        ("a.mp4", "changed"),
        ("b.mp4", "added"),
    ]
    before, after = found["a.mp4"].before, found["a.mp4"].after
    assert [name for name in after if before[name] != after[name]] == ["sha256", "seconds"]


def test_media_in_another_order_have_moved_and_lying_elsewhere_is_no_change():
    a, b = _file("a.mp4"), _file("b.mp4")
    assert [(change.name, change.kind) for change in diff_media((a, b), (b, a))] == [("b.mp4", "moved")]
    assert diff_media((a,), (a.model_copy(update={"path": "else/where"}),)) == ()


def test_two_versions_differ_in_data_media_and_schema_and_nothing_of_it_is_kept(tmp_path: Path):
    with open_store(tmp_path / "project") as store:
        one = keep(store, "ann", "one")
        store.commit(work(draft("ann", "two", media=(media(tmp_path / "m"),))))
        listed = store.announce(
            draft("ann", "").model_copy(update={"data": {"items": []}, "output": "list"}), "list@1"
        )
        before = sorted(path for path in store.project.rglob("*"))
        found = diff_versions(store.load(one), store.load(Ref("note", "ann", 2)))
        assert (found.schemas, found.fields) == (None, (FieldChange("/text", "changed", "one", "two"),))
        assert [(change.name, change.kind) for change in found.media] == [("board.png", "added")]
        assert diff_versions(store.load(one), store.load(listed)).schemas == ("note@1", "list@1")
        assert not diff_versions(store.load(one), store.load(one))
        assert sorted(path for path in store.project.rglob("*")) == before
