"""What a command costs: CPU seconds, seconds on the clock, memory. Measured from outside, by the kernel."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
_TRAMPOLINE = Path(__file__).with_name("trampoline.py")


@dataclass(frozen=True)
class Spent:
    """The cost of one process and the children it waited for. `performed` counts stages that ran."""

    cpu_s: float
    wall_s: float
    peak_mb: float
    performed: int = 0


def spent_by(command: Sequence[str], performed: Callable[[], int] = lambda: 0) -> Spent:
    """Run a command to its end. Raises RuntimeError with the end of its output when it fails.

    What earlier commands left unwritten is written first, so that nobody waits for another's bytes.
    """
    os.sync()
    before = performed()
    with tempfile.TemporaryDirectory() as name:
        figures, output = Path(name) / "figures.json", Path(name) / "output"
        with output.open("wb") as told:
            trampoline = [sys.executable, "-I", "-S", str(_TRAMPOLINE), str(figures)]
            subprocess.run([*trampoline, *command], cwd=ROOT, stdout=told, stderr=told, check=True)
        status, cpu_s, wall_s, peak_mb = json.loads(figures.read_bytes())
        if status:
            end = output.read_text(errors="replace")[-2000:]
            raise RuntimeError(f"{' '.join(command)} ended with {status}: {end}")
    return Spent(cpu_s, wall_s, peak_mb, performed() - before)


def middle(spent: Sequence[Spent]) -> Spent:
    """Return the medians of several tries; the count is that of the last."""
    return Spent(
        median(one.cpu_s for one in spent),
        median(one.wall_s for one in spent),
        median(one.peak_mb for one in spent),
        spent[-1].performed,
    )


def least(command: Sequence[str], tries: int = 5) -> Spent:
    """Return the cheapest of several tries by CPU: what a start-up costs when nothing disturbs it."""
    return min((spent_by(command) for _ in range(tries)), key=lambda one: one.cpu_s)


def python(*words: str) -> list[str]:
    """Return a command of this interpreter."""
    return [sys.executable, *words]
