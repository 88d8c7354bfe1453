"""What an edit runs: just what depends on it, by whole plans; and what it does not run: all the rest.

The world is a set `n0` of two things, `n1` for each thing, `n2` that reads all of `n1`, and `n3` by itself,
which reads a fact of the project.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cine_forge.kernel.planning.policy import Asked, Estimate, Policies
from tests.kernel.planning.world import Stage, World
from tests.kernel.workshop import JOIN, Workshop, chain

UNITS = ("n0/project", "n1/n0:a", "n1/n0:b", "n2/project", "n3/project")
STAGES = [Stage(ids="a b"), Stage(fan=0), Stage(needs=(1,)), Stage(reads_fact=True)]

OF_N0 = ("run", "may_run", "may_run", "may_run", "reuse")
OF_N1 = ("reuse", "run", "run", "may_run", "reuse")
OF_N2 = ("reuse", "reuse", "reuse", "run", "reuse")
OF_N3 = ("reuse", "reuse", "reuse", "reuse", "run")
NOTHING = ("reuse",) * 5


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return a world in which everything was run once."""
    world = World(Workshop(tmp_path / "world" / "one"), list(STAGES))
    world.write()
    world.workshop.run()
    assert planned(world) == NOTHING
    return world


def planned(world: World) -> tuple[str, ...]:
    world.write()
    actions = world.workshop.actions()
    assert tuple(actions) == UNITS
    return tuple(actions.values())


def done(world: World) -> list[str]:
    return sorted(unit for unit, status in world.workshop.statuses().items() if status == "done")


@pytest.mark.row("A33")
@pytest.mark.parametrize(
    "what",
    ["text", "file", "word", "template", "schema", "edition"],
    ids=["param", "file param", "helper", "template", "schema", "code"],
)
@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_an_edit_of_one_stage_plans_just_that_stage_and_its_consequences(
    world: World, number: int, what: str
) -> None:
    world.edit(number, what, "edited")
    assert planned(world) == (OF_N0, OF_N1, OF_N2, OF_N3)[number]


@pytest.mark.row("A33")
def test_a_result_that_comes_out_equal_is_all_that_runs(world: World) -> None:
    world.edit(1, "edition", "2")
    assert planned(world) == OF_N1
    assert done(world) == ["n1/n0:a", "n1/n0:b"]
    assert planned(world) == NOTHING


@pytest.mark.row("A33")
def test_a_fact_runs_the_stage_that_reads_it_and_no_other(world: World) -> None:
    world.edit(0, "tone", "grim")
    assert planned(world) == OF_N3
    assert done(world) == ["n3/project"]


@pytest.mark.row("A33")
def test_another_member_runs_by_itself_and_with_what_reads_all(world: World) -> None:
    world.edit(0, "ids", "a b c")
    world.write()
    assert done(world) == ["n0/project", "n1/n0:c", "n2/project"]


UNREAD = {
    "README": "n1/README.md",
    "test": "n1/tests/test_n1.py",
    "example": "n1/examples/one.json",
    "other module": "n9/main.py",
    "notes": "n1/.notes",
}


@pytest.mark.row("A33")
@pytest.mark.parametrize("name", UNREAD.values(), ids=UNREAD)
def test_a_file_that_no_result_depends_on_runs_nothing(world: World, name: str) -> None:
    path = world.workshop.root.parent.parent / "modules" / "any" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("edited")
    assert planned(world) == NOTHING


@pytest.mark.row("A33")
def test_a_description_runs_nothing_and_leaves_the_plan_the_same(world: World) -> None:
    before = world.workshop.plan().plan().plan_id
    world.workshop.recipe = {"description": "Said in other words."}
    assert planned(world) == NOTHING
    assert world.workshop.plan().plan().plan_id == before
    assert done(world) == []


def test_what_a_module_says_of_itself_runs_nothing(tmp_path: Path) -> None:
    workshop = Workshop(tmp_path)
    chain(workshop, "a", "b")
    workshop.run()
    chain(workshop, "a", "b", description="Said in other words.")
    assert workshop.actions() == {"a/project": "reuse", "b/project": "reuse"}


@pytest.mark.row("A33")
def test_another_order_of_stages_and_of_params_runs_nothing(tmp_path: Path) -> None:
    workshop = Workshop(tmp_path)
    chain(workshop, "a", "b")
    workshop.stage("a", "a", params={"text": "x", "dull": False})
    workshop.run()
    workshop.stage("a", "a", params={"dull": False, "text": "x"})
    workshop.stages.reverse()
    assert workshop.actions() == {"a/project": "reuse", "b/project": "reuse"}


@dataclass
class Market:
    """A spend policy whose route can be changed."""

    provider: str = "local"
    model: str = "small"

    def route(self, asked: Asked) -> Mapping[str, str]:
        return {"provider": self.provider, "model": self.model}

    def estimate(self, asked: Asked) -> Estimate | None:
        return Estimate(self.provider, 1)


MAKERS: dict[str, Callable[[Workshop, Market], Any]] = {
    "provider": lambda workshop, market: setattr(market, "provider", "far"),
    "model": lambda workshop, market: setattr(market, "model", "large"),
    "seed": lambda workshop, market: setattr(workshop, "seed", 7),
    "code": lambda workshop, market: chain(workshop, "a", "b", determinism="external", version=2),
}


@pytest.mark.row("A33")
@pytest.mark.parametrize("change", MAKERS.values(), ids=MAKERS)
def test_another_maker_makes_bought_results_eligible_and_buys_none(
    change: Callable[[Workshop, Market], Any], tmp_path: Path
) -> None:
    market = Market()
    workshop = Workshop(tmp_path, policies=Policies(spend=market))
    chain(workshop, "a", "b", determinism="external")
    workshop.run()
    change(workshop, market)
    plan = workshop.plan().plan()
    assert [(unit.action, unit.reasons[0].code) for unit in plan.units] == [("reuse", "eligible")] * 2
    assert set(workshop.statuses().values()) == {"reused"}


def test_what_was_asked_for_buys_again(tmp_path: Path) -> None:
    workshop = Workshop(tmp_path, policies=Policies(spend=Market()))
    chain(workshop, "a", "b", determinism="external")
    workshop.run()
    workshop.stage("b", "b", needs=["a"], params={"text": "other"})
    assert workshop.actions() == {"a/project": "reuse", "b/project": "run"}


def test_another_seed_runs_what_draws_from_it_and_nothing_pure(tmp_path: Path) -> None:
    workshop = Workshop(tmp_path)
    chain(workshop, "a")
    workshop.module("drawn", JOIN, determinism="seeded")
    workshop.stage("drawn", "drawn")
    workshop.run()
    workshop.seed = 7
    assert workshop.actions() == {"a/project": "reuse", "drawn/project": "run"}
