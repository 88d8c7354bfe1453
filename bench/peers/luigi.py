"""Luigi: tasks in its own process; what exists is done, whatever it was made from."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from bench.peers.peer import Act, child, logged, perform, save, saved
from bench.workload import Workload


class Luigi:
    """Tasks with local targets, one worker, the local scheduler. It has no dry run."""

    name = "Luigi"
    package = "luigi"
    help = ("-m", "luigi", "--help")

    def prepare(self, workload: Workload, folder: Path) -> None:
        save(workload, folder)

    def command(self, act: Act, folder: Path) -> list[str] | None:
        return None if act == "dry run" else child("bench.peers.luigi", act, folder)

    def performed(self, folder: Path) -> int:
        return logged(folder)


def main(folder: Path) -> int:
    """Build every stage that nothing reads, and so all of them."""
    import luigi

    graph = saved(folder)

    class Stage(luigi.Task):  # type: ignore[misc]  # Luigi has no types
        stage = luigi.Parameter()

        def requires(self) -> list[Any]:
            return [Stage(stage=need) for need in graph[self.stage][0]]

        def output(self) -> Any:
            return luigi.LocalTarget(str(folder / "out" / f"{self.stage}.json"))

        def run(self) -> None:
            perform(folder, self.stage, *graph[self.stage])

    sys.setrecursionlimit(100_000)
    read = {need for needs, _ in graph.values() for need in needs}
    last = [Stage(stage=stage) for stage in graph if stage not in read]
    return 0 if luigi.build(last, local_scheduler=True, workers=1, log_level="ERROR") else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[2])))
