"""A plan grows with the sets that a run finds; what it knew of each unit before, it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.ground.errors import IntegrityError, UsageError
from cine_forge.kernel.planning.compilation import Growth
from cine_forge.kernel.planning.policy import Asked, Estimate, Policies
from tests.kernel.planning.making import unit
from tests.kernel.workshop import JOIN, MEMBERS, Workshop, chain

IDS = {"ids": {"type": "string", "default": ""}, "suffix": {"type": "string", "default": ""}}
TEXT = {"text": {"type": "string", "default": "x"}}

# Of the group `thing:a` it keeps the members `thing:a1` and `thing:a2`, as many as `count` says.
PARTS = """
def run_module(inputs, params, context):
    own = context.entity.partition(":")[2]
    ids = [own + str(number + 1) for number in range(params["count"])]
    members = [{"id": "part:" + one, "label": one.upper()} for one in ids]
    drafts = [draft("set", context.entity, {"members": members, "retired": []})]
    drafts += [draft("parts", "part:" + one, {"text": one}) for one in ids]
    return StageResult(outputs=tuple(drafts))
"""


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def sets(of: str) -> dict[str, Any]:
    return {"set": {"schema": f"{of}_set@1"}, f"{of}s": {"schema": f"{of}@1", "entities": "many"}}


def nested(workshop: Workshop, ids: str = "a b", count: int = 2) -> None:
    """Add members → parts (for each thing) → each (for each part) → all."""
    workshop.module("members", MEMBERS, outputs=sets("thing"), params=IDS)
    workshop.module(
        "parts", PARTS, outputs=sets("part"), for_each="thing_set@1",
        inputs={"thing": {"schema": "thing@1"}}, params={"count": {"type": "integer", "default": 0}},
    )  # fmt: skip
    part = {"part": {"schema": "part@1"}}
    workshop.module("each", JOIN, for_each="part_set@1", inputs=part, params=TEXT)
    workshop.module("all", JOIN, inputs={"each": {"schema": "each@1", "entities": "all"}})
    workshop.stage("members", "members", params={"ids": ids})
    workshop.stage("parts", "parts", needs=["members"], params={"count": count})
    workshop.stage("each", "each", needs=["parts"])
    workshop.stage("all", "all", needs=["each"])


def test_sets_within_sets_are_found_one_after_the_other(workshop: Workshop) -> None:
    nested(workshop)
    assert [(one.stage, one.for_each) for one in workshop.plan().plan().expands] == [
        ("parts", "members.set"), ("each", "parts.set"),
    ]  # fmt: skip
    assert set(workshop.statuses().values()) == {"done"}
    assert workshop.text("all") == "(x(a1),x(a2),x(b1),x(b2))"
    assert workshop.plan().plan().expands == ()
    assert set(workshop.actions().values()) == {"reuse"}


def test_a_set_that_shrinks_takes_the_units_below_it_along(workshop: Workshop) -> None:
    nested(workshop)
    workshop.run()
    nested(workshop, ids="b")
    ended = workshop.statuses()
    assert not [name for name in ended if ":a" in name]
    assert workshop.text("all") == "(x(b1),x(b2))"
    grown = [event for event in workshop.sink.events if event.event == "plan_extended"][-1]
    assert grown.fields["retired"] == ["parts/thing:a", "each/part:a1", "each/part:a2"]


def test_a_unit_of_a_nested_fan_needs_the_unit_that_made_its_set(workshop: Workshop) -> None:
    nested(workshop)
    workshop.run()
    plan = workshop.plan()
    assert plan.needs(unit("each", "part:a1")) == {unit("parts", "thing:a")}
    assert plan.needs(unit("parts", "thing:b")) == {unit("members")}
    assert plan.needs(unit("all")) == {unit("each", f"part:{name}") for name in ("a1", "a2", "b1", "b2")}
    assert plan.entity(unit("each", "part:a1")).label == "A1"
    assert plan.knows(unit("each", "part:a1")) and not plan.knows(unit("each", "part:a3"))
    assert not plan.knows(unit("none"))


def test_while_a_set_is_not_known_its_reader_needs_all_who_decide_about_it(workshop: Workshop) -> None:
    nested(workshop)
    assert workshop.plan().needs(unit("all")) == {unit("members")}
    workshop.run(end_at=("members",))
    parts = {unit("parts", "thing:a"), unit("parts", "thing:b")}
    assert workshop.plan().needs(unit("all")) == parts


def test_only_takes_what_belongs_to_an_entity_by_label_or_by_id(workshop: Workshop) -> None:
    nested(workshop)
    workshop.run()
    nested(workshop, count=1)
    for selector in ("thing:A", "thing:a"):
        actions = workshop.actions(only=(selector,))
        assert actions["parts/thing:a"] == "run"
        assert {actions["parts/thing:b"], actions["each/part:b1"], actions["all/project"]} == {"skip"}
    with pytest.raises(UsageError) as raised:
        workshop.plan(only=("nobody at all",))
    (fault,) = raised.value.faults
    assert (fault.code, fault.where) == ("CF-P030", "--only")
    assert fault.what == "no entity answers to `nobody at all`"
    assert fault.hint.startswith("there are `part:A1`, `part:A2`")


def test_several_selectors_are_taken_together_with_what_they_need(workshop: Workshop) -> None:
    nested(workshop)
    workshop.run()
    actions = workshop.actions(only=("part:a1", "part:b2"), force=True)
    assert {name for name, action in actions.items() if action != "skip"} == {
        "members/project", "parts/thing:a", "parts/thing:b", "each/part:a1", "each/part:b2",
    }  # fmt: skip


def test_a_stage_that_only_comes_after_another_waits_for_it_and_reads_nothing_of_it(
    workshop: Workshop,
) -> None:
    chain(workshop, "a")
    workshop.module("late", JOIN)
    workshop.stage("late", "late", after=["a"])
    plan = workshop.plan()
    assert plan.needs(unit("late")) == {unit("a")}
    assert plan.decision(unit("late")).makers == frozenset()
    workshop.run()
    workshop.stage("a", "a", params={"text": "other"})
    assert workshop.actions() == {"a/project": "run", "late/project": "reuse"}


def test_a_plan_names_the_fan_the_labels_and_the_needs_of_each_unit(workshop: Workshop) -> None:
    nested(workshop, "a", 1)
    workshop.run()
    plan = workshop.plan().plan()
    assert [one.label for one in plan.units] == ["project", "A", "A1", "project"]
    assert [one.module for one in plan.units] == ["members", "parts", "each", "all"]
    assert plan.units[2].needs == (unit("parts", "thing:a"),)
    assert (plan.recipe_id, plan.project) == ("test", "project")


def test_what_is_gone_is_made_again_although_others_read_it(workshop: Workshop) -> None:
    chain(workshop, "a", "b")
    workshop.run()
    (path,) = (workshop.root / "project").glob("artifacts/a/*/v0001.json")
    path.unlink()
    with workshop.reopen(write=True) as store:
        store.rebuild_index()
    plan = workshop.plan().plan()
    assert [(one.action, one.reasons[0].code) for one in plan.units] == [
        ("run", "outputs_gone"), ("may_run", "input_may_change"),
    ]  # fmt: skip
    assert workshop.statuses() == {"a/project": "done", "b/project": "reused"}


def test_a_set_that_names_a_member_twice_has_one_unit_for_it(workshop: Workshop) -> None:
    nested(workshop, "a", 1)
    workshop.module("other", MEMBERS, outputs=sets("thing"), params=IDS)
    workshop.run()
    assert [str(key) for key in workshop.plan().all_units()] == [
        "members/project", "parts/thing:a", "each/part:a1", "all/project",
    ]  # fmt: skip


def test_a_unit_that_nothing_fans_out_from_extends_nothing(workshop: Workshop) -> None:
    chain(workshop, "a", "b")
    plan = workshop.plan()
    plan.settle(unit("a"), "done")
    assert plan.extend(unit("a")) == Growth((), ())
    assert (plan.outcome(unit("a")), plan.outcome(unit("b"))) == ("done", None)


class Shut:
    """A gate that nobody has opened."""

    def holds(self, asked: Asked, decisions: tuple[Any, ...]) -> str | None:
        return "waits for a person"


def test_what_stands_behind_a_shut_gate_says_for_whom_it_waits_however_far_behind(workshop: Workshop) -> None:
    workshop.policies = Policies(gate=Shut())
    chain(workshop, "a")
    workshop.module("gate", JOIN, inputs={"a": {"schema": "a@1"}}, gate={"subject": "a"})
    workshop.stage("gate", "gate", needs=["a"])
    for name, before in (("b", "gate"), ("c", "b")):
        workshop.module(name, JOIN, inputs={before: {"schema": f"{before}@1"}})
        workshop.stage(name, name, needs=[before])
    workshop.run()
    said = {str(one.unit): (one.action, one.reasons[0]) for one in workshop.plan().plan().units}
    assert said["gate/project"][1].text == "waits for a person"
    for name, before in (("b", "gate"), ("c", "b")):
        action, reason = said[f"{name}/project"]
        assert (action, reason.code) == ("blocked", "waits_for")
        assert reason.text == f"waits for {before}/project"
        assert reason.values == {"units": [f"{before}/project"]}


def test_what_is_gone_and_not_to_be_made_again_is_refused_by_name(workshop: Workshop) -> None:
    chain(workshop, "a", "b")
    workshop.run()
    (path,) = (workshop.root / "project").glob("artifacts/a/*/v0001.json")
    path.unlink()
    with workshop.reopen(write=True) as store:
        store.rebuild_index()
    with pytest.raises(IntegrityError) as raised:
        workshop.plan(start_from=("b",))
    (fault,) = raised.value.faults
    assert (fault.code, fault.what, fault.where) == (
        "CF-A021", "`a/project@v1` was kept and is gone", "a/project",
    )  # fmt: skip
    assert fault.hint == "`cine-forge artifacts verify`"


def test_a_plan_asks_the_store_for_everything_at_once(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain(workshop, "a", "b", "c")
    workshop.run()
    asked: list[str] = []
    for name in ("newest_derivation", "current"):
        monkeypatch.setattr(Store, name, lambda *_, name=name: asked.append(name))
    assert set(workshop.actions().values()) == {"reuse"}
    assert asked == []


def test_what_is_reused_is_not_decided_twice_until_something_ran(workshop: Workshop) -> None:
    chain(workshop, "a", "b")
    workshop.run()
    workshop.module("new", JOIN)
    workshop.stage("new", "new")
    with workshop.reopen() as store:
        plan = workshop._compile(store, {})
        before = {name: plan.decision(unit(name)) for name in ("a", "b")}
        assert plan.redecide(unit("a")) is before["a"]
        plan.settle(unit("a"), "reused")
        assert plan.redecide(unit("new")).action == "run"
        plan.settle(unit("new"), "done")
        again = plan.redecide(unit("b"))
        assert again is not before["b"] and again == before["b"]


def test_what_is_read_has_a_maker_and_what_spends_nothing_costs_nothing(workshop: Workshop) -> None:
    chain(workshop, "a", "b")
    workshop.run()
    plan = workshop.plan()
    assert plan.decision(unit("b")).makers == {unit("a")}
    bare = plan.plan()
    assert [(one.provider, one.est_cost_micro_usd, one.est_seconds) for one in bare.units] == [
        (None, 0, 0.0), (None, 0, 0.0),
    ]  # fmt: skip


def test_a_unit_of_a_fan_needs_the_maker_of_the_set_although_it_reads_nothing_of_it(
    workshop: Workshop,
) -> None:
    workshop.module("members", MEMBERS, outputs=sets("thing"), params=IDS)
    workshop.module("bare", JOIN, for_each="thing_set@1")
    workshop.stage("members", "members", params={"ids": "a"})
    workshop.stage("bare", "bare", needs=["members"])
    workshop.run()
    assert workshop.plan().needs(unit("bare", "thing:a")) == {unit("members")}


FAILING = """
def run_module(inputs, params, context):
    raise ValueError("no light")
"""
WAITING = """
def run_module(inputs, params, context):
    return StageResult(waiting="look at it")
"""


def test_behind_a_failed_unit_an_input_is_missing_and_behind_those_that_wait_it_is_waited_for(
    workshop: Workshop,
) -> None:
    workshop.module("bad", FAILING)
    for name in ("wait1", "wait2"):
        workshop.module(name, WAITING)
    for name, before in (("b", ["bad"]), ("c", ["b"]), ("d", ["wait1", "wait2"])):
        workshop.module(name, JOIN, inputs={one: {"schema": f"{one}@1"} for one in before})
    for name, needs in (
        ("bad", []), ("wait1", []), ("wait2", []), ("b", ["bad"]), ("c", ["b"]), ("d", ["wait1", "wait2"]),
    ):  # fmt: skip
        workshop.stage(name, name, needs=needs)
    workshop.run()
    told = {
        event.stage: [(reason["code"], reason["text"]) for reason in event.fields["reasons"]]
        for event in workshop.sink.events
        if event.event == "unit_finished" and event.fields["status"] == "blocked"
    }
    assert {stage: reasons[0][0] for stage, reasons in told.items()} == {
        "b": "input_missing", "c": "input_missing", "d": "waits_for",
    }  # fmt: skip
    assert told["d"][0][1] == "waits for wait1/project, wait2/project"


def test_a_plan_id_follows_what_each_unit_would_do_and_from_what(workshop: Workshop) -> None:
    chain(workshop, "a", "b")
    ids = [workshop.plan().plan().plan_id]
    workshop.run(end_at=("a",))
    ids.append(workshop.plan().plan().plan_id)
    workshop.module("b", JOIN + "# mended", inputs={"before": {"schema": "a@1"}}, params=TEXT)
    ids.append(workshop.plan().plan().plan_id)
    workshop.run()
    ids.append(workshop.plan().plan().plan_id)
    assert len(set(ids)) == len(ids)
    assert {len(one) for one in ids} == {16}
    assert workshop.plan().plan().plan_id == ids[-1]


class Priced:
    """One provider with one price."""

    def route(self, asked: Asked) -> dict[str, str]:
        return {"provider": "local"}

    def estimate(self, asked: Asked) -> Estimate:
        return Estimate("local", 5, 1.5)


def test_a_plan_says_who_would_make_a_unit_for_how_much_and_how_long(workshop: Workshop) -> None:
    workshop.policies = Policies(spend=Priced())
    chain(workshop, "a")
    (one,) = workshop.plan().plan().units
    assert (one.provider, one.est_cost_micro_usd, one.est_seconds) == ("local", 5, 1.5)


def test_an_entity_without_a_label_is_called_by_the_end_of_its_id(workshop: Workshop) -> None:
    plain = MEMBERS.replace('"label": one.upper()', '"label": ""').replace(
        '"thing:" + one', '"ep/thing:" + one'
    )
    workshop.module("members", plain, outputs=sets("thing"), params=IDS)
    workshop.module("bare", JOIN, for_each="thing_set@1")
    workshop.stage("members", "members", params={"ids": "a"})
    workshop.stage("bare", "bare", needs=["members"])
    workshop.run()
    assert [one.label for one in workshop.plan().plan().units] == ["project", "thing:a"]


def test_a_unit_that_is_not_asked_for_says_when_it_was_made_last(workshop: Workshop) -> None:
    chain(workshop, "a", "b")
    workshop.run()
    skipped = workshop.plan(start_from=("b",)).decision(unit("a"))
    assert skipped.action == "skip"
    assert skipped.newest is not None and skipped.newest.sequence == 1
