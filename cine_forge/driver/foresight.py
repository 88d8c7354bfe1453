"""Foresight: run a pure module in memory, so that a plan can name exactly what would change.

The module's code runs without being able to keep anything: history is read through the plan's view, a
request to generation is only quoted, and whatever would touch the disk ends the attempt. A module that
fails in a way its user can mend (a script without a scene) refuses the plan. A module that asks for a
process of its own is not trusted in this one, so it is not foreseen.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cine_forge.driver.terminal.chatter import chatter_aside
from cine_forge.kernel.artifacts.records.envelope import Draft
from cine_forge.kernel.ground.errors import CineForgeError
from cine_forge.kernel.ground.hashing import seed_of
from cine_forge.kernel.planning.policy import Asked
from cine_forge.kernel.planning.view import View
from cine_forge.kernel.running.report import objection
from cine_forge.kernel.stages.contract import Given, StageResult
from cine_forge.kernel.stages.discovery import ModuleRegistry
from cine_forge.kernel.stages.loading import load_entry
from cine_forge.kernel.stages.manifest import Manifest
from cine_forge.kernel.stages.question import Authored, Question


class NotForeseeable(BaseException):
    """Control flow: the module wants something that only a run can give."""


class PureForesight:
    """The plan's foresight; see `kernel/planning/policy.py`."""

    def __init__(self, registry: ModuleRegistry, view: View, facts: Mapping[str, Any], seed: object) -> None:
        self._registry = registry
        self._view = view
        self._facts = facts
        self._seed = seed

    def __call__(self, asked: Asked) -> tuple[Draft, ...] | None:
        """Return the drafts of a pure unit, or None when they cannot be foreseen."""
        module = self._registry.get(asked.module)
        if module.manifest.runs == "subprocess":
            return None
        facts = {name: self._facts.get(name) for name in module.manifest.facts}
        context = _ForeseeingContext(asked, facts, self._view, self._seed, module.manifest)
        try:
            with chatter_aside():
                result: StageResult = load_entry(module)(asked.inputs, asked.params, context)
        except NotForeseeable:
            return None
        except CineForgeError as error:
            if error.exit_status == 2:
                raise
            return None
        except (Exception, SystemExit):  # the run will meet it again and tell it with its place
            return None
        if objection(result):
            return None
        return result.outputs if result.waiting is None else None


class _ForeseeingContext:
    """A context without hands."""

    role: str | None = None
    run_id = "foresight"
    decisions: tuple[Mapping[str, Any], ...] = ()

    def __init__(
        self, asked: Asked, facts: Mapping[str, Any], view: View, seed: object, manifest: Manifest
    ) -> None:
        self.stage_id = asked.stage
        self.entity = asked.entity
        self.facts = facts
        self.seed = seed_of(seed, asked.stage, asked.entity, 1)
        self._view = view
        self._manifest = manifest

    def history(self, artifact_type: str, entity: str) -> Given | None:
        seen = self._view.current(artifact_type, entity)
        schema = self._manifest.schema_of(artifact_type)
        return (seen.read_as(schema) if schema else seen.given()) if seen else None

    def dispatch(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        raise NotForeseeable

    def author(self, question: Question) -> Authored:
        raise NotForeseeable

    def announce(self, draft: Draft) -> str:
        raise NotForeseeable

    def scratch(self) -> Path:
        raise NotForeseeable

    def progress(self, done: int, total: int) -> None:
        """Nobody watches a plan being made."""

    def log(self, message: str, **values: Any) -> None:
        """What a plan is made from is told by its reasons."""
