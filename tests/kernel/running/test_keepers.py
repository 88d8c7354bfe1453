"""The executor and its keepers: stopping, closing, and keepers that do not do what they should."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.running import isolation
from cine_forge.kernel.running.executors import LocalExecutor
from cine_forge.kernel.running.isolation import Isolation
from cine_forge.kernel.running.order import WorkOrder
from cine_forge.kernel.running.report import Report
from cine_forge.kernel.stages.discovery import read_module
from tests.kernel.workshop import Workshop

LASTING = "context.progress(os.getpid(), os.getppid())\n    while True: pass"


class Heard:
    """A port that keeps what it hears, and calls back."""

    def __init__(self, then: Any = None) -> None:
        self.said: list[Mapping[str, Any]] = []
        self.then = then

    def __call__(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        self.said.append(message)
        if self.then is not None:
            self.then(message)
        return {}


def order(root: Path, body: str) -> WorkOrder:
    """Return an order for an isolated module that does `body`."""
    code = f"\nimport os\ndef run_module(inputs, params, context):\n    {body}\n    return StageResult()\n"
    workshop = Workshop(root)
    workshop.module("unit", code, runs="subprocess")
    module = read_module(root / "modules" / "any" / "unit", root / "modules")
    scratch = root / "run" / "scratch" / "unit" / "project"
    return WorkOrder(UnitKey(stage="unit", entity="project"), module, {}, {}, {}, (), 1, "run", scratch)


def ended(executor: LocalExecutor) -> Report:
    """Wait for the one order that was submitted, and return its report."""
    while not (tokens := executor.poll(5)):
        pass
    return executor.collect(tokens[0])


def code_of(report: Report) -> str:
    assert report.error is not None
    return report.error.faults[0].code


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_cancelled_unit_ends_and_says_so(tmp_path: Path) -> None:
    executor = LocalExecutor(1)
    port = Heard(then=lambda _: executor.cancel("unit/project"))
    executor.submit(order(tmp_path, LASTING), port)
    assert code_of(ended(executor)) == "CF-S035"
    assert (executor.room(), executor.reattach(["unit/project"])) == (1, ())
    executor.close()


def test_closing_ends_every_unit_and_every_keeper_at_once(tmp_path: Path) -> None:
    executor = LocalExecutor(1)
    working = Heard(then=lambda message: told.append(message))
    told: list[Mapping[str, Any]] = []
    executor.submit(order(tmp_path, LASTING), working)
    while not told:
        executor.poll(0.01)
    executor.close()
    assert not any(map(is_alive, (told[0]["done"], told[0]["total"])))
    assert code_of(ended(executor)) == "CF-S035"


def test_what_is_closed_takes_nothing_more(tmp_path: Path) -> None:
    closed = Isolation(os.environ)
    closed.close()
    assert code_of(closed.perform(order(tmp_path, "pass"), Heard())) == "CF-S035"
    executor = LocalExecutor(1)
    executor.close()
    executor.submit(order(tmp_path, "pass"), Heard())
    assert executor.poll(0.1) == ()


def test_idle_keepers_are_closed_too(tmp_path: Path) -> None:
    kept, port = Isolation(os.environ), Heard()
    report = kept.perform(order(tmp_path, "context.progress(os.getpid(), os.getppid())"), port)
    assert report.error is None
    assert is_alive(port.said[0]["total"])
    kept.close()
    kept.stop("unit/project")
    assert not is_alive(port.said[0]["total"])


def test_a_keeper_that_does_not_answer_is_ended_with_all_it_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolation, "_CLOSE_S", 0.1)
    kept, port = Isolation(os.environ), Heard()
    kept.perform(order(tmp_path, "context.progress(os.getpid(), os.getppid())"), port)
    os.kill(port.said[0]["total"], signal.SIGSTOP)
    kept.close()
    assert not is_alive(port.said[0]["total"])


def test_a_machine_that_has_no_room_for_a_process_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    report = Isolation(os.environ).perform(order(tmp_path, "pass"), Heard())
    assert code_of(report) == "CF-S036"
    assert "cannot get a process of its own: No such file" in str(report.error)


def test_a_fault_of_the_run_itself_is_reported_as_one(tmp_path: Path) -> None:
    def broken(_: Mapping[str, Any]) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    executor = LocalExecutor(1)
    executor.submit(order(tmp_path, LASTING), Heard(then=broken))
    assert code_of(ended(executor)) == "CF-S038"
    executor.close()


def test_an_answer_larger_than_a_pipe_arrives_whole(tmp_path: Path) -> None:
    class Large(Heard):
        def __call__(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
            super().__call__(message)
            return {"text": "x" * 3_000_000}

    kept, port = Isolation(os.environ), Large()
    asking = "context.progress(len(context.dispatch({})['text']), 1)"
    assert kept.perform(order(tmp_path, asking), port).error is None
    assert port.said[1]["done"] == 3_000_000
    kept.close()


def test_a_module_that_is_gone_when_its_turn_comes_fails_its_unit(tmp_path: Path) -> None:
    work, kept = order(tmp_path, "pass"), Isolation(os.environ)
    (work.module.folder / "main.py").unlink()
    (work.module.folder / "schemas").rename(tmp_path / "schemas")
    work.module.folder.rename(tmp_path / "gone")
    assert code_of(kept.perform(work, Heard())) in ("CF-M013", "CF-S001")
    kept.close()
