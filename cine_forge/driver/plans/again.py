"""Carrying a run on: the same run, with the options it began with, until it is done.

Units that are done are reused; what the command forced when the run began (`--force`, `--start-from`) is
not forced a second time, so nothing is made or paid twice. Recipe, modules and script are read as they are
now, since whoever carries a failed run on may have mended them; what changed is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from cine_forge.driver.command import run_request
from cine_forge.driver.places import Places
from cine_forge.driver.plans.replan import request_of
from cine_forge.driver.plans.snapshot_record import read_snapshot
from cine_forge.driver.request import Request
from cine_forge.driver.runs import ON_DEMAND, standing
from cine_forge.driver.wiring import read_basis
from cine_forge.kernel.ground.errors import Fault, UsageError
from cine_forge.kernel.recipes.graph import RecipeGraph
from cine_forge.kernel.recipes.recipe import expand_selector


class Further(NamedTuple):
    """What the command that carries on says itself. Without `budget_usd` the cap that the run had holds."""

    environment: Mapping[str, str]
    budget_usd: float | None = None
    quiet: bool = False
    json: bool = False


def carry_on(project: Path, run: Path, further: Further) -> int:
    """Carry a run on and return the exit status.

    Raises UsageError CF-U049 for a run that is done, ProjectError CF-U060 for one without a snapshot.
    """
    status = standing(run).status
    if status not in ON_DEMAND:
        hint = "`cine-forge run` makes what changed since, `--force` makes it all again"
        raise UsageError(
            Fault("CF-U049", f"the run `{run.name}` is {status}; nothing is left of it", hint=hint)
        )
    asked = request_of(read_snapshot(run).asked, project)
    said = {name: value for name, value in further._asdict().items() if value is not None}
    asked = asked._replace(environment=further.environment)
    return run_request(_unforced(asked)._replace(run_id=run.name, **said))


def _unforced(request: Request) -> Request:
    """Return the request about the same stages that forces none of them."""
    if not request.start_from:
        return request._replace(force=False)
    recipe = read_basis(request, Places.here(request.environment)).loaded.recipe
    ids = [entry.id for entry in recipe.stages]
    starts = {id for selector in request.start_from for id in expand_selector(selector, ids)}
    graph = RecipeGraph(recipe)
    reached = starts.union(*(graph.descendants(id) for id in starts))
    included = {id for selector in request.include for id in expand_selector(selector, ids)} or set(ids)
    wanted = tuple(id for id in ids if id in reached & included)
    return request._replace(force=False, start_from=(), include=wanted)
