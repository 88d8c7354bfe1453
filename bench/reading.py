"""`python -m bench.reading`: print the CPU seconds that the sample script takes to read, without start-up."""

from __future__ import annotations

import time
from pathlib import Path

from cine_forge.film.screenplay.reading import read_script

SAMPLE = Path(__file__).resolve().parents[1] / "projects" / "sample" / "scripts" / "ep_001.md"
TRIES = 5


def cpu_s() -> float:
    """Return the least of several tries."""
    least = float("inf")
    for _ in range(TRIES):
        before = time.process_time()
        read_script(SAMPLE)
        least = min(least, time.process_time() - before)
    return least


if __name__ == "__main__":
    print(cpu_s())
