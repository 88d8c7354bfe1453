"""The registry knows shapes by name and reports every fault of data."""

import pytest
from pydantic import BaseModel, Field

from cine_forge.kernel.artifacts.lineage.lineage import Health
from cine_forge.kernel.artifacts.records.derivation import Bound
from cine_forge.kernel.artifacts.records.envelope import CostRecord, Edge, MediaFile
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.records.statements import Statement
from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry, without_remarks
from cine_forge.kernel.ground.errors import ArtifactError


class Line(BaseModel, extra="forbid"):
    text: str
    start_s: float = Field(ge=0)


class Page(BaseModel, extra="forbid"):
    """A page."""

    title: str
    lines: tuple[Line, ...]
    description: str | None = None


PRIVATE = {
    "type": "object",
    "required": ["name", "marks"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z]+$"},
        "marks": {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 9}},
        "mood": {"enum": ["calm", "wild"]},
        "kind": {"const": "page"},
    },
}


@pytest.fixture
def registry() -> SchemaRegistry:
    found = SchemaRegistry()
    found.register_model("page@1", Page)
    found.register_json("marks@1", PRIVATE)
    return found


def _found(faults) -> list[tuple[str, str]]:
    return [(fault.where, fault.what.partition(": ")[2]) for fault in faults]


def test_data_that_fits_has_no_fault(registry):
    assert registry.validate("page@1", {"title": "x", "lines": [{"text": "a", "start_s": 1}]}) == ()
    assert registry.validate("marks@1", {"name": "x", "marks": [1, 2], "mood": "calm", "kind": "page"}) == ()


@pytest.mark.row("A19")
@pytest.mark.row("A20")
def test_every_fault_of_a_model_is_told_with_its_place(registry):
    data = {"titel": "x", "lines": [{"text": 3, "start_s": 0}, {"text": "b", "start_s": -1}]}
    assert _found(registry.validate("page@1", data)) == [
        ("/title", "the field `title` is missing"),
        ("/lines/0/text", "Input should be a valid string, found 3"),
        ("/lines/1/start_s", "Input should be greater than or equal to 0, found -1"),
        ("/titel", "the field `titel` is unknown"),
    ]
    assert registry.validate("page@1", data)[3].hint == "did you mean `title`?"


@pytest.mark.row("A19")
def test_every_fault_of_private_data_is_told_with_its_place(registry):
    data = {"name": "X", "marks": [1, -1, 10, "2", True], "mood": "calmm", "kind": "leaf", "nam": 1}
    assert _found(registry.validate("marks@1", data)) == [
        ("/name", 'expected text like `^[a-z]+$`, found "X"'),
        ("/marks/1", "expected at least 0, found -1"),
        ("/marks/2", "expected at most 9, found 10"),
        ("/marks/3", "expected integer, found string"),
        ("/marks/4", "expected integer, found boolean"),
        ("/mood", 'expected one of `calm`, `wild`, found "calmm"; did you mean `calm`?'),
        ("/kind", 'expected "page", found "leaf"'),
        ("/nam", "the field `nam` is unknown; did you mean `name`?"),
    ]
    assert _found(registry.validate("marks@1", {"name": "x"})) == [("/marks", "the field `marks` is missing")]


def test_a_number_in_quotes_is_no_number(registry):
    assert len(registry.validate("page@1", {"title": "x", "lines": [{"text": "a", "start_s": "1"}]})) == 1


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, "\ud800", object()])
def test_what_json_cannot_hold_is_a_fault_and_no_traceback(registry, value):
    (fault,) = registry.validate("page@1", {"title": value, "lines": []})
    assert fault.code == "CF-A033"
    assert "is not JSON" in fault.what


@pytest.mark.row("A20")
def test_an_unknown_name_is_refused_with_the_nearest(registry):
    with pytest.raises(ArtifactError) as raised:
        registry.validate("pages@1", {})
    assert [(fault.code, fault.hint) for fault in raised.value.faults] == [
        ("CF-A030", "did you mean `page@1`?")
    ]


def test_keywords_that_are_not_understood_are_refused_by_name_all_at_once():
    schema = {
        "type": "object",
        "properties": {"a": {"oneOf": []}, "b": {"type": "text"}, "c": {"pattern": "("}},
        "additionalProperties": {"minimun": 1},
    }
    with pytest.raises(ArtifactError) as raised:
        SchemaRegistry().register_json("x@1", schema)
    assert [(fault.code, fault.where) for fault in raised.value.faults] == [
        ("CF-A032", "/properties/a/oneOf"),
        ("CF-A032", "/properties/b/type"),
        ("CF-A032", "/properties/c/pattern"),
        ("CF-A032", "/additionalProperties/minimun"),
    ]
    assert raised.value.faults[3].hint == "did you mean `minimum`?"


def test_a_name_stands_for_one_shape_only(registry):
    registry.register_model("page@1", Page)
    with pytest.raises(ArtifactError, match="CF-A031"):
        registry.register_model("page@1", Line)
    with pytest.raises(ArtifactError, match="CF-A031"):
        registry.register_model("page", Page)


def test_required_fields_and_names_are_told(registry):
    assert registry.required_fields("page@1") == {"title", "lines"}
    assert registry.required_fields("marks@1") == {"name", "marks"}
    assert registry.names() == ("marks@1", "page@1")
    assert "page@1" in registry and "page@2" not in registry


def test_a_digest_ignores_remarks_and_sees_every_other_change():
    shape = {"type": "object", "properties": {"title": {"type": "string", "description": "a"}}}
    said = {"type": "object", "title": "T", "properties": {"title": {"type": "string", "description": "b"}}}
    other = {"type": "object", "properties": {"titel": {"type": "string"}}}
    assert without_remarks(shape) == without_remarks(said) != without_remarks(other)
    assert "title" in without_remarks(said)["properties"]


@pytest.mark.parametrize(
    ("schema", "place", "what"),
    [
        ({"properties": {"a": 3}}, "/properties/a", "is no object"),
        ({"type": ["string", "txt"]}, "/type", "names the type `txt`"),
        ({"required": "a"}, "/required", "has a `required` that is no list"),
        ({"enum": "a"}, "/enum", "has a `enum` that is no list"),
        ({"minimum": "1"}, "/minimum", "has a `minimum` that is no number"),
        ({"maximum": True}, "/maximum", "has a `maximum` that is no number"),
        ({"properties": []}, "/properties", "has `properties` that are no object"),
        ({"pattern": 3}, "/pattern", "has a pattern that cannot be read"),
    ],
)
def test_a_keyword_with_a_value_it_cannot_have_is_refused_with_its_place(schema, place, what):
    with pytest.raises(ArtifactError) as raised:
        SchemaRegistry().register_json("x@1", schema)
    (fault,) = raised.value.faults
    assert (fault.code, fault.where) == ("CF-A032", place)
    assert what in fault.what


def test_fields_that_a_shape_does_not_name_can_have_a_shape_of_their_own():
    registry = SchemaRegistry()
    registry.register_json("x@1", {"type": "object", "additionalProperties": {"type": "integer"}})
    assert registry.validate("x@1", {"a": 1}) == ()
    assert _found(registry.validate("x@1", {"a": "1"})) == [("/a", "expected integer, found string")]


def test_the_shape_of_a_name_can_be_shown(registry):
    assert registry.shape("marks@1") == PRIVATE
    assert registry.shape("page@1")["required"] == ["title", "lines"]


@pytest.mark.row("A19")
def test_every_fault_has_a_place_a_sentence_and_a_kind(registry):
    for name, data in (("page@1", {"lines": 1}), ("marks@1", {"name": 1}), ("page@1", {1, 2})):
        faults = registry.validate(name, data)
        assert faults and all(
            fault.where.startswith("/") and fault.what and fault.code == "CF-A033" for fault in faults
        )


@pytest.mark.row("A18")
@pytest.mark.parametrize(
    "model",
    [
        CostRecord(micro_usd=3, provider="p", model="m", receipts=("r",), input_tokens=1, output_tokens=2),
        MediaFile(
            name="a.png", path="a/b.png", sha256="0" * 64, bytes=0, media_type="image/png", seconds=0.5
        ),
        Edge(ref="note/ann@v1", digest="d", role="variant_of"),
        Statement(kind="lock", ref="note/ann@v1", digest="d", by="x", values={"hard": True}, number=1),
        Bound(name="a", ref="note/ann@v1", digest="d"),
    ],
    ids=lambda model: type(model).__name__,
)
def test_every_model_of_the_store_comes_back_equal_from_json(model):
    assert type(model).model_validate_json(model.model_dump_json()) == model


@pytest.mark.row("A18")
def test_a_ref_and_a_health_come_back_equal_from_their_text():
    assert Ref.parse(str(Ref("note", "ann/1", 12))) == Ref("note", "ann/1", 12)
    assert [Health(str(one.value)) for one in Health] == list(Health)
