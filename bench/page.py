"""The page: what was measured last, written into `bench/README.md` between two marks."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from bench.bar import Bar
from bench.contest import Figures
from bench.peers.peer import Act, Peer
from bench.spent import Spent

PAGE = Path(__file__).parent / "README.md"


def write_page(parts: Iterable[str], name: str = "figures", page: Path = PAGE) -> None:
    """Put the parts between the marks of this name on the page."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    text = page.read_text(encoding="utf-8")
    head, _, rest = text.partition(begin)
    _, _, tail = rest.partition(end)
    body = "\n\n".join(parts)
    page.write_text(f"{head}{begin}\n{body}\n{end}{tail}", encoding="utf-8")


def machine(today: date, peers: Sequence[Peer], rounds: int) -> str:
    """Return when and on what the figures were measured, and beside what."""
    tools = ", ".join(f"{peer.name} {version(peer.package)}" for peer in peers if peer.package)
    beside = f"beside {tools}" if tools else "no other tool was installed"
    return f"{measured(today)}, medians of {_turns(rounds)}; {beside}."


def measured(today: date) -> str:
    """Return when and on what machine something was measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"Measured {today.isoformat()} on {_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}, load "
        f"{os.getloadavg()[2]:.1f} over the last quarter of an hour"
    )


def _turns(rounds: int) -> str:
    return "one round" if rounds == 1 else f"{rounds} rounds"


def bars_table(bars: Iterable[Bar]) -> str:
    """Return the bars with their figures."""
    rows = [
        f"| {bar.name} | {bar.shown(bar.figure)} | {bar.sign} {bar.shown(bar.limit)} "
        f"| {'met' if bar.is_met else '**missed**'} |"
        for bar in bars
    ]
    return "\n".join(["| bar | figure | limit | |", "|---|---:|---:|---|", *rows])


def figures_table(figures: Figures, peers: Sequence[Peer], own: Peer) -> str:
    """Return what a workload cost each contestant; in brackets how many times the product's CPU."""
    head = [
        "",
        "cold: wall",
        "cold: CPU",
        "peak",
        "no-op: CPU",
        "one change: CPU",
        "ran of due",
        "dry run: CPU",
    ]
    rows = [_row(figures, peer, own) for peer in peers]
    lines = [f"| {' | '.join(head)} |", "|---|" + "---:|" * (len(head) - 1), *rows]
    count, due = len(figures.workload.needs), len(figures.workload.due)
    title = f"**{figures.workload.name}** ({count} stages, {due} due when the middle input changes)"
    return "\n".join([title, "", *lines])


def help_table(helps: dict[str, Spent]) -> str:
    """Return what it costs each contestant to print its help."""
    rows = [f"| {name} | {one.cpu_s:.2f} s | {one.peak_mb:.0f} MB |" for name, one in helps.items()]
    return "\n".join(["| `--help` | CPU | peak |", "|---|---:|---:|", *rows])


def _row(figures: Figures, peer: Peer, own: Peer) -> str:
    cold = figures.of(peer.name, "cold")
    cells = [peer.name]
    if cold:
        cells += [f"{cold.wall_s:.2f} s", _cpu(figures, peer, own, "cold"), f"{cold.peak_mb:.0f} MB"]
    else:
        cells += ["–"] * 3
    cells += [_cpu(figures, peer, own, act) for act in ("no-op", "change")]
    change = figures.of(peer.name, "change")
    cells.append(f"{change.performed} of {len(figures.workload.due)}" if change else "–")
    cells.append(_cpu(figures, peer, own, "dry run"))
    return f"| {' | '.join(cells)} |"


def _cpu(figures: Figures, peer: Peer, own: Peer, act: Act) -> str:
    spent, ours = figures.of(peer.name, act), figures.of(own.name, act)
    if spent is None or ours is None:
        return "–"
    return f"{spent.cpu_s:.2f} s" + ("" if peer is own else f" ({spent.cpu_s / ours.cpu_s:.2g} ×)")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "?")
