"""Layers of config: for every use of a module, for one stage, and what the stage itself says.

    stage_configs.defaults.<module>  <  stage_configs.instances.<stage>  <  the stage's own `config`

Mappings are merged key by key, lists are replaced, and a value of one kind never replaces one of another.
Every key keeps its place. Who reads the result is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cine_forge.kernel.ground.errors import Fault, listed, nearest
from cine_forge.kernel.ground.source import found_in
from cine_forge.kernel.recipes.recipe import LoadedRecipe, StageEntry

Path = tuple[str | int, ...]

_NUMBERS = (int, float)


class Layered(NamedTuple):
    """The config of one stage. `owners` says for each path within it under which path of the file it is."""

    values: Mapping[str, Any]
    owners: Mapping[Path, Path]
    loaded: LoadedRecipe

    def where(self, path: Path) -> str:
        """Return `file:line:column` of a key of the config, or of the nearest above it."""
        return _place(self.loaded, self.owners, path)


def config_of(loaded: LoadedRecipe, entry: StageEntry, module_id: str) -> tuple[Layered, list[Fault]]:
    """Merge the layers of a stage. Faults are CF-R023, at the key that clashes with one below it."""
    configs = loaded.recipe.stage_configs
    layers: list[tuple[Path, Mapping[str, Any]]] = []
    if module_id in configs.defaults:
        layers.append((("stage_configs", "defaults", module_id), configs.defaults[module_id]))
    if entry.id in configs.instances:
        layers.append((("stage_configs", "instances", entry.id), configs.instances[entry.id]))
    layers.append((loaded.path(entry.id, "config"), entry.config))
    values: dict[str, Any] = {}
    owners: dict[Path, Path] = {(): layers[-1][0]}
    faults: list[Fault] = []
    for base, layer in layers:
        _Merge(loaded, base, owners, faults).lay(values, layer, ())
    return Layered(values, owners, loaded), faults


def unmatched(loaded: LoadedRecipe, modules: Mapping[str, str]) -> Iterator[Fault]:
    """Yield CF-R024 for each layer that no stage is under; `modules` maps stage ids to module ids."""
    configs = loaded.recipe.stage_configs
    used = list(dict.fromkeys(modules.values()))
    stages = [entry.id for entry in loaded.recipe.stages]
    kinds = (
        ("defaults", configs.defaults, used, "no stage of this recipe is performed by the module"),
        ("instances", configs.instances, stages, "no stage is called"),
    )
    for key, table, known, what in kinds:
        for name in table:
            if name not in known:
                hints = (nearest(name, known), f"there are {listed(known)}" if known else "")
                path = ("stage_configs", key, name)
                yield loaded.source.fault(
                    "CF-R024", f"{what} `{name}`", *path, hint="; ".join(filter(None, hints))
                )


class _Merge(NamedTuple):
    """One layer as it is laid over those below."""

    loaded: LoadedRecipe
    base: Path
    owners: dict[Path, Path]
    faults: list[Fault]

    def lay(self, under: dict[str, Any], over: Mapping[str, Any], path: Path) -> None:
        """Lay `over` on `under`, in place; `path` is where both stand within the config."""
        for key, value in over.items():
            here = (*path, key)
            if key in under and not _same_kind(under[key], value):
                self._clash(here, under[key], value)
            elif isinstance(value, Mapping) and key in under:
                self.lay(under[key], value, here)
            else:
                under[key] = _own(value)
                self.owners[here] = (*self.base, *here)

    def _clash(self, here: Path, below: Any, value: Any) -> None:
        name = ".".join(str(step) for step in here)
        what = f"`config.{name}` is {found_in(value)} here and {found_in(below)} below it"
        place = _place(self.loaded, self.owners, here)
        hint = f"the other stands at {place}; let both be of one kind"
        self.faults.append(self.loaded.source.fault("CF-R023", what, *self.base, *here, hint=hint))


def _place(loaded: LoadedRecipe, owners: Mapping[Path, Path], path: Path) -> str:
    above = path
    while above and above not in owners:
        above = above[:-1]
    return loaded.source.where(*owners.get(above, ()), *path[len(above) :])


def _own(value: Any) -> Any:
    """Return a copy of the mappings in `value`: layers are merged in place."""
    return {key: _own(inner) for key, inner in value.items()} if isinstance(value, Mapping) else value


def _same_kind(one: Any, other: Any) -> bool:
    if isinstance(one, _NUMBERS) and isinstance(other, _NUMBERS):
        return isinstance(one, bool) == isinstance(other, bool)
    return type(one) is type(other)
