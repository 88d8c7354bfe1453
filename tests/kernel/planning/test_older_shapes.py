"""What was kept in an older shape is read as the newer one, and nothing is stale or bought because of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cine_forge.kernel.ground.errors import ArtifactError
from cine_forge.kernel.planning.fingerprint import only_maker_changed
from tests.kernel.workshop import Workshop

OLD = """
def run_module(inputs, params, context):
    return StageResult(outputs=(draft("out", context.entity, {"text": "old", "parts": [{"who": "part"}]}),))
"""
READS = """
def run_module(inputs, params, context):
    seen = inputs["old"].data
    return StageResult(outputs=(draft("out", context.entity, {"text": seen["body"] + str(sorted(seen))}),))
"""
REMEMBERS = """
def run_module(inputs, params, context):
    before = context.history("old", context.entity)
    return StageResult(outputs=(draft("out", context.entity, {"body": before.data["body"] + "!"}),))
"""
UP = {"old@2": [{"rename": "/text", "to": "body"}, {"rename": "/parts/*/who", "to": "name"}]}


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    """A maker of `old@1` and a reader of `old@2`."""
    found = Workshop(tmp_path)
    found.module("old", OLD)
    reader(found)
    found.stage("make", "old")
    found.stage("read", "reader", needs=["make"])
    return found


def reader(shop: Workshop, upcasts: dict[str, Any] = UP, **more: Any) -> None:
    shop.module("reader", READS, inputs={"old": {"schema": "old@2"}}, upcasts=upcasts, **more)


@pytest.mark.row("A21")
def test_an_older_output_feeds_a_newer_input_through_its_upcast(shop):
    assert set(shop.statuses().values()) == {"done"}
    assert shop.text("reader") == "old['body', 'parts']"
    with shop.reopen() as store:
        assert store.load(store.current("old", "project").ref).data["text"] == "old"
        assert store.lineage.stale() == ()


def test_without_an_upcast_the_number_alone_feeds_nothing(shop):
    reader(shop, {})
    with pytest.raises(Exception, match="CF-P020"):
        shop.plan()


def test_what_the_project_holds_is_read_in_the_newer_shape(shop):
    shop.run()
    shop.stages.clear()
    shop.stage("read", "reader", store_inputs={"old": "old@1"})
    assert shop.statuses(force=True) == {"read/project": "done"}
    assert shop.text("reader") == "old['body', 'parts']"


def test_a_new_upcast_is_a_change_of_the_maker_and_makes_nothing_stale(shop):
    shop.run()
    before = {unit.unit: unit for unit in shop.plan().plan().units}
    reader(shop, {"old@2": [*UP["old@2"], {"default": "/mood", "value": "calm"}]})
    (changed,) = [unit for unit in shop.plan().plan().units if unit.action != "reuse"]
    assert str(changed.unit) == "read/project" and set(map(str, before)) == {"make/project", "read/project"}
    with shop.reopen() as store:
        assert store.lineage.stale() == ()
    assert only_maker_changed(["schema:old@1 to old@2"])


def test_an_upcast_never_buys_again(tmp_path):
    found = Workshop(tmp_path)
    found.module("old", OLD)
    reader(found, determinism="external")
    found.stage("make", "old")
    found.stage("read", "reader", needs=["make"])
    found.run()
    reader(found, {"old@2": [*UP["old@2"], {"drop": "/gone"}]}, determinism="external")
    assert found.actions() == {"make/project": "reuse", "read/project": "reuse"}


def test_a_module_remembers_what_it_made_in_an_older_shape_as_the_newer(shop):
    shop.run()
    shop.stages.clear()
    (shop.root / "modules" / "any" / "old" / "schemas" / "old@1.json").unlink()
    outputs = {"out": {"schema": "old@2"}}
    shop.module("old", REMEMBERS, outputs=outputs, upcasts=UP)
    shop.module("reader", READS, inputs={"old": {"schema": "old@2"}})
    shop.stage("make", "old")
    assert shop.statuses() == {"make/project": "done"}
    with shop.reopen() as store:
        assert store.load(store.current("old", "project").ref).data == {"body": "old!"}


def test_a_plan_foresees_what_a_newer_reader_will_see(shop):
    shop.foresees = True
    assert set(shop.actions().values()) == {"run"}
    shop.run()
    shop.module("old", OLD.replace('"text": "old"', '"text": "new"'))
    assert set(shop.actions().values()) == {"run"}
    assert set(shop.statuses().values()) == {"done"} and shop.text("reader").startswith("new")


def test_what_no_upcast_leads_from_is_refused_with_the_artifact(shop):
    shop.run()
    shop.module("late", READS.replace("body", "text"), inputs={"old": {"schema": "old@3"}})
    shape = shop.root / "modules" / "any" / "late" / "schemas" / "old@3.json"
    shape.write_text('{"type": "object", "required": ["size"]}')
    shop.stages.clear()
    shop.stage("read", "late", store_inputs={"old": "old"})
    with pytest.raises(ArtifactError) as raised:
        shop.run()
    (fault,) = raised.value.faults
    assert (fault.code, fault.where) == ("CF-A035", "old/project@v1")
