"""Placeholders: `${name}` in a recipe, for what its params, its project or the command give.

A placeholder that is a whole value keeps the type of what it stands for; inside text it becomes text.
`$${` writes a plain `${`. What is put in is never read again: a value cannot bring placeholders along.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import Enum
from typing import Any

from cine_forge.kernel.ground.errors import Fault, RecipeError, listed, nearest
from cine_forge.kernel.ground.source import found_in
from cine_forge.kernel.recipes.condition import FORMS, Condition, Unfit
from cine_forge.kernel.recipes.recipe import LoadedRecipe, StageEntry

_MARK = re.compile(r"\$\$\{|\$\{([^{}]*)\}|\$\{")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*")
_COMMAND = "give it with `--param NAME=VALUE` or under `params` of the recipe"

Steps = tuple[str | int, ...]


class _Absent(Exception):
    """There is no value of that name."""


class Unfilled(Enum):
    """What stands where a placeholder could not be filled; the fault is told already."""

    UNFILLED = "unfilled"


UNFILLED = Unfilled.UNFILLED


def resolve_placeholders(loaded: LoadedRecipe, values: Mapping[str, Any]) -> LoadedRecipe:
    """Return the recipe with every placeholder replaced, and `values` put over its params.

    `values` come by name, dotted (`project.script`) or nested; they win over the recipe's own params.
    Raises RecipeError CF-R008, CF-R009 or CF-R012, all at once.
    """
    filled, faults = fill_placeholders(loaded, values)
    if faults:
        raise RecipeError(*faults)
    return filled


def fill_placeholders(
    loaded: LoadedRecipe, values: Mapping[str, Any]
) -> tuple[LoadedRecipe, tuple[Fault, ...]]:
    """Do the same as far as it can be done; what cannot be filled is `Unfilled`, its stage doubtful."""
    filling = _Filling(loaded, values)
    recipe = loaded.recipe
    update: dict[str, Any] = {"params": {name: filling.param(name) for name in recipe.params}}
    for key in ("entity", "project"):
        filled = filling.fill(getattr(recipe, key), (key,))
        update[key] = getattr(recipe, key) if filled is UNFILLED else filled
    update["extensions"] = filling.tables(recipe.extensions, ("extensions",))
    update["stages"] = tuple(filling.stage(entry, loaded.path(entry.id)) for entry in recipe.stages)
    if recipe.stage_configs.defaults or recipe.stage_configs.instances:
        configs = {
            key: filling.tables(getattr(recipe.stage_configs, key), ("stage_configs", key))
            for key in ("defaults", "instances")
        }
        update["stage_configs"] = recipe.stage_configs.model_copy(update=configs)
    doubtful = loaded.doubtful | filling.doubtful
    filled = replace(loaded, recipe=recipe.model_copy(update=update), doubtful=doubtful)
    return filled, tuple(dict.fromkeys(filling.faults))


class _Filling:
    """One pass over a recipe; it gathers faults and resolves each param once."""

    def __init__(self, loaded: LoadedRecipe, values: Mapping[str, Any]) -> None:
        self.faults: list[Fault] = []
        self.doubtful: set[str] = set()
        self._source = loaded.source
        self._values = values
        self._params = loaded.recipe.params
        self._done: dict[str, Any] = {}
        self._open: list[str] = []

    def stage(self, entry: StageEntry, path: Steps) -> StageEntry:
        """Fill a stage's params, config, fan-out and condition."""
        before = len(self.faults)
        update: dict[str, Any] = {}
        for key in ("params", "config"):
            table = getattr(entry, key)
            if table and (filled := self.table(table, (*path, key))) != table:
                update[key] = filled
        if entry.for_each is not None:
            fan = self.fill(entry.for_each, (*path, "for_each"))
            update["for_each"] = entry.for_each if fan is UNFILLED else fan
        if isinstance(entry.when, str):
            update["when"] = self.condition(entry.when, (*path, "when"))
        if len(self.faults) > before or holds_unfilled(update):
            self.doubtful.add(entry.id)
        return entry.model_copy(update=update) if update else entry

    def condition(self, when: str, path: Steps) -> bool:
        """Return what a condition comes to; true where that cannot be told."""
        values: list[Any] = []

        def fill(text: str) -> Any:
            values.append(self._fill_text(text, path))
            return values[-1]

        try:
            answer = Condition.of(when).holds(fill)
        except Unfit as misfit:
            if UNFILLED not in values:
                self._refuse("CF-R012", str(misfit), path, f"write {FORMS}")
            return True
        return answer or UNFILLED in values

    def tables(self, tables: Mapping[str, dict[str, Any]], path: Steps) -> dict[str, dict[str, Any]]:
        """Fill mappings by name."""
        return {name: self.table(table, (*path, name)) for name, table in tables.items()}

    def table(self, table: dict[str, Any], path: Steps) -> dict[str, Any]:
        """Fill a mapping; what cannot be filled stays under its key as `Unfilled`."""
        return {key: self.fill(item, (*path, key)) for key, item in table.items()}

    def param(self, name: str) -> Any:
        """Return a param of the recipe: as given from outside, or its own value filled."""
        if name in self._values:
            return self._values[name]
        if name not in self._done:
            if name in self._open:
                circle = " → ".join([*self._open[self._open.index(name) :], name])
                self._refuse("CF-R009", f"params stand for each other: {circle}", ("params", name), "")
                return UNFILLED
            self._open.append(name)
            self._done[name] = self.fill(self._params[name], ("params", name))
            self._open.pop()
        return self._done[name]

    def fill(self, value: Any, path: Steps) -> Any:
        """Return `value` with its placeholders replaced, however deep they stand."""
        if isinstance(value, str):
            return self._fill_text(value, path) if "${" in value else value
        if isinstance(value, list):
            items = [self.fill(item, (*path, number)) for number, item in enumerate(value)]
            return UNFILLED if UNFILLED in items else items
        if isinstance(value, dict):
            table = self.table(value, path)
            return UNFILLED if UNFILLED in table.values() else table
        return value

    def _fill_text(self, text: str, path: Steps) -> Any:
        whole = _MARK.fullmatch(text)
        if whole and whole[1] is not None:
            return self._value(whole[1], path)
        before = len(self.faults)
        written = _MARK.sub(lambda mark: self._written(mark, path), text)
        return written if len(self.faults) == before else UNFILLED

    def _written(self, mark: re.Match[str], path: Steps) -> str:
        if mark[0] == "$${":
            return "${"
        if mark[1] is None:
            hint = "close it with `}`, or write `$${` for a plain `${`"
            self._refuse("CF-R009", "a placeholder is not closed", path, hint)
            return ""
        value = self._value(mark[1], path)
        if isinstance(value, dict | list | tuple):
            what = f"`{mark[0]}` is {found_in(value)} and cannot stand inside text"
            self._refuse("CF-R009", what, path, "let it be the whole value")
        if isinstance(value, bool):
            return str(value).lower()
        return "" if value is None else str(value)

    def _value(self, name: str, path: Steps) -> Any:
        if not _NAME.fullmatch(name):
            hint = "a name is letters, digits, `_`, `-` and dots; `$${` writes a plain `${`"
            self._refuse("CF-R009", f"`${{{name}}}` is not a placeholder", path, hint)
            return UNFILLED
        try:
            return self._looked_up(name)
        except _Absent:
            known = sorted({*_names(self._values), *_names(self._params)})
            hints = (nearest(name, known), f"there are {listed(known)}" if known else "", _COMMAND)
            hint = "\n    ".join(filter(None, hints))
            self._refuse("CF-R008", f"nothing is given for `${{{name}}}`", path, hint)
            return UNFILLED

    def _looked_up(self, name: str) -> Any:
        if name in self._values:
            return self._values[name]
        first, *rest = name.split(".")
        if name in self._params:
            return self.param(name)
        if first in self._values:
            return _reached(self._values[first], rest)
        if first in self._params:
            return _reached(self.param(first), rest)
        raise _Absent

    def _refuse(self, code: str, what: str, path: Steps, hint: str) -> None:
        self.faults.append(self._source.fault(code, what, *path, hint=hint))


def names_within(value: Any) -> frozenset[str]:
    """Return the names that placeholders within a value begin with (`text` of `${text}` and `${text.a}`)."""
    if isinstance(value, str):
        names = (mark[1] for mark in _MARK.finditer(value) if mark[1] is not None)
        return frozenset(part for name in names for part in (name, name.partition(".")[0]))
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return frozenset().union(*(names_within(one) for one in inner))


def holds_unfilled(value: Any) -> bool:
    """Say whether a placeholder within a value could not be filled."""
    if isinstance(value, Mapping):
        return any(holds_unfilled(inner) for inner in value.values())
    return value is UNFILLED


def _reached(value: Any, rest: list[str]) -> Any:
    for step in rest:
        if not isinstance(value, Mapping) or step not in value:
            raise _Absent
        value = value[step]
    return value


def _names(values: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """Yield every dotted name that a placeholder could use."""
    for name, value in values.items():
        yield above + name
        if isinstance(value, Mapping):
            yield from _names(value, f"{above}{name}.")
