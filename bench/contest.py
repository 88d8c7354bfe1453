"""The contest: all contestants do the same acts in turn, several rounds; medians count.

Before every other contestant the product and the floor have their turn again, so that a machine which
slows down for a while slows them down alike.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.peers.peer import ACTS, Act, Peer
from bench.spent import Spent, middle, spent_by
from bench.workload import Workload

Tell = Callable[[str], None]

TIMES: dict[Act, int] = {"no-op": 3, "dry run": 3}
"""How often a turn repeats an act that changes nothing: it is so short that one disturbance would decide."""


@dataclass
class Figures:
    """What one workload cost, by contestant and act, one entry for each turn."""

    workload: Workload
    turns: dict[tuple[str, Act], list[Spent]] = field(default_factory=dict)

    def of(self, name: str, act: Act) -> Spent | None:
        """Return the medians of a contestant's act, or None when it did not do it."""
        turns = self.turns.get((name, act))
        return middle(turns) if turns else None

    def wall_over(self, name: str, floor: str) -> float:
        """Return how many times the floor's time a cold run took: the median over turns side by side."""
        pairs = zip(self.turns[name, "cold"], self.turns[floor, "cold"], strict=True)
        return median(own.wall_s / least.wall_s for own, least in pairs)


def compete(
    workload: Workload, own: Sequence[Peer], others: Sequence[Peer], rounds: int, tell: Tell
) -> Figures:
    """Let all contestants carry out a workload `rounds` times, `own` before each of the others."""
    figures = Figures(workload)
    for number in range(rounds):
        for peer in _turns(own, others):
            tell(f"{workload.name}, round {number + 1} of {rounds}: {peer.name}")
            _take_turn(peer, figures, tell)
    return figures


def _turns(own: Sequence[Peer], others: Sequence[Peer]) -> Iterator[Peer]:
    if not others:
        yield from own
    for other in others:
        yield from own
        yield other


def _take_turn(peer: Peer, figures: Figures, tell: Tell) -> None:
    """Do all acts in a folder of their own. Another tool that fails is left out; the product may not fail."""
    with tempfile.TemporaryDirectory(prefix="cine-forge-bench-") as name:
        folder = Path(name) / "project"
        peer.prepare(figures.workload, folder)
        for act in ACTS:
            command = peer.command(act, folder)
            if command is None:
                continue
            if act == "change":
                figures.workload.change(folder)
            try:
                spent = [spent_by(command, lambda: peer.performed(folder)) for _ in range(TIMES.get(act, 1))]
            except RuntimeError as error:
                if peer.package is None:
                    raise
                tell(f"{peer.name} cannot do `{act}` of {figures.workload.name}: {error}")
                return
            figures.turns.setdefault((peer.name, act), []).extend(spent)
