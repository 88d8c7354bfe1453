"""SIGKILL at half of a run: how many units the next command starts a second time."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

from bench.peers.ours import Ours, driver, told
from bench.spent import ROOT
from bench.workload import Workload


def repeated_after_kill(workload: Workload, jobs: int) -> list[str]:
    """Kill the driver when half of the units have ended, run again, return what was started twice.

    Raises RuntimeError when a unit that had ended is among it, or one was never done. What was kept and
    could not be told any more is reused by the next command.
    """
    with tempfile.TemporaryDirectory(prefix="cine-forge-bench-") as name:
        folder = Path(name) / "project"
        Ours().prepare(workload, folder)
        command = [*driver(folder), "--quiet", "--jobs", str(jobs)]
        _kill_at(len(workload.needs) // 2, command, folder)
        ended = set(told(folder, "unit_finished"))
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        repeated = [unit for unit, times in Counter(told(folder, "unit_started")).items() if times > 1]
        kept = {*told(folder, "unit_finished"), *told(folder, "unit_reused")}
        undone = len(workload.needs) - len(kept)
        if ended & set(repeated) or undone:
            raise RuntimeError(f"done again: {sorted(ended & set(repeated))}; not done: {undone}")
        return repeated


def _kill_at(ended: int, command: list[str], folder: Path) -> None:
    """Run a command until so many units have ended; kill it with all it started."""
    child = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL)
    while child.poll() is None and _ended(folder) < ended:
        time.sleep(0.005)
    if child.poll() is not None:
        raise RuntimeError("the run ended before it could be killed")
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _ended(folder: Path) -> int:
    files = folder.glob("runs/*/pipeline_events.jsonl")
    return sum(path.read_bytes().count(b'"unit_finished"') for path in files)
