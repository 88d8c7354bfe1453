"""`python -m bench.in_flight`: what a run costs that waits for 500 generations at once.

The real driver runs a recipe of that many stages, each of which buys one still from a vendor on loopback in
another process (the fake Kling of the tests). The vendor ends nothing before all are in flight and the window
is over; so the figures are those of submitting, of waiting, and of bringing everything home.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.bar import Bar
from bench.page import bars_table, measured, write_page
from bench.spent import ROOT
from tests.fakes.kling import KEYS, KlingManner
from tests.fakes.vendor import VendorServer

COUNT, WINDOW_S = 500, 60.0
PEAK_MB, POLL_SHARE = 300.0, 0.10
_PATIENCE_S = 900.0
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")

_MANIFEST = """module_id: still_v1
stage: bench
description: Buys one still.
version: 1
outputs:
  still: {schema: echo@1, entities: one}
params:
  words: {type: string, required: true, description: What is drawn.}
determinism: external
"""
_MAIN = """from cine_forge import Draft, StageResult
from cine_forge.film.requests.purchase import buy

def run_module(inputs, params, context):
    still = {"modality": "image_t2i", "entity": "shot:a", "tier": "finish", "width": 1024, "height": 576,
             "seed": 7, "prompt": params["words"]}
    bought = buy(context.dispatch, still)
    data = {"text": bought.sha256, "heard": []}
    return StageResult((Draft(output="still", entity=context.stage_id, data=data, intent="Bench.",
        rationale="Bench."),), cost_micro_usd=bought.cost_micro_usd)
"""


@dataclass(frozen=True)
class Figures:
    """Seconds on the clock until all were in flight and until all were home; shares of a core from 0 to 1."""

    count: int
    submitted_s: float
    ended_s: float
    poll_share: float
    looks_a_second: float
    peak_mb: float
    paid: int


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print figures beside their bars, write them on the page; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.in_flight", description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT, help="fewer write no page")
    parser.add_argument(
        "--window", type=float, default=WINDOW_S, help="seconds over which waiting is measured"
    )
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="cine-forge-bench-") as name:
        figures = measure(Path(name), asked.count, asked.window)
    bars = [
        Bar(f"{figures.count} in flight, peak memory", figures.peak_mb, PEAK_MB, "MB"),
        Bar(
            f"{figures.count} in flight, poll work, share of a core", figures.poll_share, POLL_SHARE, "share"
        ),
        Bar(f"{figures.count} in flight, stills paid", figures.paid, figures.count, "stills", exact=True),
    ]
    print(*bars, _told(figures), sep="\n")
    if asked.count == COUNT:
        write_page([measured(date.today()) + ".", bars_table(bars), _told(figures)], "in flight")
    return 0 if all(bar.is_met for bar in bars) else 1


def measure(room: Path, count: int, window_s: float) -> Figures:
    """Run the recipe to its end. Raises RuntimeError when it fails or takes too long."""
    vendor = VendorServer(KlingManner(), pace=(0, 0, float("inf")))
    _write_project(room, count, vendor.base_url)
    modules = ("--modules", str(room / "modules"), "--project", str(room / "project"))
    command = [sys.executable, "-m", "cine_forge.driver", "--recipe", str(room / "recipe.yaml"), *modules]
    with vendor, (room / "told").open("wb") as told:
        began = time.monotonic()
        run = subprocess.Popen(
            [*command, "--quiet"], cwd=ROOT, env={**os.environ, **KEYS}, stdout=told, stderr=told
        )
        try:
            _wait(lambda: len(vendor.jobs) >= count, run)
            submitted_s = time.monotonic() - began
            share, looks = _waited(run.pid, vendor, window_s)
            vendor.takes_s = 0.0
            _wait(lambda: run.poll() is not None, run, ends=True)
        finally:
            run.kill()
    if run.returncode:
        raise RuntimeError((room / "told").read_text(errors="replace")[-2000:])
    peak_mb = _children_peak_mb()
    return Figures(count, submitted_s, time.monotonic() - began, share, looks, peak_mb, len(vendor.jobs))


def _write_project(room: Path, count: int, base_url: str) -> None:
    folder, configs = room / "modules" / "bench" / "still_v1", room / "project" / "configs"
    folder.mkdir(parents=True)
    configs.mkdir(parents=True)
    (folder / "module.yaml").write_text(_MANIFEST)
    (folder / "main.py").write_text(_MAIN)
    stages = "".join(
        f"  - {{id: s{number:03}, module: still_v1, params: {{words: w{number:03}}}}}\n"
        for number in range(count)
    )
    (room / "recipe.yaml").write_text(f"recipe_id: in_flight\nstages:\n{stages}")
    strategy = {
        "providers": {"kling": {"image_t2i": "kling-image"}},
        "primary": {"image_t2i": {"provider": "kling"}},
        "endpoints": {"kling": {"base_url": base_url}},
    }
    (configs / "providers.yaml").write_text(json.dumps(strategy))


def _wait(done: Callable[[], bool], run: subprocess.Popen[bytes], *, ends: bool = False) -> None:
    until = time.monotonic() + _PATIENCE_S
    while not done():
        if time.monotonic() > until or (run.poll() is not None and not ends):
            raise RuntimeError(f"the run did not come so far (status {run.poll()})")
        time.sleep(0.05)


def _waited(pid: int, vendor: VendorServer, window_s: float) -> tuple[float, float]:
    """Return the share of a core and the looks a second while everything only waits."""
    time.sleep(2.0)
    began, cpu_s, looks = time.monotonic(), _cpu_s(pid), len(vendor.requests("poll"))
    time.sleep(window_s)
    passed = time.monotonic() - began
    share = (_cpu_s(pid) - cpu_s) / passed
    return share, (len(vendor.requests("poll")) - looks) / passed


def _cpu_s(pid: int) -> float:
    """Return user and system time so far (proc(5), fields 14 and 15 of stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND


def _children_peak_mb() -> float:
    """Return the greatest memory of a child that has ended."""
    from resource import RUSAGE_CHILDREN, getrusage

    return getrusage(RUSAGE_CHILDREN).ru_maxrss / 1024


def _told(figures: Figures) -> str:
    return (
        f"All {figures.count} were in flight after {figures.submitted_s:.0f} s and home after "
        f"{figures.ended_s:.0f} s; while they only waited, the vendor was asked {figures.looks_a_second:.1f} "
        "times a second."
    )


if __name__ == "__main__":
    sys.exit(main())
