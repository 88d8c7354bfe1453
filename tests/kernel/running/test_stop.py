"""A run that is asked to stop keeps what ends in time, leaves the rest, and starts nothing more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import count, pairwise
from pathlib import Path

import pytest

from cine_forge.kernel.ground.errors import Fault, StageError
from cine_forge.kernel.running.context import Port
from cine_forge.kernel.running.execute import GRACE_S, Execution, RunOutcome
from cine_forge.kernel.running.executors import Report
from cine_forge.kernel.running.order import WorkOrder
from cine_forge.kernel.running.report import perform
from tests.kernel.workshop import Workshop, chain


@dataclass
class Stubborn:
    """An executor whose units end `after_s` seconds after they were cancelled, well or with an error."""

    after_s: float
    fails: bool = False
    now: float = 0.0
    cancelled_at: float | None = None
    ports: dict[str, Port] = field(default_factory=dict)
    orders: dict[str, WorkOrder] = field(default_factory=dict)

    def room(self) -> int:
        return 1 - len(self.orders)

    def submit(self, order: WorkOrder, port: Port) -> str:
        token = str(order.unit)
        self.orders[token], self.ports[token] = order, port
        return token

    def poll(self, wait_s: float) -> tuple[str, ...]:
        self.now += wait_s
        over = self.cancelled_at is not None and self.now >= self.cancelled_at + self.after_s
        return tuple(self.orders) if over else ()

    def collect(self, token: str) -> Report:
        order = self.orders.pop(token)
        if self.fails:
            return Report(order.unit, error=StageError(Fault("CF-S001", "stopped")))
        return perform(order, self.ports[token])

    def cancel(self, token: str) -> None:
        self.cancelled_at = self.now

    def reattach(self, tokens: Collection[str]) -> tuple[str, ...]:
        return ()

    def close(self) -> None:
        self.orders.clear()


def stopped_run(root: Path, executor: Stubborn) -> Workshop:
    """Run two units after each other and ask to stop while the first works."""
    workshop = Workshop(
        root,
        executor=lambda: executor,
        monotonic=lambda: executor.now,
        stopped=lambda: bool(executor.orders) and executor.now > 0,
    )
    chain(workshop, "a", "b")
    with pytest.raises(KeyboardInterrupt):
        workshop.run()
    return workshop


@pytest.mark.row("A36")
def test_what_ends_in_time_is_kept_and_nothing_more_is_started(tmp_path: Path) -> None:
    executor = Stubborn(after_s=GRACE_S / 2)
    workshop = stopped_run(tmp_path, executor)
    assert list(executor.ports) == ["a/project"]
    assert workshop.text("a") == "a()"
    assert workshop.actions() == {"a/project": "reuse", "b/project": "run"}


@pytest.mark.row("A36")
def test_what_works_on_is_left_and_nobody_hears_it_any_more(tmp_path: Path) -> None:
    executor = Stubborn(after_s=1000)
    workshop = stopped_run(tmp_path, executor)
    assert executor.cancelled_at is not None
    assert executor.now - executor.cancelled_at == pytest.approx(GRACE_S)
    assert workshop.sink.names() == ["stage_started", "unit_started"]
    with pytest.raises(StageError, match="CF-S008"):
        executor.ports["a/project"]({"say": "progress", "done": 1, "total": 2})


@pytest.mark.row("A36")
def test_a_unit_that_was_broken_off_is_not_told_as_failed(tmp_path: Path) -> None:
    workshop = stopped_run(tmp_path, Stubborn(after_s=0, fails=True))
    assert workshop.sink.names() == ["stage_started", "unit_started"]


BUSY = """
def run_module(inputs, params, context):
    for step in range(1, 100_001):
        context.progress(step, 100_000)
    return StageResult(outputs=(draft("out", context.entity, {"text": "x"}),))
"""


def progress_told(root: Path, *, every_s: float) -> list[int]:
    """Return the steps that were told of a hundred thousand, each `every_s` after the one before."""
    seconds = count()
    workshop = Workshop(root, monotonic=lambda: next(seconds) * every_s)
    workshop.module("busy", BUSY, determinism="seeded")
    workshop.stage("busy", "busy")
    workshop.run()
    return [event.fields["done"] for event in workshop.sink.events if event.event == "unit_progress"]


def test_a_hundred_thousand_steps_are_told_by_the_first_and_the_last(tmp_path: Path) -> None:
    assert progress_told(tmp_path, every_s=0.0) == [1, 100_000]


def test_progress_is_told_at_most_four_times_a_second(tmp_path: Path) -> None:
    told = progress_told(tmp_path, every_s=1 / 1024)
    assert told[0] == 1 and told[-1] == 100_000
    gaps = [after - before for before, after in pairwise(told[:-1])]
    assert min(gaps) == max(gaps) == 256


def test_what_still_worked_when_the_run_stopped_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[Execution] = []

    class Watched(Execution):
        def execute(self) -> RunOutcome:
            runs.append(self)
            return super().execute()

    monkeypatch.setattr("tests.kernel.workshop.Execution", Watched)
    for name, after_s in (("left", 1000.0), ("ended", GRACE_S / 2)):
        stopped_run(tmp_path / name, Stubborn(after_s=after_s))
    assert [[str(unit) for unit in run.left] for run in runs] == [["a/project"], []]
