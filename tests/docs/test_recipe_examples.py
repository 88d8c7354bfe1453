"""The recipes of docs/recipes.md as they stand there: each is loaded and planned."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import yaml

from cine_forge.driver.places import Places
from cine_forge.driver.request import Request
from cine_forge.driver.wiring import wire
from cine_forge.film.project import Project
from cine_forge.kernel.planning.compilation import compile_plan
from cine_forge.kernel.planning.plan import Plan
from cine_forge.kernel.recipes.recipe import Recipe, StageEntry

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
RECIPES = {yaml.safe_load(block)["recipe_id"]: block for block in BLOCKS if "recipe_id:" in block}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    sample = ROOT / "projects" / "sample"
    for name in ("project.yaml", "scripts/ep_001.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text((sample / name).read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def planned(project: Path, recipe_id: str, **request: object) -> Plan:
    path = project / f"{recipe_id}.yaml"
    path.write_text(RECIPES[recipe_id], encoding="utf-8")
    asked = Request(str(path), project=project, dry_run=True)._replace(**request)
    wired = wire(asked, Places.here(os.environ)._replace(working=project, bundled=ROOT), write=False)
    return compile_plan(wired.commission, wired.view).plan()


@pytest.mark.row("A46")
@pytest.mark.parametrize("recipe_id", RECIPES)
def test_every_recipe_of_the_page_can_be_planned_and_warns_of_nothing(project: Path, recipe_id: str) -> None:
    plan = planned(project, recipe_id)
    assert plan.units
    assert plan.warnings == ()


def test_the_page_names_every_key_of_a_recipe_and_of_a_stage() -> None:
    keys = {*Recipe.model_fields, *StageEntry.model_fields}
    rows = " ".join(line.partition(" | ")[0] for line in PAGE.splitlines() if line.startswith("| `"))
    assert keys <= set(re.findall(r"`([a-z_]+)`", rows))


def test_the_overrides_of_the_page_are_taken_and_the_command_wins_over_them(project: Path) -> None:
    (overrides,) = (block for block in BLOCKS if block.startswith("overrides:"))
    file = project / "project.yaml"
    file.write_text(file.read_text(encoding="utf-8") + overrides, encoding="utf-8")
    Project.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    texts = []
    for params in ((), ("text=12",)):
        path = project / "two-echoes.yaml"
        path.write_text(RECIPES["two-echoes"], encoding="utf-8")
        asked = Request(str(path), project=project, dry_run=True, params=params)
        briefs = wire(
            asked, Places.here(os.environ)._replace(working=project, bundled=ROOT), write=False
        ).commission.briefs
        texts.append([brief.params.values["text"] for brief in briefs.values()])
    assert texts == [["good evening", "good night"], ["12", "12 again"]]


def test_what_is_off_is_skipped_and_its_reader_with_it(project: Path) -> None:
    actions = {unit.unit.stage: unit.action for unit in planned(project, "maybe").units}
    assert actions == {"first": "run", "check": "run", "ink": "skip"}
    actions = {
        unit.unit.stage: unit.action for unit in planned(project, "maybe", params=("draft=true",)).units
    }
    assert actions["check"] == "skip"
