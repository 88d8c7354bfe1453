"""What a plan says about every unit, and that a run does exactly that."""

from __future__ import annotations

from pathlib import Path

import pytest

from cine_forge.kernel.ground.errors import RecipeError, UsageError
from tests.kernel.workshop import JOIN, MEMBERS, Workshop, chain

ONE_PER_THING = {
    "inputs": {"thing": {"schema": "thing@1"}},
    "params": {"text": {"type": "string", "default": "x"}},
    "for_each": "thing_set@1",
}


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def fan(workshop: Workshop, ids: str = "a b c", suffix: str = "", *, determinism: str = "pure") -> None:
    """Add members → each → all: a set, a unit for each of its members, and one that reads them all."""
    workshop.module(
        "members",
        MEMBERS,
        outputs={"set": {"schema": "thing_set@1"}, "things": {"schema": "thing@1", "entities": "many"}},
        params={"ids": {"type": "string", "default": ""}, "suffix": {"type": "string", "default": ""}},
    )
    workshop.module("each", JOIN, **ONE_PER_THING, determinism=determinism)
    workshop.module("all", JOIN, inputs={"each": {"schema": "each@1", "entities": "all"}})
    workshop.stage("members", "members", params={"ids": ids, "suffix": suffix})
    workshop.stage("each", "each", needs=["members"])
    workshop.stage("all", "all", needs=["each"])


@pytest.mark.row("A33")
def test_a_second_run_runs_nothing(workshop: Workshop) -> None:
    chain(workshop, "a", "b", "c")
    assert set(workshop.statuses().values()) == {"done"}
    assert workshop.actions() == {"a/project": "reuse", "b/project": "reuse", "c/project": "reuse"}
    assert set(workshop.statuses().values()) == {"reused"}


@pytest.mark.row("A33")
def test_a_changed_param_reopens_only_its_consequences(workshop: Workshop) -> None:
    chain(workshop, "a", "b", "c")
    workshop.run()
    workshop.stage("b", "b", needs=["a"], params={"text": "other"})
    assert workshop.actions() == {"a/project": "reuse", "b/project": "run", "c/project": "may_run"}
    assert workshop.statuses() == {"a/project": "reused", "b/project": "done", "c/project": "done"}


def test_a_result_that_comes_out_equal_stops_the_change_there(workshop: Workshop) -> None:
    chain(workshop, "a", "b", "c")
    for text in ("one", "two"):
        workshop.stage("a", "a", params={"text": text})
        workshop.stage("b", "b", needs=["a"], params={"dull": True})
        outcome = workshop.statuses()
    assert outcome == {"a/project": "done", "b/project": "done", "c/project": "reused"}


def test_a_plan_names_the_field_that_changed_from_what_to_what(workshop: Workshop) -> None:
    fan(workshop)
    workshop.run()
    workshop.stage("members", "members", params={"ids": "a b c", "suffix": "!"})
    workshop.run(end_at=("members",))
    reasons = workshop.plan().plan().units[1].reasons
    assert [reason.code for reason in reasons] == ["input_changed"]
    assert "/text “a” → “a!”" in reasons[0].text


@pytest.mark.row("A39")
def test_units_follow_the_members_of_a_set_in_its_order(workshop: Workshop) -> None:
    fan(workshop, "c a b")
    workshop.run()
    assert list(workshop.actions()) == [
        "members/project", "each/thing:c", "each/thing:a", "each/thing:b", "all/project",
    ]  # fmt: skip
    assert workshop.text("all") == "(x(c),x(a),x(b))"


def test_an_inserted_member_runs_alone_and_the_others_are_reused(workshop: Workshop) -> None:
    fan(workshop, "a b c")
    workshop.run()
    fan(workshop, "a new b c")
    assert workshop.statuses() == {
        "members/project": "done",
        "each/thing:a": "reused",
        "each/thing:new": "done",
        "each/thing:b": "reused",
        "each/thing:c": "reused",
        "all/project": "done",
    }
    assert workshop.text("all") == "(x(a),x(new),x(b),x(c))"


def test_a_member_that_went_has_no_unit_any_more(workshop: Workshop) -> None:
    fan(workshop, "a b c")
    workshop.run()
    fan(workshop, "a c")
    assert "each/thing:b" not in workshop.statuses()
    assert workshop.text("all") == "(x(a),x(c))"


def test_moved_members_run_nothing_but_what_reads_their_order(workshop: Workshop) -> None:
    fan(workshop, "a b c")
    workshop.run()
    fan(workshop, "c a b")
    ended = workshop.statuses()
    assert [unit for unit, status in ended.items() if status == "done"] == ["members/project", "all/project"]


def test_a_plan_before_the_set_is_known_says_what_will_become_known(workshop: Workshop) -> None:
    fan(workshop)
    plan = workshop.plan().plan()
    assert [str(unit.unit) for unit in plan.units] == ["members/project", "all/project"]
    assert [(one.stage, one.for_each) for one in plan.expands] == [("each", "members.set")]
    assert len(workshop.statuses()) == 5


@pytest.mark.row("A39")
def test_only_takes_an_entity_and_what_it_needs(workshop: Workshop) -> None:
    fan(workshop)
    workshop.run(end_at=("members",))
    actions = workshop.actions(only=("thing:B",))
    assert actions["each/thing:b"] == "run"
    assert actions["members/project"] == "reuse"
    assert {actions["each/thing:a"], actions["each/thing:c"], actions["all/project"]} == {"skip"}


@pytest.mark.row("A39")
def test_only_takes_what_belongs_to_its_entity_when_that_is_found_in_the_run(workshop: Workshop) -> None:
    parts = MEMBERS.replace('"thing:" + one', 'context.entity + "/part:" + one')
    outputs = {"set": {"schema": "part_set@1"}, "things": {"schema": "piece@1", "entities": "many"}}
    inputs = {"thing": {"schema": "thing@1"}}
    fan(workshop, "a b")
    params = {"ids": {"type": "string", "default": "x"}}
    workshop.module("parts", parts, outputs=outputs, inputs=inputs, params=params, for_each="thing_set@1")
    workshop.module("part", JOIN, inputs={"piece": {"schema": "piece@1"}}, for_each="part_set@1")
    workshop.stage("parts", "parts", needs=["members"])
    workshop.stage("part", "part", needs=["parts"])
    workshop.run(end_at=("members",))
    ended = workshop.statuses(only=("thing:A",))
    assert {unit: status for unit, status in ended.items() if unit.startswith("part")} == {
        "parts/thing:a": "done", "parts/thing:b": "skipped", "part/thing:a/part:x": "done",
    }  # fmt: skip


@pytest.mark.row("A39")
def test_only_takes_what_is_found_in_the_run_and_needed_by_what_was_asked_for(workshop: Workshop) -> None:
    fan(workshop, "a b")
    workshop.run()
    fan(workshop, "a b c")
    ended = workshop.statuses(only=("project",))
    assert (ended["each/thing:c"], ended["all/project"]) == ("done", "done")


def test_only_names_the_nearest_entity_when_nothing_answers(workshop: Workshop) -> None:
    fan(workshop)
    workshop.run()
    with pytest.raises(UsageError, match="did you mean `thing:"):
        workshop.plan(only=("think:a",))


def test_end_at_stops_there_and_skips_the_rest(workshop: Workshop) -> None:
    chain(workshop, "a", "b", "c")
    assert workshop.statuses(end_at=("b",)) == {
        "a/project": "done", "b/project": "done", "c/project": "skipped",
    }  # fmt: skip


def test_start_from_runs_the_stage_again_and_its_consequences_only_when_they_must(workshop: Workshop) -> None:
    chain(workshop, "a", "b", "c")
    workshop.run()
    assert workshop.actions(start_from=("b",)) == {
        "a/project": "skip", "b/project": "run", "c/project": "may_run",
    }  # fmt: skip
    assert workshop.statuses(start_from=("b",)) == {
        "a/project": "skipped", "b/project": "done", "c/project": "reused",
    }  # fmt: skip


def test_force_runs_what_could_be_reused(workshop: Workshop) -> None:
    chain(workshop, "a", "b")
    workshop.run()
    assert set(workshop.actions(force=True).values()) == {"run"}


def test_the_code_of_an_external_unit_makes_it_eligible_and_buys_nothing(workshop: Workshop) -> None:
    fan(workshop, determinism="external")
    workshop.run()
    workshop.module("each", JOIN + "\n# mended", **ONE_PER_THING, determinism="external")
    plan = workshop.plan().plan()
    codes = {reason.code for unit in plan.units if unit.unit.stage == "each" for reason in unit.reasons}
    assert codes == {"eligible"}
    assert set(workshop.statuses().values()) == {"reused"}


def test_the_code_of_a_pure_unit_runs_it_again(workshop: Workshop) -> None:
    fan(workshop)
    workshop.run()
    workshop.module("each", JOIN + "\n# mended", **ONE_PER_THING)
    ended = workshop.statuses()
    assert {status for unit, status in ended.items() if unit.startswith("each/")} == {"done"}
    assert ended["all/project"] == "reused"


@pytest.mark.row("A21")
def test_an_input_that_nothing_needed_makes_is_refused_with_its_maker(workshop: Workshop) -> None:
    chain(workshop, "a", "b")
    workshop.stage("b", "b")
    with pytest.raises(
        RecipeError, match=r"nothing that `b` needs makes its input `before`(.|\n)*`a` makes it"
    ):
        workshop.plan()


@pytest.mark.row("A29")
def test_every_fault_of_the_meeting_is_said_at_once(workshop: Workshop) -> None:
    chain(workshop, "a", "b")
    workshop.stage("a", "a", params={"txt": "x", "dull": "yes"})
    workshop.stage("b", "bb", needs=["a"])
    with pytest.raises(RecipeError) as caught:
        workshop.plan()
    assert [fault.code for fault in caught.value.faults] == ["CF-P010", "CF-P014", "CF-M006"]
    assert all("test.yaml:" in fault.where for fault in caught.value.faults)


def test_the_plan_id_changes_with_the_params_and_not_with_the_description(workshop: Workshop) -> None:
    chain(workshop, "a")
    first = workshop.plan().plan().plan_id
    assert workshop.plan().plan().plan_id == first
    workshop.stage("a", "a", params={"text": "other"})
    assert workshop.plan().plan().plan_id != first
