"""The recipe: a YAML list of stages, as its writer means it.

`load_recipe` finds the file, fits it to the models and refuses it with every fault at once. Which
modules exist and whether they fit together is planning's affair; this file does not know modules.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cine_forge.kernel.ground.errors import Fault, RecipeError, listed, nearest
from cine_forge.kernel.ground.files import is_file
from cine_forge.kernel.ground.form import Form
from cine_forge.kernel.ground.source import Source, faults_of, found_in, load_source, survey_source
from cine_forge.kernel.recipes.selector import expand_need, expand_selector, split_need
from cine_forge.kernel.recipes.soundness import unsound

__all__ = [
    "LoadedRecipe",
    "Recipe",
    "Resilience",
    "StageEntry",
    "expand_selector",
    "load_recipe",
    "parse_recipe",
    "split_need",
]

_COMMAND = "`cine-forge schema recipe` shows every key"

_PART = r"[A-Za-z0-9][A-Za-z0-9_-]*"

Name = Annotated[
    str,
    Field(max_length=120),
    Form(rf"{_PART}(\.{_PART})*", "letters and digits with `_`, `-` and single dots between them"),
]
ArtifactType = Annotated[
    str, Form(r"[a-z][a-z0-9_]*(@[1-9][0-9]*)?", "an artifact type such as `sheet` or `sheet@1`")
]
Names = Annotated[tuple[str, ...], Field(strict=False)]
StoreInputs = dict[str, ArtifactType]


class Written(BaseModel):
    """A frozen part of a recipe that refuses unknown keys and coerces nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Resilience(Written):
    """How often a unit is tried again, and only after a transient error."""

    attempts: int = Field(4, ge=1, le=100, description="How often a unit is tried in all.")
    delay_s: float = Field(0.5, ge=0, le=3600, description="Seconds before the second try, doubled for each.")
    jitter: float = Field(0.25, ge=0, le=1, description="The part of each delay that is random, 0 to 1.")


class StageConfigs(Written):
    """Config in layers below a stage's own: for each use of a module, then for one stage."""

    defaults: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="Config by module id, for every stage of it."
    )
    instances: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="Config by stage id; beats `defaults`."
    )


class StageEntry(Written):
    """One stage: what it is called, which module performs it, what it reads and what it waits for."""

    id: Name = Field(description="What the stage is called; dots make groups (`draft.first`).")
    module: str = Field(min_length=1, description="The module that performs it: its id, or the id's end.")
    params: dict[str, Any] = Field(
        default_factory=dict, description="Values for what the module's manifest declares."
    )
    needs: Names = Field((), description="Stages, or `stage.output`, whose results it reads.")
    needs_all: Names = Field((), description="Stages that all feed an input which takes many.")
    after: Names = Field((), description="Stages that only come first; nothing of them is read.")
    store_inputs: StoreInputs = Field(
        default_factory=dict, description="Input to artifact type: read from the project."
    )
    store_inputs_optional: StoreInputs = Field(
        default_factory=dict, description="The same; nothing when there is none."
    )
    store_inputs_all: StoreInputs = Field(
        default_factory=dict, description="The same, of every entity that has one."
    )
    for_each: str | None = Field(None, description="The set to fan out over: its schema or `stage.output`.")
    when: bool | str = Field(
        True, description="`true`, `false`, `${param}`, `not ${param}`, `${param} == text` or `!=`."
    )
    config: dict[str, Any] = Field(
        default_factory=dict, description="Settings that the module's own builder reads."
    )
    resilience: Resilience | None = Field(None, description="Tries of this stage; beats the recipe's.")


class Recipe(Written):
    """The whole file: stages and what they share."""

    recipe_id: Name = Field(description="What the recipe is called; runs and projects go by it.")
    description: str = Field("", description="For people; nothing depends on it.")
    entity: str = Field("project", min_length=1, description="What stages without a fan-out are about.")
    project: str | None = Field(None, description="The project's folder when the command names none.")
    params: dict[str, Any] = Field(
        default_factory=dict, description="Values that `${name}` stands for; `--param` beats them."
    )
    stages: Annotated[tuple[StageEntry, ...], Field(strict=False, description="What is to be done.")]
    stage_configs: StageConfigs = Field(
        StageConfigs.model_construct(), description="Config in layers below the stages' own."
    )
    resilience: Resilience = Field(Resilience.model_construct(), description="How units are tried again.")
    extensions: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="A block for each plug-in, by its name."
    )

    def links(self) -> dict[str, tuple[str, ...]]:
        """Return for each stage id, in file order, the ids that it waits for."""
        known = dict.fromkeys(entry.id for entry in self.stages)
        return {
            entry.id: tuple(
                dict.fromkeys(
                    split_need(need, known)[0] for need in (*entry.needs, *entry.needs_all, *entry.after)
                )
            )
            for entry in self.stages
        }


@dataclass(frozen=True)
class LoadedRecipe:
    """A recipe with its text, so that whoever finds a fault later can say where.

    `doubtful` are stages of which a part could not be read: what they lack is no fault of its own.
    `places` are the stages' places in the file when some could not be read at all.
    """

    recipe: Recipe
    source: Source
    doubtful: frozenset[str] = frozenset()
    places: Mapping[str, int] | None = None

    def where(self, stage_id: str = "", *keys: str | int) -> str:
        """Return `file:line:column` of a key of a stage, or of a key of the recipe without `stage_id`."""
        return self.source.where(*self.path(stage_id, *keys))

    def path(self, stage_id: str = "", *keys: str | int) -> tuple[str | int, ...]:
        """Return the path of a key of a stage within the file's data."""
        if not stage_id:
            return keys
        place = (self.positions if self.places is None else self.places)[stage_id]
        return ("stages", place, *keys)

    def stage(self, stage_id: str) -> StageEntry:
        """Return a stage by its id. Raises KeyError."""
        return self.recipe.stages[self.positions[stage_id]]

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """Return each stage id's place among the stages, in their order."""
        return {entry.id: position for position, entry in enumerate(self.recipe.stages)}


def load_recipe(path_or_name: str | Path, *, search: Sequence[Path]) -> LoadedRecipe:
    """Load a recipe by its path or, failing that, by its name in the folders of `search`, in their order.

    Raises RecipeError: CF-R001 when there is none, else every fault of the file.
    """
    return parse_recipe(load_source(_found(str(path_or_name), search), family=RecipeError))


def survey_recipe_file(
    path_or_name: str | Path, *, search: Sequence[Path]
) -> tuple[LoadedRecipe, tuple[Fault, ...]]:
    """Find a recipe likewise and return it as far as it can be read, with every fault of its form.

    Raises RecipeError when there is none, or nothing of it can be read.
    """
    source, doubled = survey_source(_found(str(path_or_name), search), family=RecipeError)
    loaded, faults = survey_recipe(source)
    found = tuple(sorted((*doubled, *faults), key=place_of))
    if loaded is None:
        raise RecipeError(*found)
    return loaded, found


def parse_recipe(source: Source) -> LoadedRecipe:
    """Fit a source to the recipe models. Raises RecipeError with every fault, in the order of the text."""
    loaded, faults = survey_recipe(source)
    if faults or loaded is None:
        raise RecipeError(*faults)
    return loaded


def survey_recipe(source: Source) -> tuple[LoadedRecipe | None, tuple[Fault, ...]]:
    """Return a recipe as far as it can be read, and every fault of its form, in the order of the text.

    With faults the recipe is good for one thing only: to look for the faults that come later.
    """
    if not isinstance(source.value, dict):
        what = f"expected a recipe, found {found_in(source.value)}"
        return None, (Fault("CF-R002", what, source.where(), _COMMAND),)
    faults = list(unsound(source))
    try:
        recipe: Recipe | None = Recipe.model_validate(source.value)
    except ValidationError as error:
        faults += faults_of(error, source, Recipe, code="CF-R002", command=_COMMAND)
        recipe = None
    if recipe is not None and not faults:
        return LoadedRecipe(_expanded(recipe), source), ()
    return _read_remains(source), tuple(sorted(faults, key=place_of))


def place_of(fault: Fault) -> tuple[int, int]:
    """Return line and column of a fault that stands at `file:line:column`, (0, 0) of any other."""
    parts = fault.where.rsplit(":", 2)[1:]
    if len(parts) < 2 or not all(part.isdigit() for part in parts):
        return 0, 0
    return int(parts[0]), int(parts[1])


def _read_remains(source: Source) -> LoadedRecipe | None:
    """Return what of a faulty recipe can be read, or None."""
    from cine_forge.kernel.recipes.remains import Remains

    left = Remains(source.value)
    while True:
        try:
            recipe = Recipe.model_validate(left.value)
        except ValidationError as error:
            if not left.drop(detail["loc"] for detail in error.errors(include_url=False)):
                return None
            continue
        places = dict(zip((entry.id for entry in recipe.stages), left.places, strict=True))
        return LoadedRecipe(_expanded(recipe), source, left.doubtful, places)


def _found(name: str, search: Sequence[Path]) -> Path:
    path = Path(name)
    if is_file(path):
        return path
    for folder in search:
        for candidate in (folder / name, folder / f"{name}.yaml", folder / f"{name}.yml"):
            if is_file(candidate):
                return candidate
    known = sorted({found.stem for folder in search if folder.is_dir() for found in folder.glob("*.y*ml")})
    hints = (nearest(path.stem, known), f"recipes are {listed(known)}" if known else "")
    places = listed([str(folder) for folder in search]) or "no folder"
    what = f"there is no recipe `{name}`, neither as a path nor in {places}"
    raise RecipeError(Fault("CF-R001", what, hint="; ".join(filter(None, hints))))


def _expanded(recipe: Recipe) -> Recipe:
    """Write group names in needs out as their members."""
    ids = dict.fromkeys(entry.id for entry in recipe.stages)
    return recipe.model_copy(update={"stages": tuple(_with_members(entry, ids) for entry in recipe.stages)})


def _with_members(entry: StageEntry, ids: Collection[str]) -> StageEntry:
    update = {}
    for key in ("needs", "needs_all", "after"):
        written = getattr(entry, key)
        if not written:
            continue
        members = tuple(dict.fromkeys(one for need in written for one in expand_need(need, ids)))
        if members != written:
            update[key] = members
    return entry.model_copy(update=update) if update else entry
