"""A run: take the project's lock, carry out what was planned, tell how it ended."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from cine_forge.driver.interruption import INTERRUPTED, Interruption, leave
from cine_forge.driver.listening import Listeners
from cine_forge.driver.money.market import Door
from cine_forge.driver.plans.beginning import begin_run, capped_as_before
from cine_forge.driver.plans.planned import Planned, carried_on
from cine_forge.driver.report import print_summary
from cine_forge.driver.request import Request
from cine_forge.driver.runs import RUN_STATUS, RunFolder, choose_run
from cine_forge.driver.storage import storage_of
from cine_forge.driver.terminal.chatter import chatter_aside
from cine_forge.driver.transcripts import TranscriptShelf
from cine_forge.driver.upkeep.identity import original_of, read_identity, settle_identity
from cine_forge.driver.upkeep.recovery import recover_at_start
from cine_forge.driver.wiring import Wired, utc_now
from cine_forge.kernel.ground.lock import Holder, ProjectLock
from cine_forge.kernel.planning.plan import Plan
from cine_forge.kernel.running.events import Sink
from cine_forge.kernel.running.execute import Execution, RunOutcome, RunSetting
from cine_forge.kernel.running.executors import LocalExecutor
from cine_forge.kernel.running.supply import Supply

if TYPE_CHECKING:
    from cine_forge.driver.terminal.progress import Progress
    from cine_forge.generation.dispatch.surroundings import Surroundings

_ORDER = (130, 7, 1, 4, 6, 5)


def run_planned(planned: Planned) -> int:
    """Carry out a plan; print the summary; return the exit status. Raises LockedError CF-U030."""
    request, folder = planned.wired.request, planned.wired.folder
    folder.mkdir(parents=True, exist_ok=True)
    lock = ProjectLock(folder / "run.lock")
    command = " ".join(["cine-forge run", request.recipe])
    holder = Holder.here(command=command, since=utc_now().isoformat(timespec="seconds"))
    lock.try_acquire(holder)
    with ExitStack() as stack:
        stack.callback(lock.release)
        if warning := settle_identity(folder):
            print(f"warning: {warning}", file=sys.stderr)
        if storage := storage_of(folder, write=True, urls=request.store):
            stack.enter_context(storage.running(holder))
        planned = carried_on(planned)
        stack.callback(planned.wired.store.close)
        run = choose_run(folder, planned.plan.recipe_id, request, utc_now())
        stack.callback(run.hold(holder).release)
        planned = planned._replace(wired=capped_as_before(planned.wired, run))
        return _carry_out(planned, begin_run(run, planned.wired, planned.plan))


def _carry_out(planned: Planned, run: RunFolder) -> int:
    wired = planned.wired
    with ExitStack() as stack:
        heard: list[Sink] = [TranscriptShelf(wired.store, run.path)]
        progress = _progress(wired.request, planned.plan)
        listeners = stack.enter_context(Listeners(run, planned.plan, wired.request, progress, heard))
        wired.commission.record.listen(listeners.tell_noted)
        recover_at_start(wired.folder, wired.basis.market, planned.plan, listeners)
        interruption = Interruption()
        around = partial(_surroundings, wired, listeners, interruption)
        door = Door(wired.folder, wired.basis.market, around)
        stack.callback(door.close)
        executor = LocalExecutor(wired.request.jobs or os.cpu_count() or 1, supply=Supply(wired.store))
        stack.callback(executor.close)
        stack.enter_context(chatter_aside())
        stack.enter_context(interruption)
        setting = RunSetting(
            run.run_id,
            run.path,
            wired.store,
            executor,
            door,
            listeners.tell,
            time.monotonic,
            stopped=interruption.asked,
            keep_up=listeners.keep_up,
        )
        execution = Execution(planned.compilation, setting)
        interrupted = _interrupted(execution.execute)
        status = exit_status(execution.outcome, interrupted=interrupted)
        listeners.finish(RUN_STATUS[status])
        if execution.left:
            executor.close()
            listeners.close()
            leave(execution.left)
    print_summary(wired, execution.outcome, run, status)
    _call_hook(wired.request, status)
    return status


def _progress(request: Request, plan: Plan) -> Progress | None:
    if request.quiet:
        return None
    from cine_forge.driver.terminal.progress import Progress

    return Progress(plan, time.monotonic)


def _surroundings(wired: Wired, listeners: Listeners, interruption: Interruption) -> Surroundings:
    from cine_forge.driver.money.caps import budget_of
    from cine_forge.generation.dispatch.slots import slots_folder
    from cine_forge.generation.dispatch.surroundings import Surroundings

    return Surroundings(
        clock=utc_now,
        receipts_log=lambda run_id: wired.folder / "runs" / run_id / "receipts.jsonl",
        tell=listeners.tell_dispatch,
        budget=budget_of(wired.project, wired.budget_micro_usd),
        is_copy=original_of(wired.folder) is not None,
        own_mark=claimed.own_mark if (claimed := read_identity(wired.folder)) else "",
        environment=os.environ,
        pause=interruption.pause,
        parks=True,
        aside=lambda work: threading.Thread(target=work, daemon=True).start(),
        slots=slots_folder(os.environ),
        needs_author=wired.request.strict,
        rebuys=wired.request.rebuy,
    )


def _interrupted(work: Callable[[], object]) -> bool:
    try:
        work()
    except KeyboardInterrupt:
        return True
    return False


def exit_status(outcome: RunOutcome, *, interrupted: bool) -> int:
    """Return the exit status that says most: 130, 7, 1, 4, 6, 5, 0 in that order."""
    found = {INTERRUPTED} if interrupted else set()
    for unit in outcome.units.values():
        if unit.error is not None:
            found.add(unit.error.exit_status if unit.error.exit_status in (4, 5, 6, 7) else 1)
        if unit.status == "waiting":
            found.add(5)
    return worst(found)


def worst(statuses: Iterable[int]) -> int:
    """Return the exit status that says most."""
    found = set(statuses)
    return next((status for status in _ORDER if status in found), 0)


def _call_hook(request: Request, status: int) -> None:
    if status == 5 and request.on_waiting:
        import subprocess

        subprocess.run(request.on_waiting, shell=True, check=False)
