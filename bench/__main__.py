"""`python -m bench`: measure, print figures beside their bars, write the page, end with 1 when one is missed.

Other tools take part when they are installed (`uv sync --group bench`); what is missing is said.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bench import store
from bench.bar import HELP_CPU_S, LARGE_PLAN_CPU_S, SCRIPT_CPU_S, Bar, bars_of
from bench.contest import Figures, compete
from bench.crash import repeated_after_kill
from bench.page import bars_table, figures_table, help_table, machine, write_page
from bench.peers.doit import Doit
from bench.peers.floor import Floor
from bench.peers.luigi import Luigi
from bench.peers.ours import Ours
from bench.peers.peer import Peer, is_here
from bench.peers.snakemake import Snakemake
from bench.spent import ROOT, Spent, least, python, spent_by
from bench.workload import Workload, chain, layers

OURS, FLOOR = Ours(), Floor()
OTHERS: tuple[Peer, ...] = (Doit(), Luigi(), Snakemake())
GET_PEERS = "get them with `uv sync --group bench`"


def main() -> int:
    """Measure everything."""
    asked = _asked()
    others = [peer for peer in OTHERS if is_here(peer) and not asked.alone]
    missing = [peer.name for peer in OTHERS if not is_here(peer)]
    if missing:
        _tell(f"not installed: {', '.join(missing)}; {GET_PEERS}")
    width = asked.stages // 10
    shapes = (layers(10, width), chain(asked.stages))
    contests = [compete(shape, (OURS, FLOOR), others, asked.rounds, _tell) for shape in shapes]
    helps = {peer.name: least(python(*peer.help)) for peer in (OURS, FLOOR, *others)}
    bars = [bar for figures in contests for bar in bars_of(figures, OURS.name, FLOOR.name)]
    bars += [_large_plan(asked.stages), *_kills(shapes[0])]
    bars += [Bar("`--help`, CPU", helps[OURS.name].cpu_s, HELP_CPU_S, "s"), _script()]
    print(*bars, sep="\n")
    if asked.stages == 1000:
        write_page([machine(date.today(), others, asked.rounds), *_parts(bars, contests, helps, others)])
    kept = store.main(["--largest", str(asked.largest)])
    return kept if all(bar.is_met for bar in bars) else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each contestant has its turn")
    parser.add_argument("--stages", type=int, default=1000, help="a smaller bench writes no page")
    parser.add_argument("--largest", type=int, default=store.SIZES[-1], help="of the stores, in artifacts")
    parser.add_argument("--alone", action="store_true", help="without other tools")
    return parser.parse_args()


def _large_plan(stages: int) -> Bar:
    """Measure the first plan of a graph ten times as large, on which nothing was run yet."""
    workload = layers(100, stages // 10)
    with tempfile.TemporaryDirectory(prefix="cine-forge-bench-") as name:
        folder = Path(name) / "project"
        OURS.prepare(workload, folder)
        command = OURS.command("dry run", folder)
        assert command is not None
        spent = spent_by(command)
    return Bar(f"first plan of {len(workload.needs)} stages, CPU", spent.cpu_s, LARGE_PLAN_CPU_S, "s")


def _kills(workload: Workload) -> list[Bar]:
    """Count what a second run starts again; a unit that a worker was busy with may be among it."""
    return [
        Bar(
            f"{workload.name}: units started twice, --jobs {jobs}",
            len(repeated_after_kill(workload, jobs)),
            jobs,
            "units",
        )
        for jobs in (1, 2)
    ]


def _script() -> Bar:
    command = python("-m", "bench.reading")
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return Bar("read the sample script, CPU", float(told.stdout), SCRIPT_CPU_S, "s")


def _parts(
    bars: Sequence[Bar], contests: Sequence[Figures], helps: dict[str, Spent], others: Sequence[Peer]
) -> list[str]:
    tables = [figures_table(figures, (OURS, FLOOR, *others), OURS) for figures in contests]
    return [bars_table(bars), *tables, help_table(helps)]


def _tell(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
