"""Explain: why a unit would run, be reused or wait, down to the field and line that began it.

Asked about a run, it tells from that run's events why the unit ran or was reused then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from cine_forge.driver.artifacts.explained import Explained, explained
from cine_forge.driver.history.story import UnitStory, read_story
from cine_forge.driver.kept import open_store
from cine_forge.driver.plans.replan import wire_as_before
from cine_forge.driver.wiring import Wired
from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.ground.errors import Fault, ProjectError, RecipeError, UsageError, listed, nearest
from cine_forge.kernel.planning.compilation import Compilation, compile_plan

_CHANGE_CODES = frozenset({"input_changed", "input_added", "input_gone", "first_time"})


@dataclass(frozen=True)
class Explanation:
    """One unit's decision with its sentences; `depth` 0 is what was asked, causes stand deeper."""

    unit: UnitKey
    action: str
    reasons: tuple[str, ...]
    depth: int

    @property
    def alike(self) -> tuple[str, int, str, tuple[str, ...]]:
        """Return what explanations have in common that are told together."""
        return self.unit.stage, self.depth, self.action, self.reasons


def answer(folder: Path, what: str) -> tuple[Explained | None, tuple[Explanation, ...]]:
    """Explain a ref, and the units that the plan has for it; or a stage, or `stage/entity`.

    Of a ref that no unit of the recipe made, or of a project that cannot be planned, the artifact alone is
    explained. Raises what `explain` raises for all else, ArtifactError CF-A003 for a ref that is not kept.
    """
    with open_store(folder) as store:
        ref = _ref(store, what)
        if ref is None:
            return None, explain(wire_as_before(folder), what)
        try:
            wired = wire_as_before(folder)
            found = explain(wired, str(ref))
        except (ProjectError, RecipeError, UsageError):
            return explained(store, ref, None), ()
        return explained(store, ref, wired.commission.policies.locator), found


def explanation_lines(found: Iterable[Explanation]) -> Iterator[str]:
    """Yield it for a person: causes further in; units of a stage that share their reasons are told once."""
    for (stage, depth, action, reasons), group in groupby(found, lambda one: one.alike):
        units = [one.unit for one in group]
        indent = "  " * depth
        more = f" and {len(units) - 1} more of `{stage}`" if len(units) > 1 else ""
        yield f"{indent}{'because ' if depth else ''}{units[0]}{more}: {action}"
        yield from (f"{indent}  {reason}" for reason in reasons)


def _ref(store: Store, what: str) -> Ref | None:
    """Return the ref that a person means, None when it is something else: a stage, an entity."""
    kind, _, entity = what.partition("/")
    if "@v" in what:
        return Ref.parse(what)
    held = store.current(kind, entity) if entity else None
    return held.ref if held else None


def explain(wired: Wired, what: str) -> tuple[Explanation, ...]:
    """Explain a ref, a stage, or `stage/entity`. Raises UsageError CF-U050 when nothing answers to it."""
    compilation = compile_plan(wired.commission, wired.view)
    found = _asked(wired, compilation, what)
    seen: set[UnitKey] = set()
    return tuple(one for unit in found for one in _with_causes(compilation, unit, 0, seen))


def explain_in_run(run: Path, what: str) -> tuple[Explanation, ...]:
    """Explain from a run's events why its units did what they did; `what` as for `explain`.

    Raises UsageError CF-U050 when no unit of the run answers to it, ProjectError CF-U061 without events.
    """
    units = read_story(run).units
    stage, _, entity = what.partition("/")
    found = [unit for unit in units if what in unit.refs]
    if not found:
        found = [unit for unit in units if unit.stage == stage or unit.stage.startswith(f"{stage}.")]
        found = [unit for unit in found if not entity or unit.answers_to(entity)]
    found = found or [unit for unit in units if unit.answers_to(what)]
    if not found:
        stages = list(dict.fromkeys(unit.stage for unit in units))
        hint = nearest(stage, stages) or f"stages are {listed(stages)}"
        raise UsageError(Fault("CF-U050", f"nothing in the run `{run.name}` answers to `{what}`", hint=hint))
    makers = {(ref.type, ref.entity): unit for unit in units for ref in map(Ref.parse, unit.made)}
    seen: set[str] = set()
    return tuple(one for unit in found for one in _told(unit, makers, 0, seen))


def _told(
    unit: UnitStory, makers: Mapping[tuple[str, str], UnitStory], depth: int, seen: set[str]
) -> Iterator[Explanation]:
    """Tell of a unit, and of those units of the same run that made the inputs which changed."""
    if unit.name in seen:
        return
    seen.add(unit.name)
    sentences = unit.because or (unit.why or "nothing is told of it",)
    error = tuple(unit.state.error.splitlines()) if unit.state.error else ()
    key = UnitKey(stage=unit.stage, entity=unit.entity)
    yield Explanation(key, unit.status, (*sentences, *error), depth)
    for reason in unit.state.reasons:
        before = reason.get("values", {}).get("before")
        if before:
            ref = Ref.parse(str(before))
            maker = makers.get((ref.type, ref.entity))
            if maker is not None:
                yield from _told(maker, makers, depth + 1, seen)


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
