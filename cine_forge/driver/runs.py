"""Runs of a project: their folders, which one a command resumes, and how a killed one is seen.

A run whose state says `running` while nobody holds the project's lock was killed: it is interrupted.
This file is only used by whoever holds the lock, or by readers that probe it.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cine_forge.driver.request import Request
from cine_forge.kernel.ground.errors import Fault, LockedError, UsageError
from cine_forge.kernel.ground.files import replace_atomically
from cine_forge.kernel.ground.lock import ProjectLock
from cine_forge.kernel.planning.plan import Plan
from cine_forge.kernel.recipes.recipe import LoadedRecipe

RESUMABLE = frozenset({"waiting", "paused", "resumable", "interrupted", "running", "pending"})


@dataclass(frozen=True)
class RunFolder:
    """One run's folder. `resumed` says that it existed before this command."""

    path: Path
    resumed: bool

    @property
    def run_id(self) -> str:
        """Return the run's id, the name of its folder."""
        return self.path.name

    def begin(self, plan: Plan, loaded: LoadedRecipe) -> None:
        """Write what the run is made from: its plan and the recipe as resolved."""
        self.path.mkdir(parents=True, exist_ok=True)
        text = json.dumps(plan.to_json(), indent=1, ensure_ascii=False)
        replace_atomically(self.path / "plan.json", text.encode())
        recipe = json.dumps(loaded.recipe.model_dump(mode="json"), indent=1, ensure_ascii=False)
        replace_atomically(self.path / "recipe.yaml", recipe.encode())


def run_states(project: Path) -> list[tuple[str, dict[str, Any]]]:
    """Return every readable run's id and state, oldest first."""
    found = []
    for path in sorted((project / "runs").glob("*/run_state.json")):
        try:
            found.append((path.parent.name, json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError):
            continue
    return found


def truthful(project: Path, state: dict[str, Any]) -> dict[str, Any]:
    """Return the state, saying `interrupted` for a run that nobody carries out any more."""
    path = project / "run.lock"
    if state.get("status") not in ("running", "pending"):
        return state
    try:
        if path.is_file():
            ProjectLock(path).probe()
    except LockedError:
        return state
    return {**state, "status": "interrupted"}


def choose_run(project: Path, recipe_id: str, request: Request, now: datetime) -> RunFolder:
    """Return the run to resume, or a new one. Raises UsageError CF-U044 when an id cannot be used."""
    states = dict(run_states(project))
    if request.run_id is not None:
        state = states.get(request.run_id)
        _refuse_foreign(request.run_id, state, recipe_id)
        return RunFolder(project / "runs" / request.run_id, state is not None)
    open_runs = [id for id, state in states.items() if _resumes(state, recipe_id)]
    if open_runs and not request.new_run:
        return RunFolder(project / "runs" / open_runs[-1], True)
    return RunFolder(project / "runs" / new_run_id(now), False)


def new_run_id(now: datetime) -> str:
    """Return an id that sorts by time and is not given twice."""
    return f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def _resumes(state: dict[str, Any], recipe_id: str) -> bool:
    return state.get("recipe_id") == recipe_id and state.get("status") in RESUMABLE


def _refuse_foreign(run_id: str, state: dict[str, Any] | None, recipe_id: str) -> None:
    plain = run_id.replace("-", "").replace("_", "").replace(".", "")
    if not plain.isalnum() or not plain.isascii() or len(run_id) > 120 or run_id.startswith("."):
        raise UsageError(
            Fault("CF-U045", f"`{run_id}` cannot be a run's id", "--run-id", "use letters, digits, - and _")
        )
    if state is None or _resumes(state, recipe_id):
        return
    what = f"the run `{run_id}` of `{state.get('recipe_id')}` has ended ({state.get('status')})"
    raise UsageError(Fault("CF-U044", what, "--run-id", "choose another id, or leave it out"))
