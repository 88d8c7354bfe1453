"""Executors: where units run. The seam is submit, poll, collect, cancel, reattach.

`LocalExecutor` runs units on this machine: in threads of this process, or, where the manifest says
`runs: subprocess`, in processes of their own that one of the threads waits for. A parked unit holds
neither: its report says which receipt it waits for, and it is submitted again when that is terminal.
"""

from __future__ import annotations

import os
import queue
import shutil
import threading
import traceback
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Protocol

from cine_forge.kernel.ground.errors import CineForgeError, Fault, InternalError
from cine_forge.kernel.running.context import Port
from cine_forge.kernel.running.order import WorkOrder
from cine_forge.kernel.running.report import Report as Report
from cine_forge.kernel.running.report import perform

if TYPE_CHECKING:
    from cine_forge.kernel.running.isolation import Isolation


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
    """Runs at most `jobs` units at a time on this machine.

    `supply` is called with each order, in its thread, before the unit begins. `environment` is what isolated
    units may see a part of (`isolation.PASSED_ON`), by default this process's own. Threads
    are daemons: a unit in this process that never ends cannot keep it from ending.
    """

    def __init__(
        self,
        jobs: int,
        *,
        environment: Mapping[str, str] | None = None,
        supply: Callable[[WorkOrder], None] = lambda order: None,
    ) -> None:
        self._jobs = jobs
        self._supply = supply
        self._environment = os.environ if environment is None else environment
        self._isolation: Isolation | None = None
        self._lock = threading.Lock()
        self._waiting: queue.SimpleQueue[tuple[str, WorkOrder, Port] | None] = queue.SimpleQueue()
        self._ended: queue.SimpleQueue[tuple[str, Report]] = queue.SimpleQueue()
        self._open: set[str] = set()
        self._reports: dict[str, Report] = {}
        self._threads = 0
        self._closed = False

    def room(self) -> int:
        return self._jobs - len(self._open)

    def submit(self, order: WorkOrder, port: Port) -> str:
        token = str(order.unit)
        self._open.add(token)
        self._waiting.put((token, order, port))
        if self._threads < min(len(self._open), self._jobs):
            self._threads += 1
            threading.Thread(target=self._work, name=f"unit-{self._threads}", daemon=True).start()
        return token

    def poll(self, wait_s: float) -> tuple[str, ...]:
        try:
            ended = [self._ended.get(timeout=wait_s)]
        except queue.Empty:
            return ()
        while not self._ended.empty():
            ended.append(self._ended.get())
        self._reports.update(ended)
        return tuple(token for token, _ in ended)

    def collect(self, token: str) -> Report:
        self._open.discard(token)
        return self._reports.pop(token)

    def cancel(self, token: str) -> None:
        if self._isolation is not None:
            self._isolation.stop(token)

    def reattach(self, tokens: Collection[str]) -> tuple[str, ...]:
        return ()

    def close(self) -> None:
        self._closed = True
        for _ in range(self._threads):
            self._waiting.put(None)
        with self._lock:
            if self._isolation is not None:
                self._isolation.close()

    def _work(self) -> None:
        while (taken := self._waiting.get()) is not None and not self._closed:
            token, order, port = taken
            self._ended.put((token, self._done(order, port)))

    def _done(self, order: WorkOrder, port: Port) -> Report:
        """Return a report whatever happens: the run waits for one of every order."""
        try:
            self._supply(order)
            if order.module.manifest.runs == "subprocess":
                return self._isolated().perform(order, port)
            return perform(order, port)
        except CineForgeError as error:
            return Report(order.unit, error=error, traceback=traceback.format_exc())
        except BaseException as error:  # the last resort: what comes out here is a fault of ours
            what = f"working on a unit failed: {type(error).__name__}: {error}"
            fault = Fault("CF-S038", what, str(order.unit), "report it with the run's folder")
            return Report(order.unit, error=InternalError(fault), traceback=traceback.format_exc())

    def _isolated(self) -> Isolation:
        """Return the keepers' side, imported by the first unit that needs it."""
        with self._lock:
            if self._isolation is None:
                from cine_forge.kernel.running.isolation import Isolation

                self._isolation = Isolation(self._environment)
            return self._isolation


def clear_scratch(order: WorkOrder) -> None:
    """Remove the unit's scratch folder."""
    shutil.rmtree(order.scratch, ignore_errors=True)
