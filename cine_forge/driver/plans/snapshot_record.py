"""The record of a run's snapshot: `snapshot.json` as it is read back.

Whoever compares runs, tells of one or plans it again reads here; `snapshot.py` makes what is kept.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cine_forge.driver.plans.snapshot import SNAPSHOT_FILE, content_of
from cine_forge.driver.wiring import Wired
from cine_forge.kernel.ground.errors import Fault, ProjectError
from cine_forge.kernel.planning.plan import Plan


class Recorded(BaseModel):
    """A frozen part of a snapshot. Keys that a newer version adds are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True, defer_build=True)


class Asked(Recorded):
    """What the command asked for. `recipe` is as typed; `params` are those given besides the recipe's own."""

    recipe: str
    params: dict[str, Any] = {}
    start_from: tuple[str, ...] = ()
    end_at: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    force: bool = False
    rebuy: bool = False
    approve: str | None = None
    provider: str | None = None
    budget_micro_usd: int | None = None
    modules: tuple[str, ...] = ()


class StageRecord(Recorded):
    """One stage as resolved: effective params and config, what feeds each input, what it fans out over."""

    module: str
    params: dict[str, Any] = {}
    files: dict[str, str] = {}
    overrides: dict[str, Any] = {}
    config: dict[str, Any] = {}
    resilience: dict[str, Any] = {}
    inputs: dict[str, tuple[str, ...]] = {}
    for_each: str | None = None


class ModuleRecord(Recorded):
    """One module: `code` digests its own files, `uses` names files of the package, see `Snapshot.files`.

    `place` is the module's folder below the place it was found in: `bundled:`, `project:` or `working:`.
    """

    version: str
    stage: str
    determinism: str
    place: str
    manifest: str
    code: dict[str, str] = {}
    uses: tuple[str, ...] = ()


class Snapshot(Recorded):
    """The whole of `snapshot.json`. Digests are sha-256; money is micro-USD, times are seconds.

    `strategy` and `profiles` are those of the configuration as read, left out when no stage generates.
    """

    schema_name: Literal["run_snapshot/1"] = Field("run_snapshot/1", alias="schema")
    product_version: str
    plan_id: str
    recipe_id: str
    recipe_place: str
    recipe_sha256: str
    asked: Asked
    params: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    project_seed: int = 0
    stages: dict[str, StageRecord] = {}
    modules: dict[str, ModuleRecord] = {}
    files: dict[str, str] = {}
    schemas: dict[str, str] = {}
    strategy_place: str | None = None
    strategy: dict[str, Any] | None = None
    profiles: dict[str, dict[str, Any]] = {}

    def code_of(self, module: str) -> dict[str, str]:
        """Return every file that a module's result depends on, with its digest."""
        record = self.modules[module]
        used = {label: self.files[label] for label in record.uses if label in self.files}
        return {**record.code, **used}


def snapshot_of(wired: Wired, plan: Plan) -> Snapshot:
    """Return what this plan was made from, as a record."""
    return Snapshot.model_validate(content_of(wired, plan))


def read_snapshot(run: Path) -> Snapshot:
    """Read the newest snapshot of a run. Raises ProjectError CF-U060 when it is missing or is none."""
    path = run / SNAPSHOT_FILE
    try:
        return Snapshot.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        what = f"the run has no snapshot that can be read: {str(error).splitlines()[0]}"
        hint = "a run of an older version has none; begin another with `cine-forge run --new-run`"
        raise ProjectError(Fault("CF-U060", what, str(path), hint)) from None
