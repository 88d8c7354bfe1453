"""Workflows that others have run, as recipes: each task a stage that takes as long as it took them."""

from __future__ import annotations

import heapq
import json
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from cine_forge.kernel.running.context import Port
from cine_forge.kernel.running.executors import perform
from cine_forge.kernel.running.order import WorkOrder
from cine_forge.kernel.running.report import Report
from tests.kernel.workshop import Workshop

WORKERS = 2

TASK = """
import time

def run_module(inputs, params, context):
    if params["sleeps"]:
        time.sleep(params["seconds"])
    heard = [one.entity for one in inputs["before"]]
    return StageResult(outputs=(draft("task", "task:" + context.stage_id, {"heard": heard}),))
"""

_TASK = {
    "inputs": {"before": {"schema": "task@1", "entities": "all", "optional": True}},
    "outputs": {"task": {"schema": "task@1"}},
    "params": {
        "seconds": {"type": "number", "default": 0},
        "sleeps": {"type": "boolean", "default": False},
    },
}


@dataclass(frozen=True)
class Workflow:
    """Tasks in file order with what they wait for and how many seconds each takes."""

    name: str
    needs: dict[str, tuple[str, ...]]
    seconds: dict[str, float]

    @property
    def bound_s(self) -> float:
        """Return the least time that is possible: the critical path, or all work shared evenly."""
        return max(max(self._until(task) for task in self.needs), sum(self.seconds.values()) / WORKERS)

    def scaled_to(self, bound_s: float) -> Workflow:
        """Return the same workflow with its bound at so many seconds."""
        factor = bound_s / self.bound_s
        return Workflow(self.name, self.needs, {task: factor * took for task, took in self.seconds.items()})

    def build(self, workshop: Workshop, *, sleeps: bool) -> None:
        """Write the module and a stage for each task."""
        workshop.module("task", TASK, **_TASK)
        for task, needs in self.needs.items():
            params = {"seconds": self.seconds[task], "sleeps": sleeps}
            workshop.stage(task, "task", needs=list(needs), params=params)

    def _until(self, task: str) -> float:
        known: dict[str, float] = {}
        for one in self.in_order():
            known[one] = self.seconds[one] + max((known[need] for need in self.needs[one]), default=0.0)
        return known[task]

    def in_order(self) -> list[str]:
        """Return the tasks, each after those it waits for."""
        found: dict[str, None] = {}
        while len(found) < len(self.needs):
            found |= {task: None for task, needs in self.needs.items() if set(needs) <= found.keys()}
        return list(found)


def read_workflow(path: Path) -> Workflow:
    """Read a `dag/1` file; tasks get short ids in file order."""
    tasks = json.loads(path.read_bytes())["tasks"]
    ids = {task["id"]: f"t{number}" for number, task in enumerate(tasks)}
    needs = {ids[task["id"]]: tuple(dict.fromkeys(ids[one] for one in task["parents"])) for task in tasks}
    return Workflow(path.stem, needs, {ids[task["id"]]: float(task["runtime_s"]) for task in tasks})


@dataclass
class VirtualExecutor:
    """Does each order at once and says that it ended when its seconds have passed on a clock of its own."""

    seconds: dict[str, float]
    now: float = 0.0
    _open: list[tuple[float, str]] = field(default_factory=list)
    _reports: dict[str, Report] = field(default_factory=dict)

    def room(self) -> int:
        return WORKERS - len(self._open)

    def submit(self, order: WorkOrder, port: Port) -> str:
        token = str(order.unit)
        self._reports[token] = perform(order, port)
        heapq.heappush(self._open, (self.now + self.seconds[order.unit.stage], token))
        return token

    def poll(self, wait_s: float) -> tuple[str, ...]:
        self.now, token = heapq.heappop(self._open)
        return (token,)

    def collect(self, token: str) -> Report:
        return self._reports.pop(token)

    def cancel(self, token: str) -> None:
        """Nothing here takes long."""

    def reattach(self, tokens: Collection[str]) -> tuple[str, ...]:
        return ()

    def close(self) -> None:
        """Nothing is held."""
