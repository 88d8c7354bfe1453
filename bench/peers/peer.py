"""A contestant of the bench: the product, the floor, or another tool that can do the same work."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, Protocol

from bench.modules.bench.step_v1.body import body
from bench.workload import Workload

Act = Literal["cold", "no-op", "dry run", "change"]
ACTS: tuple[Act, ...] = ("cold", "no-op", "dry run", "change")

ROOT = Path(__file__).resolve().parents[2]
_LOG = "performed.log"


class Peer(Protocol):
    """One contestant. `package` must be importable beside this project's own; `help` asks it for its help."""

    name: str
    package: str | None
    help: tuple[str, ...]

    def prepare(self, workload: Workload, folder: Path) -> None:
        """Write what the contestant needs into a new folder; not measured."""

    def command(self, act: Act, folder: Path) -> list[str] | None:
        """Return the command that does an act, or None when the contestant cannot."""

    def performed(self, folder: Path) -> int:
        """Return how many stages were performed in this folder so far."""


def is_here(peer: Peer) -> bool:
    """Say whether a contestant can be run in this environment."""
    return peer.package is None or find_spec(peer.package) is not None


def child(module: str, act: Act, folder: Path) -> list[str]:
    """Return the command that runs a module of this package on a folder."""
    return [sys.executable, "-m", module, act, str(folder)]


def save(workload: Workload, folder: Path) -> None:
    """Write the inputs, and the graph for the child process of a contestant."""
    workload.write(folder)
    (folder / "out").mkdir()
    graph = {stage: [list(needs), stage in workload.sources] for stage, needs in workload.needs.items()}
    (folder / "graph.json").write_text(json.dumps(graph))


def saved(folder: Path) -> dict[str, tuple[list[str], bool]]:
    """Return for each stage what it reads, and whether it has an input file."""
    found: dict[str, tuple[list[str], bool]] = json.loads((folder / "graph.json").read_bytes())
    return found


def perform(folder: Path, stage: str, needs: list[str], has_source: bool) -> None:
    """Do one stage: read, hash, write, and log that it was done."""
    digests = [str(json.loads((folder / "out" / f"{need}.json").read_bytes())["digest"]) for need in needs]
    source = (folder / "inputs" / f"{stage}.txt").read_text() if has_source else ""
    (folder / "out" / f"{stage}.json").write_text(json.dumps(body(stage, digests, source)))
    with (folder / _LOG).open("a") as log:
        log.write(f"{stage}\n")


def logged(folder: Path) -> int:
    """Return how many stages the log of `perform` holds."""
    log = folder / _LOG
    return log.read_bytes().count(b"\n") if log.exists() else 0
