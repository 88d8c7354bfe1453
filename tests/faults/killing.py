"""A killing: a purchase, killed in front of every call by which it changes something or speaks to its vendor.

After each kill the purchase is gone on with as a person would: with the next run, or with recovery before it;
what is held then is ended by the vendor's own books. What is wrong in the end is found and told.
"""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.faults.call import Call
from tests.faults.purchases import TRADES, Purchases, digests
from tests.faults.sweep import Finding
from tests.faults.watch import GO, KILL, watch


@dataclass
class Tally:
    """What a killing met: points, the calls they were at, what was held, and what was wrong."""

    points: int = 0
    held: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """What is bought in a killing: from which kind of vendor, how many at once, whose books lag how far."""

    kind: str
    number: int
    delay_s: float
    runs: int = 1


def killed(asked: Asked, room: Path, *, every: int) -> Tally:
    """Kill such purchases in front of each `every`-th call; `room` is an empty folder."""
    with Purchases(TRADES[asked.kind], asked.number, asked.delay_s, asked.runs) as purchases:
        return kill_everywhere(purchases, room, first=1 + every // 2, every=every)


def kill_everywhere(purchases: Purchases, room: Path, *, first: int = 1, every: int = 1) -> Tally:
    """Kill at every point, or each `every`-th from the `first`; `room` is an empty folder."""
    whole, tally = room / "whole", Tally()
    whole.mkdir()
    purchases.begin()
    assert purchases.act(whole) == []
    results = digests(whole)
    assert purchases.faults(whole, results, held=0) == [] and len(results) == purchases.number
    for point in count(first, every):
        folder = room / f"point{point}"
        folder.mkdir()
        met = _killed(purchases, folder, point)
        if met is None:
            return tally
        tally.points += 1
        tally.calls[met.name] += 1
        held, wrong = _gone_on(purchases, folder, results, recovers=point // every % 2 == 0)
        tally.held += held
        tally.findings += [Finding(point, f"{met.name} {met.path}", what) for what in wrong]
        shutil.rmtree(folder)
    raise AssertionError("a killing ends when no call is left")


def _killed(purchases: Purchases, folder: Path, point: int) -> Call | None:
    """Act and kill in front of the `point`-th call; None when the action ended before."""
    seen, met = 0, None

    def decide(call: Call) -> int:
        nonlocal seen, met
        seen += 1
        if seen < point:
            return GO
        met = call
        assert call.path
        return KILL

    purchases.begin()
    ending = watch(lambda _say: purchases.act(folder), decide, under=folder, lines=True)
    assert not ending.error, ending.error
    purchases.come_to_rest()
    return met


def _gone_on(
    purchases: Purchases, folder: Path, whole: dict[str, str], *, recovers: bool
) -> tuple[int, list[str]]:
    if recovers and (folder / "ledger.sqlite").exists():
        purchases.recover(folder)
    told = purchases.act(folder)
    held = purchases.look_at_the_books(folder) if told else 0
    if held:
        purchases.act(folder)
    wrong = purchases.faults(folder, whole, held=held)
    if held and purchases.trade.name != "fal":
        wrong.append(f"{held} held, though the vendor could be asked")
    return held, wrong
