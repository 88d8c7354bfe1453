"""Explain: why a unit would run, be reused or wait, down to the field and line that began it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cine_forge.driver.wiring import Wired
from cine_forge.kernel.artifacts.derivation import UnitKey
from cine_forge.kernel.artifacts.refs import Ref
from cine_forge.kernel.ground.errors import Fault, UsageError, listed, nearest
from cine_forge.kernel.planning.compilation import Compilation, compile_plan

_CHANGE_CODES = frozenset({"input_changed", "input_added", "input_gone", "first_time"})


@dataclass(frozen=True)
class Explanation:
    """One unit's decision with its sentences; `depth` 0 is what was asked, causes stand deeper."""

    unit: UnitKey
    action: str
    reasons: tuple[str, ...]
    depth: int


def explain(wired: Wired, what: str) -> tuple[Explanation, ...]:
    """Explain a ref, a stage, or `stage/entity`. Raises UsageError CF-U050 when nothing answers to it."""
    compilation = compile_plan(wired.commission, wired.view)
    found = _asked(wired, compilation, what)
    seen: set[UnitKey] = set()
    return tuple(one for unit in found for one in _with_causes(compilation, unit, 0, seen))


def _asked(wired: Wired, compilation: Compilation, what: str) -> list[UnitKey]:
    if "@v" in what:
        derivation = wired.store.derivation_of(Ref.parse(what))
        if derivation is not None:
            return [unit for unit in compilation.all_units() if unit == derivation.unit]
    stage, _, entity = what.partition("/")
    units = [
        unit for unit in compilation.all_units() if unit.stage == stage or unit.stage.startswith(f"{stage}.")
    ]
    if entity:
        units = [unit for unit in units if compilation.entity(unit).answers_to(entity)]
    if not units:
        units = [unit for unit in compilation.all_units() if compilation.entity(unit).answers_to(what)]
    if units:
        return units
    stages = list(compilation.commission.order)
    hint = nearest(stage, stages) or f"stages are {listed(stages)}"
    raise UsageError(Fault("CF-U050", f"nothing in the plan answers to `{what}`", hint=hint))


def _with_causes(
    compilation: Compilation, unit: UnitKey, depth: int, seen: set[UnitKey]
) -> Iterator[Explanation]:
    if unit in seen:
        return
    seen.add(unit)
    decision = compilation.decision(unit)
    yield Explanation(unit, decision.action, tuple(reason.text for reason in decision.reasons), depth)
    if not any(reason.code in _CHANGE_CODES for reason in decision.reasons):
        return
    for maker in sorted(decision.makers, key=str):
        if compilation.decision(maker).action in ("run", "may_run", "hold"):
            yield from _with_causes(compilation, maker, depth + 1, seen)
