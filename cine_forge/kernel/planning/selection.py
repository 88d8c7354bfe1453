"""Selection: which stages and which entities a command is about, as a value.

`--start-from`, `--end-at`, `--only`, `--include`, `--exclude` and `--force` all become fields here;
nothing in the loop knows them. Selectors have been expanded to stage ids before.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.recipes.graph import RecipeGraph


class Selection(NamedTuple):
    """What was asked for. Empty tuples mean everything."""

    start_from: tuple[str, ...] = ()
    end_at: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    force: bool = False

    def stages(self, graph: RecipeGraph) -> frozenset[str]:
        """Return the ids of the stages that may run."""
        chosen = set(self.include or graph.order())
        if self.start_from:
            chosen &= _with(self.start_from, graph.descendants)
        if self.end_at:
            chosen &= _with(self.end_at, graph.ancestors)
        return frozenset(chosen - set(self.exclude))

    def forces(self, stage: str) -> bool:
        """Say whether a stage runs although its result could be reused."""
        return self.force or stage in self.start_from


class FollowNeeds:
    """The convention: what a selector names, and along the needs whatever it starts or leads to."""

    def stages(self, selection: Selection, graph: RecipeGraph) -> frozenset[str]:
        """Return the ids of the stages that may run."""
        return selection.stages(graph)


class Entity(NamedTuple):
    """One entity of a fan-out: its id, the label people use for it, and what it belongs to."""

    id: str
    label: str = ""
    parent: Entity | None = None

    def answers_to(self, selector: str) -> bool:
        """Say whether a selector names this entity or one that it belongs to.

        `ep001/thing:k3f2`, `thing:k3f2` and `thing:7` (by label) all name the same one.
        """
        own = selector.lower() in (name.lower() for name in self.names())
        return own or bool(self.parent and self.parent.answers_to(selector))

    def names(self) -> tuple[str, ...]:
        """Return the selectors that name this entity: by label first, then by id."""
        own = self.id.rpartition("/")[2]
        by_label = (f"{own.partition(':')[0]}:{self.label}",) if self.label else ()
        return (*by_label, own, self.id)


def needed_units(wanted: Collection[UnitKey], needs: dict[UnitKey, frozenset[UnitKey]]) -> frozenset[UnitKey]:
    """Return the wanted units and all they need, directly or not."""
    found: set[UnitKey] = set()
    open_units = list(wanted)
    while open_units:
        unit = open_units.pop()
        if unit not in found:
            found.add(unit)
            open_units.extend(needs.get(unit, frozenset()))
    return frozenset(found)


def _with(stages: tuple[str, ...], reach: Callable[[str], Iterable[str]]) -> set[str]:
    return set(stages).union(*(reach(stage) for stage in stages))
