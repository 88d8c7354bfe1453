"""A speed bar: a name, a limit in CPU seconds, and how it is measured."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

TRIES = 5


@dataclass(frozen=True)
class Bar:
    """`measure` returns the CPU seconds of one try; the least of `TRIES` counts."""

    name: str
    limit_s: float
    measure: Callable[[], float]

    def best(self) -> float:
        """Return the least CPU seconds of several tries."""
        return min(self.measure() for _ in range(TRIES))


def cpu_of_command(command: Sequence[str]) -> float:
    """Return the CPU seconds, user and system, of a child process. Raises when it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=dict(os.environ))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def cpu_of(work: Callable[[], object]) -> float:
    """Return the CPU seconds that this process spends in `work`."""
    before = time.process_time()
    work()
    return time.process_time() - before
