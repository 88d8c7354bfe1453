"""CineForge itself: versions, lineage, events, every file durable before the next."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bench.peers.peer import ROOT, Act
from bench.workload import Workload

_MODULES = ROOT / "bench" / "modules"
_RECIPE = "recipe.yaml"


class Ours:
    """The product as a person runs it, with its default number of workers."""

    name = "CineForge"
    package = None
    help = ("-m", "cine_forge.cli", "--help")

    def prepare(self, workload: Workload, folder: Path) -> None:
        workload.write(folder)
        (folder / _RECIPE).write_text(recipe_of(workload))

    def command(self, act: Act, folder: Path) -> list[str] | None:
        options = ["--dry-run"] if act == "dry run" else ["--quiet"]
        return [*driver(folder), *options]

    def performed(self, folder: Path) -> int:
        return len(told(folder, "unit_started"))


def driver(folder: Path) -> list[str]:
    """Return the command line of the driver on a prepared folder, without options."""
    command = [sys.executable, "-m", "cine_forge.driver", "--recipe", str(folder / _RECIPE)]
    return [*command, "--project", str(folder), "--modules", str(_MODULES)]


def recipe_of(workload: Workload) -> str:
    """Return the recipe of a workload."""
    rows = ["recipe_id: bench", "stages:"]
    for stage, needs in workload.needs.items():
        rows += [f"  - id: {stage}", "    module: step_v1"]
        if needs:
            rows.append(f"    needs: [{', '.join(needs)}]")
        if stage in workload.sources:
            rows.append(f"    params: {{source: inputs/{stage}.txt}}")
    return "\n".join(rows) + "\n"


def told(folder: Path, event: str) -> list[str]:
    """Return the units of which a project's events tell this, in order of the runs, cut lines aside."""
    lines = [
        line
        for path in sorted(folder.glob("runs/*/pipeline_events.jsonl"))
        for line in path.read_bytes().splitlines(keepends=True)
        if f'"{event}"'.encode() in line and line.endswith(b"\n")
    ]
    return [f"{event['stage']}/{event['entity']}" for event in map(json.loads, lines)]
