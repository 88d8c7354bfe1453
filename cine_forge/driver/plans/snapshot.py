"""The snapshot of a run: all it was made from, so that its folder alone can be planned again.

`beginning.py` writes it when a run begins or goes on, `replan.py` plans from it, `difference.py` tells what
two of them do not have in common. Equal content gives equal bytes: no time and no run id is in it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cine_forge.driver.places import Places
from cine_forge.driver.wiring import Wired
from cine_forge.kernel.ground.errors import Fault, ProjectError
from cine_forge.kernel.ground.hashing import digest_of, digest_of_bytes
from cine_forge.kernel.planning.commission import Commission
from cine_forge.kernel.planning.plan import Plan
from cine_forge.kernel.recipes.recipe import Recipe, Resilience
from cine_forge.kernel.stages.discovery import Module

SNAPSHOT_FILE = "snapshot.json"
RECIPE_FILE = "recipe.yaml"
PLAN_FILE = "plan.json"


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

    def text(self) -> bytes:
        """Return the bytes of `snapshot.json`."""
        return self.model_dump_json(by_alias=True).encode() + b"\n"

    def code_of(self, module: str) -> dict[str, str]:
        """Return every file that a module's result depends on, with its digest."""
        record = self.modules[module]
        used = {label: self.files[label] for label in record.uses if label in self.files}
        return {**record.code, **used}


def snapshot_of(wired: Wired, plan: Plan) -> Snapshot:
    """Return what this plan was made from."""
    commission = wired.commission
    used = {brief.module.manifest.module_id: brief for brief in commission.briefs.values()}
    shared, modules = {}, {}
    for name, brief in sorted(used.items()):
        own = {label: digest for label, digest in brief.code.items() if not _is_shared(label)}
        shared.update({label: digest for label, digest in brief.code.items() if _is_shared(label)})
        modules[name] = _module_record(brief.module, own, tuple(brief.code.keys() - own.keys()), wired)
    schemas = {name: digest for brief in used.values() for name, digest in brief.schemas.items()}
    recipe, places = wired.loaded.recipe, wired.places
    return Snapshot(
        product_version=product_version(),
        plan_id=plan.plan_id,
        recipe_id=recipe.recipe_id,
        recipe_place=_place(Path(wired.loaded.source.name), wired.folder, places),
        recipe_sha256=digest_of_bytes(wired.loaded.source.text.encode()),
        asked=_asked(wired),
        params=recipe.params,
        facts=dict(wired.basis.facts),
        project_seed=wired.basis.facts.get("project.seed", 0),
        stages=_stage_records(commission, recipe, wired),
        modules=modules,
        files=dict(sorted(shared.items())),
        schemas=dict(sorted(schemas.items())),
        **_prices(wired),
    )


def _prices(wired: Wired) -> dict[str, Any]:
    """Return who makes what and for how much, when a stage of the recipe generates; else nothing is read."""
    briefs = wired.commission.briefs.values()
    if not any("modality" in brief.module.manifest.resources for brief in briefs):
        return {}
    market = wired.basis.market
    return {
        "strategy_place": _place(wired.places.providers(wired.folder), wired.folder, wired.places),
        "strategy": market.routes.strategy.model_dump(mode="json"),
        "profiles": {
            model: profile.model_dump(mode="json") for model, profile in sorted(market.profiles.items())
        },
    }


def read_snapshot(run: Path) -> Snapshot:
    """Read the newest snapshot of a run. Raises ProjectError CF-U060 when it is missing or is none."""
    path = run / SNAPSHOT_FILE
    try:
        return Snapshot.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        what = f"the run has no snapshot that can be read: {str(error).splitlines()[0]}"
        hint = "a run of an older version has none; begin another with `cine-forge run --new-run`"
        raise ProjectError(Fault("CF-U060", what, str(path), hint)) from None


def product_version() -> str:
    """Return the version of CineForge, from the name of its installed record.

    Reading the record itself (importlib.metadata) would cost each run some hundredths of a second.
    """
    for folder in filter(os.path.isdir, sys.path):
        for found in os.listdir(folder):  # noqa: PTH208  # a Path for each of many names is what costs
            if found.startswith("cine_forge-") and found.endswith(".dist-info"):
                return found.removeprefix("cine_forge-").removesuffix(".dist-info")
    return "unknown"


def _asked(wired: Wired) -> Asked:
    request, cap = wired.request, None
    if request.budget_usd is not None:
        from cine_forge.film.project import micro_usd_of

        cap = micro_usd_of(request.budget_usd)
    same = ("start_from", "end_at", "include", "exclude", "only", "force", "rebuy", "approve", "provider")
    return Asked(
        recipe=request.recipe,
        params=dict(wired.basis.given),
        budget_micro_usd=cap,
        modules=tuple(str(folder) for folder in request.modules),
        **{name: getattr(request, name) for name in same},
    )


def _stage_records(commission: Commission, recipe: Recipe, wired: Wired) -> dict[str, Any]:
    """Return what becomes the StageRecords: plain, so that all are checked in one go."""
    overrides = wired.overrides
    found = {}
    resilience: dict[Resilience, dict[str, Any]] = {}
    for entry in recipe.stages:
        brief, wires = commission.briefs.get(entry.id), commission.wires.get(entry.id)
        if brief is None or wires is None:
            continue
        if brief.resilience not in resilience:
            resilience[brief.resilience] = brief.resilience.model_dump()
        found[entry.id] = {
            "module": entry.module,
            "params": brief.params.values,
            "files": brief.params.files,
            "overrides": overrides.get(entry.id, {}),
            "config": brief.config,
            "resilience": resilience[brief.resilience],
            "inputs": {
                wire.name: tuple(f"{one.stage}.{one.output}" for one in wire.supplies) or ("store",)
                for wire in wires.wires
            },
            "for_each": f"{wires.fan.stage}.{wires.fan.output}" if wires.fan else None,
        }
    return found


def _module_record(module: Module, own: dict[str, str], uses: tuple[str, ...], wired: Wired) -> ModuleRecord:
    manifest = module.manifest
    return ModuleRecord(
        version=str(manifest.version),
        stage=manifest.stage,
        determinism=manifest.determinism,
        place=_place(module.folder, wired.folder, wired.places),
        manifest=digest_of(manifest.model_dump(mode="json", by_alias=True)),
        code=dict(sorted(own.items())),
        uses=tuple(sorted(uses)),
    )


def _is_shared(label: str) -> bool:
    """Say whether a file belongs to the package; a module's own files have labels of their own folder."""
    return label.startswith("cine_forge/")


def _place(path: Path, project: Path, places: Places) -> str:
    """Return a path as the place that holds it and the way below, so that it means the same elsewhere."""
    absolute = path.resolve()
    for name, folder in (("project", project), ("bundled", places.bundled), ("working", places.working)):
        if absolute.is_relative_to(folder.resolve()):
            return f"{name}:{absolute.relative_to(folder.resolve()).as_posix()}"
    return str(absolute)
