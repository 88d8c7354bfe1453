"""The recipe: a YAML list of stages, as its writer means it.

`load_recipe` finds the file, fits it to the models and refuses it with every fault at once. Which
modules exist and whether they fit together is planning's affair; this file does not know modules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cine_forge.kernel.ground.errors import Fault, RecipeError, listed, nearest
from cine_forge.kernel.ground.form import Form
from cine_forge.kernel.ground.source import Source, faults_of, found_in, load_source
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

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Resilience(Written):
    """How often a unit is tried again, and only after a transient error. `jitter` is a part, 0–1."""

    attempts: int = Field(4, ge=1, le=100)
    delay_s: float = Field(0.5, ge=0, le=3600)
    jitter: float = Field(0.25, ge=0, le=1)


class StageEntry(Written):
    """One stage. `needs` gives data, `after` only order; store inputs map an input's name to a type.

    `for_each` names a set by its schema or as `stage.output`; `when` false leaves the stage out.
    """

    id: Name
    module: str = Field(min_length=1)
    params: dict[str, Any] = {}
    needs: Names = ()
    needs_all: Names = ()
    after: Names = ()
    store_inputs: StoreInputs = {}
    store_inputs_optional: StoreInputs = {}
    store_inputs_all: StoreInputs = {}
    for_each: str | None = None
    when: bool | str = True
    config: dict[str, Any] = {}


class Recipe(Written):
    """The whole file. `entity` is what the stages without a fan-out are about."""

    recipe_id: Name
    description: str = ""
    entity: str = Field("project", min_length=1)
    project: str | None = None
    params: dict[str, Any] = {}
    stages: Annotated[tuple[StageEntry, ...], Field(strict=False)]
    resilience: Resilience = Resilience()
    extensions: dict[str, Any] = {}

    def links(self) -> dict[str, tuple[str, ...]]:
        """Return for each stage id, in file order, the ids that it waits for."""
        ids = [entry.id for entry in self.stages]
        known = dict.fromkeys(ids)
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
    """A recipe with its text, so that whoever finds a fault later can say where."""

    recipe: Recipe
    source: Source

    def where(self, stage_id: str = "", *keys: str | int) -> str:
        """Return `file:line:column` of a key of a stage, or of a key of the recipe without `stage_id`."""
        if not stage_id:
            return self.source.where(*keys)
        return self.source.where("stages", self.positions[stage_id], *keys)

    def stage(self, stage_id: str) -> StageEntry:
        """Return a stage by its id. Raises KeyError."""
        return self.recipe.stages[self.positions[stage_id]]

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """Return each stage id's place in the file, in its order."""
        return {entry.id: position for position, entry in enumerate(self.recipe.stages)}


def load_recipe(path_or_name: str | Path, *, search: Sequence[Path]) -> LoadedRecipe:
    """Load a recipe by its path or, failing that, by its name in the folders of `search`, in their order.

    Raises RecipeError: CF-R001 when there is none, else every fault of the file.
    """
    return parse_recipe(load_source(_found(str(path_or_name), search), family=RecipeError))


def parse_recipe(source: Source) -> LoadedRecipe:
    """Fit a source to the recipe models. Raises RecipeError with every fault, in the order of the text."""
    if not isinstance(source.value, dict):
        what = f"expected a recipe, found {found_in(source.value)}"
        raise RecipeError(Fault("CF-R002", what, source.where(), _COMMAND))
    faults = list(unsound(source))
    try:
        recipe = Recipe.model_validate(source.value)
    except ValidationError as error:
        faults += faults_of(error, source, Recipe, code="CF-R002", command=_COMMAND)
    if faults:
        raise RecipeError(*sorted(faults, key=_place))
    return LoadedRecipe(_expanded(recipe), source)


def _found(name: str, search: Sequence[Path]) -> Path:
    path = Path(name)
    if path.is_file():
        return path
    for folder in search:
        for candidate in (folder / name, folder / f"{name}.yaml", folder / f"{name}.yml"):
            if candidate.is_file():
                return candidate
    known = sorted({found.stem for folder in search if folder.is_dir() for found in folder.glob("*.y*ml")})
    hints = (nearest(path.stem, known), f"recipes are {listed(known)}" if known else "")
    places = listed([str(folder) for folder in search]) or "no folder"
    what = f"there is no recipe `{name}`, neither as a path nor in {places}"
    raise RecipeError(Fault("CF-R001", what, hint="; ".join(filter(None, hints))))


def _place(fault: Fault) -> tuple[int, int]:
    line, column = fault.where.rsplit(":", 2)[1:]
    return int(line), int(column)


def _expanded(recipe: Recipe) -> Recipe:
    """Write group names in needs out as their members."""
    ids = dict.fromkeys(entry.id for entry in recipe.stages)
    stages = [
        entry.model_copy(
            update={
                key: tuple(
                    dict.fromkeys(one for need in getattr(entry, key) for one in expand_need(need, ids))
                )
                for key in ("needs", "needs_all", "after")
            }
        )
        for entry in recipe.stages
    ]
    return recipe.model_copy(update={"stages": tuple(stages)})
