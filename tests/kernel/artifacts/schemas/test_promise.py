"""What data of one shape promises to a reader of another: by what the reader requires."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from cine_forge.kernel.artifacts.schemas.promise import lacks

READER = {
    "type": "object",
    "required": ["name", "length"],
    "properties": {"name": {"type": "string"}, "length": {"type": "number"}, "note": {"type": "string"}},
}


def maker(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties}


def said(made: dict[str, Any], read: dict[str, Any] = READER) -> list[str]:
    return [str(lack) for lack in lacks(made, read)]


@pytest.mark.row("A21")
def test_all_required_fields_of_a_fitting_kind_are_enough() -> None:
    made = maker(["name", "length", "more"], name={"type": "string"}, length={"type": "integer"}, more={})
    assert said(made) == []


@pytest.mark.row("A21")
def test_names_that_merely_overlap_are_not_enough() -> None:
    made = maker(["name"], name={"type": "string"}, length={"type": "number"}, note={"type": "string"})
    assert said(made) == ["`/length` may be missing"]
    assert said(maker(["name"], name={"type": "string"})) == ["`/length` is not there"]


def test_every_field_that_is_lacking_is_named() -> None:
    made = maker(["length"], length={"type": "string"})
    assert said(made) == ["`/name` is not there", "`/length` may be string and must be number"]


@pytest.mark.parametrize(
    ("made", "read", "lack"),
    [
        ({"type": ["string", "null"]}, {"type": "string"}, "may be null and must be string"),
        ({"type": "number"}, {"type": "integer"}, "may be number and must be integer"),
        ({}, {"type": "boolean"}, "and must be boolean"),
        ({"type": "string"}, {"enum": ["a", "b"]}, "may be something else than `a`, `b`"),
        ({"enum": ["a", "c"]}, {"enum": ["a", "b"]}, "may be something else than `a`, `b`"),
        ({"const": "c"}, {"const": "a"}, "may be something else than `a`"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": "string"},
         "may be null and must be string"),
        ({"type": "array", "items": {"type": "string"}}, {"type": "array", "items": {"type": "integer"}},
         "`/k/*` may be string"),
        ({"type": "array"}, {"type": "array", "items": {"type": "integer"}}, "`/k/*` may be"),
        (maker(["a"], a={}), maker(["a", "b"]), "`/k/b` is not there"),
    ],
)  # fmt: skip
def test_a_field_must_be_of_a_kind_that_the_reader_accepts(made: Any, read: Any, lack: str) -> None:
    found = said(maker(["k"], k=made), maker(["k"], k=read))
    assert len(found) == 1
    assert lack in found[0]


@pytest.mark.parametrize(
    ("made", "read"),
    [
        ({"type": "string"}, {}),
        ({"type": "integer"}, {"type": ["number", "null"]}),
        ({"enum": ["a"]}, {"enum": ["a", "b"], "type": "string"}),
        ({"const": 2}, {"type": "number"}),
        ({"type": "string"}, {"anyOf": [{"type": "null"}, {"type": "string"}]}),
        ({"type": "number", "minimum": -5}, {"type": "number", "minimum": 0}),
    ],
)
def test_what_the_reader_accepts_is_promised(made: Any, read: Any) -> None:
    assert said(maker(["k"], k=made), maker(["k"], k=read)) == []


class Inner(BaseModel):
    at: int


class Outer(BaseModel):
    inner: Inner
    many: list[Inner]


class Loop(BaseModel):
    next: Loop | None


def test_models_are_compared_through_their_references() -> None:
    made = Outer.model_json_schema()
    read = maker(["inner"], inner=maker(["at"], at={"type": "number"}))
    assert said(made, read) == []
    assert said(made, maker(["inner"], inner=maker(["to"]))) == ["`/inner/to` is not there"]
    deep = maker(["many"], many={"type": "array", "items": maker(["to"])})
    assert said(made, deep) == ["`/many/*/to` is not there"]


def test_shapes_that_hold_themselves_come_to_an_end() -> None:
    shape = Loop.model_json_schema()
    assert said(shape, shape) == []


def test_kinds_of_listed_values_count_where_no_type_is_said() -> None:
    values = {"enum": [True, 1, 1.5, "a", None, {}, []]}
    (lack,) = said(maker(["k"], k=values), maker(["k"], k={"type": "string"}))
    assert lack == "`/k` may be array or boolean or integer or null or number or object and must be string"


def test_a_shape_within_itself_is_followed_only_so_far() -> None:
    ring = {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}
    assert said(ring, {}) == []
    assert len(said(ring, READER)) == 1
    nested = {"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#/$defs/n"}}}
    whole = nested | {"$defs": {"n": nested}}
    assert said(whole, whole) == []


def test_a_shape_wrapped_alone_is_taken_as_it_is() -> None:
    wrapped = maker(["k"], k={"allOf": [{"type": "string"}]})
    assert said(wrapped, maker(["k"], k={"type": "string"})) == []
    assert len(said(wrapped, maker(["k"], k={"type": "integer"}))) == 1
