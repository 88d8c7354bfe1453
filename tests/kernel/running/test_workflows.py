"""Eleven workflows that others have run: their order is kept, and two workers are kept busy.

The bound is what no schedule can beat: the critical path, or all work shared evenly by the workers. A clock
of our own shows what the loop decides for all of them; the sweep does the same with real time.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.kernel.running.workflows import VirtualExecutor, Workflow, read_workflow
from tests.kernel.workshop import Workshop

DAGS = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "workflows" / "dags"
FILES = sorted(DAGS.glob("*.dag.json"))
NAMES = [path.name.removesuffix(".dag.json") for path in FILES]
MOST = 1.2
REAL_BOUND_S = 40.0
"""Long enough that planning and keeping results is small beside the work, which is all a bound knows."""

LATE_GIANT = Workflow(
    "one long task beside two chains of short ones",
    {"a": (), "b": (), "after_a": ("a",), "after_b": ("b",), "giant": ()},
    {"a": 1.0, "b": 1.0, "after_a": 1.0, "after_b": 1.0, "giant": 4.0},
)


def spent(workflow: Workflow, workshop: Workshop, *, times: int) -> float:
    """Return the seconds of the last of several forced runs on a clock of the executor's own."""
    workflow.build(workshop, sleeps=False)
    took = 0.0
    for _ in range(times):
        executor = VirtualExecutor(workflow.seconds)
        workshop.executor, workshop.monotonic = lambda: executor, lambda: executor.now  # noqa: B023
        workshop.run(force=True)
        took = executor.now
    return took


def order_is_kept(workflow: Workflow, workshop: Workshop) -> bool:
    """Say whether each task of the newest run started after all that it waits for had ended."""
    told = [event for event in workshop.sink.events if event.event in ("unit_started", "unit_finished")]
    place = {(event.event, event.stage): number for number, event in enumerate(told)}
    assert len(place) == 2 * len(workflow.needs)
    return all(
        place["unit_finished", need] < place["unit_started", task]
        for task, needs in workflow.needs.items()
        for need in needs
    )


def test_what_took_longest_the_last_time_starts_first(tmp_path: Path) -> None:
    first, second = (spent(LATE_GIANT, Workshop(tmp_path / str(n)), times=n) for n in (1, 2))
    assert (first, second) == (5.0, 4.0)
    assert second == LATE_GIANT.bound_s


@pytest.mark.needs("shared_data")
@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_workflow_keeps_its_order_and_two_workers_busy(path: Path, tmp_path: Path) -> None:
    workflow, workshop = read_workflow(path), Workshop(tmp_path)
    took = spent(workflow, workshop, times=2)
    assert order_is_kept(workflow, workshop)
    assert took <= MOST * workflow.bound_s


@pytest.mark.needs("shared_data")
def test_there_are_eleven_workflows() -> None:
    assert len(FILES) == 11


@pytest.mark.sweep
@pytest.mark.needs("shared_data")
@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_workflow_in_real_time_keeps_to_the_bound(path: Path, tmp_path: Path) -> None:
    workflow, workshop = read_workflow(path).scaled_to(REAL_BOUND_S), Workshop(tmp_path)
    spent(workflow, workshop, times=1)
    real = Workshop(tmp_path, monotonic=time.monotonic)
    workflow.build(real, sleeps=True)
    began = time.monotonic()
    real.run(force=True)
    assert order_is_kept(workflow, real)
    assert time.monotonic() - began <= MOST * workflow.bound_s
