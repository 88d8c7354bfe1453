"""doit: Python functions in its own process, hashes of file contents, state written when it ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from bench.peers.peer import Act, child, logged, perform, save, saved
from bench.workload import Workload


class Doit:
    """Tasks with file dependencies and targets."""

    name = "doit"
    package = "doit"
    help = ("-m", "doit", "help")

    def prepare(self, workload: Workload, folder: Path) -> None:
        save(workload, folder)

    def command(self, act: Act, folder: Path) -> list[str] | None:
        return child("bench.peers.doit", act, folder)

    def performed(self, folder: Path) -> int:
        return logged(folder)


def tasks(folder: Path) -> dict[str, Any]:
    """Return a name space as doit reads it from a dodo file."""

    def task_stage() -> Any:
        for stage, (needs, has_source) in saved(folder).items():
            read = [f"out/{need}.json" for need in needs]
            yield {
                "name": stage,
                "actions": [(_perform, [folder, stage, needs, has_source])],
                "file_dep": read + ([f"inputs/{stage}.txt"] if has_source else []),
                "targets": [f"out/{stage}.json"],
            }

    return {"task_stage": task_stage, "DOIT_CONFIG": {"verbosity": 0, "reporter": "zero"}}


def _perform(folder: Path, stage: str, needs: list[str], has_source: bool) -> None:
    perform(folder, stage, needs, has_source)


def main(act: str, folder: Path) -> int:
    """Run, or list what is not up to date."""
    from doit.cmd_base import ModuleTaskLoader
    from doit.doit_cmd import DoitMain

    os.chdir(folder)
    words = ["list", "--all", "--status"] if act == "dry run" else ["run"]
    status: int = DoitMain(ModuleTaskLoader(tasks(folder))).run(words)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
