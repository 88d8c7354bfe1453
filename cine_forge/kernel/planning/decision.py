"""The decision about one unit: run, reuse, hold, blocked, skip or may_run, with its reasons.

One function decides, in a plan before anything runs and again when the unit's turn comes; that is why
what a dry run says is what a run does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from cine_forge.kernel.artifacts.records.derivation import Derivation, UnitKey
from cine_forge.kernel.ground.hashing import digest_of
from cine_forge.kernel.planning.binding import Binding, Item, Values
from cine_forge.kernel.planning.confirmed import still_right
from cine_forge.kernel.planning.explain import change_reasons
from cine_forge.kernel.planning.fingerprint import (
    StageParts,
    changed_components,
    fingerprint_of,
    stage_components,
    unit_components,
)
from cine_forge.kernel.planning.locked import held_back
from cine_forge.kernel.planning.params import EffectiveParams
from cine_forge.kernel.planning.plan import Action, Reason
from cine_forge.kernel.planning.policy import Asked, Estimate, Policies
from cine_forge.kernel.planning.view import View
from cine_forge.kernel.recipes.recipe import Resilience
from cine_forge.kernel.stages.discovery import Module

_FIRST_TIME = (Reason(code="first_time", text="never made before"),)
_FORCED = (Reason(code="forced", text="asked for by the command"),)
_UNCHANGED = (Reason(code="unchanged", text="nothing it depends on changed"),)
_MAY_CHANGE = (Reason(code="input_may_change", text="an input may change; reused when it does not"),)


@dataclass(frozen=True)
class StageBrief:
    """What a decision needs to know of a unit's stage. `facts` are those the manifest lists."""

    module: Module
    params: EffectiveParams
    facts: Mapping[str, Any]
    code: Mapping[str, str]
    schemas: Mapping[str, str]
    project_seed: Any
    forced: bool = False
    resilience: Resilience = field(default_factory=Resilience)
    config: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def components(self) -> Mapping[str, str]:
        """Return the components of the fingerprint that all units of the stage share.

        The param that says who decides at a gate is none: a decision once taken stands.
        """
        gate = self.module.manifest.gate
        params = {name: value for name, value in self.params.values.items() if not gate or name != gate.mode}
        parts = StageParts(
            self.module, params, self.params.files, self.code, self.schemas, self.facts, self.project_seed
        )
        config = {f"config:{name}": digest_of(value) for name, value in self.config.items()}
        return {**stage_components(parts), **config}


class Decision(NamedTuple):
    """What happens to a unit and why. `fingerprint` is None while an input may still change.

    `newest` is the record of the last time that the unit finished, as it was when this was decided.
    """

    unit: UnitKey
    action: Action
    reasons: tuple[Reason, ...]
    bindings: tuple[Binding, ...] = ()
    components: Mapping[str, str] = MappingProxyType({})
    fingerprint: str | None = None
    estimate: Estimate | None = None
    decisions: tuple[Mapping[str, Any], ...] = ()
    newest: Derivation | None = None

    @property
    def makers(self) -> frozenset[UnitKey]:
        """Return the units whose results this one reads."""
        return frozenset(item.maker for binding in self.bindings for item in binding.items if item.maker)


def decide(
    unit: UnitKey,
    brief: StageBrief,
    bindings: tuple[Binding, ...],
    view: View,
    policies: Policies,
) -> Decision:
    """Decide about a unit that is selected and whose inputs are bound."""
    shut = [(binding.wire.name, item) for binding in bindings for item in binding.shut]
    if shut:
        return Decision(unit, "blocked", tuple(_shut_reason(name, item) for name, item in shut), bindings)
    asked = ask_of(unit, brief, bindings)
    statements = _statements(brief, bindings, view)
    route = policies.spend.route(asked) if policies.spend else {}
    own = unit_components(_input_digests(bindings), route, statements)
    newest = view.newest_derivation(unit)
    fixed = all(binding.fixed for binding in bindings)
    case = _Case(brief, bindings, {**brief.components, **own}, newest, view, fixed)
    action, reasons = _act(case, policies)
    if action in ("run", "may_run") and brief.module.manifest.gate and policies.gate:
        sentence = policies.gate.holds(asked, statements)
        if sentence and not (action == "may_run" and newest):
            action, reasons = "hold", (Reason(code="waits_for_person", text=sentence),)
    spends = action in ("run", "may_run") and policies.spend is not None
    estimate = policies.spend.estimate(asked) if spends and policies.spend else None
    if action in ("run", "may_run"):
        manifest = brief.module.manifest
        held = held_back(unit, manifest, newest, view, spends=estimate is not None)
        if held:
            (action, reasons), estimate = held, None
    return Decision(
        unit, action, reasons, bindings, case.components, case.fingerprint(), estimate, statements, newest
    )


def ask_of(unit: UnitKey, brief: StageBrief, bindings: tuple[Binding, ...]) -> Asked:
    """Return the unit as policies see it."""
    manifest, params = brief.module.manifest, brief.params.for_module()
    return Asked(unit.stage, unit.entity, manifest.module_id, params, Values(bindings), manifest.resources)


class _Case(NamedTuple):
    """What is weighed: today's components against those of the newest derivation."""

    brief: StageBrief
    bindings: tuple[Binding, ...]
    components: Mapping[str, str]
    newest: Derivation | None
    view: View
    fixed: bool

    def fingerprint(self) -> str | None:
        if not self.fixed:
            return None
        if self.newest and self.newest.components == self.components:
            return self.newest.fingerprint
        return fingerprint_of(self.components)

    def changed(self) -> tuple[str, ...]:
        """Return the components that differ for sure; those of inputs still to come are left out."""
        before = self.newest.components if self.newest else {}
        if before == self.components:
            return ()
        changed = changed_components(before, self.components)
        to_come = {binding.wire.name for binding in self.bindings if not binding.fixed}
        return tuple(name for name in changed if not _is_of_input(name, to_come))


def _act(case: _Case, policies: Policies) -> tuple[Action, tuple[Reason, ...]]:
    if case.newest is None:
        return "run", _FIRST_TIME
    if case.brief.forced:
        return "run", _FORCED
    changed = case.changed()
    if changed and policies.reuse.spares(case.brief.module.manifest.determinism, changed):
        text = "bought before; only its making changed (" + ", ".join(changed) + "), which buys nothing again"
        return _settle(case, (Reason(code="eligible", text=text, values={"changed": list(changed)}),))
    confirmed = still_right(changed, case.newest, case.bindings, case.view) if changed else ()
    if confirmed:
        return _settle(case, confirmed)
    if changed:
        return "run", change_reasons(changed, case.newest, case.bindings, case.view, policies.locator)
    gone = [bound.ref for bound in case.newest.outputs if not case.view.has(bound.ref)]
    if gone:
        return "run", (Reason(code="outputs_gone", text=f"kept results are gone: {', '.join(gone)}"),)
    return _settle(case, _UNCHANGED)


def _settle(case: _Case, reasons: tuple[Reason, ...]) -> tuple[Action, tuple[Reason, ...]]:
    if case.fixed:
        return "reuse", reasons
    return "may_run", _MAY_CHANGE


def _is_of_input(component: str, inputs: set[str]) -> bool:
    kind, name = component.split(":")[:2]
    return kind in ("input", "order") and name in inputs


def _shut_reason(name: str, item: Item) -> Reason:
    values = {"input": name, "entity": item.entity}
    if item.seen is not None and item.unhealthy:
        ref = item.seen.ref
        text = f"input `{name}` is `{ref}`, which is not healthy; see `cine-forge stale`"
        return Reason(code="input_unhealthy", text=text, values={**values, "ref": ref})
    text = f"input `{name}` ({item.entity}) is not there and nothing in this run makes it"
    return Reason(code="input_missing", text=text, values=values)


def _statements(
    brief: StageBrief, bindings: tuple[Binding, ...], view: View
) -> tuple[Mapping[str, Any], ...]:
    gate = brief.module.manifest.gate
    if gate is None:
        return ()
    items = [item for binding in bindings if binding.wire.name == gate.subject for item in binding.items]
    return tuple(
        statement
        for item in items
        if item.seen
        for statement in view.decisions(item.seen.type, item.entity)
        if statement.get("digest") == item.seen.digest
    )


def _input_digests(bindings: tuple[Binding, ...]) -> Iterator[tuple[str, str, str]]:
    for binding in bindings:
        for item in binding.items:
            if item.seen:
                yield binding.wire.name, item.entity, item.seen.digest
