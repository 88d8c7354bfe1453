"""A run: plan, take the project's lock, carry out, tell how it ended.

The plan is made twice: first reading only, so that whatever is wrong is said before a file is written;
then again under the lock, which is the plan that is carried out.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from cine_forge.driver.agreed_plan import refuse_other_plan
from cine_forge.driver.beginning import begin_run
from cine_forge.driver.listening import Listeners
from cine_forge.driver.places import Places
from cine_forge.driver.progress import Progress
from cine_forge.driver.report import print_plan, print_summary
from cine_forge.driver.request import Request
from cine_forge.driver.runs import RunFolder, choose_run
from cine_forge.driver.wiring import Wired, utc_now, wire
from cine_forge.generation.desk import open_desk
from cine_forge.generation.surroundings import Surroundings
from cine_forge.kernel.ground.lock import Holder, ProjectLock
from cine_forge.kernel.planning.compilation import Compilation, compile_plan
from cine_forge.kernel.planning.plan import Plan
from cine_forge.kernel.running.execute import Execution, RunOutcome, RunSetting
from cine_forge.kernel.running.executors import LocalExecutor

INTERRUPTED = 130
_ORDER = (130, 7, 1, 4, 6, 5)
_RUN_STATUS = {
    0: "done",
    1: "failed",
    4: "paused",
    5: "waiting",
    6: "resumable",
    7: "failed",
    130: "interrupted",
}


def run_request(request: Request) -> int:
    """Carry out one request; print the result; return the exit status."""
    places = Places.here()
    if request.dry_run:
        sys.dont_write_bytecode = True
    wired = wire(request, places, write=False)
    compilation = compile_plan(wired.commission, wired.view)
    plan = compilation.plan()
    refuse_other_plan(request.plan_id, plan, wired.folder)
    for fault in wired.registry.broken:
        print(f"warning: {fault}", file=sys.stderr)
    if request.dry_run:
        print_plan(plan, as_json=request.json)
        return 0
    return _run_locked(request, places, wired.folder)


def _run_locked(request: Request, places: Places, folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    lock = ProjectLock(folder / "run.lock")
    command = " ".join(["cine-forge run", request.recipe])
    holder = Holder.here(command=command, since=utc_now().isoformat(timespec="seconds"))
    lock.try_acquire(holder)
    with ExitStack() as stack:
        stack.callback(lock.release)
        wired = wire(request, places, write=True)
        stack.callback(wired.store.close)
        compilation = compile_plan(wired.commission, wired.view)
        plan = compilation.plan()
        refuse_other_plan(request.plan_id, plan, folder)
        run = choose_run(folder, wired.commission.recipe_id, request, utc_now())
        stack.callback(run.hold(holder).release)
        return _carry_out(wired, compilation, plan, begin_run(run, wired, plan))


def _carry_out(wired: Wired, compilation: Compilation, plan: Plan, run: RunFolder) -> int:
    with ExitStack() as stack:
        progress = None if wired.request.quiet else Progress(plan, time.monotonic)
        listeners = stack.enter_context(Listeners(run, plan, wired.request, progress))
        around = Surroundings(
            clock=utc_now,
            receipts_log=lambda run_id: wired.folder / "runs" / run_id / "receipts.jsonl",
            tell=listeners.tell_dispatch,
            budget_micro_usd=wired.budget_micro_usd,
        )
        desk = open_desk(wired.folder, wired.routes, wired.profiles, around)
        stack.callback(desk.close)
        executor = LocalExecutor(wired.request.jobs or os.cpu_count() or 1)
        stack.callback(executor.close)
        setting = RunSetting(
            run.run_id, run.path, wired.store, executor, desk, listeners.tell, time.monotonic
        )
        execution = Execution(compilation, setting)
        interrupted = _interrupted(execution.execute)
        status = exit_status(execution.outcome, interrupted=interrupted)
        listeners.finish(_RUN_STATUS[status])
    final = compilation.plan()
    print_summary(wired, final, execution.outcome, run, status)
    _call_hook(wired.request, status)
    return status


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
            found.add(unit.error.exit_status if unit.error.exit_status in (4, 7) else 1)
        if unit.status == "waiting":
            found.add(5)
    return next((status for status in _ORDER if status in found), 0)


def _call_hook(request: Request, status: int) -> None:
    if status == 5 and request.on_waiting:
        subprocess.run(request.on_waiting, shell=True, check=False)
