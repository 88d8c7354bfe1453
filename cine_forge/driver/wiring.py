"""Wiring: the only place where kernel, film and generation meet.

It turns a request into everything a command stands on, and decides nothing by itself. What not every recipe
needs (models of film, the market, a project file) is imported when it is needed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cine_forge.driver.foresight import PureForesight
from cine_forge.driver.market import Market, Spend
from cine_forge.driver.places import Places
from cine_forge.driver.prompting import PromptBlocks
from cine_forge.driver.request import Request
from cine_forge.film.paths import PROJECT_FILE
from cine_forge.film.policies import ApprovalGate, ScriptLocator
from cine_forge.film.schemas.registry import register_film_schemas
from cine_forge.kernel.artifacts.schemas import SchemaRegistry
from cine_forge.kernel.artifacts.store import Store
from cine_forge.kernel.ground.errors import Fault, ProjectError, UsageError
from cine_forge.kernel.ground.source import load_source
from cine_forge.kernel.planning.commission import Commission, commission
from cine_forge.kernel.planning.meeting import Surroundings
from cine_forge.kernel.planning.policy import Policies
from cine_forge.kernel.planning.selection import Selection
from cine_forge.kernel.planning.view import StoreView
from cine_forge.kernel.recipes.placeholder import resolve_placeholders
from cine_forge.kernel.recipes.recipe import LoadedRecipe, expand_selector, load_recipe
from cine_forge.kernel.stages.discovery import ModuleRegistry, discover
from cine_forge.kernel.stages.kept import register_kernel_schemas

if TYPE_CHECKING:
    from cine_forge.film.project import Project


def utc_now() -> datetime:
    """Return the present, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Basis:
    """What a plan stands on besides modules and what is kept: read from files, or from a run's snapshot.

    The recipe's placeholders are resolved; `given` are the params that the command brought.
    """

    loaded: LoadedRecipe
    folder: Path
    project: Project | None
    facts: Mapping[str, Any]
    market: Market
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Wired:
    """What a command stands on. `overrides` are params that the command puts over a stage's, by stage."""

    request: Request
    places: Places
    folder: Path
    project: Project | None
    loaded: LoadedRecipe
    registry: ModuleRegistry
    schemas: SchemaRegistry
    store: Store
    view: StoreView
    commission: Commission
    basis: Basis
    overrides: Mapping[str, Mapping[str, Any]]

    @property
    def budget_micro_usd(self) -> int | None:
        """Return the cap of this run: the command's, else the project's, else none."""
        if self.request.budget_usd is not None:
            return round(self.request.budget_usd * 1_000_000)
        return self.project.budget_micro_usd() if self.project else None


def find_project(request: Request, places: Places) -> tuple[LoadedRecipe, Path]:
    """Return the recipe as written and the project's folder."""
    loaded = load_recipe(request.recipe, search=places.recipes(request.project))
    recipe = loaded.recipe
    return loaded, request.project or places.project_of(recipe.project, recipe.recipe_id)


def read_basis(request: Request, places: Places) -> Basis:
    """Read recipe, project and strategy as they are now. Raises CineForgeErrors that name what to mend."""
    loaded, folder = find_project(request, places)
    project = _project_in(folder)
    facts = project.facts() if project else {}
    given = _given(loaded, request)
    loaded = resolve_placeholders(loaded, {**facts, **given})
    market = Market.of_files(places.providers(folder), places.models(folder), request.provider)
    return Basis(loaded, folder, project, facts, market, given)


def wire(request: Request, places: Places, *, write: bool, basis: Basis | None = None) -> Wired:
    """Put everything together; writes nothing unless `write`. Without `basis` it is read from the files.

    Raises CineForgeErrors that name what to mend.
    """
    basis = basis or read_basis(request, places)
    loaded, folder, facts = basis.loaded, basis.folder, basis.facts
    schemas = _shared_schemas()
    registry = discover(places.modules(request.modules, folder), known_schemas=schemas.names())
    _register_private(schemas, registry)
    store = Store.open(folder, registry=schemas, clock=utc_now, write=write)
    view = StoreView(store)
    seed = facts.get("project.seed", 0)
    blocks = PromptBlocks(folder)
    policies = Policies(
        foresight=PureForesight(registry, view, facts, seed),
        gate=ApprovalGate(),
        spend=Spend(basis.market, facts, blocks.calls),
        locator=ScriptLocator(loaded.recipe.entity, _lookup(view)),
        blocks=blocks,
    )
    overrides = _gate_overrides(loaded, registry, request)
    around = Surroundings(folder, facts, seed, overrides)
    order = commission(loaded, registry, schemas, around, policies)
    order = order.selected(_selection(request, loaded))
    return Wired(
        request=request,
        places=places,
        folder=folder,
        project=basis.project,
        loaded=loaded,
        registry=registry,
        schemas=schemas,
        store=store,
        view=view,
        commission=order,
        basis=basis,
        overrides=overrides,
    )


def open_store(folder: Path) -> Store:
    """Open what a project keeps, for reading only, whatever its recipe."""
    return Store.open(folder, registry=_shared_schemas(), clock=utc_now, write=False)


def wire_project(folder: Path, *, write: bool = False) -> Wired:
    """Put together what a command on a project needs, with the recipe that its project file names."""
    from cine_forge.film.project import load_project

    return wire(Request(recipe=load_project(folder).recipe, project=folder), Places.here(), write=write)


def _project_in(folder: Path) -> Project | None:
    """Read the project file when there is one."""
    if not (folder / PROJECT_FILE).is_file():
        return None
    from cine_forge.film.project import load_project

    return load_project(folder)


def _shared_schemas() -> SchemaRegistry:
    schemas = SchemaRegistry()
    register_kernel_schemas(schemas)
    register_film_schemas(schemas)
    return schemas


def _register_private(schemas: SchemaRegistry, registry: ModuleRegistry) -> None:
    for module in registry.modules.values():
        for name, shape in module.schemas.items():
            schemas.register_json(name, dict(shape))


def _lookup(view: StoreView) -> Any:
    def find(artifact_type: str, entity: str) -> Mapping[str, Any] | None:
        seen = view.current(artifact_type, entity)
        return seen.data if seen else None

    return find


def _given(loaded: LoadedRecipe, request: Request) -> dict[str, Any]:
    given = {**_from_file(request.params_file), **dict(_param(text) for text in request.params)}
    unknown = sorted(set(given) - set(loaded.recipe.params))
    if unknown:
        known = ", ".join(sorted(loaded.recipe.params)) or "none"
        raise UsageError(
            *(
                Fault("CF-U040", f"the recipe has no param `{name}`", "--param", f"it has {known}")
                for name in unknown
            )
        )
    return given


def _from_file(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    source = load_source(path)
    if not isinstance(source.value, dict):
        raise ProjectError(Fault("CF-U041", "a params file is a mapping of names to values", source.where()))
    return dict(source.value)


def _param(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(Fault("CF-U042", f"`{text}` is no param", "--param", "write name=value"))
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _gate_overrides(
    loaded: LoadedRecipe, registry: ModuleRegistry, request: Request
) -> dict[str, dict[str, Any]]:
    if request.approve is None:
        return {}
    found = {}
    for entry in loaded.recipe.stages:
        module = registry.modules.get(entry.module)
        gate = module.manifest.gate if module else None
        if gate and gate.mode:
            found[entry.id] = {gate.mode: request.approve}
    return found


def _selection(request: Request, loaded: LoadedRecipe) -> Selection:
    ids = [entry.id for entry in loaded.recipe.stages]

    def expand(selectors: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(id for selector in selectors for id in expand_selector(selector, ids)))

    return Selection(
        start_from=expand(request.start_from),
        end_at=expand(request.end_at),
        include=expand(request.include),
        exclude=expand(request.exclude),
        only=request.only,
        force=request.force,
    )
