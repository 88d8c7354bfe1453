"""The race for the last of a budget: many workers, one ledger, and never one generation too many."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import count
from multiprocessing import get_context
from pathlib import Path

import pytest

from cine_forge.generation.money.ledger import Cap, Ledger, Totals
from cine_forge.generation.money.receipt import State
from cine_forge.kernel.ground.errors import BudgetError
from tests.generation.support import draft

NOON = "2026-01-01T12:00:00"
PRICE = 400_000
CAPS = (Cap(100 * PRICE), Cap(100 * PRICE, "run_id", "run-1"), Cap(100 * PRICE, "stage", "generation"))
BOUGHT = (State.SUBMITTING, State.SUBMITTED, State.TERMINAL, State.DOWNLOADED, State.SETTLED)


def generate(ledger: Ledger, number: int) -> bool:
    """Take one generation as far as the caps let it; return whether it was bought."""
    try:
        receipt = ledger.reserve(ledger.prepare(draft(number, PRICE, owner=f"shot:{number}")), CAPS, NOON)
    except BudgetError:
        return False
    for state in BOUGHT:
        receipt = ledger.advance(
            receipt, state, NOON, **({"cost_micro_usd": PRICE} if state is State.SETTLED else {})
        )
    return True


def race(path: Path, *, workers: int, generations: Iterable[int]) -> int:
    """Let workers of this process share one ledger; return how many generations were bought."""
    ledger = Ledger(path)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(workers) as pool:
            return sum(pool.map(lambda number: generate(ledger, number), generations))
    finally:
        sys.setswitchinterval(before)
        ledger.close()


def race_in_process(path: str, workers: int, first: int, generations: int) -> int:
    """Race in a process of its own."""
    return race(Path(path), workers=workers, generations=range(first, first + generations))


@pytest.mark.row("H9")
def test_sixty_four_workers_buy_exactly_what_the_cap_allows(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    assert race(path, workers=64, generations=range(400)) == 100
    assert Ledger(path).totals() == Totals(100 * PRICE, 0)


@pytest.mark.row("H9")
def test_two_processes_of_workers_share_the_cap_to_the_last_generation(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        shares = [pool.submit(race_in_process, str(path), 8, first, 100) for first in (0, 1000)]
        assert sum(share.result() for share in shares) == 100
    assert Ledger(path).totals("stage", "generation") == Totals(100 * PRICE, 0)


@pytest.mark.sweep
@pytest.mark.row("H9")
@pytest.mark.parametrize("processes", [1, 2])
def test_sixty_four_workers_with_a_thousand_generations_each_never_buy_the_hundred_and_first(
    tmp_path: Path, processes: int
) -> None:
    path, firsts, each = tmp_path / "ledger.sqlite", count(0, 100_000), 64_000 // processes
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        shares = [
            pool.submit(race_in_process, str(path), 64 // processes, next(firsts), each)
            for _ in range(processes)
        ]
        assert sum(share.result() for share in shares) == 100
    ledger = Ledger(path)
    assert ledger.totals() == Totals(100 * PRICE, 0)
    assert len(ledger.receipts([State.PREPARED])) == 63_900
