"""An older shape is read as a newer one through its upcasts; no file, digest or health changes by it."""

import pytest
from pydantic import BaseModel, ConfigDict

from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry
from cine_forge.kernel.artifacts.schemas.upcast import brought_up, upcast_by, upcast_by_moves
from cine_forge.kernel.ground.errors import ArtifactError


class First(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str


class Third(BaseModel):
    model_config = ConfigDict(extra="forbid")

    label: str
    mood: str


@pytest.fixture
def registry() -> SchemaRegistry:
    found = SchemaRegistry()
    found.register_model("page@1", First)
    found.register_model("page@3", Third)
    found.register_moves("page@2", [{"rename": "/title", "to": "label"}])
    found.register_upcast("page@2", "page@3", in_a_mood)
    return found


def in_a_mood(data):
    data["mood"] = "calm"
    return data


def by_moves(*moves):
    return lambda data: brought_up([upcast_by_moves("page@2", moves)], data)


def test_upcasts_are_chained_and_the_data_that_was_read_stays_as_it_is(registry):
    kept = {"title": "x"}
    assert registry.read_as("page@1", "page@3", kept) == {"label": "x", "mood": "calm"}
    assert registry.read_as("page@2", "page@3", {"label": "y"}) == {"label": "y", "mood": "calm"}
    assert kept == {"title": "x"}
    assert registry.leads("page@1", "page@3") and not registry.leads("page@3", "page@1")


def test_data_of_the_shape_that_is_asked_for_is_read_as_it_is(registry):
    kept = {"title": "x"}
    assert registry.read_as("page@1", "page@1", kept) is kept
    assert registry.read_as("sheet@1", "page@1", kept) is kept


@pytest.mark.parametrize(
    ("move", "before", "after"),
    [
        ({"rename": "/a", "to": "b"}, {"a": 1}, {"b": 1}),
        ({"rename": "/a", "to": "b"}, {"c": 1}, {"c": 1}),
        ({"rename": "/list/*/a", "to": "b"}, {"list": [{"a": 1}, {}, 7]}, {"list": [{"b": 1}, {}, 7]}),
        ({"rename": "/a/*/x", "to": "y"}, {"a": "text"}, {"a": "text"}),
        ({"move": "/a/b", "to": "/c/d"}, {"a": {"b": 1}}, {"a": {}, "c": {"d": 1}}),
        ({"default": "/a", "value": [1]}, {}, {"a": [1]}),
        ({"default": "/a", "value": 2}, {"a": None}, {"a": None}),
        ({"default": "/a/b", "value": 2}, {}, {}),
        ({"drop": "/a/b"}, {"a": {"b": 1, "c": 2}}, {"a": {"c": 2}}),
    ],
)
def test_a_move_does_what_it_says_and_nothing_where_nothing_is(move, before, after):
    assert by_moves(move)(before) == after


@pytest.mark.parametrize(
    ("move", "data"),
    [
        ({"rename": "/a", "to": "b"}, {"a": 1, "b": 2}),
        ({"move": "/a", "to": "/b/c"}, {"a": 1, "b": "text"}),
    ],
)
def test_a_move_never_puts_a_value_over_another(move, data):
    with pytest.raises(ArtifactError) as raised:
        by_moves(move)(data)
    assert raised.value.faults[0].code == "CF-A036"
    assert "the upcast from `page@1` to `page@2` fails" in raised.value.faults[0].what


def test_two_defaults_share_no_value():
    up = by_moves({"default": "/list/*/marks", "value": []})
    found = up({"list": [{}, {}]})
    found["list"][0]["marks"].append(1)
    assert found["list"][1]["marks"] == [] and up({"list": [{}]}) == {"list": [{"marks": []}]}


def test_an_upcast_whose_result_does_not_fit_the_newer_shape_is_refused_with_every_fault(registry):
    with pytest.raises(ArtifactError) as raised:
        registry.read_as("page@2", "page@3", {"labl": 1})
    assert [fault.code for fault in raised.value.faults] == ["CF-A036", "CF-A036"]
    assert "brought from `page@2` to `page@3`" in raised.value.faults[0].what


def test_a_function_that_fails_on_the_data_is_told_as_the_upcast_that_it_is():
    step = upcast_by("page@1", "page@2", lambda data: {"label": data["title"]})
    with pytest.raises(ArtifactError) as raised:
        brought_up([step], {})
    assert "KeyError('title')" in raised.value.faults[0].what


@pytest.mark.parametrize(
    ("older", "newer"), [("page@1", "page@3"), ("page@2", "page@1"), ("page@1", "leaf@2")]
)
def test_an_upcast_leads_to_the_next_number_and_nowhere_else(older, newer):
    with pytest.raises(ArtifactError) as raised:
        SchemaRegistry().register_upcast(older, newer, in_a_mood)
    assert raised.value.faults[0].code == "CF-A035"


def test_two_different_upcasts_between_the_same_shapes_are_refused_equal_ones_are_one(registry):
    registry.register_moves("page@2", [{"rename": "/title", "to": "label"}])
    registry.register_upcast("page@2", "page@3", in_a_mood)
    for change in (
        lambda: registry.register_moves("page@2", [{"drop": "/title"}]),
        lambda: registry.register_upcast("page@2", "page@3", by_moves()),
    ):
        with pytest.raises(ArtifactError) as raised:
            change()
        assert raised.value.faults[0].what.endswith("and they differ")


def test_an_older_shape_without_an_upcast_is_refused_unless_it_promises_enough(registry):
    with pytest.raises(ArtifactError) as raised:
        registry.read_as("page@3", "page@4", {})
    assert raised.value.faults[0].what == "no upcast leads from `page@3` to `page@4`"
    registry.register_json("page@4", {"type": "object", "required": ["label"]})
    assert registry.read_as("page@3", "page@4", {"label": "x"}) == {"label": "x"}
    registry.register_json("page@5", {"type": "object", "required": ["size"]})
    with pytest.raises(ArtifactError):
        registry.read_as("page@4", "page@5", {"label": "x"})


def test_a_shape_that_is_newer_than_any_known_here_is_refused_as_that(registry):
    with pytest.raises(ArtifactError) as raised:
        registry.read_as("page@9", "page@3", {})
    (fault,) = raised.value.faults
    assert (fault.code, fault.what) == (
        "CF-A037",
        "its shape `page@9` is newer than `page@3`, which is read here",
    )


def test_the_ways_to_a_shape_are_listed_with_a_digest_that_changes_with_each_step(registry):
    ways = registry.upcasts_to("page@3")
    assert list(ways) == ["page@2 to page@3", "page@1 to page@3"]
    other = SchemaRegistry()
    other.register_moves("page@2", [{"drop": "/title"}])
    other.register_upcast("page@2", "page@3", in_a_mood)
    assert other.upcasts_to("page@3")["page@2 to page@3"] == ways["page@2 to page@3"]
    assert other.upcasts_to("page@3")["page@1 to page@3"] != ways["page@1 to page@3"]
    assert registry.upcasts_to("page@1") == {}


def test_a_callable_object_can_be_an_upcast():
    class Same:
        def __call__(self, data):
            return data

    assert upcast_by("page@1", "page@2", Same()).digest == upcast_by("page@1", "page@2", Same()).digest


@pytest.mark.parametrize("name", ["page", "page@0", "page@1\n", "../page@1", "page@1234567890"])
def test_an_upcast_is_between_names_that_shapes_can_have(name):
    with pytest.raises(ArtifactError) as raised:
        SchemaRegistry().register_upcast(name, "page@2", in_a_mood)
    assert raised.value.faults[0].code == "CF-A031"
