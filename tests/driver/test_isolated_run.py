"""The driver and modules dropped into `--modules`: processes of their own, and what is left when it dies."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.spine.warm import Running, run, start

MANIFEST = """
module_id: probe_v1
stage: probe
description: Tries something.
version: 1
outputs: {out: {schema: probe@1}}
schemas: [schemas/probe@1.json]
"""
RECIPE = """
recipe_id: probing
description: One stage.
entity: project
stages: [{id: probe, module: probe_v1}]
"""
HEAD = """
import os, subprocess, sys, time
from pathlib import Path
from cine_forge import Draft, StageResult

def run_module(inputs, params, context):
    kept = Draft(output="out", entity=context.entity, data={"pid": 0}, intent="test", rationale="test")
"""
LOUD = """
    print("to stdout")
    os.write(1, b"to file number 1\\n")
    subprocess.run(["echo", "from a child"])
"""
EXITING = """
    if not Path({path!r}).exists():
        Path({path!r}).touch()
        os._exit(0)
"""
LASTING = """
    keeper = os.getppid()
    if os.fork() == 0:
        os.setsid()
        Path({path!r}).write_text(f"{{os.getpid()}} {{os.getppid()}} {{keeper}}")
    while True:
        time.sleep(60)
"""


@dataclass(frozen=True)
class Bench:
    """A folder with a recipe, a module and an empty project."""

    root: Path

    def module(self, body: str, more: str = "") -> None:
        """Write the module."""
        folder = self.root / "modules" / "probe" / "probe_v1"
        (folder / "schemas").mkdir(parents=True, exist_ok=True)
        (folder / "module.yaml").write_text(MANIFEST + more)
        (folder / "schemas" / "probe@1.json").write_text('{"type": "object"}')
        (folder / "main.py").write_text(HEAD + body + "    return StageResult(outputs=(kept,))\n")
        (self.root / "probing.yaml").write_text(RECIPE)

    def start(self) -> Running:
        """Start the driver in a session of its own."""
        command = [sys.executable, "-m", "cine_forge.driver", "--recipe", str(self.root / "probing.yaml")]
        command += [
            "--modules",
            str(self.root / "modules"),
            "--project",
            str(self.root / "project"),
            "--json",
        ]
        return start(command)

    def end(self) -> int:
        """Run to the end and return the exit status."""
        return self.start().wait()

    def run(self) -> None:
        """Run to a good end; stdout must be one JSON text."""
        driver = self.start()
        status = driver.wait()
        out, err = driver.printed()
        assert status == 0, err
        assert json.loads(out)["exit_status"] == 0

    def statuses(self) -> list[str]:
        """Return how each command ended, as the events tell it."""
        lines = (
            path.read_text().splitlines() for path in self.root.glob("project/runs/*/pipeline_events.jsonl")
        )
        events = [json.loads(line) for found in lines for line in found]
        return [event["status"] for event in events if event["event"] == "unit_finished"]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def is_alive(pid: int) -> bool:
    """Say whether there is such a process; one that has ended and was not reaped is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(done: Path | list[int], most_s: float = 10) -> None:
    """Wait until the file has been written, or until none of the processes is alive."""
    stop_at = time.monotonic() + most_s
    while not done.is_file() or not done.read_text() if isinstance(done, Path) else any(map(is_alive, done)):
        assert time.monotonic() < stop_at, done
        time.sleep(0.01)


@pytest.mark.row("H6")
@pytest.mark.parametrize("runs", ["in_process", "subprocess"])
def test_what_a_module_prints_is_not_in_the_result(bench: Bench, runs: str) -> None:
    bench.module(LOUD, f"runs: {runs}\n")
    bench.run()
    bench.run()
    assert bench.statuses() == ["done"]
    logs = list(bench.root.glob("project/runs/*/logs/probe/*.log"))
    printed = [log.read_text() for log in logs]
    assert printed == ([] if runs == "in_process" else ["to stdout\nto file number 1\nfrom a child\n"])


@pytest.mark.row("H6")
@pytest.mark.row("A36")
def test_a_module_that_ends_the_driver_leaves_a_run_that_the_next_command_ends(bench: Bench) -> None:
    bench.module(EXITING.format(path=str(bench.root / "once")), "determinism: external\n")
    assert bench.end() == 0
    assert bench.statuses() == []
    command = [sys.executable, "-m", "cine_forge.cli", "status", "--project", str(bench.root / "project")]
    shown = run(command)
    assert "interrupted" in shown.stdout, shown
    bench.run()
    assert bench.statuses() == ["done"]
    assert len(list(bench.root.glob("project/runs/*"))) == 1


@pytest.mark.row("H6")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGKILL, -9), (signal.SIGINT, 130)])
def test_no_process_outlives_the_driver(bench: Bench, number: signal.Signals, status: int) -> None:
    pids = bench.root / "pids"
    bench.module(LASTING.format(path=str(pids)), "runs: subprocess\n")
    driver = bench.start()
    try:
        until(pids)
    finally:
        os.kill(driver.pid, number)
        assert driver.wait() == status
    processes = [int(pid) for pid in pids.read_text().split()]
    try:
        until(processes, most_s=3)
    finally:
        for pid in filter(is_alive, processes):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.row("H6")
@pytest.mark.parametrize("end", ["    os._exit(7)\n", "    raise SystemExit(7)\n", "    return {1, 2}\n"])
def test_planning_does_not_try_what_asks_for_a_process_of_its_own(bench: Bench, end: str) -> None:
    bench.module(end, "runs: subprocess\n")
    assert bench.end() == 1
    assert len(list(bench.root.glob("project/runs/*"))) == 1


@pytest.mark.parametrize("end", ["    raise SystemExit(7)\n", "    return {1, 2}\n"])
def test_what_breaks_while_a_plan_is_made_fails_the_unit_and_not_the_plan(bench: Bench, end: str) -> None:
    bench.module(end)
    assert bench.end() == 1
    assert len(list(bench.root.glob("project/runs/*"))) == 1
