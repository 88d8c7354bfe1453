"""Binding: which artifacts a unit reads today, and how sure that is.

An item is FIXED when its content is known (kept and not about to change, or foreseen), OPEN when its
maker will still run, SHUT when it will not come to be. A unit's fingerprint exists only when every item
is FIXED.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from enum import Enum
from typing import Any, NamedTuple, Protocol

from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.planning.held import HEALTHY, held_all, held_one
from cine_forge.kernel.planning.view import Seen, View
from cine_forge.kernel.planning.wires import StageWires, Supply, Wire
from cine_forge.kernel.stages.contract import Input


class Standing(Enum):
    """How sure an item is."""

    FIXED = "fixed"
    OPEN = "open"
    SHUT = "shut"


class Kept(NamedTuple):
    """What one unit keeps under one output, in order."""

    items: tuple[Seen, ...]
    standing: Standing


class Item(NamedTuple):
    """One bound artifact. `seen` is None when there is none yet; `maker` None when the store holds it."""

    entity: str
    seen: Seen | None
    standing: Standing
    maker: UnitKey | None = None

    @property
    def unhealthy(self) -> bool:
        """Say whether the store holds it, and it may not be read as it is."""
        return self.standing is Standing.SHUT and self.maker is None and self.seen is not None


class Binding(NamedTuple):
    """All items of one input. `open` says that more entities may still be found."""

    wire: Wire
    items: tuple[Item, ...]
    open: bool = False

    @property
    def fixed(self) -> bool:
        """Say whether every item's content is known; an optional input may do without one."""
        if self.open:
            return False
        doubt = [item.standing for item in self.items if item.standing is not Standing.FIXED]
        return not doubt or (self.wire.spec.optional and Standing.OPEN not in doubt)

    @property
    def shut(self) -> tuple[Item, ...]:
        """Return the items that will not come to be, or may not be read.

        An optional input does without the first kind; what the recipe takes from the store must be healthy.
        """
        shut = tuple([item for item in self.items if item.standing is Standing.SHUT])
        if self.wire.spec.optional and self.wire.held != "must":
            return tuple(item for item in shut if item.unhealthy)
        return shut

    def value(self) -> Input:
        """Return what the module receives."""
        given = tuple(item.seen.read_as(self.wire.spec.schema_name) for item in self.items if item.seen)
        if self.wire.spec.entities == "all":
            return given
        return given[0] if given else None


class Values(Mapping[str, Input]):
    """What a unit receives, by input name; an artifact is read when somebody looks at it."""

    def __init__(self, bindings: tuple[Binding, ...]) -> None:
        self._bindings = {binding.wire.name: binding for binding in bindings}

    def __getitem__(self, name: str) -> Input:
        return self._bindings[name].value()

    def __iter__(self) -> Iterator[str]:
        return iter(self._bindings)

    def __len__(self) -> int:
        return len(self._bindings)


class Shelves(Protocol):
    """The units of the plan and what they keep, as binding reads them."""

    view: View

    def units(self, stage: str) -> Collection[UnitKey]:
        """Return the units of a stage, in order."""

    def kept(self, unit: UnitKey, output: str) -> Kept:
        """Return what a unit keeps under an output."""

    def find(self, supply: Supply, entity: str) -> Item | None:
        """Return the artifact about an entity that any unit keeps under an output."""

    def complete(self, stage: str) -> bool:
        """Say whether all units of a stage are known."""

    def wires(self, stage: str) -> StageWires:
        """Return the wires of a stage."""


def bind(unit: UnitKey, shelves: Shelves) -> tuple[Binding, ...]:
    """Bind every input of a unit. Inputs that drive others come first in the wires."""
    bound: dict[str, Binding] = {}
    for wire in shelves.wires(unit.stage).wires:
        bound[wire.name] = _bind_wire(wire, unit, shelves, bound)
    return tuple(bound.values())


def _bind_wire(wire: Wire, unit: UnitKey, shelves: Shelves, bound: Mapping[str, Binding]) -> Binding:
    if wire.held == "none":
        return Binding(wire, ())
    if wire.held is not None and wire.spec.from_input is None:
        return Binding(wire, tuple(_held_items(wire, unit.entity, shelves.view)))
    if wire.spec.from_input is not None:
        return _bind_related(wire, bound[wire.spec.from_input], shelves)
    if not wire.supplies or wire.spec.entities == "one":
        return _binding(wire, (_find(wire, unit.entity, shelves),))
    items: list[Item] = []
    known = True
    for supply in wire.supplies:
        fan = shelves.wires(unit.stage).fan
        alone = fan is not None and fan == shelves.wires(supply.stage).fan
        own = (UnitKey(supply.stage, unit.entity),) if alone else ()
        for maker in own or shelves.units(supply.stage):
            items += _all_of(maker, supply, shelves)
        known = known and (alone or shelves.complete(supply.stage))
    return _binding(wire, tuple(items), open_too=not known)


def _held_items(wire: Wire, entity: str, view: View) -> Iterator[Item]:
    every = wire.held == "all"
    for found in held_all(view, wire.type) if every else (held_one(view, wire.type, entity),):
        absent = found.seen is None and wire.held == "may"
        if not absent:
            standing = Standing.FIXED if found.healthy else Standing.SHUT
            yield Item(found.entity, found.seen, standing)


def _all_of(maker: UnitKey, supply: Supply, shelves: Shelves) -> Iterator[Item]:
    kept = shelves.kept(maker, supply.output)
    for seen in kept.items:
        yield Item(seen.entity, seen, kept.standing, maker)
    if not kept.items and kept.standing is not Standing.FIXED:
        yield Item(maker.entity, None, kept.standing, maker)


def _bind_related(wire: Wire, driving: Binding, shelves: Shelves) -> Binding:
    wanted = [
        entity
        for item in driving.items
        if item.seen
        for entity in pointed(item.seen.read_as(driving.wire.spec.schema_name).data, wire.spec.path or "/")
    ]
    items = tuple(_find(wire, entity, shelves) for entity in dict.fromkeys(wanted))
    unsure = driving.open or any(i.seen is None or i.standing is Standing.OPEN for i in driving.items)
    return _binding(wire, items, open_too=unsure)


def _binding(wire: Wire, items: tuple[Item, ...], *, open_too: bool = False) -> Binding:
    unplaced = any(item.standing is Standing.OPEN and item.maker is None for item in items)
    return Binding(wire, items, open=open_too or unplaced)


def _find(wire: Wire, entity: str, shelves: Shelves) -> Item:
    for supply in wire.supplies:
        found = shelves.find(supply, entity) or _to_come(supply, entity, shelves)
        if found:
            return found
    seen = shelves.view.current(wire.type, entity)
    if wire.held is not None and seen is not None and shelves.view.health(seen.ref) not in HEALTHY:
        return Item(entity, seen, Standing.SHUT)
    return Item(entity, seen, Standing.FIXED if seen else Standing.SHUT)


def _to_come(supply: Supply, entity: str, shelves: Shelves) -> Item | None:
    """Return an item without content when a unit may still keep it, or would have and will not."""
    units = shelves.units(supply.stage)
    own = UnitKey(supply.stage, entity)
    if own in units or len(units) == 1:
        maker = own if own in units else next(iter(units))
        standing = shelves.kept(maker, supply.output).standing
        return None if standing is Standing.FIXED else Item(entity, None, standing, maker)
    silent = [unit for unit in units if not shelves.kept(unit, supply.output).items]
    may_come = any(shelves.kept(unit, supply.output).standing is Standing.OPEN for unit in silent)
    return Item(entity, None, Standing.OPEN) if may_come or not shelves.complete(supply.stage) else None


def pointed(data: Any, path: str) -> list[str]:
    """Return the text values that a path such as `/clips/*/take` points to, in order."""
    found = [data]
    for step in path.strip("/").split("/"):
        found = [value for parent in found for value in _step(parent, step)]
    return [value for value in found if isinstance(value, str)]


def _step(parent: Any, step: str) -> list[Any]:
    if step == "*":
        return list(parent) if isinstance(parent, list | tuple) else []
    if isinstance(parent, Mapping) and step in parent:
        return [parent[step]]
    return []
