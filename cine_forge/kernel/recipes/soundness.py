"""Soundness: what the models of a recipe cannot see, because it lies between the stages.

It reads the plain data, so that a recipe with a wrong type somewhere still hears of its cycle: every
fault comes in one pass. Only `load_recipe` calls it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from cine_forge.kernel.ground.errors import Fault, RecipeError
from cine_forge.kernel.ground.source import Source
from cine_forge.kernel.recipes.graph import RecipeGraph
from cine_forge.kernel.recipes.selector import expand_need, split_need

_NEEDS = ("needs", "needs_all", "after")
_STORES = ("store_inputs", "store_inputs_optional", "store_inputs_all")


class _Need(NamedTuple):
    """One entry of a list of needs: of which stage, at which path, saying what."""

    stage: str
    path: tuple[str | int, ...]
    entry: str


class _Links(NamedTuple):
    """What the stages wait for, as far as it can be told."""

    found: dict[str, list[str]]

    def links(self) -> dict[str, list[str]]:
        return self.found


def unsound(source: Source) -> Iterator[Fault]:
    """Yield the faults between the stages of a recipe, whose value is a mapping."""
    stages = source.value.get("stages")
    if not isinstance(stages, list):
        return
    if not stages:
        hint = "a stage is `- id: …` with a `module: …`"
        yield source.fault("CF-R007", "the recipe has no stages", "stages", hint=hint)
    positions: dict[str, int] = {}
    yield from _twins(source, stages, positions)
    yield from _doubly_stored(source, stages)
    yield from _bad_needs(source, stages, positions)


def _twins(source: Source, stages: list[Any], positions: dict[str, int]) -> Iterator[Fault]:
    for position, stage in enumerate(stages):
        name = stage.get("id") if isinstance(stage, dict) else None
        if not isinstance(name, str):
            continue
        if name in positions:
            what = f"two stages are called `{name}`"
            first = source.where("stages", positions[name], "id")
            yield source.fault("CF-R003", what, "stages", position, "id", hint=f"the first one is at {first}")
        positions.setdefault(name, position)


def _doubly_stored(source: Source, stages: list[Any]) -> Iterator[Fault]:
    for position, stage in enumerate(stages):
        seen: dict[str, str] = {}
        for key in _STORES:
            table = stage.get(key) if isinstance(stage, dict) else None
            for name in table if isinstance(table, dict) else ():
                if name in seen:
                    what = f"input `{name}` stands under `{seen[name]}` too"
                    yield source.fault(
                        "CF-R011", what, "stages", position, key, name, hint="keep one of the two"
                    )
                seen.setdefault(name, key)


def _bad_needs(source: Source, stages: list[Any], positions: dict[str, int]) -> Iterator[Fault]:
    found: dict[str, list[str]] = {name: [] for name in positions}
    first: dict[tuple[str, str], _Need] = {}
    for need in _needs(stages, positions):
        try:
            targets = _targets(need.entry, positions)
        except RecipeError as error:
            place = source.where(*need.path)
            yield from (fault._replace(where=place) for fault in error.faults)
            continue
        if need.stage in targets:
            yield source.fault(
                "CF-R005", f"stage `{need.stage}` needs itself", *need.path, hint="take it out"
            )
        for target in targets:
            if target != need.stage:
                found[need.stage].append(target)
                first.setdefault((need.stage, target), need)
    for cycle in RecipeGraph(_Links(found)).cycles():
        what = f"these stages wait for each other: {' → '.join(cycle)}"
        hint = "each needs the next; take one of these needs out"
        yield source.fault("CF-R006", what, *first[cycle[0], cycle[1]].path, hint=hint)


def _targets(entry: str, positions: dict[str, int]) -> list[str]:
    if entry in positions:
        return [entry]
    return [split_need(one, positions)[0] for one in expand_need(entry, positions)]


def _needs(stages: list[Any], positions: dict[str, int]) -> Iterator[_Need]:
    for name, position in positions.items():
        for key in _NEEDS:
            entries = stages[position].get(key)
            for number, entry in enumerate(entries if isinstance(entries, list) else ()):
                if isinstance(entry, str):
                    yield _Need(name, ("stages", position, key, number), entry)
