"""Wiring: the only place where kernel, film and generation meet.

It turns a request into everything a command stands on, and decides nothing by itself. What not every recipe
needs (models of film, the market, a project file) is imported when it is needed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cine_forge.driver.giving import (
    StageParams,
    approved,
    extension_facts,
    given_params,
    project_params,
    stage_params,
)
from cine_forge.driver.kept import open_store as open_store
from cine_forge.driver.kept import shared_schemas
from cine_forge.driver.kept import utc_now as utc_now
from cine_forge.driver.money.forewarning import ForewarnedSpend
from cine_forge.driver.money.market import Market, Spend
from cine_forge.driver.places import Places
from cine_forge.driver.prompting import PromptBlocks
from cine_forge.driver.request import Request
from cine_forge.driver.storage import storage_of
from cine_forge.film.paths import PROJECT_FILE
from cine_forge.film.policies import ApprovalGate, Deciders, ScriptLocator
from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.ground.errors import Fault, RecipeError, nearest
from cine_forge.kernel.planning.commission import Commission, commission
from cine_forge.kernel.planning.meeting import Surroundings
from cine_forge.kernel.planning.policy import Foresight, Policies, Ruling
from cine_forge.kernel.planning.record import Record, RecordedReuse, RecordedSpend, UsedDefault
from cine_forge.kernel.planning.reuse import ExactReuse
from cine_forge.kernel.planning.selection import Selection
from cine_forge.kernel.planning.view import StoreView
from cine_forge.kernel.recipes.placeholder import fill_placeholders
from cine_forge.kernel.recipes.recipe import LoadedRecipe, load_recipe, survey_recipe_file
from cine_forge.kernel.stages.discovery import ModuleRegistry, discover

if TYPE_CHECKING:
    from cine_forge.driver.foresight import PureForesight
    from cine_forge.film.project import Project


class Basis(NamedTuple):
    """What a plan stands on besides modules and what is kept: read from files, or from a run's snapshot.

    The recipe's placeholders are resolved; `given` are the params that the command brought, `found` the
    faults of the recipe's own form.
    """

    loaded: LoadedRecipe
    folder: Path
    project: Project | None
    facts: Mapping[str, Any]
    market: Market
    given: Mapping[str, Any]
    stage_params: StageParams
    found: tuple[Fault, ...] = ()


class Wired(NamedTuple):
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
        from cine_forge.film.project import micro_usd_of

        if self.request.budget_usd is not None:
            return micro_usd_of(self.request.budget_usd)
        return self.project.budget_micro_usd() if self.project else None


def find_project(request: Request, places: Places) -> tuple[LoadedRecipe, Path]:
    """Return the recipe as written and the project's folder."""
    loaded = load_recipe(request.recipe, search=places.recipes(request.project))
    return loaded, _folder_of(loaded, request, places)


def read_basis(request: Request, places: Places) -> Basis:
    """Read recipe, project and strategy as they are now. Raises CineForgeErrors that name what to mend."""
    loaded, found = survey_recipe_file(request.recipe, search=places.recipes(request.project))
    folder = _folder_of(loaded, request, places)
    project = _project_in(folder)
    facts = project.facts() if project else {}
    given = given_params(loaded, request)
    over = stage_params(loaded, project, folder, given)
    values = {**facts, **project_params(loaded, project, folder), **given}
    loaded, unfilled = fill_placeholders(loaded, values)
    market = Market.of_files(
        places.providers(folder), places.models(folder), request.provider, adapters=places.adapters(folder)
    )
    if request.provider is not None:
        market.check()
    return Basis(loaded, folder, project, facts, market, given, over, (*found, *unfilled))


def _folder_of(loaded: LoadedRecipe, request: Request, places: Places) -> Path:
    return request.project or places.project_of(loaded.recipe.project, loaded.recipe.recipe_id)


def wire(request: Request, places: Places, *, write: bool, basis: Basis | None = None) -> Wired:
    """Put everything together; writes nothing unless `write`. Without `basis` it is read from the files.

    Raises CineForgeErrors that name what to mend.
    """
    basis = basis or read_basis(request, places)
    loaded, folder = basis.loaded, basis.folder
    if write and basis.found:
        raise RecipeError(*basis.found)
    facts = {**basis.facts, **extension_facts(loaded)}
    schemas = shared_schemas()
    registry = discover(places.modules(request.modules, folder), known_schemas=schemas.names())
    _register_private(schemas, registry)
    storage = storage_of(folder, write=write, urls=request.store)
    store = Store.open(folder, registry=schemas, clock=utc_now, write=write, storage=storage)
    view = StoreView(store)
    seed = facts.get("project.seed", 0)
    blocks, record = PromptBlocks(folder), Record()
    policies = Policies(
        foresight=_foresight(registry, view, facts, seed),
        gate=ApprovalGate(),
        approvers=None if basis.project is None else Deciders(tuple(one.id for one in basis.project.users)),
        spend=_spend(basis, facts, blocks, record),
        locator=ScriptLocator(loaded.recipe.entity, _lookup(view)),
        blocks=blocks,
        reuse=RecordedReuse(ExactReuse(), record),
    )
    over = approved(basis.stage_params, loaded, registry, request.approve)
    around = Surroundings(
        folder,
        facts,
        seed,
        overrides=over.values,
        origins=over.origins,
        defaulted=basis.project.defaulted() if basis.project else frozenset(),
        found=(*basis.found, *(registry.broken if request.strict else ())),
        record=record,
        strict=request.strict,
    )
    _note_budget(request, basis.project, loaded, record)
    order = commission(loaded, registry, schemas, around, policies)
    order = order.selected(_selection(request, loaded, policies, record))
    _note_selection(order, record)
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
        overrides=over.values,
    )


def _spend(basis: Basis, facts: Mapping[str, Any], blocks: PromptBlocks, record: Record) -> RecordedSpend:
    spend = Spend(basis.market, facts, blocks.calls, project=basis.folder, record=record)
    return RecordedSpend(ForewarnedSpend(spend, basis.market, os.environ, record.warn), record)


def _note_selection(order: Commission, record: Record) -> None:
    """Note which stages a command is about when it is not about all of them."""
    stages = order.policies.selects.stages(order.selection, order.graph)
    if len(stages) < len(order.order):
        names = ", ".join(stage for stage in order.order if stage in stages)
        record.decide(Ruling("selection", "which stages may run", names or "none", "the command's selectors"))


def _note_budget(request: Request, project: Project | None, loaded: LoadedRecipe, record: Record) -> None:
    """Note that nobody capped the run, and which caps of stages hold for none of this recipe."""
    if request.budget_usd is None and (project is None or not project.caps_every_run()):
        write = "give `--budget USD`, or write `budget_usd` in `project.yaml` (`null` for no cap)"
        record.use(UsedDefault("budget_usd", None, write))
    known = {entry.id for entry in loaded.recipe.stages}
    for stage in [] if project is None else sorted(project.budget.stage.keys() - known):
        why = nearest(stage, known) or "the recipe has no such stage"
        record.decide(Ruling("budget", f"what the cap of stage `{stage}` holds for", "nothing", why))


def wire_project(folder: Path, *, write: bool = False) -> Wired:
    """Put together what a command on a project needs, with the recipe that its project file names."""
    from cine_forge.film.project import load_project

    return wire(
        Request(recipe=load_project(folder).recipe, project=folder), Places.here(os.environ), write=write
    )


def _project_in(folder: Path) -> Project | None:
    """Read the project file when there is one."""
    if not (folder / PROJECT_FILE).is_file():
        return None
    from cine_forge.film.project import load_project

    return load_project(folder)


def _foresight(
    registry: ModuleRegistry, view: StoreView, facts: Mapping[str, Any], seed: object
) -> Foresight:
    """Return the plan's foresight, imported when there is something to foresee."""

    @cache
    def made() -> PureForesight:
        from cine_forge.driver.foresight import PureForesight

        return PureForesight(registry, view, facts, seed)

    return lambda asked: made()(asked)


def _register_private(schemas: SchemaRegistry, registry: ModuleRegistry) -> None:
    for module in registry.modules.values():
        for name, shape in module.schemas.items():
            schemas.register_json(name, dict(shape))
        for newer, moves in module.manifest.upcasts.items():
            schemas.register_moves(newer, [move.model_dump(exclude_unset=True) for move in moves])


def _lookup(view: StoreView) -> Any:
    def find(artifact_type: str, entity: str) -> Mapping[str, Any] | None:
        seen = view.current(artifact_type, entity)
        return seen.data if seen else None

    return find


def _selection(request: Request, loaded: LoadedRecipe, policies: Policies, record: Record) -> Selection:
    ids = [entry.id for entry in loaded.recipe.stages]

    def expand(option: str, selectors: tuple[str, ...]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for selector in selectors:
            chosen = policies.selectors.stages(selector, ids)
            found.update(dict.fromkeys(chosen.names))
            question = f"what `{option} {selector}` means"
            record.decide(Ruling("selectors", question, ", ".join(chosen.names), chosen.why))
        return tuple(found)

    return Selection(
        start_from=expand("--start-from", request.start_from),
        end_at=expand("--end-at", request.end_at),
        include=expand("--include", request.include),
        exclude=expand("--exclude", request.exclude),
        only=request.only,
        force=request.force,
    )
