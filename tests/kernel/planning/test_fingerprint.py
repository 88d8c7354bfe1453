"""A fingerprint covers all that a result depends on, by name, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from cine_forge.kernel.ground.hashing import digest_of
from cine_forge.kernel.planning.fingerprint import (
    StageParts,
    changed_components,
    fingerprint_of,
    only_maker_changed,
    stage_components,
    unit_components,
)
from tests.kernel.planning.making import module

PARTS = StageParts(
    module(version=3),
    params={"text": "x"},
    files={"look": "f" * 64},
    code={"main.py": "c" * 64},
    schemas={"sheet@1": "s" * 64},
    facts={"delivery.fps": 24},
    project_seed=7,
)


def test_a_stage_is_covered_by_module_params_files_code_schemas_and_facts() -> None:
    assert stage_components(PARTS) == {
        "module:maker": digest_of("3"),
        "param:text": digest_of("x"),
        "file:look": "f" * 64,
        "code:main.py": "c" * 64,
        "schema:sheet@1": "s" * 64,
        "fact:delivery.fps": digest_of(24),
    }


@pytest.mark.parametrize("determinism", ["seeded", "external"])
def test_the_projects_seed_counts_where_it_can_matter(determinism: str) -> None:
    drawn = PARTS._replace(module=module(determinism=determinism))
    assert stage_components(drawn)["seed:project"] == digest_of(7)
    assert "seed:project" not in stage_components(PARTS)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("module", module(version=4)),
        ("params", {"text": "y"}),
        ("params", {}),
        ("files", {"look": "e" * 64}),
        ("code", {"main.py": "d" * 64}),
        ("schemas", {"sheet@1": "t" * 64}),
        ("facts", {"delivery.fps": 25}),
    ],
)
def test_a_change_of_any_part_is_another_fingerprint(part: str, value: Any) -> None:
    other = PARTS._replace(**{part: value})
    assert fingerprint_of(stage_components(other)) != fingerprint_of(stage_components(PARTS))
    assert fingerprint_of(stage_components(PARTS._replace())) == fingerprint_of(stage_components(PARTS))


def test_inputs_count_by_name_entity_and_digest_and_where_there_are_several_by_order() -> None:
    inputs = [("one", "a", "1" * 64), ("many", "b", "2" * 64), ("many", "c", "3" * 64)]
    assert unit_components(inputs, {}, ()) == {
        "input:one:a": "1" * 64,
        "input:many:b": "2" * 64,
        "input:many:c": "3" * 64,
        "order:many": digest_of(["b", "c"]),
    }
    assert unit_components([], {}, ()) == {}


def test_of_a_route_only_provider_and_model_count() -> None:
    route = {"provider": "local", "model": "m1", "reason": "cheapest"}
    assert unit_components([], route, ()) == {
        "policy:provider": digest_of("local"),
        "policy:model": digest_of("m1"),
    }
    assert unit_components([], {"model": "m1"}, ()) == {"policy:model": digest_of("m1")}


def test_a_decision_counts_by_what_was_said_of_what_and_by_whom_not_by_its_number() -> None:
    said = {"kind": "approve", "digest": "d", "by": "kim", "note": "yes", "values": {"x": 1}}
    expected = {"decision:subject": digest_of([said])}
    assert unit_components([], {}, ({**said, "number": 4, "ref": "a/b@v1"},)) == expected
    assert unit_components([], {}, ({"kind": "approve", "number": 1},)) == {
        "decision:subject": digest_of([{"kind": "approve"}])
    }


def test_what_differs_was_added_or_went_is_named_in_order() -> None:
    before = {"param:b": "1", "param:same": "1", "param:went": "1"}
    after = {"param:b": "2", "param:same": "1", "param:added": "1"}
    assert changed_components(before, after) == ("param:added", "param:b", "param:went")
    assert changed_components(before, before) == ()


@pytest.mark.parametrize("kind", ["code", "schema", "module", "policy", "seed"])
def test_who_makes_it_may_change_without_a_new_purchase(kind: str) -> None:
    assert only_maker_changed([f"{kind}:x", "code:y"])


@pytest.mark.parametrize("kind", ["param", "file", "fact", "input", "order", "decision"])
def test_what_was_asked_for_may_not(kind: str) -> None:
    assert not only_maker_changed(["code:x", f"{kind}:x"])
