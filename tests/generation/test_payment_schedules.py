"""Any sequence of runs, two at once, recoveries, deaths, broken lines, set clocks, damage and second wishes.

Nothing is paid twice, nothing is lost, and no cap is passed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cine_forge.generation.dispatch.held import Finding, close_held
from cine_forge.generation.money.receipt import State
from cine_forge.generation.money.salvage import salvage
from cine_forge.kernel.ground.errors import BudgetError, StageError
from tests.generation.late_vendor import PRICE, LateHouse, fused
from tests.generation.support import Lost

SWEEP = os.environ.get("CINE_FORGE_SWEEP", "") not in ("", "0")
NUMBERS, CAP = (1, 2, 3), 2
"""Of three payloads the cap has room for two."""

Step = tuple[str, int, int]
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.just("send"), st.sampled_from(NUMBERS), st.integers(0, 45)),
    st.tuples(st.just("recover"), st.sampled_from((0, 60)), st.integers(0, 45)),
    st.tuples(st.just("person"), st.just(0), st.integers(0, 8)),
    st.tuples(st.just("wait"), st.sampled_from((1, 9, 31)), st.just(0)),
    st.tuples(st.just("line"), st.sampled_from((1, 2)), st.just(0)),
    st.tuples(st.just("pair"), st.sampled_from(NUMBERS), st.integers(0, 90)),
    st.tuples(st.just("rebuy"), st.sampled_from(NUMBERS), st.integers(0, 45)),
    st.tuples(st.just("clock"), st.sampled_from((-5, -3600, -31_536_000)), st.just(0)),
    st.tuples(st.just("damage"), st.just(0), st.just(0)),
    st.tuples(st.just("lose"), st.just(0), st.integers(0, 6)),
)


def look_at_the_books(house: LateHouse) -> None:
    """Be the person: end what is held by what the vendor's own books say."""
    for receipt in house.receipts():
        if receipt.state in (State.SUBMITTING, State.SUBMIT_UNKNOWN):
            charged = receipt.own_id in house.vendor.charges
            at = house.hours.now().isoformat()
            close_held(house.project, receipt.id, Finding(charged, "kim", at))


def carry_out(house: LateHouse, step: Step) -> None:
    """Do one step in a process of its own, which may die at an act."""
    what, value, dies_at = step
    house.fuse.left = dies_at
    with suppress(Lost, StageError, BudgetError), fused(house.fuse):
        match what:
            case "send":
                house.send(value)
            case "pair":
                house.vendor.meanwhile = lambda: house.send(value % len(NUMBERS) + 1)
                house.send(value)
            case "rebuy":
                house.rebuys = True
                house.send(value, f"run-{2 + len(house.vendor.charges)}")
            case "clock":
                house.hours.off_s = value
            case "damage":
                damage_one(house)
            case "lose":
                lose_the_ledger(house)
            case "recover":
                house.recover(sought=value, running=value)
            case "wait":
                house.hours.pause(value)
            case "line":
                house.vendor.line_breaks = value
            case "person" if house.vendor.capabilities.idempotency == "none":
                look_at_the_books(house)
    house.fuse.left, house.rebuys = 0, False
    house.vendor.meanwhile = lambda: None


def damage_one(house: LateHouse) -> None:
    """Cut an output that was paid for short."""
    for output in sorted(house.project.glob("receipts/rc-*/output.png"))[:1]:
        output.chmod(0o644)
        output.write_bytes(output.read_bytes()[:40])


def lose_the_ledger(house: LateHouse) -> None:
    """Take the ledger away and restore it, once more where the first time was cut short."""
    for path in house.project.glob("ledger.sqlite*"):
        path.unlink()
    with suppress(Lost):
        salvage(house.project)
    house.fuse.left = 0
    salvage(house.project)


def end(house: LateHouse) -> None:
    """Let everything come to its end: recovery, the person, and a last run without any trouble."""
    house.vendor.line_breaks = 0
    for _ in range(2):
        house.recover(sought=1000, running=1000)
        look_at_the_books(house)
    for number in NUMBERS:
        with suppress(BudgetError):
            if "parked" in house.send(number):
                house.recover(running=1000)
                house.send(number)


def check_always(house: LateHouse) -> None:
    """No charge is unknown to the ledger, none is made twice, and the cap holds."""
    spent, reserved = house.sums()
    assert house.vendor.invoice <= spent + reserved <= CAP * PRICE
    assert len(set(house.vendor.charges)) == len(house.vendor.charges)


def check_in_the_end(house: LateHouse) -> None:
    """The ledger is the invoice, and every charge belongs to a result or to what a person found."""
    assert house.sums() == (house.vendor.invoice, 0)
    receipts = {one.own_id: one for one in house.receipts()}
    for own_id in house.vendor.charges:
        receipt = receipts[own_id]
        told = receipt.state is State.FAILED and "found that it was charged" in (receipt.error or "")
        kept = receipt.output is not None and (house.project / receipt.output.path).is_file()
        assert told or (receipt.state is State.SETTLED and kept)
        assert not told or house.vendor.capabilities.idempotency == "none"
    assert len(house.vendor.charges) == CAP
    logs = house.project.glob("runs/*/receipts.jsonl")
    lines = [json.loads(line) for log in logs for line in log.read_text().splitlines()]
    heard = [(line["id"], line["round"]) for line in lines]
    assert len(heard) == len(set(heard)), "an outcome was told twice"
    before = {(one.id, number) for one in receipts.values() for number in range(1, one.round)}
    assert before <= set(heard), "an outcome was never told"


@pytest.mark.row("H2")
@pytest.mark.row("D33")
@pytest.mark.row("H9")
@settings(
    max_examples=10_000 if SWEEP else 100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    kind=st.sampled_from(("key", "list", "none")),
    delay_s=st.sampled_from((0, 1, 10)),
    takes_s=st.sampled_from((0, 5)),
    steps=st.lists(STEPS, min_size=2, max_size=8),
)
@example(kind="none", delay_s=0, takes_s=0, steps=(("send", 1, 10), ("person", 0, 2), ("send", 1, 0)))
def test_no_schedule_pays_twice_forgets_a_charge_or_passes_the_cap(
    kind: str, delay_s: int, takes_s: int, steps: Sequence[Step]
) -> None:
    with TemporaryDirectory() as folder:
        house = LateHouse(Path(folder), kind, delay_s=delay_s, takes_s=takes_s, budget=CAP * PRICE)
        for step in steps:
            carry_out(house, step)
            check_always(house)
        end(house)
        check_always(house)
        check_in_the_end(house)
