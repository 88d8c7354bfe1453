"""Compilation: from a commission and a view of the project to a plan; and the plan's growth in a run.

    compile()                     the whole plan, before anything runs
      _expand(stage)              entities from the set artifacts that are known or foreseen
      _decide(unit)               bind, then decide; then foresee what a pure unit would keep
    redecide(unit)                the same decision, when the unit's turn has come
    settle(unit, outcome)         what became of it
    extend(unit)                  a set was kept: units appear or retire

It reads through the view, keeps everything in memory, writes nothing and opens no socket.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Literal, NamedTuple

from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.artifacts.records.refs import type_of_schema
from cine_forge.kernel.artifacts.records.sets import members_of
from cine_forge.kernel.ground.errors import Fault, IntegrityError, UsageError, listed, nearest
from cine_forge.kernel.ground.hashing import digest_of
from cine_forge.kernel.planning.binding import Binding, Item, Kept, Standing, bind
from cine_forge.kernel.planning.commission import Commission
from cine_forge.kernel.planning.decision import Decision, ask_of, decide
from cine_forge.kernel.planning.plan import Expansion, Plan, PlannedUnit, Reason
from cine_forge.kernel.planning.selection import Entity, needed_units
from cine_forge.kernel.planning.view import Seen, View, foreseen
from cine_forge.kernel.planning.wires import StageWires, Supply, Wire

Outcome = Literal["done", "reused", "failed", "waiting", "blocked", "skipped"]
_KEPT_OUTCOMES = frozenset({"done", "reused", "skipped"})
_RUNS = frozenset({"run", "may_run"})
_NOT_SELECTED = (Reason(code="not_selected", text="not asked for; what is kept stays as it is"),)
_OFF = (Reason(code="when_false", text="its `when` is false; what is kept stays as it is"),)


class Growth(NamedTuple):
    """What an extension changed."""

    added: tuple[UnitKey, ...]
    retired: tuple[UnitKey, ...]


_NO_GROWTH = Growth((), ())


class Compilation:
    """The units of a commission with their decisions. One per plan or run; not for many threads."""

    def __init__(self, commission: Commission, view: View, only: frozenset[UnitKey] | None = None) -> None:
        self.commission = commission
        self.view = view
        self._only = only
        chosen = commission.policies.selects.stages(commission.selection, commission.graph)
        self._stages = chosen - commission.off
        self._entities: dict[str, dict[UnitKey, Entity]] = {}
        self._decisions: dict[UnitKey, Decision] = {}
        self._foreseen: dict[UnitKey, dict[str, tuple[Seen, ...]]] = {}
        self._outcomes: dict[UnitKey, Outcome] = {}
        self._kept: dict[tuple[UnitKey, str], Kept] = {}
        self._shelf: dict[str, dict[str, dict[str, Item]]] = {}
        self._needs: dict[UnitKey, frozenset[UnitKey]] = {}
        self._begun: set[UnitKey] = set()
        self._moved = False
        self._fanned = frozenset(w.fan.stage for w in commission.wires.values() if w.fan)

    def compile(self) -> None:
        """Expand and decide every stage in order."""
        self.view.gather(self.commission.order, self.commission.types)
        for stage in self.commission.order:
            self._entities[stage] = self._expand(stage)
            for unit in self._entities[stage]:
                self._decide(unit)

    def plan(self) -> Plan:
        """Return the plan as it stands."""
        units = tuple(self._planned(unit) for unit in self.all_units())
        expands = tuple(
            Expansion(stage=stage, for_each=f"{fan.stage}.{fan.output}")
            for stage in self.commission.order
            if (fan := self.wires(stage).fan) and not self.complete(stage)
        )
        return Plan(
            plan_id=self._plan_id(),
            recipe_id=self.commission.recipe_id,
            project=self.commission.project.name,
            units=units,
            expands=expands,
            rulings=self.commission.record.rulings,
            defaults=self.commission.record.defaults,
            warnings=tuple(self.commission.record.warnings),
        )

    def all_units(self) -> Iterator[UnitKey]:
        """Yield every unit in execution order."""
        for stage in self.commission.order:
            yield from self._entities.get(stage, ())

    def decision(self, unit: UnitKey) -> Decision:
        """Return the newest decision about a unit."""
        return self._decisions[unit]

    def entity(self, unit: UnitKey) -> Entity:
        """Return the entity that a unit is about."""
        return self._entities[unit.stage][unit]

    def knows(self, unit: UnitKey) -> bool:
        """Say whether a unit is part of the plan."""
        return unit in self._entities.get(unit.stage, ())

    def redecide(self, unit: UnitKey) -> Decision:
        """Decide again, with what is kept by now, about a unit whose turn has come.

        As long as nothing ran and nothing was kept, what the plan says of a unit that does not run stands.
        """
        self._begun.add(unit)
        if self._moved or self._decisions[unit].action in _RUNS:
            self._decide(unit)
        return self._decisions[unit]

    def look_again(self) -> None:
        """Take in what was kept since the last look, by this run or by anybody else."""
        self._moved = self.view.refresh() or self._moved

    def needs(self, unit: UnitKey) -> frozenset[UnitKey]:
        """Return the units that must be settled before this one's turn."""
        if unit not in self._needs:
            open_wires = [binding.wire for binding in self._decisions[unit].bindings if binding.open]
            if open_wires:
                return self._look_for_needs(unit, open_wires)
            self._needs[unit] = self._look_for_needs(unit, ())
        return self._needs[unit]

    def _look_for_needs(self, unit: UnitKey, open_wires: Collection[Wire]) -> frozenset[UnitKey]:
        wires, makers = self.wires(unit.stage), self._decisions[unit].makers
        if not (open_wires or wires.after or wires.fan):
            return makers
        found = set(makers)
        for wire in open_wires:
            for supply in wire.supplies:
                found.update(self._all_to_come(supply.stage))
        for stage in wires.after:
            found.update(self.units(stage))
        if wires.fan:
            found.update(self._fan_makers(unit))
        return frozenset(found)

    def settle(self, unit: UnitKey, outcome: Outcome) -> None:
        """Record what became of a unit."""
        if self._decisions[unit].action in _RUNS:
            self.view.refresh()
            self._moved = True
        self._outcomes[unit] = outcome
        self._forget(unit)

    def outcome(self, unit: UnitKey) -> Outcome | None:
        """Return what became of a unit in this run, or None."""
        return self._outcomes.get(unit)

    def extend(self, unit: UnitKey) -> Growth:
        """Grow the plan by what a settled unit's sets now list; return what appeared and what retired."""
        if unit.stage not in self._fanned:
            return _NO_GROWTH
        added: list[UnitKey] = []
        retired: list[UnitKey] = []
        grown: dict[str, None] = {}
        for stage in self.commission.order:
            fan = self.wires(stage).fan
            if fan and (fan.stage == unit.stage or fan.stage in grown):
                before, after = self._entities[stage], self._expand(stage)
                self._entities[stage] = after
                new = [key for key in after if key not in before]
                gone = [key for key in before if key not in after]
                if new or gone:
                    grown[stage] = None
                added += new
                retired += gone
        for key in retired:
            self._decisions.pop(key, None)
            self._forget(key)
        if grown:
            self._needs.clear()
            touched = set(grown).union(*map(self.commission.graph.descendants, grown))
            self._decide_unsettled(touched)
            if self._only is not None and (wanted := self._wanted_of(added, self._only)):
                self._only |= wanted
                self._decide_unsettled(touched)
        return Growth(tuple(added), tuple(retired))

    def _wanted_of(self, added: Collection[UnitKey], only: frozenset[UnitKey]) -> frozenset[UnitKey]:
        """Return which units that appeared `only` means: those that it names, and what chosen units need."""
        names = self.commission.selection.only
        named = [unit for unit in added if any(self.entity(unit).answers_to(name) for name in names)]
        needs = {unit: self.needs(unit) for unit in self.all_units()}
        return needed_units([*only, *named], needs) & frozenset(added)

    # What binding reads: the units and what they keep.

    def units(self, stage: str) -> Collection[UnitKey]:
        return self._entities.get(stage, {}).keys()

    def wires(self, stage: str) -> StageWires:
        return self.commission.wires[stage]

    def complete(self, stage: str) -> bool:
        fan = self.wires(stage).fan
        if fan is None:
            return True
        makers = self.units(fan.stage)
        known = all(self.kept(maker, fan.output).standing is not Standing.OPEN for maker in makers)
        return known and self.complete(fan.stage)

    def kept(self, unit: UnitKey, output: str) -> Kept:
        kept = self._kept.get((unit, output))
        if kept is None:
            kept = self._kept[unit, output] = self._look(unit, output)
        return kept

    def find(self, supply: Supply, entity: str) -> Item | None:
        shelf = self._shelf.setdefault(supply.stage, {})
        if supply.output not in shelf:
            shelf[supply.output] = {
                seen.entity: Item(seen.entity, seen, kept.standing, unit)
                for unit in self.units(supply.stage)
                for kept in (self.kept(unit, supply.output),)
                for seen in kept.items
            }
        return shelf[supply.output].get(entity)

    def _look(self, unit: UnitKey, output: str) -> Kept:
        outcome = self._outcomes.get(unit)
        if outcome is None and unit in self._foreseen:
            return Kept(self._foreseen[unit].get(output, ()), Standing.FIXED)
        decision = self._decisions.get(unit)
        newest = self.view.newest_derivation(unit)
        standing = self._standing(outcome, decision, newest is not None)
        named = [bound.ref for bound in newest.outputs if bound.name == output] if newest else []
        found = {ref: self._current(ref) for ref in named}
        gone = [ref for ref in named if found[ref] is None]
        if gone and standing is Standing.FIXED:
            what = f"{listed(gone)} was kept and is gone"
            raise IntegrityError(Fault("CF-A021", what, str(unit), "`cine-forge artifacts verify`"))
        return Kept(tuple(seen for seen in found.values() if seen), standing)

    def _standing(self, outcome: Outcome | None, decision: Decision | None, made: bool) -> Standing:
        if outcome is not None:
            return Standing.FIXED if outcome in _KEPT_OUTCOMES and made else Standing.SHUT
        if decision is None or decision.action in _RUNS:
            return Standing.OPEN
        if decision.action in ("reuse", "skip") and made:
            return Standing.FIXED
        return Standing.SHUT

    def _current(self, ref: str) -> Seen | None:
        return self.view.current_of(ref) or self.view.at(ref)

    # Deciding.

    def _expand(self, stage: str) -> dict[UnitKey, Entity]:
        fan = self.wires(stage).fan
        if fan is None:
            root = Entity(self.commission.root_entity)
            return {UnitKey(stage, root.id): root}
        found: dict[UnitKey, Entity] = {}
        for maker in self.units(fan.stage):
            owner = self._entities[fan.stage][maker]
            for seen in self.kept(maker, fan.output).items:
                for member in members_of(seen.data):
                    entity = Entity(member.id, member.label, owner)
                    found.setdefault(UnitKey(stage, member.id), entity)
        return found

    def _decide_unsettled(self, stages: Collection[str]) -> None:
        for unit in self.all_units():
            if unit.stage in stages and unit not in self._outcomes and unit not in self._begun:
                self._decide(unit)

    def _decide(self, unit: UnitKey) -> None:
        self._forget(unit)
        bindings = bind(unit, self)
        if not self._chosen(unit):
            newest = self.view.newest_derivation(unit)
            why = _OFF if unit.stage in self.commission.off else _NOT_SELECTED
            self._decisions[unit] = Decision(unit, "skip", why, bindings, newest=newest)
            return
        brief = self.commission.briefs[unit.stage]
        decision = decide(unit, brief, bindings, self.view, self.commission.policies)
        self._decisions[unit] = self._explain_block(decision)
        self._foresee(unit, bindings)

    def _chosen(self, unit: UnitKey) -> bool:
        return unit.stage in self._stages and (self._only is None or unit in self._only)

    def _explain_block(self, decision: Decision) -> Decision:
        if decision.action != "blocked":
            return decision
        shut = [item.maker for binding in decision.bindings for item in binding.shut if item.maker]
        waits = [maker for maker in shut if self._is_waiting(maker)]
        if not waits:
            return decision
        text = "waits for " + ", ".join(dict.fromkeys(str(maker) for maker in waits))
        reason = Reason(code="waits_for", text=text, values={"units": [str(maker) for maker in waits]})
        return Decision(decision.unit, "blocked", (reason,), decision.bindings)

    def _is_waiting(self, unit: UnitKey) -> bool:
        decision = self._decisions.get(unit)
        held = decision is not None and decision.action == "hold"
        behind = decision is not None and any(r.code == "waits_for" for r in decision.reasons)
        return held or behind or self._outcomes.get(unit) == "waiting"

    def _foresee(self, unit: UnitKey, bindings: tuple[Binding, ...]) -> None:
        decision, brief = self._decisions[unit], self.commission.briefs[unit.stage]
        foresight, manifest = self.commission.policies.foresight, brief.module.manifest
        pure = manifest.determinism == "pure" and manifest.gate is None
        known = decision.action == "run" and decision.fingerprint is not None
        if not known or not pure or foresight is None or unit in self._begun:
            return
        drafts = foresight(ask_of(unit, brief, bindings))
        if drafts is None:
            return
        outputs: dict[str, tuple[Seen, ...]] = dict.fromkeys(manifest.outputs, ())
        for draft in drafts:
            schema = manifest.outputs[draft.output].schema_name
            current = self.view.current(type_of_schema(schema), draft.entity)
            seen = foreseen(draft, schema, self.commission.schemas, kept=current)
            outputs[draft.output] = (*outputs[draft.output], seen)
        self._foreseen[unit] = outputs
        self._forget_kept(unit)

    def _all_to_come(self, stage: str) -> Iterator[UnitKey]:
        """Yield the units of a stage and, while more may appear, those that decide which."""
        yield from self.units(stage)
        fan = self.wires(stage).fan
        if fan and not self.complete(stage):
            yield from self._all_to_come(fan.stage)

    def _fan_makers(self, unit: UnitKey) -> Iterator[UnitKey]:
        fan = self.wires(unit.stage).fan
        parent = self._entities[unit.stage][unit].parent
        if fan and parent and (maker := UnitKey(fan.stage, parent.id)) in self._entities[fan.stage]:
            yield maker

    def _forget(self, unit: UnitKey) -> None:
        self._foreseen.pop(unit, None)
        self._needs.pop(unit, None)
        self._forget_kept(unit)

    def _forget_kept(self, unit: UnitKey) -> None:
        self._shelf.pop(unit.stage, None)
        for output in self.commission.briefs[unit.stage].module.manifest.outputs:
            self._kept.pop((unit, output), None)

    def _plan_id(self) -> str:
        """Return what changes with anything that a decision was made from; fingerprints stand for it all."""
        parts = [
            (str(unit), made.action, made.fingerprint or sorted(made.components.items()))
            for unit, made in ((unit, self._decisions[unit]) for unit in self.all_units())
        ]
        return digest_of([self.commission.identity, parts])[:16]

    def _planned(self, unit: UnitKey) -> PlannedUnit:
        decision, entity = self._decisions[unit], self.entity(unit)
        estimate = decision.estimate
        return PlannedUnit(
            unit=unit,
            module=self.commission.briefs[unit.stage].module.manifest.module_id,
            label=entity.label or entity.id.rpartition("/")[2],
            action=decision.action,
            reasons=decision.reasons,
            needs=tuple(sorted(self.needs(unit), key=str)),
            fingerprint=decision.fingerprint,
            provider=estimate.provider if estimate else None,
            est_cost_micro_usd=estimate.micro_usd if estimate else 0,
            est_seconds=estimate.seconds if estimate else 0.0,
        )


def compile_plan(commission: Commission, view: View) -> Compilation:
    """Compile; with `only`, twice: once for what needs what, once for the chosen units."""
    whole = Compilation(commission, view)
    whole.compile()
    wanted_by = commission.selection.only
    if not wanted_by:
        return whole
    wanted = [unit for selector in wanted_by for unit in _wanted(whole, selector)]
    needs = {unit: whole.needs(unit) for unit in whole.all_units()}
    narrowed = Compilation(commission, view, needed_units(wanted, needs))
    narrowed.compile()
    return narrowed


def _wanted(whole: Compilation, selector: str) -> list[UnitKey]:
    found = [unit for unit in whole.all_units() if whole.entity(unit).answers_to(selector)]
    if not found:
        names = sorted({name for unit in whole.all_units() for name in whole.entity(unit).names()})
        hint = nearest(selector, names) or f"there are {listed(names)}"
        raise UsageError(Fault("CF-P030", f"no entity answers to `{selector}`", "--only", hint))
    return found
