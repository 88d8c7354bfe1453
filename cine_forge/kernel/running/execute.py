"""The loop that carries out a plan: no wave barriers, the longest remaining path first.

    execute()
      _consider(unit)     its needs are settled: decide again, then reuse, hold, block, skip or start
      _start(unit)        hand a work order to the executor
      _finish(report)     commit by derivation, or record the failure
      _settle(unit)       tell, grow the plan by new sets, free what waited for it

Only this thread decides and commits. A unit that fails or waits stops its consequences and no other.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cine_forge.kernel.artifacts.derivation import Bound, Derivation, UnitKey
from cine_forge.kernel.artifacts.refs import entity_folder, type_of_schema
from cine_forge.kernel.artifacts.store import Store
from cine_forge.kernel.artifacts.work import UnitWork
from cine_forge.kernel.ground.errors import CineForgeError, Fault, InternalError, StageError
from cine_forge.kernel.ground.hashing import seed_of
from cine_forge.kernel.planning.compilation import Compilation, Outcome
from cine_forge.kernel.planning.decision import Decision
from cine_forge.kernel.running.events import Tell
from cine_forge.kernel.running.executors import Executor, Report, clear_scratch
from cine_forge.kernel.running.order import WorkOrder
from cine_forge.kernel.running.port import Door, RunPort
from cine_forge.kernel.stages.contract import StageResult

_POLL_S = 0.2


@dataclass(frozen=True)
class RunSetting:
    """What a run stands on. `monotonic` measures durations in seconds."""

    run_id: str
    folder: Path
    store: Store
    executor: Executor
    door: Door | None
    tell: Tell
    monotonic: Callable[[], float]


@dataclass(frozen=True)
class UnitOutcome:
    """How one unit ended. `status` is a status of `run_state/1`."""

    unit: UnitKey
    status: str
    refs: tuple[str, ...] = ()
    cost_micro_usd: int = 0
    error: CineForgeError | None = None
    traceback: str = ""
    text: str = ""


@dataclass
class RunOutcome:
    """How a run ended: every unit's outcome in the order they settled."""

    units: dict[UnitKey, UnitOutcome] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def with_status(self, *statuses: str) -> list[UnitOutcome]:
        """Return the units that ended in one of these statuses."""
        return [one for one in self.units.values() if one.status in statuses]


class Execution:
    """One run of one compilation."""

    def __init__(self, compilation: Compilation, setting: RunSetting) -> None:
        self._plan = compilation
        self._at = setting
        self.outcome = RunOutcome()
        self._ready: list[tuple[int, int, UnitKey]] = []
        self._unmet: dict[UnitKey, set[UnitKey]] = {}
        self._dependents: dict[UnitKey, list[UnitKey]] = {}
        self._running: dict[str, tuple[Decision, WorkOrder, float]] = {}
        self._parked: dict[str, tuple[Decision, WorkOrder, float]] = {}
        self._rank = _ranks(compilation)
        self._stages_open: set[str] = set()
        self._stages_ended: set[str] = set()
        self._count = 0

    def execute(self) -> RunOutcome:
        """Carry out the plan until nothing more can be done. KeyboardInterrupt passes through."""
        for unit in tuple(self._plan.all_units()):
            self._enqueue(unit)
        while self._ready or self._running or self._parked:
            while self._ready and self._at.executor.room() > 0:
                self._consider(heapq.heappop(self._ready)[2])
            if not self._running and not self._parked:
                continue
            for token in self._at.executor.poll(_POLL_S):
                self._finish(token, self._at.executor.collect(token))
            self._unpark()
        return self.outcome

    def _enqueue(self, unit: UnitKey) -> None:
        unmet = {need for need in self._plan.needs(unit) if need not in self.outcome.units}
        self._unmet[unit] = unmet
        for need in unmet:
            self._dependents.setdefault(need, []).append(unit)
        if not unmet:
            self._count += 1
            heapq.heappush(self._ready, (-self._rank[unit.stage], self._count, unit))

    def _consider(self, unit: UnitKey) -> None:
        if unit in self.outcome.units or str(unit) in self._running:
            return
        decision = self._plan.redecide(unit)
        if any(need not in self.outcome.units for need in self._plan.needs(unit)):
            self._enqueue(unit)
            return
        self._open_stage(unit)
        fields = {"reasons": [reason.model_dump() for reason in decision.reasons]}
        if decision.action == "run":
            self._start(decision)
        elif decision.action == "reuse":
            self._at.tell("unit_reused", unit, action="reuse", artifact_refs=self._kept_refs(unit), **fields)
            self._settle(UnitOutcome(unit, "reused", self._kept_refs(unit)), "reused")
        elif decision.action == "hold":
            self._at.tell("unit_waiting", unit, action="hold", **fields)
            self._settle(UnitOutcome(unit, "waiting", text=decision.reasons[0].text), "waiting")
        elif decision.action == "may_run":
            raise InternalError(Fault("CF-S006", "a unit's turn came before its inputs were sure", str(unit)))
        else:
            status: Outcome = "blocked" if decision.action == "blocked" else "skipped"
            self._at.tell("unit_finished", unit, action=decision.action, status=status, **fields)
            self._settle(UnitOutcome(unit, status, text=decision.reasons[0].text), status)

    def _start(self, decision: Decision) -> None:
        unit, brief = decision.unit, self._plan.commission.briefs[decision.unit.stage]
        order = WorkOrder(
            unit,
            brief.module,
            {binding.wire.name: binding.value() for binding in decision.bindings},
            brief.params.for_module(),
            brief.facts,
            decision.decisions,
            seed_of(brief.project_seed, unit.stage, unit.entity, 1),
            self._at.run_id,
            self._at.folder / "scratch" / unit.stage / entity_folder(unit.entity),
        )
        reasons = [reason.model_dump() for reason in decision.reasons]
        self._at.tell(
            "unit_started", unit, action="run", reasons=reasons, module=brief.module.manifest.module_id
        )
        self._submit(decision, order, self._at.monotonic())

    def _submit(self, decision: Decision, order: WorkOrder, began: float) -> None:
        port = RunPort(order, self._at.store, self._at.door, self._at.tell)
        token = self._at.executor.submit(order, port)
        self._running[token] = (decision, order, began)

    def _finish(self, token: str, report: Report) -> None:
        decision, order, began = self._running.pop(token)
        if report.parked is not None:
            self._parked[report.parked] = (decision, order, began)
            return
        seconds = round(self._at.monotonic() - began, 3)
        if report.result is not None and report.result.waiting is not None:
            reason = {"code": "waits_for_person", "text": report.result.waiting, "values": {}}
            self._at.tell("unit_waiting", report.unit, action="hold", reasons=[reason])
            self._settle(UnitOutcome(report.unit, "waiting", text=report.result.waiting), "waiting")
        elif report.result is not None:
            self._commit(decision, order, report.result, seconds)
        elif report.error is not None:
            self._fail(report.unit, report.error, report.traceback, seconds)
        clear_scratch(order)

    def _commit(self, decision: Decision, order: WorkOrder, result: StageResult, seconds: float) -> None:
        unit = decision.unit
        before = {bound.ref for bound in self._previous_outputs(unit)}
        try:
            self._refuse_foreign(unit, result)
            derivation = self._at.store.commit(self._work(decision, order, result))
        except CineForgeError as error:
            self._fail(unit, error, "", seconds)
            return
        refs = tuple(bound.ref for bound in derivation.outputs)
        for ref in refs:
            self._at.tell("artifact_unchanged" if ref in before else "artifact_saved", unit, ref=ref)
        for warning in result.warnings:
            self._at.tell("warning", unit, message=warning)
            self.outcome.warnings.append(f"{unit}: {warning}")
        self._at.tell(
            "unit_finished",
            unit,
            status="done",
            artifact_refs=list(refs),
            duration_seconds=seconds,
            cost_usd=result.cost_micro_usd / 1_000_000,
        )
        self._settle(UnitOutcome(unit, "done", refs, result.cost_micro_usd), "done")

    def _work(self, decision: Decision, order: WorkOrder, result: StageResult) -> UnitWork:
        brief = self._plan.commission.briefs[decision.unit.stage]
        manifest = brief.module.manifest
        if decision.fingerprint is None:
            raise InternalError(Fault("CF-S006", "a unit ended without a fingerprint", str(decision.unit)))
        return UnitWork(
            unit=decision.unit,
            fingerprint=decision.fingerprint,
            components=dict(decision.components),
            module=manifest.module_id,
            module_version=str(manifest.version),
            run_id=self._at.run_id,
            inputs=order.bound(),
            drafts=result.outputs,
            schema_of={name: output.schema_name for name, output in manifest.outputs.items()},
            cost_micro_usd=result.cost_micro_usd,
            warnings=result.warnings,
        )

    def _refuse_foreign(self, unit: UnitKey, result: StageResult) -> None:
        """Raise StageError CF-S007 when another unit of this plan keeps the same artifact."""
        outputs = self._plan.commission.briefs[unit.stage].module.manifest.outputs
        for draft in result.outputs:
            if draft.output not in outputs:
                continue
            held = self._at.store.current(type_of_schema(outputs[draft.output].schema_name), draft.entity)
            made = self._at.store.derivation_of(held.ref) if held else None
            if held and made and made.unit != unit and self._plan.knows(made.unit):
                what = f"`{made.unit}` and `{unit}` both keep `{held.ref.type}/{held.ref.entity}`"
                raise StageError(Fault("CF-S007", what, str(unit), "let each keep an entity of its own"))

    def _fail(self, unit: UnitKey, error: CineForgeError, trace: str, seconds: float) -> None:
        status = "paused" if error.exit_status == 4 else "failed"
        faults = [str(fault) for fault in error.faults]
        self._at.tell("unit_failed", unit, status=status, error="\n".join(faults), duration_seconds=seconds)
        self._settle(UnitOutcome(unit, status, error=error, traceback=trace, text=faults[0]), "failed")

    def _settle(self, ended: UnitOutcome, outcome: Outcome) -> None:
        unit = ended.unit
        self.outcome.units[unit] = ended
        self._plan.settle(unit, outcome)
        growth = self._plan.extend(unit)
        if growth.added or growth.retired:
            self._at.tell(
                "plan_extended",
                unit,
                added=[str(key) for key in growth.added],
                retired=[str(key) for key in growth.retired],
            )
            self._regrow(growth.retired)
        for waiting in self._dependents.pop(unit, ()):
            unmet = self._unmet.get(waiting)
            if unmet is not None and unit in unmet:
                unmet.discard(unit)
                if not unmet:
                    self._count += 1
                    heapq.heappush(self._ready, (-self._rank[waiting.stage], self._count, waiting))
        self._close_stages()

    def _regrow(self, retired: tuple[UnitKey, ...]) -> None:
        for unit in retired:
            self._unmet.pop(unit, None)
        gone = set(retired)
        self._ready = [entry for entry in self._ready if entry[2] not in gone]
        heapq.heapify(self._ready)
        busy = {order.unit for _, order, _ in (*self._running.values(), *self._parked.values())}
        queued = {entry[2] for entry in self._ready}
        for unit in self._plan.all_units():
            if unit not in self.outcome.units and unit not in busy and unit not in queued:
                self._enqueue(unit)

    def _unpark(self) -> None:
        if not self._parked or self._at.door is None:
            return
        for receipt in self._at.door.ready(tuple(self._parked)):
            self._submit(*self._parked.pop(receipt))

    def _open_stage(self, unit: UnitKey) -> None:
        if unit.stage not in self._stages_open:
            self._stages_open.add(unit.stage)
            module = self._plan.commission.briefs[unit.stage].module.manifest.module_id
            self._at.tell("stage_started", UnitKey(stage=unit.stage, entity=""), module=module)

    def _close_stages(self) -> None:
        for stage in tuple(self._stages_open - self._stages_ended):
            units = self._plan.units(stage)
            if self._plan.complete(stage) and all(unit in self.outcome.units for unit in units):
                self._stages_ended.add(stage)
                ended = [self.outcome.units[unit] for unit in units]
                cost = sum(one.cost_micro_usd for one in ended) / 1_000_000
                status = _stage_status([one.status for one in ended])
                self._at.tell("stage_finished", UnitKey(stage=stage, entity=""), status=status, cost_usd=cost)

    def _previous_outputs(self, unit: UnitKey) -> tuple[Bound, ...]:
        newest: Derivation | None = self._at.store.newest_derivation(unit)
        return newest.outputs if newest else ()

    def _kept_refs(self, unit: UnitKey) -> tuple[str, ...]:
        return tuple(bound.ref for bound in self._previous_outputs(unit))


def _stage_status(statuses: list[str]) -> str:
    for status in ("failed", "paused", "waiting", "blocked", "done", "reused"):
        if status in statuses:
            return status
    return "skipped"


def _ranks(compilation: Compilation) -> Mapping[str, int]:
    graph, ranks = compilation.commission.graph, dict[str, int]()
    for stage in reversed(compilation.commission.order):
        ranks[stage] = 1 + max((ranks[after] for after in graph.descendants(stage)), default=0)
    return ranks
