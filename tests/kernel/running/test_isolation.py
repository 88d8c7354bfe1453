"""A module in a process of its own sees, asks and keeps just what it would in the run's own process."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pytest

from cine_forge.kernel.artifacts.store.tree import tree_digest
from cine_forge.kernel.ground.errors import BudgetError, Fault
from tests.kernel.workshop import Workshop, chain

BOTH = pytest.mark.parametrize("runs", ["in_process", "subprocess"])

TELLING = """
import os
def run_module(inputs, params, context):
    seen = {
        "run": context.run_id, "stage": context.stage_id, "entity": context.entity, "seed": context.seed,
        "facts": dict(context.facts), "params": dict(params), "decisions": list(context.decisions),
        "role": context.role, "a": inputs["a"].data, "ref": inputs["a"].ref, "none": inputs.get("none"),
        "many": [given.entity for given in inputs["many"]],
        "note": inputs["filing"].open_media("note.txt").read_text(),
    }
    return StageResult(outputs=(draft("out", context.entity, {"text": "x", "seen": seen}),), warnings=("w",))
"""
FILING = """
from cine_forge import MediaDraft
def run_module(inputs, params, context):
    path = context.scratch() / "note.txt"
    path.write_text("light")
    media = (MediaDraft(path=path, name="note.txt", media_type="text/plain"),)
    kept = draft("out", context.entity, {"text": "x"}).model_copy(update={"media": media, "confidence": 0.5})
    return StageResult(outputs=(kept,), cost_micro_usd=7)
"""
ASKING = """
def run_module(inputs, params, context):
    context.log("asks", what={"a": [1, 2.5, None, "é"]})
    context.progress(1, 2)
    answer = context.dispatch({"what": context.entity})
    return StageResult(outputs=(draft("out", context.entity, {"text": answer["text"]}),))
"""
REMEMBERING = """
def run_module(inputs, params, context):
    before = context.history("remembering", "project")
    text = (before.data["text"] if before else "") + params["text"]
    ref = context.announce(draft("out", "early", {"text": "early " + text}))
    assert ref.startswith("remembering/early@v"), ref
    return StageResult(outputs=(draft("out", context.entity, {"text": text}),))
"""
GATED = """
def run_module(inputs, params, context):
    return StageResult(waiting="somebody must look")
"""


class Door:
    """A door that parks once, then answers, or refuses."""

    def __init__(self, answer: Mapping[str, Any] | Exception) -> None:
        self.answer = answer
        self.asked: list[Mapping[str, Any]] = []

    def ask(self, request: Mapping[str, Any], origin: Mapping[str, str]) -> Mapping[str, Any]:
        self.asked.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"parked": "rc-1"} if len(self.asked) == 1 else self.answer

    def ready(self, receipts: Collection[str]) -> frozenset[str]:
        return frozenset(receipts)


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def _telling(root: Path, runs: str) -> Workshop:
    """Make and run a recipe whose last unit keeps all that it was given."""
    root.mkdir()
    workshop = Workshop(root, facts={"project.aspect": "16:9"})
    chain(workshop, "a", runs=runs)
    workshop.module("filing", FILING, runs=runs)
    inputs = {
        "a": {"schema": "a@1"},
        "none": {"schema": "b@1", "optional": True},
        "many": {"schema": "a@1", "entities": "all"},
        "filing": {"schema": "filing@1"},
    }
    params = {"n": {"type": "number", "default": 2.5}}
    workshop.module("telling", TELLING, inputs=inputs, params=params, facts=["project.aspect"], runs=runs)
    workshop.stage("filing", "filing")
    workshop.stage("telling", "telling", needs=["a", "filing"])
    outcome = workshop.run()
    assert not [str(one.error) for one in outcome.with_status("failed")]
    return workshop


def test_a_unit_is_given_and_keeps_the_same_in_a_process_of_its_own(tmp_path: Path) -> None:
    trees = []
    for runs in ("in_process", "subprocess"):
        with _telling(tmp_path / runs, runs).reopen() as store:
            trees.append(tree_digest(store))
    assert trees[0] == trees[1]


@BOTH
def test_a_unit_parks_and_is_called_again(workshop: Workshop, runs: str) -> None:
    workshop.door = Door({"text": "made elsewhere"})
    workshop.module("asking", ASKING, determinism="external", runs=runs)
    workshop.stage("asking", "asking")
    assert workshop.statuses() == {"asking/project": "done"}
    assert workshop.door.asked == [{"what": "project"}, {"what": "project"}]
    assert workshop.text("asking") == "made elsewhere"
    logs = [event.fields for event in workshop.sink.events if event.event == "unit_log"]
    assert logs[0] == {"message": "asks", "values": {"what": {"a": [1, 2.5, None, "é"]}}}


@BOTH
def test_what_the_run_refuses_keeps_its_family(workshop: Workshop, runs: str) -> None:
    workshop.door = Door(BudgetError(Fault("CF-G001", "the cap is reached")))
    workshop.module("asking", ASKING, determinism="external", runs=runs)
    workshop.stage("asking", "asking")
    assert workshop.statuses() == {"asking/project": "paused"}


@pytest.mark.parametrize(("runs", "code"), [("in_process", "CF-S001"), ("subprocess", "CF-S039")])
def test_what_the_run_cannot_do_is_raised_in_the_unit(workshop: Workshop, runs: str, code: str) -> None:
    workshop.door = Door(TimeoutError("no answer"))
    workshop.module("asking", ASKING, determinism="external", runs=runs)
    workshop.stage("asking", "asking")
    error = workshop.run().with_status("failed")[0].error
    assert error is not None
    assert (error.faults[0].code, error.transient) == (code, True)
    assert "TimeoutError: no answer" in str(error)


@BOTH
def test_a_unit_reads_its_history_and_announces(workshop: Workshop, runs: str) -> None:
    params = {"text": {"type": "string", "default": "a"}}
    outputs = {"out": {"schema": "remembering@1", "entities": "many"}}
    workshop.module("remembering", REMEMBERING, params=params, outputs=outputs, runs=runs)
    for text in ("a", "b"):
        workshop.stage("remembering", "remembering", params={"text": text})
        assert workshop.statuses() == {"remembering/project": "done"}
    assert workshop.text("remembering") == "ab"
    assert workshop.text("remembering", "early") == "early ab"


@BOTH
def test_a_unit_that_waits_for_a_person_keeps_nothing(workshop: Workshop, runs: str) -> None:
    workshop.module("gated", GATED, runs=runs)
    workshop.stage("gated", "gated")
    assert workshop.statuses() == {"gated/project": "waiting"}


def test_the_time_in_which_the_run_answers_is_not_the_units(workshop: Workshop) -> None:
    class SlowDoor(Door):
        def ask(self, request: Mapping[str, Any], origin: Mapping[str, str]) -> Mapping[str, Any]:
            until = time.monotonic() + 0.2
            while time.monotonic() < until:
                pass
            return {"text": "made slowly"}

    workshop.door = SlowDoor({})
    asks = "    for _ in range(8):\n        answer = context.dispatch({'what': 1})"
    slow = ASKING.replace('    answer = context.dispatch({"what": context.entity})', asks)
    workshop.module("asking", slow, determinism="external", runs="subprocess", timeout_s=1.0)
    workshop.stage("asking", "asking")
    assert workshop.statuses() == {"asking/project": "done"}
