"""Unheld: what a plan would take from the project and cannot.

A run is refused by it before anything is done; looking at a plan is not.
"""

from __future__ import annotations

from collections.abc import Iterator

from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.ground.errors import Fault, RecipeError
from cine_forge.kernel.planning.binding import Binding, Item
from cine_forge.kernel.planning.compilation import Compilation


def refuse_unheld(compilation: Compilation) -> None:
    """Raise RecipeError CF-P036 for each artifact that the project must hold and does not, or not healthy."""
    faults = dict.fromkeys(
        fault
        for unit in compilation.all_units()
        if compilation.decision(unit).action == "blocked"
        for fault in _faults(compilation, unit)
    )
    if faults:
        raise RecipeError(*faults)


def _faults(compilation: Compilation, unit: UnitKey) -> Iterator[Fault]:
    loaded = compilation.commission.loaded
    for binding in compilation.decision(unit).bindings:
        for item in binding.shut if binding.wire.held else ():
            what, hint = _said(binding, item)
            key = _KEYS[binding.wire.held or "must"]
            where = loaded.where(unit.stage, key, binding.wire.name) if loaded else f"stage {unit.stage}"
            yield Fault("CF-P036", what, where, hint)


_KEYS = {"must": "store_inputs", "may": "store_inputs_optional", "all": "store_inputs_all"}


def _said(binding: Binding, item: Item) -> tuple[str, str]:
    name, kind = binding.wire.name, binding.wire.type
    if item.seen is None:
        what = f"input `{name}`: the project holds no `{kind}` about `{item.entity}`"
        return what, "run the recipe that makes it, or write it under `store_inputs_optional`"
    ref = item.seen.ref
    hint = f"run again what makes it, or `cine-forge artifacts confirm {ref}` when it is still right"
    return f"input `{name}`: `{ref}` is not healthy", hint
