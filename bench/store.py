"""`python -m bench.store`: what the store costs at 100, 10,000 and 100,000 artifacts, beside its floors.

The largest stock takes some minutes and about a gigabyte to build; `--largest 10000` is a first look. What
is held against a floor takes turns with it, in one process. Figures are medians, of CPU unless they say wall.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

from bench.bar import SAVE_GROWTH, SAVE_OVER_FLOOR, STALE_CPU_S, STATUS_CPU_S, VERIFY_CPU_S, Bar
from bench.page import bars_table, measured, write_page
from bench.peers.ours import Ours
from bench.saving import Cost, Pair, cost_of, take_turns, typical
from bench.spent import ROOT, Spent, least, python
from bench.stock import ROOT_ENTITY, build, build_media, entities, open_stock, work
from bench.workload import chain
from cine_forge.kernel.artifacts.keeping.layout import envelope_name
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.verify.verify import verify

SIZES = (100, 10_000, 100_000)
SAVES, LOADS = 100, 200
MEDIA, MEDIA_MB = 25, 8
ACTS = ("new", "next")


@dataclass(frozen=True)
class Figures:
    """What was measured with `count` artifacts; `peak_mb` is that of `status` when everything is stale."""

    count: int
    saves: dict[str, list[Pair]]
    loads: list[Pair]
    verify: Pair
    status: Spent
    stale_s: float
    stale_status: Spent


def main(words: Sequence[str] | None = None) -> int:
    """Measure everything, print figures beside their bars, write the page; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.store", description=__doc__)
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="leave larger ones out; no page then")
    largest = parser.parse_args(words).largest
    with tempfile.TemporaryDirectory(prefix="cine-forge-bench-") as name:
        figures = measure(Path(name), [size for size in SIZES if size <= largest])
        media = _media_verified(Path(name) / "media")
        bars = bars_of(figures, media)
        print(*bars, figures_table(figures), sep="\n", flush=True)
        if largest == SIZES[-1]:
            write_page([f"{measured(date.today())}.", bars_table(bars), figures_table(figures)], "store")
        _tell("removing the stocks")
    return 0 if all(bar.is_met for bar in bars) else 1


def measure(folder: Path, sizes: Sequence[int]) -> list[Figures]:
    """Build a stock of each size below `folder` and measure them in turn."""
    projects = [folder / str(size) for size in sizes]
    for project, size in zip(projects, sizes, strict=True):
        cost = cost_of(lambda project=project, size=size: build(project, size))  # type: ignore[misc]
        _tell(f"{size} artifacts built in {cost.wall_s:.0f} s, {cost.cpu_s:.0f} s of CPU")
    saves = take_turns(projects, sizes, SAVES)
    return [
        _figures(project, size, pairs) for project, size, pairs in zip(projects, sizes, saves, strict=True)
    ]


def bars_of(figures: Sequence[Figures], media_s: float) -> list[Bar]:
    """Return the bars; what is large is held against what is small."""
    small, large = figures[0], figures[-1]
    at = f"at {large.count:,} artifacts"
    growth = max(_wall(large, act) / _wall(small, act) for act in ACTS)
    floor = max(typical(large.saves[act], lambda pair: pair.own.wall_s / pair.floor.wall_s) for act in ACTS)
    return [
        Bar(f"save {at}, times that at {small.count}, wall", growth, SAVE_GROWTH, "×"),
        Bar(f"save {at}, times the floor, wall", floor, SAVE_OVER_FLOOR, "×"),
        Bar(f"everything stale {at}, CPU", large.stale_s, STALE_CPU_S, "s"),
        Bar("verify 400 MB of media, CPU", media_s, VERIFY_CPU_S, "s"),
        Bar(f"cold `status` {at}, CPU", large.status.cpu_s, STATUS_CPU_S, "s"),
        Bar(f"cold `status` {at}, all stale, CPU", large.stale_status.cpu_s, STATUS_CPU_S, "s"),
    ]


def figures_table(figures: Sequence[Figures]) -> str:
    """Return what each act costs at each size; in brackets how many times its floor."""
    rows = [
        ("save something new, wall", [_saved(one, "new", "wall_s") for one in figures]),
        ("save something new, CPU", [_saved(one, "new", "cpu_s") for one in figures]),
        ("save the next version, wall", [_saved(one, "next", "wall_s") for one in figures]),
        ("save the next version, CPU", [_saved(one, "next", "cpu_s") for one in figures]),
        ("load, CPU", [_over(one.loads, "cpu_s") for one in figures]),
        ("verify, CPU for each artifact", [_each(one) for one in figures]),
        ("everything stale, CPU", [f"{one.stale_s:.2f} s" for one in figures]),
        ("`status`, CPU", [f"{one.status.cpu_s:.2f} s" for one in figures]),
        ("`status`, all stale, CPU", [f"{one.stale_status.cpu_s:.2f} s" for one in figures]),
        ("`status`, all stale, peak", [f"{one.stale_status.peak_mb:.0f} MB" for one in figures]),
    ]
    head = " | ".join(f"{one.count:,}" for one in figures)
    lines = [f"| {name} | {' | '.join(cells)} |" for name, cells in rows]
    return "\n".join([f"| artifacts | {head} |", "|---|" + "---:|" * len(figures), *lines])


def _figures(project: Path, count: int, saves: dict[str, list[Pair]]) -> Figures:
    _tell(f"{count} artifacts: loading, verifying, asking")
    loads, verified = _loads(project, count), _verified(project)
    _run_one_stage(project)
    status = python("-m", "cine_forge.cli", "status", "--project", str(project))
    fresh = least(status, 3)
    with open_stock(project) as store:
        store.commit(work(ROOT_ENTITY, (), "another text"))
    return Figures(count, saves, loads, verified, fresh, _stale_s(project, count), least(status, 3))


def _loads(project: Path, count: int) -> list[Pair]:
    """Load some artifacts; the floor reads the file, hashes and parses it."""
    chosen = random.Random(count).choices([entity for entity, _ in entities(count)], k=LOADS)
    with open_stock(project, write=False) as store:
        refs = [Ref("step", entity, 1) for entity in chosen]
        return [
            Pair(cost_of(lambda: store.load(ref)), _read([project / envelope_name(ref)]))  # noqa: B023
            for ref in refs
        ]


def _verified(project: Path) -> Pair:
    """Verify everything; the floor reads, hashes and parses the same files."""
    found: list[object] = []
    own = cost_of(lambda: found.extend(verify(project)))
    if found:
        raise RuntimeError(f"the stock is not whole: {found[0]}")
    return Pair(own, _read(sorted(project.glob("*/*/*/*.json"))))


def _read(paths: Sequence[Path]) -> Cost:
    def read() -> None:
        for path in paths:
            content = path.read_bytes()
            hashlib.sha256(content).hexdigest()
            json.loads(content)

    return cost_of(read)


def _media_verified(project: Path) -> float:
    """Return how long 400 MB of media take to verify."""
    build_media(project, MEDIA, MEDIA_MB << 20)
    tries = [cost_of(lambda: verify(project)).cpu_s for _ in range(3)]
    return median(tries) * 400 / (MEDIA * MEDIA_MB * (1 << 20) / 1e6)


def _stale_s(project: Path, count: int) -> float:
    """Return how long it takes to list everything, when all that was built is stale."""
    seconds = []
    for _ in range(3):
        with open_stock(project, write=False) as store:
            found: list[object] = []
            seconds.append(cost_of(lambda: found.extend(store.lineage.stale())).cpu_s)  # noqa: B023
            if len(found) < count - 1:
                raise RuntimeError(f"of {count - 1} stale artifacts {len(found)} were found")
    return median(seconds)


def _run_one_stage(project: Path) -> None:
    """Give the project a run, so that `status` has one to tell of."""
    ours, workload = Ours(), chain(1)
    ours.prepare(workload, project)
    command = ours.command("cold", project)
    assert command is not None
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def _wall(one: Figures, act: str) -> float:
    return typical(one.saves[act], lambda pair: pair.own.wall_s)


def _saved(one: Figures, act: str, clock: str) -> str:
    return _over(one.saves[act], clock)


def _over(pairs: Sequence[Pair], clock: str) -> str:
    own = typical(pairs, lambda pair: getattr(pair.own, clock))
    times = typical(pairs, lambda pair: getattr(pair.own, clock) / getattr(pair.floor, clock))
    return f"{own * 1000:.2f} ms ({times:.1f} ×)"


def _each(one: Figures) -> str:
    own, floor = one.verify.own.cpu_s, one.verify.floor.cpu_s
    return f"{own / one.count * 1000:.2f} ms ({own / floor:.1f} ×)"


def _tell(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
