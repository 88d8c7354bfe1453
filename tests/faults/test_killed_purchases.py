"""SIGKILL in front of every call of a paid generation: nothing is paid twice, nothing that was paid is lost.

Vendors that know our own ids, that keep a list, that do neither; one and four in flight; books that lag up to
ten seconds behind. The adapters are those that ship.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.apart import apart
from tests.faults.killing import Asked, killed
from tests.faults.purchases import TRADES

pytestmark = [pytest.mark.needs("seccomp"), pytest.mark.row("H2")]

SAMPLE = {
    ("key", 1, 0.0): (1, 235), ("list", 1, 10.0): (2, 122), ("none", 1, 0.0): (1, 235),
    ("key", 4, 10.0): (70, 10), ("list", 4, 5.0): (70, 10), ("none", 4, 0.0): (70, 10),
}  # fmt: skip
"""By kind of vendor, number in flight and seconds of delay: each how many-th point, and how many at least."""

WHOLE = {
    **{(kind, 1, delay_s): 1 for kind in ("key", "list") for delay_s in (0.0, 1.0, 2.0, 5.0, 7.5, 10.0)},
    **{(kind, 4, delay_s): 2 for kind in ("key", "list") for delay_s in (0.0, 10.0)},
    ("none", 1, 0.0): 1,
    ("none", 4, 0.0): 2,
}
"""More than 5,000 points: of four in flight each second one, since which call is which differs each time."""


def test_the_sample_is_of_six_hundred_points_and_the_whole_of_every_kind() -> None:
    assert sum(least for _, least in SAMPLE.values()) >= 600
    assert {(kind, number) for kind, number, _ in SAMPLE} == {(kind, n) for kind in TRADES for n in (1, 4)}
    assert {(kind, number) for kind, number, _ in WHOLE} == {(kind, number) for kind, number, _ in SAMPLE}


@pytest.mark.parametrize(("kind", "number", "delay_s"), SAMPLE)
def test_a_purchase_killed_at_calls_all_over_it_is_paid_once_and_kept(
    tmp_path: Path, kind: str, number: int, delay_s: float
) -> None:
    every, least = SAMPLE[kind, number, delay_s]
    asked = Asked(kind, number, delay_s, runs=number - 1)
    tally = apart(killed, asked, tmp_path, every=every)
    assert tally.findings == []
    assert tally.points >= least
    assert every > 1 or {"connect", "sendto", "recvfrom", "pwrite64", "rename"} <= set(tally.calls)


@pytest.mark.sweep
@pytest.mark.parametrize(("kind", "number", "delay_s"), WHOLE)
def test_a_purchase_killed_at_every_call_is_paid_once_and_kept(
    tmp_path: Path, kind: str, number: int, delay_s: float
) -> None:
    tally = apart(killed, Asked(kind, number, delay_s), tmp_path, every=WHOLE[kind, number, delay_s])
    print(f"{kind} x {number}, {delay_s:g} s: {tally.points} points, {tally.held} held, {dict(tally.calls)}")
    assert tally.findings == []
    assert {"connect", "sendto", "recvfrom", "pwrite64", "fdatasync", "rename"} <= set(tally.calls)
