"""What the keys of a recipe do: whole plans over real modules and a real store."""

from __future__ import annotations

from pathlib import Path

import pytest

from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.ground.errors import RecipeError
from cine_forge.kernel.planning.unheld import refuse_unheld
from tests.kernel.workshop import JOIN, MEMBERS, Workshop, chain

TEXT = {"text": {"type": "string", "default": "x"}}
ONE = {"thing": {"schema": "a@1"}}
MAYBE = {"thing": {"schema": "a@1", "optional": True}}
ALL = {"things": {"schema": "a@1", "entities": "all"}}


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def reasons(workshop: Workshop) -> dict[str, str]:
    return {str(unit.unit): unit.reasons[0].code for unit in workshop.plan().plan().units}


def reader(workshop: Workshop, inputs: dict[str, dict[str, object]], **entry: object) -> None:
    """Make the recipe one stage that reads from the project."""
    workshop.module("reader", JOIN, inputs=inputs)
    workshop.stages.clear()
    workshop.stage("reader", "reader", **entry)


def refusal(workshop: Workshop) -> list[str]:
    with pytest.raises(RecipeError) as refused:
        refuse_unheld(workshop.plan())
    return [str(fault) for fault in refused.value.faults]


# when


def test_a_stage_whose_when_is_false_is_skipped_and_says_so(workshop: Workshop) -> None:
    chain(workshop, "a", "b")
    workshop.run()
    workshop.stage("a", "a", when=False, params={"text": "other"})
    assert workshop.actions() == {"a/project": "skip", "b/project": "reuse"}
    assert reasons(workshop)["a/project"] == "when_false"
    assert workshop.statuses() == {"a/project": "skipped", "b/project": "reused"}


def test_who_needs_a_stage_that_never_ran_and_is_off_is_blocked(workshop: Workshop) -> None:
    chain(workshop, "a", "b")
    workshop.stage("a", "a", when="1 == 2")
    assert workshop.actions() == {"a/project": "skip", "b/project": "blocked"}
    assert workshop.statuses() == {"a/project": "skipped", "b/project": "blocked"}


def test_who_could_do_without_a_stage_that_is_off_gets_nothing(workshop: Workshop) -> None:
    chain(workshop, "a")
    workshop.module("b", JOIN, inputs=MAYBE, params=TEXT)
    workshop.stage("a", "a", when="not true")
    workshop.stage("b", "b", needs=["a"])
    assert workshop.actions() == {"a/project": "skip", "b/project": "run"}
    assert workshop.statuses() == {"a/project": "skipped", "b/project": "done"}
    assert workshop.text("b") == "x()"
    assert workshop.actions() == {"a/project": "skip", "b/project": "reuse"}


def test_force_does_not_run_what_is_off(workshop: Workshop) -> None:
    chain(workshop, "a")
    workshop.stage("a", "a", when=False)
    assert workshop.actions(force=True, start_from=("a",)) == {"a/project": "skip"}


# needs, needs_all, after


@pytest.mark.row("B1")
def test_needs_gives_data_and_after_gives_none_of_it(workshop: Workshop) -> None:
    chain(workshop, "a", "b")
    workshop.module("c", JOIN, inputs={"a": {"schema": "a@1"}, "b": {"schema": "b@1", "optional": True}})
    workshop.stage("c", "c", needs=["a"], after=["b"])
    workshop.run()
    assert workshop.text("c") == "(a())"
    workshop.stage("c", "c", needs=["a", "b"])
    workshop.run()
    assert workshop.text("c") == "(a(),b(a()))"


@pytest.mark.row("B1")
def test_after_keeps_the_order_and_what_comes_first_is_no_reason_to_run(workshop: Workshop) -> None:
    for name in ("a", "b"):
        workshop.module(name, JOIN, params=TEXT)
    workshop.stage("a", "a", after=["b"])
    workshop.stage("b", "b")
    assert list(workshop.actions()) == ["b/project", "a/project"]
    workshop.run()
    workshop.stage("b", "b", params={"text": "other"})
    assert workshop.actions() == {"b/project": "run", "a/project": "reuse"}


@pytest.mark.row("B1")
def test_needs_all_gives_the_data_of_every_stage_it_names(workshop: Workshop) -> None:
    chain(workshop, "a")
    workshop.stage("a2", "a", params={"text": "a2"})
    for stage in ("a", "a2"):
        workshop.stages[[one["id"] for one in workshop.stages].index(stage)]["params"] = {"text": stage}
    workshop.module("all", JOIN, inputs=ALL)
    workshop.stage("all", "all", needs_all=["a", "a2"])
    plan = workshop.plan()
    (unit,) = (unit for unit in plan.all_units() if unit.stage == "all")
    assert {maker.stage for maker in plan.needs(unit)} == {"a", "a2"}


def test_a_need_of_which_nothing_is_read_is_a_warning_with_its_place(workshop: Workshop) -> None:
    chain(workshop, "a")
    workshop.module("b", JOIN)
    workshop.stage("b", "b", needs=["a"])
    (warning,) = workshop.plan().plan().warnings
    assert (warning.code, warning.what) == ("CF-P029", "`b` needs `a` and reads nothing of it")
    assert warning.where == "test.yaml:9:5"


# store inputs


@pytest.mark.row("A32")
@pytest.mark.row("B1")
def test_a_recipe_starts_from_what_another_one_kept(workshop: Workshop) -> None:
    chain(workshop, "a")
    workshop.run()
    reader(workshop, ONE, store_inputs={"thing": "a"})
    assert workshop.statuses() == {"reader/project": "done"}
    assert workshop.text("reader") == "(a())"
    assert workshop.actions() == {"reader/project": "reuse"}


@pytest.mark.row("A32")
def test_the_newest_version_is_read_and_a_newer_one_runs_the_reader_again(workshop: Workshop) -> None:
    chain(workshop, "a")
    workshop.run()
    reader(workshop, ONE, store_inputs={"thing": "a@1"})
    workshop.run()
    stages = list(workshop.stages)
    chain(workshop, "a")
    workshop.stages[:] = [{"id": "a", "module": "a", "params": {"text": "new"}}]
    workshop.run()
    workshop.stages[:] = stages
    assert workshop.actions() == {"reader/project": "run"}
    workshop.run()
    assert workshop.text("reader") == "(new())"


@pytest.mark.row("B1")
def test_what_the_project_must_hold_and_does_not_is_refused_before_anything_runs(workshop: Workshop) -> None:
    workshop.module("a", JOIN)
    reader(workshop, ONE, store_inputs={"thing": "a"})
    (said,) = refusal(workshop)
    assert said.startswith("CF-P036 test.yaml:6:5: input `thing`: the project holds no `a` about `project`")
    assert "store_inputs_optional" in said


@pytest.mark.row("B1")
def test_what_need_not_be_held_is_none_when_it_is_not(workshop: Workshop) -> None:
    workshop.module("a", JOIN)
    reader(workshop, MAYBE, store_inputs_optional={"thing": "a"})
    assert workshop.statuses() == {"reader/project": "done"}
    assert workshop.text("reader") == "()"
    refuse_unheld(workshop.plan())


def _make_stale(workshop: Workshop) -> None:
    """Keep `b` made from an `a` that is no longer the current one."""
    chain(workshop, "a", "b")
    workshop.run()
    workshop.stage("a", "a", params={"text": "new"})
    workshop.run(end_at=("a",))


@pytest.mark.row("B1")
@pytest.mark.parametrize("key", ["store_inputs", "store_inputs_optional", "store_inputs_all"])
def test_what_is_held_and_stale_is_refused_until_somebody_confirms_it(workshop: Workshop, key: str) -> None:
    _make_stale(workshop)
    entities = "all" if key == "store_inputs_all" else "one"
    inputs: dict[str, dict[str, object]] = {
        "thing": {"schema": "b@1", "entities": entities, "optional": key == "store_inputs_optional"}
    }
    reader(workshop, inputs, **{key: {"thing": "b"}})
    assert workshop.actions() == {"reader/project": "blocked"}
    (said,) = refusal(workshop)
    assert "`b/project@v1` is not healthy" in said
    assert "`cine-forge artifacts confirm b/project@v1`" in said
    with workshop.reopen(write=True) as store:
        store.state("confirm", Ref.parse("b/project@v1"), by="ann")
    refuse_unheld(workshop.plan())
    assert workshop.statuses() == {"reader/project": "done"}


@pytest.mark.row("B1")
def test_all_that_is_held_comes_in_the_order_of_its_set_without_what_retired(workshop: Workshop) -> None:
    workshop.module(
        "members", MEMBERS,
        outputs={"set": {"schema": "thing_set@1"}, "things": {"schema": "thing@1", "entities": "many"}},
        params={"ids": {"type": "string", "default": "c a b"}},
    )  # fmt: skip
    workshop.stage("members", "members")
    workshop.run()
    inputs: dict[str, dict[str, object]] = {"things": {"schema": "thing@1", "entities": "all"}}
    reader(workshop, inputs, store_inputs_all={"things": "thing"})
    workshop.run()
    assert workshop.text("reader") == "(c,a,b)"


def test_all_of_nothing_is_nothing(workshop: Workshop) -> None:
    workshop.module("a", JOIN)
    reader(workshop, ALL, store_inputs_all={"things": "a"})
    assert workshop.statuses() == {"reader/project": "done"}
    assert workshop.text("reader") == "()"


def test_the_only_one_of_its_type_is_read_although_it_is_about_something_else(workshop: Workshop) -> None:
    chain(workshop, "a")
    workshop.run()
    reader(workshop, ONE, store_inputs={"thing": "a"}, for_each="other_set@1", needs=["others"])
    workshop.module(
        "others", MEMBERS,
        outputs={"set": {"schema": "other_set@1"}, "things": {"schema": "other@1", "entities": "many"}},
        params={"ids": {"type": "string", "default": "p q"}},
    )  # fmt: skip
    workshop.stage("others", "others")
    assert set(workshop.statuses().values()) == {"done"}
    assert workshop.text("reader", "thing:p") == workshop.text("reader", "thing:q") == "(a())"


# resilience


@pytest.mark.parametrize(
    ("own", "tries"),
    [(None, (7, 0.5, 0.25)), ({"attempts": 1}, (1, 0.5, 0.25)), ({"delay_s": 2.0}, (7, 2.0, 0.25))],
)
def test_a_stage_says_of_its_tries_only_what_differs(
    workshop: Workshop, own: dict[str, object] | None, tries: tuple[int, float, float]
) -> None:
    chain(workshop, "a")
    workshop.stage("a", "a", **({} if own is None else {"resilience": own}))
    workshop.recipe = {"resilience": {"attempts": 7}}
    found = workshop.plan().commission.briefs["a"].resilience
    assert (found.attempts, found.delay_s, found.jitter) == tries


@pytest.mark.row("B1")
def test_what_another_input_names_must_be_healthy_too(workshop: Workshop) -> None:
    _make_stale(workshop)
    workshop.module(
        "pointer", """
def run_module(inputs, params, context):
    return StageResult(outputs=(draft("out", context.entity, {"text": "p", "to": ["project"]}),))
""",
    )  # fmt: skip
    inputs: dict[str, dict[str, object]] = {
        "pointer": {"schema": "pointer@1"},
        "things": {"schema": "b@1", "entities": "all", "from": "pointer", "path": "/to/*"},
    }
    reader(workshop, inputs, needs=["pointer"], store_inputs={"things": "b"})
    workshop.stage("pointer", "pointer")
    assert workshop.statuses() == {"pointer/project": "done", "reader/project": "blocked"}
    (said,) = refusal(workshop)
    assert "`b/project@v1` is not healthy" in said
