"""The snapshot of a run: all it was made from, so that its folder alone can be planned again.

`beginning.py` writes it when a run begins or goes on, `replan.py` plans from it, `difference.py` tells what
two of them do not have in common. Equal content gives equal bytes: no time and no run id is in it. It is made
as plain data, for every run; only who reads one needs the record.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from cine_forge.driver.places import Places
from cine_forge.driver.wiring import Wired
from cine_forge.kernel.ground.hashing import digest_of, digest_of_bytes
from cine_forge.kernel.planning.commission import Commission
from cine_forge.kernel.planning.plan import Plan
from cine_forge.kernel.recipes.recipe import Recipe, Resilience
from cine_forge.kernel.stages.discovery import Module

SNAPSHOT_FILE = "snapshot.json"
SCHEMA = "run_snapshot/1"


def content_of(wired: Wired, plan: Plan) -> dict[str, Any]:
    """Return what this plan was made from, as the plain data of `snapshot.json`, every key of it."""
    commission = wired.commission
    used = {brief.module.manifest.module_id: brief for brief in commission.briefs.values()}
    shared, modules = {}, {}
    for name, brief in sorted(used.items()):
        own = {label: digest for label, digest in brief.code.items() if not _is_shared(label)}
        shared.update({label: digest for label, digest in brief.code.items() if _is_shared(label)})
        modules[name] = _module_record(brief.module, own, brief.code.keys() - own.keys(), wired)
    schemas = {name: digest for brief in used.values() for name, digest in brief.schemas.items()}
    recipe, places = wired.loaded.recipe, wired.places
    facts = dict(wired.basis.facts)
    return {
        "schema": SCHEMA,
        "product_version": product_version(),
        "plan_id": plan.plan_id,
        "recipe_id": recipe.recipe_id,
        "recipe_place": _place(Path(wired.loaded.source.name), wired.folder, places),
        "recipe_sha256": digest_of_bytes(wired.loaded.source.text.encode()),
        "asked": _asked(wired),
        "params": recipe.params,
        "facts": facts,
        "project_seed": facts.get("project.seed", 0),
        "stages": _stage_records(commission, recipe, wired),
        "modules": modules,
        "files": dict(sorted(shared.items())),
        "schemas": dict(sorted(schemas.items())),
        **_prices(wired),
    }


def _prices(wired: Wired) -> dict[str, Any]:
    """Return who makes what and for how much, when a stage of the recipe generates; else nothing is read."""
    briefs = wired.commission.briefs.values()
    if not any("modality" in brief.module.manifest.resources for brief in briefs):
        return {"strategy_place": None, "strategy": None, "profiles": {}}
    market = wired.basis.market
    return {
        "strategy_place": _place(wired.places.providers(wired.folder), wired.folder, wired.places),
        "strategy": market.routes.strategy.model_dump(mode="json"),
        "profiles": {
            model: profile.model_dump(mode="json") for model, profile in sorted(market.profiles.items())
        },
    }


def product_version() -> str:
    """Return the version of CineForge, from the name of its installed record.

    Reading the record itself (importlib.metadata) would cost each run some hundredths of a second.
    """
    for folder in filter(os.path.isdir, sys.path):
        for found in os.listdir(folder):  # noqa: PTH208  # a Path for each of many names is what costs
            if found.startswith("cine_forge-") and found.endswith(".dist-info"):
                return found.removeprefix("cine_forge-").removesuffix(".dist-info")
    return "unknown"


def _asked(wired: Wired) -> dict[str, Any]:
    request, cap = wired.request, None
    if request.budget_usd is not None:
        from cine_forge.film.project import micro_usd_of

        cap = micro_usd_of(request.budget_usd)
    same = ("start_from", "end_at", "include", "exclude", "only", "force", "rebuy", "approve", "provider")
    return {
        "recipe": request.recipe,
        "params": dict(wired.basis.given),
        **{name: getattr(request, name) for name in same},
        "budget_micro_usd": cap,
        "modules": [str(folder) for folder in request.modules],
    }


def _stage_records(commission: Commission, recipe: Recipe, wired: Wired) -> dict[str, Any]:
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
            "params": dict(brief.params.values),
            "files": dict(brief.params.files),
            "overrides": dict(overrides.get(entry.id, {})),
            "config": dict(brief.config),
            "resilience": resilience[brief.resilience],
            "inputs": {
                wire.name: [f"{one.stage}.{one.output}" for one in wire.supplies] or ["store"]
                for wire in wires.wires
            },
            "for_each": f"{wires.fan.stage}.{wires.fan.output}" if wires.fan else None,
        }
    return found


def _module_record(module: Module, own: dict[str, str], uses: set[str], wired: Wired) -> dict[str, Any]:
    manifest = module.manifest
    return {
        "version": str(manifest.version),
        "stage": manifest.stage,
        "determinism": manifest.determinism,
        "place": _place(module.folder, wired.folder, wired.places),
        "manifest": digest_of(manifest.model_dump(mode="json", by_alias=True)),
        "code": dict(sorted(own.items())),
        "uses": sorted(uses),
    }


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
