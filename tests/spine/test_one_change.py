"""The product's own bar: change one line, insert a scene; only what it touches is made again."""

from __future__ import annotations

import sys

import pytest

from tests.spine.studio import Film, units_of
from tests.spine.warm import run

_SHOTS = ("shot", "sheet", "pencil_board", "board_approval", "finish_board", "payload", "take", "selection")

_BOARDS = ("storyboard.pencil", "storyboard.approve", "storyboard.finish")

NEW_SCENE = """**EXT. ROAD - DAY**

A BUS passes. Nobody gets off.

**EXT. GARDEN - NIGHT**
"""


def moving(plan: dict[str, dict[str, object]]) -> list[str]:
    """Return the units that a plan does not simply reuse."""
    return [unit for unit, planned in plan.items() if planned["action"] != "reuse"]


def explained(film: Film, what: str) -> str:
    command = [sys.executable, "-m", "cine_forge.cli", "explain", what, "--project", str(film.folder)]
    done = run(command)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.row("G19")
def test_one_changed_line_touches_its_shot_and_the_cut_and_the_plan_says_so(film: Film) -> None:
    before = film.currents(*_SHOTS)
    film.edit("Then you know who put it there.", "Then you know who left it there.")
    plan = film.plan()
    touched = moving(plan)
    shots = {unit.partition("/")[2] for unit in units_of("storyboard.pencil", touched)}
    assert len(shots) == 1
    shot = shots.pop()
    stages = [*_BOARDS, "payload_dispatch", "generation", "review_reroll"]
    scene = film.data("shot", shot)["scene"]
    assert touched == ["script_breakdown/ep001", f"script_breakdown.sheet/{scene}", f"scene_assembly/{scene}",
                       *[f"{s}/{shot}" for s in stages], "cut/ep001", "delivery/ep001"]  # fmt: skip
    line = film.script().read_text().splitlines().index("Then you know who left it there.") + 1
    assert f"ep_001.md:{line}" in explained(film, f"storyboard.pencil/{shot}")
    ended = film.run()
    assert {unit for unit, status in ended.items() if status == "done"} <= set(touched)
    after = film.currents(*_SHOTS)
    assert {name for name in before if before[name] != after[name]} and all(
        before[name] == after[name] for name in before if shot not in name
    )


@pytest.mark.row("G6")
def test_an_inserted_scene_brings_its_own_units_and_changes_no_other_shot(film: Film) -> None:
    before = film.currents(*_SHOTS, "scene", "breakdown_sheet")
    film.edit("**EXT. GARDEN - NIGHT**\n", NEW_SCENE)
    plan = film.plan()
    touched = moving(plan)
    new = [unit.partition("/")[2] for unit in units_of("scene_assembly", touched)]
    assert len(new) == 1
    assert plan[f"scene_assembly/{new[0]}"]["label"] == "1A"
    for unit in touched:
        own = unit.partition("/")[2]
        assert own in ("ep001", new[0], "location:road") or f"shot/{own}" not in before, unit
    ended = film.run()
    after = film.currents(*_SHOTS, "scene", "breakdown_sheet")
    assert all(after[name] == kept for name, kept in before.items())
    assert {unit for unit, status in ended.items() if status == "done"} <= set(touched)
    shown = list(dict.fromkeys(clip["scene_number"] for clip in film.data("cut")["clips"]))
    assert shown == ["1", "1A", "2", "3"]


@pytest.mark.row("A39")
def test_only_one_scene_goes_deep_while_the_others_wait(film: Film) -> None:
    film.edit("Then you know who put it there.", "Then you know who left it there.")
    film.edit("Nobody does.", "Nobody ever does.")
    film.run("--only", "scene:3", "--end-at", "storyboard")
    plan = film.plan()
    shots = [unit.partition("/")[2] for unit in units_of("storyboard.pencil", moving(plan))]
    scenes = {film.data("shot", shot)["scene"] for shot in shots}
    assert scenes == {film.data("scene_set")["members"][0]["id"]}


@pytest.mark.row("A39")
def test_start_from_runs_the_boards_again_and_nothing_else_changes(film: Film) -> None:
    before = film.currents(*_SHOTS)
    plan = film.plan("--start-from", "storyboard")
    ended = film.run("--start-from", "storyboard")
    allowed = {"run": {"done"}, "may_run": {"done", "reused"}, "reuse": {"reused"}, "skip": {"skipped"}}
    assert all(ended[unit] in allowed[planned["action"]] for unit, planned in plan.items())
    boards = units_of("storyboard", ended)
    assert {ended[unit] for unit in boards} == {"done"}
    assert {ended[unit] for unit in ended if unit not in boards} == {"reused", "skipped"}
    assert film.currents(*_SHOTS) == before
