"""What may pass by itself is tried again, as often and as late as the recipe says, and nothing else is."""

from __future__ import annotations

import socket
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest

from cine_forge.kernel.ground.errors import BudgetError, CineForgeError, Fault, StageError
from cine_forge.kernel.planning.policy import Policies
from cine_forge.kernel.planning.retry import LONGEST_S, pause_s
from cine_forge.kernel.recipes.recipe import Resilience
from cine_forge.kernel.running.context import Port
from cine_forge.kernel.running.events import Event
from cine_forge.kernel.running.executors import Report
from cine_forge.kernel.running.order import WorkOrder
from cine_forge.kernel.running.report import perform
from cine_forge.kernel.running.state import RunState
from cine_forge.kernel.running.transience import is_transient
from tests.kernel.workshop import Workshop, chain

FLAKY = """
import json
from pathlib import Path
from cine_forge.kernel.ground.errors import Fault, StageError

def run_module(inputs, params, context):
    before = Path(params["counter"])
    tries = int(before.read_text()) + 1 if before.exists() else 1
    before.write_text(str(tries))
    assert not list(context.scratch().iterdir())
    (context.scratch() / "left").write_text("x")
    if params["buys"]:
        context.dispatch({"what": "picture"})
    if tries <= params["failures"]:
        raise %s
    return StageResult(outputs=(draft("out", context.entity, {"text": str(context.seed)}),),
                       cost_micro_usd=params["cost"])
"""
BUSY = 'StageError(Fault("CF-S001", "busy"), transient=True)'
QUICK = {"attempts": 3, "delay_s": 2.0, "jitter": 0.0}


class Clock:
    """A clock that only an executor with nothing to do moves on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class AtOnce:
    """An executor that does each order as soon as it gets it, one second long, and notes when it began."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.began: list[tuple[str, float]] = []
        self.reports: dict[str, Report] = {}

    def room(self) -> int:
        return 1 - len(self.reports)

    def submit(self, order: WorkOrder, port: Port) -> str:
        token = str(order.unit)
        self.began.append((order.unit.stage, self.clock.now))
        self.reports[token] = perform(order, port)
        self.clock.now += 1
        return token

    def poll(self, wait_s: float) -> tuple[str, ...]:
        if not self.reports:
            self.clock.now = round(self.clock.now + max(wait_s, 0.01), 6)
        return tuple(self.reports)

    def collect(self, token: str) -> Report:
        return self.reports.pop(token)

    def cancel(self, token: str) -> None:
        raise AssertionError(token)

    def reattach(self, tokens: Collection[str]) -> tuple[str, ...]:
        return ()

    def close(self) -> None:
        self.reports.clear()


class Shop:
    """A door that sells the same picture once: the same receipt whenever it is asked for."""

    def ask(self, request: Mapping[str, Any], origin: Mapping[str, str]) -> Mapping[str, Any]:
        return {"receipt": "rc-1", "cost_micro_usd": 300_000}

    def ready(self, receipts: Collection[str]) -> frozenset[str]:
        return frozenset()


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    clock = Clock()
    executor = AtOnce(clock)
    return Workshop(tmp_path, executor=lambda: executor, monotonic=clock, door=Shop())


def flaky(workshop: Workshop, failures: int, *, error: str = BUSY, **params: Any) -> None:
    """Add a stage that fails so often before it succeeds."""
    params = {
        "counter": str(workshop.root / "tries"),
        "failures": failures,
        "buys": False,
        "cost": 0,
    } | params
    kinds = {"counter": "string", "failures": "integer", "buys": "boolean", "cost": "integer"}
    declared = {name: {"type": kinds[name], "default": value} for name, value in params.items()}
    workshop.module("flaky", FLAKY % error, params=declared, determinism="seeded")
    workshop.stage("flaky", "flaky", resilience=QUICK)


def begun(workshop: Workshop) -> list[tuple[str, float]]:
    """Return which stage began when, in seconds."""
    executor = workshop.executor()
    assert isinstance(executor, AtOnce)
    return executor.began


def told(workshop: Workshop, name: str) -> list[Event]:
    return [event for event in workshop.sink.events if event.event == name]


@pytest.mark.row("B3")
def test_a_transient_error_is_tried_again_after_the_declared_waits(workshop: Workshop) -> None:
    flaky(workshop, 2)
    assert workshop.statuses() == {"flaky/project": "done"}
    retries = [event.fields for event in told(workshop, "unit_retrying")]
    assert [(one["attempt"], one["wait_s"]) for one in retries] == [(1, 2.0), (2, 4.0)]
    assert "busy" in retries[0]["error"]
    assert begun(workshop) == [("flaky", 0.0), ("flaky", 3.0), ("flaky", 8.0)]


def test_whether_to_try_again_is_asked_of_the_retry_policy(workshop: Workshop) -> None:
    class Never:
        def wait_s(self, error: CineForgeError, tries: Resilience, *, number: int, seed: int) -> float | None:
            return None

    flaky(workshop, 1)
    workshop.policies = Policies(retry=Never())
    assert workshop.statuses() == {"flaky/project": "failed"}
    assert begun(workshop) == [("flaky", 0.0)]


@pytest.mark.row("B3")
def test_after_the_last_try_only_the_consequences_stop(workshop: Workshop) -> None:
    flaky(workshop, 9)
    chain(workshop, "a", "b")
    workshop.module("after", inputs={"flaky": {"schema": "flaky@1"}})
    workshop.stage("after", "after", needs=["flaky"])
    assert workshop.statuses() == {
        "flaky/project": "failed", "a/project": "done", "b/project": "done", "after/project": "blocked",
    }  # fmt: skip
    assert (workshop.root / "tries").read_text() == "3"


def test_others_go_on_while_a_unit_waits_for_its_next_try(workshop: Workshop) -> None:
    flaky(workshop, 1)
    chain(workshop, "a", "b")
    workshop.statuses()
    assert begun(workshop) == [("a", 0.0), ("flaky", 1.0), ("b", 2.0), ("flaky", 4.0)]


@pytest.mark.row("B3")
@pytest.mark.parametrize(
    "error", ['ValueError("no light")', 'StageError(Fault("CF-S001", "no light"))', "KeyError(1)"]
)
def test_what_would_fail_again_is_not_tried_again(error: str, workshop: Workshop) -> None:
    flaky(workshop, 1, error=error)
    assert workshop.statuses() == {"flaky/project": "failed"}
    assert told(workshop, "unit_retrying") == []


@pytest.mark.row("A37")
def test_what_a_failed_try_bought_is_its_own_cost_and_counted_once(workshop: Workshop) -> None:
    flaky(workshop, 1, buys=True, cost=500_000)
    outcome = workshop.run()
    state = RunState.replayed("run", workshop.sink.events)
    unit = state.stages["flaky"].units["project"]
    assert [(one["status"], one["cost_usd"], one["duration_seconds"]) for one in unit.attempts] == [
        ("failed", 0.3, 1.0),
        ("done", 0.2, 1.0),
    ]
    assert unit.attempts[1]["started_at"] == "2026-01-01T00:00:02.000+00:00"
    assert (unit.cost_usd, unit.duration_seconds, state.total_cost_usd) == (0.5, 2.0, 0.5)
    assert sum(one.cost_micro_usd for one in outcome.units.values()) == 500_000


@pytest.mark.row("A37")
def test_a_unit_that_failed_for_good_still_says_what_it_bought(workshop: Workshop) -> None:
    flaky(workshop, 9, buys=True)
    outcome = workshop.run()
    state = RunState.replayed("run", workshop.sink.events)
    assert [one["cost_usd"] for one in state.stages["flaky"].units["project"].attempts] == [0.3, 0.0, 0.0]
    assert (state.total_cost_usd, next(iter(outcome.units.values())).cost_micro_usd) == (0.3, 300_000)


def test_each_try_has_the_same_seed_so_that_nothing_is_bought_again(workshop: Workshop) -> None:
    flaky(workshop, 0)
    workshop.run()
    first = workshop.text("flaky")
    (workshop.root / "tries").unlink()
    flaky(workshop, 2)
    workshop.run()
    assert workshop.text("flaky") == first


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (ConnectionResetError(), True),
        (ConnectionRefusedError(), True),
        (TimeoutError(), True),
        (OSError(113, "no route to host"), True),
        (OSError(101, "network is unreachable"), True),
        (socket.gaierror(-3, "temporary failure in name resolution"), True),
        (socket.gaierror(-2, "name or service not known"), False),
        (URLError(ConnectionRefusedError()), True),
        (URLError(FileNotFoundError()), False),
        (URLError("odd"), False),
        (FileNotFoundError(), False),
        (PermissionError(), False),
        (OSError(28, "no space left on device"), False),
        (MemoryError(), False),
        (StageError(Fault("CF-S001", "x"), transient=True), True),
        (BudgetError(Fault("CF-G010", "x")), False),
    ],
)
def test_a_network_that_does_not_answer_passes_and_a_full_disk_does_not(
    error: Exception, passes: bool
) -> None:
    assert is_transient(error) is passes


def test_pauses_double_up_to_an_hour_and_leave_their_part_to_chance() -> None:
    assert [pause_s(0.5, 0.0, number=number, seed=1) for number in (1, 2, 3)] == [0.5, 1.0, 2.0]
    assert pause_s(0.5, 0.0, number=100, seed=1) == LONGEST_S == 3600.0
    assert pause_s(1e-17, 0.0, number=100_000, seed=1) == round(1e-17 * 2.0**64, 3)
    assert pause_s(0.12345678, 0.0, number=1, seed=1) == 0.123
    drawn = [pause_s(8.0, 0.25, number=1, seed=seed) for seed in range(200)]
    assert drawn == [pause_s(8.0, 0.25, number=1, seed=seed) for seed in range(200)]
    assert 6.0 <= min(drawn) < 6.2 and 7.8 < max(drawn) <= 8.0
