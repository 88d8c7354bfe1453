"""Executors: where units run. The seam is submit, poll, collect, cancel, reattach.

`LocalExecutor` runs units in threads of this process. A parked unit holds no thread: its report says
which receipt it waits for, and it is submitted again when that receipt is terminal.
"""

from __future__ import annotations

import queue
import shutil
import traceback
from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from cine_forge.kernel.artifacts.derivation import UnitKey
from cine_forge.kernel.ground.errors import CineForgeError, Fault, StageError
from cine_forge.kernel.running.context import Port, StageContext
from cine_forge.kernel.running.order import WorkOrder
from cine_forge.kernel.stages.contract import Parked, StageResult
from cine_forge.kernel.stages.loading import load_entry


@dataclass(frozen=True)
class Report:
    """How a unit's work ended: exactly one of `result`, `parked` (a receipt) and `error` is set."""

    unit: UnitKey
    result: StageResult | None = None
    parked: str | None = None
    error: CineForgeError | None = None
    traceback: str = ""


class Executor(Protocol):
    """Runs units. Tokens are the executor's own names for submitted orders."""

    def room(self) -> int:
        """Return how many more orders can be worked on at once; what waits stays with the run."""

    def submit(self, order: WorkOrder, port: Port) -> str:
        """Start an order and return its token; never blocks."""

    def poll(self, wait_s: float) -> tuple[str, ...]:
        """Return tokens that ended since the last call, waiting at most `wait_s` seconds for one."""

    def collect(self, token: str) -> Report:
        """Return the report of an ended order, once."""

    def cancel(self, token: str) -> None:
        """Ask an order to stop; it may still end."""

    def reattach(self, tokens: Collection[str]) -> tuple[str, ...]:
        """Return which tokens of an earlier process still run here."""

    def close(self) -> None:
        """Stop taking orders and let go of what runs."""


class LocalExecutor:
    """Runs at most `jobs` units at a time in threads of this process."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool = ThreadPoolExecutor(max_workers=jobs, thread_name_prefix="unit")
        self._ended: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._futures: dict[str, Future[Report]] = {}

    def room(self) -> int:
        return self._jobs - len(self._futures)

    def submit(self, order: WorkOrder, port: Port) -> str:
        token = str(order.unit)
        future = self._pool.submit(perform, order, port)
        self._futures[token] = future
        future.add_done_callback(lambda _: self._ended.put(token))
        return token

    def poll(self, wait_s: float) -> tuple[str, ...]:
        try:
            ended = [self._ended.get(timeout=wait_s)]
        except queue.Empty:
            return ()
        while not self._ended.empty():
            ended.append(self._ended.get())
        return tuple(ended)

    def collect(self, token: str) -> Report:
        return self._futures.pop(token).result()

    def cancel(self, token: str) -> None:
        if token in self._futures:
            self._futures[token].cancel()

    def reattach(self, tokens: Collection[str]) -> tuple[str, ...]:
        return ()

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def perform(order: WorkOrder, port: Port) -> Report:
    """Do one order. Whatever a module raises is wrapped here, once, with its cause."""
    try:
        entry = load_entry(order.module)
        result = entry(order.inputs, order.params, StageContext(order, port))
        return _checked(order, result)
    except Parked as parked:
        return Report(order.unit, parked=parked.receipt)
    except CineForgeError as error:
        return Report(order.unit, error=error, traceback=traceback.format_exc())
    except Exception as error:
        what = f"module `{order.module.manifest.module_id}` raised {type(error).__name__}: {error}"
        hint = "run again with --debug to see where"
        wrapped = StageError(Fault("CF-S001", what, str(order.unit), hint))
        return Report(order.unit, error=wrapped, traceback=traceback.format_exc())


def _checked(order: WorkOrder, result: Any) -> Report:
    if isinstance(result, StageResult):
        return Report(order.unit, result=result)
    what = f"module `{order.module.manifest.module_id}` returned {type(result).__name__}, not a StageResult"
    return Report(order.unit, error=StageError(Fault("CF-S002", what, str(order.unit))))


def clear_scratch(order: WorkOrder) -> None:
    """Remove the unit's scratch folder."""
    shutil.rmtree(order.scratch, ignore_errors=True)
