"""Reasons say which component changed, and of an input which field, from what, to what, and where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cine_forge.kernel.artifacts.diff.diff import FieldChange
from cine_forge.kernel.artifacts.records.derivation import Bound, Derivation
from cine_forge.kernel.planning.binding import Binding, Item, Standing
from cine_forge.kernel.planning.explain import change_reasons, describe
from cine_forge.kernel.planning.plan import Reason
from cine_forge.kernel.planning.view import Seen
from cine_forge.kernel.planning.wires import Wire
from cine_forge.kernel.stages.manifest import InputSpec
from tests.kernel.planning.making import seen, unit


class Kept:
    """A view that knows some versions by ref."""

    def __init__(self, *known: Seen) -> None:
        self._known = {one.ref: one for one in known}

    def at(self, ref: str) -> Seen | None:
        return self._known.get(ref)


def binding(name: str, *items: Seen | None, entity: str = "x") -> Binding:
    spec = InputSpec.model_validate({"schema": "thing@1"})
    found = tuple(Item(one.entity if one else entity, one, Standing.FIXED) for one in items)
    return Binding(Wire(name, spec, "thing"), found)


def newest(*inputs: Seen, name: str = "in") -> Derivation:
    return Derivation(
        unit=unit("a"), sequence=1, fingerprint="f", components={}, module="m", module_version="1",
        inputs=tuple(Bound(name=name, ref=one.ref, digest=one.digest) for one in inputs),
        run_id="r", created_at="now",
    )  # fmt: skip


def reasons(
    changed: str, old: tuple[Seen, ...] = (), now: tuple[Seen | None, ...] = (), locator: Any = None
) -> Reason:
    view: Any = Kept(*old)
    (found,) = change_reasons((changed,), newest(*old), (binding("in", *now),), view, locator)
    return found


@pytest.mark.parametrize(
    ("component", "text"),
    [
        ("param:text", "param `text` changed"),
        ("file:look", "the file of param `look` changed"),
        ("code:a/main.py", "code `a/main.py` changed"),
        ("schema:sheet@1", "schema `sheet@1` changed"),
        ("fact:delivery.fps", "project setting `delivery.fps` changed"),
        ("module:maker", "module `maker` changed"),
        ("policy:provider", "the provider changed"),
        ("seed:project", "the project's seed changed"),
        ("decision:subject", "a person decided about it"),
        ("order:sheets", "the order or number of `sheets` changed"),
    ],
)
def test_each_kind_of_component_has_its_sentence(component: str, text: str) -> None:
    kind, _, name = component.partition(":")
    assert reasons(component) == Reason(code=f"{kind}_changed", text=text, values={"name": name})


def test_an_input_that_changed_names_the_field_from_what_to_what() -> None:
    old, now = seen("thing", "x", 1, text="a", n=1), seen("thing", "x", 2, text="b", n=1)
    assert reasons("input:in:x", (old,), (now,)) == Reason(
        code="input_changed",
        text="input `in` thing/x changed: /text “a” → “b”",
        values={"input": "in", "entity": "x", "before": "thing/x@v1", "changes": ["/text “a” → “b”"]},
    )


def test_three_fields_are_shown_and_the_rest_is_counted() -> None:
    old, now = (seen("thing", "x", n, **dict.fromkeys("abcde", n)) for n in (1, 2))
    found = reasons("input:in:x", (old,), (now,))
    assert found.text == "input `in` thing/x changed: /a 1 → 2; /b 1 → 2; /c 1 → 2 and 2 more"
    assert len(found.values["changes"]) == 5
    old, now = (seen("thing", "x", n, **dict.fromkeys("abc", n)) for n in (1, 2))
    assert reasons("input:in:x", (old,), (now,)).text.endswith("/c 1 → 2")


def test_equal_data_with_another_digest_means_other_media() -> None:
    old, now = seen("thing", "x", 1), seen("thing", "x", 2)
    assert reasons("input:in:x", (old,), (now,)).text == "input `in` thing/x changed: its media changed"


def test_an_input_that_went_and_one_that_came_are_told_apart() -> None:
    old = seen("thing", "x")
    gone = Reason(code="input_gone", text="input `in` thing/x@v1 is no longer there", values={"input": "in"})
    assert reasons("input:in:x", (old,), ()) == gone
    assert reasons("input:in:x", (old,), (None,)) == gone
    assert reasons("input:in:y", (old,), (seen("thing", "y"),)) == Reason(
        code="input_added", text="input `in` has a new entity y", values={"input": "in", "entity": "y"}
    )


def test_an_entity_with_a_colon_and_a_slash_is_found_again() -> None:
    old, now = seen("thing", "ep/t:1@v2", 1, a=1), seen("thing", "ep/t:1@v2", 2, a=2)
    assert reasons("input:in:ep/t:1@v2", (old,), (now,)).code == "input_changed"


def test_a_change_is_located_in_the_data_that_has_the_field() -> None:
    asked: list[tuple[str, Mapping[str, Any], str]] = []

    def locator(artifact_type: str, data: Mapping[str, Any], path: str) -> str | None:
        asked.append((artifact_type, data, path))
        return "text.md:4"

    old, now = seen("thing", "x", 1, a=1, b=1), seen("thing", "x", 2, a=2)
    found = reasons("input:in:x", (old,), (now,), locator)
    assert found.values["changes"] == ["text.md:4 /a 1 → 2", "text.md:4 /b removed 1"]
    assert asked == [("thing", {"a": 2}, "/a"), ("thing", {"a": 1, "b": 1}, "/b")]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (FieldChange("/a", "added", None, "x"), "/a added “x”"),
        (FieldChange("/a", "removed", 3, None), "/a removed 3"),
        (FieldChange("/a", "changed", "x" * 58, "x" * 59), f"/a “{'x' * 58}” → “{'x' * 58}…"),
        (FieldChange("/a", "changed", 1, None), "/a 1 → None"),
    ],
)
def test_a_change_is_short_and_says_from_what_to_what(change: FieldChange, text: str) -> None:
    assert describe(change, "thing", {}, None) == text
    assert describe(change, "thing", {}, lambda *_: None) == text
    assert describe(change, "thing", {}, lambda *_: "f:1") == f"f:1 {text}"


def test_an_element_that_moved_is_told_with_its_old_and_new_place() -> None:
    change = FieldChange("/lines/0", "moved", "/lines/3", "/lines/0")
    assert describe(change, "thing", {}, None) == "/lines/3 moved to /lines/0"
