"""The local executor ends every order with a report, whatever the work does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cine_forge.kernel.ground.errors import InternalError
from cine_forge.kernel.running import executors
from cine_forge.kernel.running.executors import LocalExecutor
from cine_forge.kernel.running.order import WorkOrder
from cine_forge.kernel.running.report import Report
from cine_forge.kernel.stages.contract import StageResult
from tests.kernel.planning.making import module, unit

_SECONDS = 30.0


def order(entity: str) -> WorkOrder:
    return WorkOrder(unit("me", entity), module(), {}, {}, {}, (), 1, "run-1", Path("scratch"))


def ended(executor: LocalExecutor, token: str) -> Report:
    assert executor.poll(_SECONDS) == (token,)
    return executor.collect(token)


@pytest.fixture
def executor() -> Iterator[LocalExecutor]:
    made = LocalExecutor(2)
    yield made
    made.close()


def answers(monkeypatch: pytest.MonkeyPatch, what: Any) -> None:
    def perform(order: WorkOrder, port: Any) -> Report:
        if isinstance(what, BaseException):
            raise what
        return Report(order.unit, result=what)

    monkeypatch.setattr(executors, "perform", perform)


def port(message: Any) -> Any:
    raise AssertionError(f"nobody says anything here: {message}")


def test_an_order_that_ended_is_collected_once_and_makes_room(
    executor: LocalExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, StageResult())
    assert executor.room() == 2
    token = executor.submit(order("a"), port)
    assert executor.room() == 1
    assert ended(executor, token).result == StageResult()
    assert executor.room() == 2
    assert executor.poll(0.0) == ()
    with pytest.raises(KeyError):
        executor.collect(token)


@pytest.mark.parametrize("error", [MemoryError("full"), SystemExit(3), KeyboardInterrupt()])
def test_what_no_module_should_raise_still_ends_its_order_with_a_report(
    executor: LocalExecutor, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    answers(monkeypatch, error)
    report = ended(executor, executor.submit(order("a"), port))
    assert isinstance(report.error, InternalError)
    (fault,) = report.error.faults
    assert (fault.code, fault.where) == ("CF-S038", "me/a")
    assert fault.what == f"working on a unit failed: {type(error).__name__}: {error}"
    assert "Traceback" in report.traceback
    answers(monkeypatch, StageResult())
    assert ended(executor, executor.submit(order("b"), port)).result == StageResult()


def test_nothing_of_an_earlier_process_runs_here_and_threads_cannot_be_ended(executor: LocalExecutor) -> None:
    assert executor.reattach(("a", "b")) == ()
    executor.cancel("a")
    assert executor.room() == 2
