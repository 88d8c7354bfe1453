"""The loop that carries out a plan: no wave barriers, the longest remaining path first.

    execute()
      _consider(unit)     its needs are settled: decide again, then reuse, hold, block, skip or start
      _start(unit)        hand a work order to the executor
      _finish(report)     commit by derivation, try again later, or record the failure
      _settle(unit)       tell, grow the plan by new sets, free what waited for it

Only this thread decides and commits. A unit that fails or waits stops its consequences and no other; one
that waits for its next try takes nobody's place.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.artifacts.records.refs import entity_folder, stage_folder, type_of_schema
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.artifacts.store.work import UnitWork
from cine_forge.kernel.ground.errors import CineForgeError, Fault, InternalError, StageError
from cine_forge.kernel.ground.hashing import seed_of
from cine_forge.kernel.planning.compilation import Compilation, Outcome
from cine_forge.kernel.planning.decision import Decision
from cine_forge.kernel.running.effort import Effort
from cine_forge.kernel.running.events import Tell
from cine_forge.kernel.running.executors import Executor, Report, clear_scratch
from cine_forge.kernel.running.open_stages import OpenStages
from cine_forge.kernel.running.order import WorkOrder
from cine_forge.kernel.running.port import Door, RunPort
from cine_forge.kernel.running.remaining import Remaining
from cine_forge.kernel.stages.contract import StageResult

_POLL_S = 0.2
_UNFINISHED = {4: "paused", 5: "waiting", 6: "resumable"}
"""How a unit stands that did not fail and did not end, by the exit status of its error."""
GRACE_S = 0.8
"""How long units that work may go on after the run was asked to stop, in seconds."""


class RunSetting(NamedTuple):
    """What a run stands on. `monotonic` measures durations in seconds; `stopped` says that it shall end.

    `keep_up` is called whenever the loop is about to wait; it returns how long it may, in seconds.
    """

    run_id: str
    folder: Path
    store: Store
    executor: Executor
    door: Door | None
    tell: Tell
    monotonic: Callable[[], float]
    stopped: Callable[[], bool] = lambda: False
    keep_up: Callable[[], float] = lambda: _POLL_S


class UnitOutcome(NamedTuple):
    """How one unit ended. `status` is a status of `run_state/1`."""

    unit: UnitKey
    status: str
    refs: tuple[str, ...] = ()
    cost_micro_usd: int = 0
    error: CineForgeError | None = None
    traceback: str = ""
    text: str = ""


class RunOutcome:
    """How a run ended: every unit's outcome in the order they settled."""

    def __init__(self) -> None:
        self.units: dict[UnitKey, UnitOutcome] = {}
        self.warnings: list[str] = []

    def with_status(self, *statuses: str) -> list[UnitOutcome]:
        """Return the units that ended in one of these statuses."""
        return [one for one in self.units.values() if one.status in statuses]


class Execution:
    """One run of one compilation."""

    def __init__(self, compilation: Compilation, setting: RunSetting) -> None:
        self._plan = compilation
        self._at = setting
        self._blocks = compilation.commission.policies.blocks
        self.outcome = RunOutcome()
        self._ready: list[tuple[float, int, UnitKey]] = []
        self._unmet: dict[UnitKey, set[UnitKey]] = {}
        self._dependents: dict[UnitKey, list[UnitKey]] = {}
        self._running: dict[str, Effort] = {}
        self._parked: dict[str, list[Effort]] = {}
        self._put_off: list[tuple[float, int, Effort]] = []
        self._remaining = Remaining.of(compilation)
        self._stages = OpenStages(compilation, setting.tell)
        self._scratch = setting.folder / "scratch"
        self._count = 0

    @property
    def left(self) -> tuple[UnitKey, ...]:
        """Return the units that still worked when the run was stopped."""
        return tuple(effort.order.unit for effort in self._running.values())

    def execute(self) -> RunOutcome:
        """Carry out the plan until nothing more can be done.

        Raises KeyboardInterrupt once the run is asked to stop and its working units ended or were left.
        """
        for unit in tuple(self._plan.all_units()):
            self._enqueue(unit)
        while self._ready or self._running or self._parked or self._put_off:
            self._take_up_ready()
            if self._at.stopped():
                self._give_up()
                raise KeyboardInterrupt
            if self._running or self._parked or self._put_off:
                self._finish_ended(self._wait_s())
                self._unpark()
                self._try_again()
        return self.outcome

    def _enqueue(self, unit: UnitKey) -> None:
        unmet = {need for need in self._plan.needs(unit) if need not in self.outcome.units}
        self._unmet[unit] = unmet
        for need in unmet:
            self._dependents.setdefault(need, []).append(unit)
        if not unmet:
            self._push(unit)

    def _push(self, unit: UnitKey) -> None:
        self._count += 1
        heapq.heappush(self._ready, (-self._remaining.way(unit), self._count, unit))

    def _take_up_ready(self) -> None:
        self._plan.look_again()
        while self._ready and self._at.executor.room() > 0 and not self._at.stopped():
            self._consider(heapq.heappop(self._ready)[2])

    def _consider(self, unit: UnitKey) -> None:
        decision = self._plan.redecide(unit)
        if not self._plan.needs(unit) <= self.outcome.units.keys():
            self._enqueue(unit)
            return
        self._stages.open(unit.stage)
        if decision.action == "run":
            self._start(decision)
        elif decision.action == "may_run":
            raise InternalError(Fault("CF-S006", "a unit's turn came before its inputs were sure", str(unit)))
        else:
            self._conclude(decision)

    def _conclude(self, decision: Decision) -> None:
        """Settle a unit that does not run."""
        unit, text, reasons = decision.unit, decision.reasons[0].text, _told(decision)
        match decision.action:
            case "reuse":
                refs = _kept_refs(decision)
                self._at.tell("unit_reused", unit, action="reuse", artifact_refs=list(refs), reasons=reasons)
                self._settle(UnitOutcome(unit, "reused", refs), "reused")
            case "hold":
                self._at.tell("unit_waiting", unit, action="hold", reasons=reasons)
                self._settle(UnitOutcome(unit, "waiting", text=text), "waiting")
            case action:
                status: Outcome = "blocked" if action == "blocked" else "skipped"
                self._at.tell("unit_finished", unit, action=action, status=status, reasons=reasons)
                self._settle(UnitOutcome(unit, status, text=text), status)

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
            self._scratch / stage_folder(unit.stage) / entity_folder(unit.entity),
            self._blocks.settled(unit.stage) if self._blocks else None,
        )
        module = brief.module.manifest.module_id
        self._at.tell("unit_started", unit, action="run", reasons=_told(decision), module=module)
        port = RunPort(order, self._at.store, self._at.door, self._at.tell, clock=self._at.monotonic)
        self._submit(Effort(decision, order, port, self._at.monotonic()))

    def _submit(self, effort: Effort) -> None:
        self._running[self._at.executor.submit(effort.order, effort.port)] = effort

    def _wait_s(self) -> float:
        """Return how long to wait for a unit to end: less when something else is due before."""
        wait_s = min(_POLL_S, self._at.keep_up())
        if self._put_off:
            wait_s = min(wait_s, self._put_off[0][0] - self._at.monotonic())
        return max(0.0, wait_s)

    def _finish_ended(self, wait_s: float) -> None:
        for token in self._at.executor.poll(wait_s):
            self._finish(token, self._at.executor.collect(token))

    def _finish(self, token: str, report: Report) -> None:
        effort = self._running.pop(token)
        effort.port.tell_progress()
        if report.parked is not None:
            self._parked.setdefault(report.parked, []).append(effort)
            return
        effort.ends(self._at.monotonic())
        if report.result is not None and report.result.waiting is not None:
            reason = {"code": "waits_for_person", "text": report.result.waiting, "values": {}}
            self._at.tell("unit_waiting", report.unit, action="hold", reasons=[reason])
            self._settle(UnitOutcome(report.unit, "waiting", text=report.result.waiting), "waiting")
        elif report.result is not None:
            self._commit(effort, report.result)
        elif report.error is not None:
            self._fail(effort, report.error, report.traceback)
        clear_scratch(effort.order)

    def _commit(self, effort: Effort, result: StageResult) -> None:
        unit = effort.order.unit
        try:
            self._refuse_foreign(unit, result)
            derivation = self._at.store.commit(self._work(effort, result))
        except CineForgeError as error:
            self._fail(effort, error, "")
            return
        refs = tuple(bound.ref for bound in derivation.outputs)
        before = frozenset(_kept_refs(effort.decision))
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
            duration_seconds=effort.seconds,
            cost_usd=effort.cost_usd(result.cost_micro_usd),
        )
        self._settle(UnitOutcome(unit, "done", refs, result.cost_micro_usd), "done")

    def _work(self, effort: Effort, result: StageResult) -> UnitWork:
        decision = effort.decision
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
            inputs=effort.order.bound(),
            drafts=result.outputs,
            schema_of={name: output.schema_name for name, output in manifest.outputs.items()},
            cost_micro_usd=result.cost_micro_usd,
            warnings=result.warnings,
            seconds=effort.seconds,
        )

    def _refuse_foreign(self, unit: UnitKey, result: StageResult) -> None:
        """Raise StageError CF-S007 when another unit of this plan keeps the same artifact."""
        outputs = self._plan.commission.briefs[unit.stage].module.manifest.outputs
        for draft in result.outputs:
            if draft.output not in outputs:
                continue
            kind = type_of_schema(outputs[draft.output].schema_name)
            maker = self._at.store.maker_of(kind, draft.entity)
            if maker and maker != unit and self._plan.knows(maker):
                what = f"`{maker}` and `{unit}` both keep `{kind}/{draft.entity}`"
                raise StageError(Fault("CF-S007", what, str(unit), "let each keep an entity of its own"))

    def _fail(self, effort: Effort, error: CineForgeError, trace: str) -> None:
        unit, cost = effort.order.unit, effort.port.spent_micro_usd
        told = {
            "error": "\n".join(str(fault) for fault in error.faults),
            "duration_seconds": effort.seconds,
            "cost_usd": effort.cost_usd(cost),
        }
        tries = self._plan.commission.briefs[unit.stage].resilience
        retry = self._plan.commission.policies.retry
        wait_s = retry.wait_s(error, tries, number=effort.number, seed=effort.order.seed)
        if wait_s is not None:
            self._at.tell("unit_retrying", unit, attempt=effort.number, wait_s=wait_s, **told)
            self._count += 1
            heapq.heappush(self._put_off, (self._at.monotonic() + wait_s, self._count, effort))
            return
        status = _UNFINISHED.get(error.exit_status, "failed")
        self._at.tell("unit_failed", unit, status=status, **told)
        text = str(error.faults[0])
        self._settle(UnitOutcome(unit, status, (), cost, error, trace, text), "failed")

    def _try_again(self) -> None:
        """Submit the units whose next try is due, as far as there is room."""
        while self._put_off and self._at.executor.room() > 0:
            if self._put_off[0][0] > self._at.monotonic():
                return
            effort = heapq.heappop(self._put_off)[2]
            effort.begins_again(self._at.monotonic())
            self._submit(effort)

    def _unpark(self) -> None:
        if not self._parked or self._at.door is None:
            return
        for receipt in self._at.door.ready(tuple(self._parked)):
            for effort in self._parked.pop(receipt):
                self._submit(effort)

    def _give_up(self) -> None:
        """Ask what works to stop, keep what still ends in time, and leave the rest."""
        until = self._at.monotonic() + GRACE_S
        for token in self._running:
            self._at.executor.cancel(token)
        while self._running and (wait_s := until - self._at.monotonic()) > 0:
            for token in self._at.executor.poll(min(_POLL_S, wait_s)):
                report = self._at.executor.collect(token)
                if report.error is None:
                    self._finish(token, report)
                else:
                    clear_scratch(self._running.pop(token).order)
        for effort in self._running.values():
            effort.port.shut()

    def _settle(self, ended: UnitOutcome, outcome: Outcome) -> None:
        unit = ended.unit
        self.outcome.units[unit] = ended
        self._plan.settle(unit, outcome)
        self._stages.count(unit)
        growth = self._plan.extend(unit)
        if growth.added or growth.retired:
            self._at.tell(
                "plan_extended",
                unit,
                added=[str(key) for key in growth.added],
                retired=[str(key) for key in growth.retired],
            )
            self._regrow(growth.retired)
            self._stages.recount(self.outcome.units, (*growth.added, *growth.retired))
        for waiting in self._dependents.pop(unit, ()):
            unmet = self._unmet.get(waiting)
            if unmet is not None and unit in unmet:
                unmet.discard(unit)
                if not unmet:
                    self._push(waiting)
        for stage in self._stages.over():
            ended_there = [self.outcome.units[one] for one in self._plan.units(stage)]
            cost = sum(one.cost_micro_usd for one in ended_there) / 1_000_000
            self._stages.close(stage, _stage_status([one.status for one in ended_there]), cost)

    def _regrow(self, retired: tuple[UnitKey, ...]) -> None:
        for unit in retired:
            self._unmet.pop(unit, None)
        gone = set(retired)
        self._ready = [entry for entry in self._ready if entry[2] not in gone]
        heapq.heapify(self._ready)
        parked = (effort for efforts in self._parked.values() for effort in efforts)
        put_off = (effort for _, _, effort in self._put_off)
        busy = {effort.order.unit for effort in (*self._running.values(), *parked, *put_off)}
        queued = {entry[2] for entry in self._ready}
        for unit in self._plan.all_units():
            if unit not in self.outcome.units and unit not in busy and unit not in queued:
                self._enqueue(unit)


def _kept_refs(decision: Decision) -> tuple[str, ...]:
    """Return what the unit kept the last time."""
    return tuple(bound.ref for bound in decision.newest.outputs) if decision.newest else ()


def _told(decision: Decision) -> list[dict[str, Any]]:
    return [reason.to_json() for reason in decision.reasons]


def _stage_status(statuses: list[str]) -> str:
    for status in ("failed", "paused", "resumable", "waiting", "blocked", "done", "reused"):
        if status in statuses:
            return status
    return "skipped"
