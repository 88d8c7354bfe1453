"""Re-planning a run from its folder alone: its recipe, params, settings, routes and prices as they were then.

Modules, what is kept and the user's own files (a script) are those of today; of the modules it is told
whether they still are what the run used. Nothing is written.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cine_forge.driver.giving import StageParams
from cine_forge.driver.money.market import Market
from cine_forge.driver.places import Places
from cine_forge.driver.plans.beginning import RECIPE_FILE
from cine_forge.driver.plans.difference import Difference, ModuleSince, differences, modules_since
from cine_forge.driver.plans.snapshot import SNAPSHOT_FILE
from cine_forge.driver.plans.snapshot_record import Asked, Snapshot, read_snapshot, snapshot_of
from cine_forge.driver.request import Request
from cine_forge.driver.runs import find_run, run_heads
from cine_forge.driver.wiring import Basis, Wired, read_basis, wire, wire_project
from cine_forge.film.paths import PROJECT_FILE
from cine_forge.generation.profiles import Profile
from cine_forge.generation.routing import Routes, Strategy
from cine_forge.kernel.ground.errors import CineForgeError
from cine_forge.kernel.ground.hashing import digest_of_bytes
from cine_forge.kernel.planning.compilation import compile_plan
from cine_forge.kernel.planning.plan import Plan
from cine_forge.kernel.recipes.placeholder import resolve_placeholders
from cine_forge.kernel.recipes.recipe import load_recipe


@dataclass(frozen=True)
class Replanned:
    """A run's plan as it would be today. `since` is what else changed outside of what the plan used."""

    run_id: str
    plan_id_then: str
    plan: Plan
    modules: tuple[ModuleSince, ...]
    since: tuple[Difference, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the plan, `plan/1`, with `of_run` beside it."""
        rows = [
            {"module": m.module, "status": m.status, "before": m.before, "after": m.after, "files": m.files}
            for m in self.modules
        ]
        told = {"run_id": self.run_id, "plan_id": self.plan_id_then, "modules": rows}
        return {**self.plan.to_json(), "of_run": {**told, "since": [one.to_json() for one in self.since]}}


def replan(project: Path, run: Path, places: Places) -> Replanned:
    """Plan a run again. Raises ProjectError CF-U060 without a snapshot, RecipeErrors as planning does."""
    snapshot = read_snapshot(run)
    request = request_of(snapshot.asked, project, recipe=str(run / RECIPE_FILE))
    basis = _basis_then(snapshot, project, run)
    wired = wire(request, places, write=False, basis=basis)
    plan = compile_plan(wired.commission, wired.view).plan()
    today = snapshot_of(wired, plan)
    return Replanned(
        run.name, snapshot.plan_id, plan, modules_since(snapshot, today), _outside(snapshot, wired, today)
    )


def request_of(asked: Asked, project: Path, *, recipe: str = "") -> Request:
    """Return the request that asked for a run; with another `recipe`, its params count as filled in there."""
    return Request(
        recipe=recipe or asked.recipe,
        project=project,
        start_from=asked.start_from,
        end_at=asked.end_at,
        include=asked.include,
        exclude=asked.exclude,
        only=asked.only,
        force=asked.force,
        rebuy=asked.rebuy,
        given={} if recipe else asked.params,
        approve=asked.approve,
        provider=asked.provider,
        budget_usd=None if asked.budget_micro_usd is None else asked.budget_micro_usd / 1_000_000,
        modules=tuple(Path(folder) for folder in asked.modules),
    )


def wire_as_before(project: Path) -> Wired:
    """Put together what its project file says; without one, what the newest run of the project asked for."""
    if (project / PROJECT_FILE).is_file() or not run_heads(project):
        return wire_project(project)
    asked = read_snapshot(find_run(project)).asked
    return wire(
        request_of(asked, project)._replace(force=False, start_from=()), Places.here(os.environ), write=False
    )


def _basis_then(snapshot: Snapshot, project: Path, run: Path) -> Basis:
    loaded = load_recipe(run / RECIPE_FILE, search=())
    return Basis(
        loaded=resolve_placeholders(loaded, {}),
        folder=project,
        project=None,
        facts=snapshot.facts,
        market=_market_then(snapshot),
        given={},
        stage_params=_stage_params_then(snapshot),
    )


def _stage_params_then(snapshot: Snapshot) -> StageParams:
    """Return what the project and the command put over the recipe's params then."""
    found = StageParams()
    for stage, record in snapshot.stages.items():
        for name, value in record.overrides.items():
            found.put(stage, name, value, SNAPSHOT_FILE)
    return found


def _market_then(snapshot: Snapshot) -> Market:
    def routes() -> Routes:
        strategy = Strategy.model_validate(snapshot.strategy, strict=False)
        return Routes(strategy, snapshot.asked.provider)

    def profiles() -> Mapping[str, Profile]:
        return {model: Profile.model_validate(one) for model, one in snapshot.profiles.items()}

    return Market(routes, profiles)


def _outside(then: Snapshot, wired: Wired, today: Snapshot) -> tuple[Difference, ...]:
    """Return what the plan did not use because it used what the run had: recipe, settings, prices of today.

    A recipe or project that cannot be read any more is no hindrance: then nothing is told of it.
    """
    found = [one for one in differences(then, today) if one.kind in ("schema", "product")]
    request = request_of(then.asked, wired.folder)
    try:
        now = read_basis(request, wired.places)
    except CineForgeError:
        return tuple(found)
    current: dict[str, Any] = {
        "facts": dict(now.facts),
        "params": now.loaded.recipe.params,
        "recipe_sha256": digest_of_bytes(now.loaded.source.text.encode()),
    }
    if then.strategy is not None:
        profiles = {model: one.model_dump(mode="json") for model, one in sorted(now.market.profiles.items())}
        current |= {"strategy": now.market.routes.strategy.model_dump(mode="json"), "profiles": profiles}
    bare = then.model_copy(update={"stages": {}})
    return (*found, *differences(bare, bare.model_copy(update=current)))
