"""What two snapshots differ in is named once, with from and to."""

from __future__ import annotations

from typing import Any

import pytest

from cine_forge.driver.plans.difference import differences, modules_since
from cine_forge.driver.plans.snapshot_record import Snapshot

RECORD = {"version": "1", "stage": "s", "determinism": "pure", "place": "x", "manifest": "m1"}
STAGE = {"module": "one", "params": {"n": 1}, "inputs": {"in": ["a.out"]}}
MODEL = {"price": {"per_dispatch_micro_usd": 1}}


def snapshot(**changed: Any) -> Snapshot:
    """Return a snapshot with some things otherwise."""
    record = {**RECORD, "code": {"main.py": "c1"}, "uses": ("cine_forge/film/a.py",)}
    told = {
        "product_version": "1",
        "plan_id": "p",
        "recipe_id": "r",
        "recipe_place": "here",
        "recipe_sha256": "d1",
        "asked": {"recipe": "r"},
        "params": {"text": "a"},
        "facts": {"project.seed": 1},
        "stages": {"s": STAGE},
        "modules": {"one": record, "two": record},
        "files": {"cine_forge/film/a.py": "f1"},
        "schemas": {"x@1": "s1"},
        "strategy": {"primary": "local"},
        "profiles": {"still": MODEL},
    }
    return Snapshot.model_validate({**told, **changed})


def texts(**changed: Any) -> list[str]:
    """Return the sentences about what changed."""
    return [one.text for one in differences(snapshot(), snapshot(**changed))]


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"recipe_sha256": "d2"}, "the recipe's text changed; what it asks of its stages did not"),
        ({"recipe_id": "q"}, "the recipe “r” → “q”"),
        ({"params": {"text": "b"}}, "param `text` “a” → “b”"),
        ({"params": {}}, "param `text` “a” → nothing"),
        ({"facts": {"project.seed": 2}}, "project setting `project.seed` 1 → 2"),
        ({"schemas": {"x@1": "s2"}}, "schema `x@1` changed"),
        ({"strategy": {"primary": "other"}}, "which provider makes what changed"),
        ({"profiles": {"still": {"price": {"per_dispatch_micro_usd": 2}}}}, "the price of `still` changed"),
        ({"profiles": {"still": {**MODEL, "pace": 1}}}, "the profile of `still` changed"),
        ({"profiles": {}}, "model `still` is gone"),
        ({"asked": {"recipe": "r", "force": True}}, "`--force` nothing → True"),
        ({"product_version": "2"}, "CineForge “1” → “2”"),
        ({"stages": {}}, "stage `s` is gone"),
        ({"stages": {"s": {**STAGE, "module": "two"}}}, "module of stage `s` “one” → “two”"),
        ({"stages": {"s": {**STAGE, "params": {"n": 2}}}}, "param `n` of stage `s` 1 → 2"),
        ({"stages": {"s": {**STAGE, "inputs": {"in": ["b.out"]}}}}, "stage `s` is fed otherwise"),
    ],
)
def test_each_thing_that_differs_has_its_sentence(changed: dict[str, Any], text: str) -> None:
    assert texts(**changed) == [text]


def test_snapshots_of_the_same_differ_in_nothing() -> None:
    assert texts() == []
    assert {since.status for since in modules_since(snapshot(), snapshot())} == {"same"}


def test_a_file_that_many_modules_use_is_told_once_with_them() -> None:
    assert texts(files={"cine_forge/film/a.py": "f2"}) == [
        "code `cine_forge/film/a.py` changed (used by `one`, `two`)"
    ]


def test_of_each_module_it_is_told_what_became_of_it() -> None:
    code = {**RECORD, "code": {"main.py": "c2"}, "uses": ("cine_forge/film/a.py",)}
    rows = modules_since(snapshot(), snapshot(modules={"one": {**code, "manifest": "m2"}, "three": code}))
    assert [(row.module, row.text) for row in rows] == [
        ("one", "changed: `module.yaml`, `main.py`"),
        ("three", "added"),
        ("two", "gone"),
    ]
