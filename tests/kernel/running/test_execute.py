"""How a run goes: failures, waiting, parking, announcing; what is kept and what is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pytest

from cine_forge.kernel.ground.errors import Fault, ResumableError
from cine_forge.kernel.planning.policy import Asked, Policies
from tests.kernel.workshop import JOIN, MEMBERS, Workshop, chain

BROKEN = """
def run_module(inputs, params, context):
    raise ValueError("no light")
"""
ANNOUNCING = """
def run_module(inputs, params, context):
    context.announce(draft("out", "thing:1", {"text": "early"}))
    raise ValueError("later")
"""
ASKING = """
def run_module(inputs, params, context):
    answer = context.dispatch({"what": context.entity})
    return StageResult(outputs=(draft("out", context.entity, {"text": answer["text"]}),))
"""
FILING = """
from cine_forge import MediaDraft
def run_module(inputs, params, context):
    path = context.scratch() / "note.txt"
    path.write_text("light")
    kept = draft("out", context.entity, {"text": "x"}).model_copy(
        update={"media": (MediaDraft(path=path, name="note.txt", media_type="text/plain"),)}
    )
    return StageResult(outputs=(kept,))
"""
NO_RESULT = """
def run_module(inputs, params, context):
    return {"artifacts": []}
"""


class SlowDoor:
    """A door whose generation takes a few looks to end, and which counts what was asked."""

    def __init__(self, looks: int) -> None:
        self.looks = looks
        self.asked: list[str] = []

    def ask(self, request: Mapping[str, Any], origin: Mapping[str, str]) -> Mapping[str, Any]:
        self.asked.append(origin["entity"])
        return {"parked": "rc-1"} if self.looks > 0 else {"text": "made elsewhere"}

    def ready(self, receipts: Collection[str]) -> frozenset[str]:
        self.looks -= 1
        return frozenset(receipts) if self.looks <= 0 else frozenset()


class ShutGate:
    """A gate that is open once somebody approved."""

    def holds(self, asked: Asked, decisions: tuple[Mapping[str, Any], ...]) -> str | None:
        return None if decisions else "waits for a person"


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def test_a_failing_unit_stops_its_consequences_and_nothing_else(workshop: Workshop) -> None:
    chain(workshop, "a", "b", "c")
    workshop.module("broken", BROKEN)
    workshop.module("after", JOIN, inputs={"broken": {"schema": "broken@1"}})
    workshop.stage("broken", "broken")
    workshop.stage("after", "after", needs=["broken"])
    outcome = workshop.run()
    assert {str(unit): one.status for unit, one in outcome.units.items()} == {
        "a/project": "done", "b/project": "done", "c/project": "done",
        "broken/project": "failed", "after/project": "blocked",
    }  # fmt: skip
    error = outcome.with_status("failed")[0].error
    assert error is not None and "ValueError: no light" in str(error)


def test_a_result_of_another_kind_is_refused_by_name(workshop: Workshop) -> None:
    workshop.module("odd", NO_RESULT)
    workshop.stage("odd", "odd")
    error = workshop.run().with_status("failed")[0].error
    assert error is not None and error.faults[0].code == "CF-S002"


@pytest.mark.row("B4")
def test_an_announced_artifact_outlives_the_unit_that_failed(workshop: Workshop) -> None:
    workshop.module("early", ANNOUNCING, outputs={"out": {"schema": "early@1", "entities": "many"}})
    workshop.stage("early", "early")
    assert workshop.statuses() == {"early/project": "failed"}
    assert workshop.text("early", "thing:1") == "early"


def test_a_parked_unit_is_called_again_when_its_receipt_is_terminal(workshop: Workshop) -> None:
    workshop.door = SlowDoor(looks=3)
    workshop.module("asking", ASKING, determinism="external")
    workshop.stage("asking", "asking")
    assert workshop.statuses() == {"asking/project": "done"}
    assert workshop.door.asked == ["project", "project"]
    assert workshop.text("asking") == "made elsewhere"


class ImpatientDoor(SlowDoor):
    """A door that does not wait for what runs elsewhere as long as it takes."""

    def ask(self, request: Mapping[str, Any], origin: Mapping[str, str]) -> Mapping[str, Any]:
        if self.looks <= 0:
            raise ResumableError(Fault("CF-G075", "it still runs"))
        return super().ask(request, origin)


@pytest.mark.row("D11")
def test_a_unit_whose_generation_takes_too_long_is_resumable_and_no_failure(workshop: Workshop) -> None:
    workshop.door = ImpatientDoor(looks=2)
    workshop.module("asking", ASKING, determinism="external")
    workshop.stage("asking", "asking")
    chain(workshop, "a")
    assert workshop.statuses() == {"a/project": "done", "asking/project": "resumable"}
    ended = [event for event in workshop.sink.events if event.event == "stage_finished"]
    assert {event.stage: event.fields["status"] for event in ended} == {"a": "done", "asking": "resumable"}
    workshop.door = SlowDoor(looks=0)
    assert workshop.statuses()["asking/project"] == "done"


def test_a_shut_gate_holds_only_its_consequences_until_somebody_decides(workshop: Workshop) -> None:
    workshop.policies = Policies(gate=ShutGate())
    chain(workshop, "a", "side")
    workshop.module("gate", JOIN, inputs={"a": {"schema": "a@1"}}, gate={"subject": "a"})
    workshop.module("after", JOIN, inputs={"gate": {"schema": "gate@1"}})
    workshop.stage("gate", "gate", needs=["a"])
    workshop.stage("after", "after", needs=["gate"])
    assert workshop.actions()["gate/project"] == "hold"
    assert workshop.statuses() == {
        "a/project": "done", "side/project": "done", "gate/project": "waiting", "after/project": "blocked",
    }  # fmt: skip
    with workshop.reopen(write=True) as store:
        held = store.current("a", "project")
        assert held is not None
        store.state("approve", held.ref, by="ida")
    ended = workshop.statuses()
    assert (ended["gate/project"], ended["after/project"]) == ("done", "done")
    assert set(workshop.actions().values()) == {"reuse"}


def test_two_units_that_keep_one_artifact_are_refused_by_name(workshop: Workshop) -> None:
    workshop.module("same", JOIN)
    workshop.stage("one", "same")
    workshop.stage("two", "same")
    outcome = workshop.run()
    assert sorted(one.status for one in outcome.units.values()) == ["done", "failed"]
    error = outcome.with_status("failed")[0].error
    assert error is not None and error.faults[0].code == "CF-S007"


@pytest.mark.row("A38")
def test_the_events_of_a_run_tell_the_whole_story_in_order(workshop: Workshop) -> None:
    chain(workshop, "a", "b")
    workshop.run()
    assert workshop.sink.names() == [
        "stage_started", "unit_started", "artifact_saved", "unit_finished", "stage_finished",
        "stage_started", "unit_started", "artifact_saved", "unit_finished", "stage_finished",
    ]  # fmt: skip
    assert [event.seq for event in workshop.sink.events] == list(range(1, 11))


@pytest.mark.row("A7")
def test_every_output_lists_every_input_as_its_parent(workshop: Workshop) -> None:
    chain(workshop, "a", "b")
    workshop.run()
    with workshop.reopen() as store:
        held = store.current("b", "project")
        assert held is not None
        assert [edge.ref for edge in held.envelope().lineage] == ["a/project@v1"]


def test_a_file_in_a_units_scratch_is_kept_and_the_scratch_is_gone(workshop: Workshop) -> None:
    workshop.module("filing", FILING)
    workshop.stage("filing", "filing")
    assert workshop.statuses() == {"filing/project": "done"}
    with workshop.reopen() as store:
        held = store.current("filing", "project")
        assert held is not None
        assert (workshop.root / "project" / held.envelope().media[0].path).read_text() == "light"
    assert not list((workshop.root / "project" / "runs").rglob("note.txt"))


@pytest.mark.row("A31")
def test_what_has_the_longest_way_to_go_starts_first_and_no_wave_waits(workshop: Workshop) -> None:
    for name in ("short1", "short2", "short3"):
        workshop.module(name, JOIN)
        workshop.stage(name, name)
    chain(workshop, "a", "b", "c")
    workshop.run()
    started = [event.stage for event in workshop.sink.events if event.event == "unit_started"]
    assert started[0] == "a"
    assert started.index("b") < started.index("short3")


def test_what_a_unit_no_longer_keeps_is_superseded_and_not_stale(workshop: Workshop) -> None:
    params = {"ids": {"type": "string", "default": ""}, "suffix": {"type": "string", "default": ""}}
    outputs = {"set": {"schema": "thing_set@1"}, "things": {"schema": "thing@1", "entities": "many"}}
    chain(workshop, "a")
    inputs = {"a": {"schema": "a@1"}}
    workshop.module("members", MEMBERS, outputs=outputs, params=params, inputs=inputs)
    for text, ids in (("one", "x y"), ("two", "x")):
        workshop.stage("a", "a", params={"text": text})
        workshop.stage("members", "members", needs=["a"], params={"ids": ids})
        workshop.run()
    with workshop.reopen() as store:
        assert store.lineage.stale() == ()
        assert store.current("thing", "thing:y") is not None
