"""What was left open is taken up from its receipt alone, and nothing is bought by it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cine_forge.generation.money.receipt import State
from cine_forge.kernel.ground.errors import Fault, StageError
from tests.generation.late_vendor import GRACE_S, PRICE, LateHouse, fused
from tests.generation.support import Lost

AFTER_IT = 14
"""Acts of a send until its submit was answered: the first after it has this number."""


def cut(house: LateHouse, at: int | str) -> None:
    """Let the process die at an act of a send."""
    house.fuse.left, house.fuse.name = (at, "") if isinstance(at, int) else (0, at)
    with fused(house.fuse), pytest.raises(Lost):
        house.send()


def standings(house: LateHouse, **waits_s: float) -> list[tuple[str, str]]:
    return [(one.was.value, one.standing) for one in house.recover(**waits_s)]


@pytest.mark.row("D33")
@pytest.mark.row("H2")
@pytest.mark.parametrize("kind", ["key", "list", "none"])
def test_what_was_never_sent_gives_back_what_was_set_aside(tmp_path: Path, kind: str) -> None:
    house = LateHouse(tmp_path, kind)
    cut(house, "after reserve")
    assert house.sums() == (0, PRICE)
    assert standings(house) == [("reserved", "free")]
    assert (house.sums(), house.vendor.charges) == ((0, 0), [])
    assert house.send()["result"]["success"] and house.sums() == (PRICE, 0)


@pytest.mark.row("D33")
@pytest.mark.parametrize("kind", ["key", "list"])
def test_a_lost_submit_is_found_once_it_stands_in_the_books_and_settled_without_a_run(
    tmp_path: Path, kind: str
) -> None:
    house = LateHouse(tmp_path, kind, delay_s=10)
    cut(house, "after submit")
    assert standings(house) == [("submitting", "sought")]
    assert standings(house, sought=GRACE_S * 2) == [("submit_unknown", "settled")]
    assert 10 <= house.hours.passed_s < GRACE_S and house.sums() == (PRICE, 0)
    assert house.send()["cost_micro_usd"] == PRICE and len(house.vendor.charges) == 1


@pytest.mark.parametrize("kind", ["key", "list"])
def test_a_submit_that_never_arrived_is_free_once_the_grace_is_over_and_not_before(
    tmp_path: Path, kind: str
) -> None:
    house = LateHouse(tmp_path, kind)
    cut(house, "before submit")
    assert standings(house) == [("submitting", "sought")]
    house.hours.pause(GRACE_S - 1)
    assert standings(house) == [("submit_unknown", "sought")] and house.sums() == (0, PRICE)
    house.hours.pause(1)
    assert standings(house) == [("submit_unknown", "free")] and house.sums() == (0, 0)
    assert house.vendor.charges == []


@pytest.mark.row("H2")
@pytest.mark.parametrize("off_s", [3600.0, -5.0, -31_536_000.0])
def test_a_clock_that_was_set_back_or_on_keeps_nobody_waiting_for_ever(tmp_path: Path, off_s: float) -> None:
    house = LateHouse(tmp_path, "list")
    cut(house, "before submit")
    house.hours.off_s = off_s
    assert standings(house, sought=float("inf")) == [("submitting", "free")]
    assert house.hours.passed_s <= GRACE_S + 2 and house.sums() == (0, 0)


@pytest.mark.row("H2")
@pytest.mark.parametrize("kind", ["key", "list"])
def test_a_submit_that_was_long_under_way_is_not_taken_for_absent_before_the_books_can_have_it(
    tmp_path: Path, kind: str
) -> None:
    house = LateHouse(tmp_path, kind, delay_s=10)
    house.vendor.slow_s = 2 * GRACE_S
    cut(house, "after submit")
    house.vendor.slow_s = 0
    assert house.send()["result"]["success"]
    assert len(house.vendor.charges) == 1 and house.sums() == (PRICE, 0)


@pytest.mark.row("H2")
@pytest.mark.parametrize("at", ["before submit", "after submit"])
def test_what_nobody_can_tell_is_held_says_so_and_names_the_way_out(tmp_path: Path, at: str) -> None:
    house = LateHouse(tmp_path, "none")
    cut(house, at)
    [one] = house.recover(sought=GRACE_S * 2)
    assert one.standing == "held" and "look at its list or bill" in one.text
    assert one.command == f"cine-forge providers close {one.receipt.id} --charged (or --not-charged)"
    assert house.sums() == (0, PRICE)


@pytest.mark.row("D11")
def test_what_still_runs_is_said_to_and_waited_for_when_asked(tmp_path: Path) -> None:
    house = LateHouse(tmp_path, "key", takes_s=60)
    house.send()
    assert standings(house) == [("submitted", "running")] and house.hours.passed_s == 0
    assert standings(house, running=20) == [("submitted", "running")]
    assert standings(house, running=100) == [("submitted", "settled")]
    lines = (tmp_path / "runs/run-1/receipts.jsonl").read_text().splitlines()
    assert [json.loads(line)["state"] for line in lines] == ["settled"]


@pytest.mark.row("D33")
@pytest.mark.parametrize("at", range(AFTER_IT, AFTER_IT + 20))
def test_a_walk_cut_after_its_submit_is_brought_home_by_recovery_alone(tmp_path: Path, at: int) -> None:
    house = LateHouse(tmp_path, "key")
    cut(house, at)
    assert {one.standing for one in house.recover(sought=GRACE_S * 2)} <= {"settled"}
    assert house.sums() == (PRICE, 0)
    [receipt] = house.receipts()
    assert receipt.state is State.SETTLED and receipt.output is not None
    assert house.send()["result"]["success"] and len(house.vendor.charges) == 1


class Silent(Exception):
    """Nobody should have asked."""


@pytest.mark.row("D18")
def test_a_provider_that_does_not_answer_is_asked_once_for_all_that_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, asked = LateHouse(tmp_path, "key", takes_s=60), []
    for number in range(1, 41):
        house.send(number)

    def poll(provider_id: str) -> None:
        asked.append(provider_id)
        raise StageError(Fault("CF-G035", "the line is dead"), transient=True)

    monkeypatch.setattr(house.vendor, "poll", poll)
    found = house.recover()
    assert {one.standing for one in found} == {"unasked"} and len(asked) <= 8
    assert {one.text for one in found} == {"the line is dead"}


def test_no_more_is_begun_when_time_is_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = LateHouse(tmp_path, "key", takes_s=60)
    house.send()
    monkeypatch.setattr(house.vendor, "poll", lambda provider_id: pytest.fail("it was asked"))
    desk = house.desk()
    [one] = desk.recovery.recover(house.receipts(), {}, most_s=0)
    desk.close()
    assert (one.standing, one.text) == ("unasked", "there was no time to ask")


def test_recovery_of_a_frozen_request_that_today_nobody_can_read_says_so(tmp_path: Path) -> None:
    house = LateHouse(tmp_path, "key", takes_s=60)
    house.send()
    [open_one] = house.receipts()
    from cine_forge.generation.money.ledger import Ledger

    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.advance(open_one, State.RESERVED, "", request={"modality": "smell_o_vision"})
    ledger.close()
    [one] = house.recover()
    assert (one.standing, one.fault and one.fault.code) == ("stuck", "CF-G004")
    assert one.command == "cine-forge errors CF-G004"


@pytest.mark.row("H2")
def test_what_an_earlier_run_paid_for_is_paid_again_only_when_that_is_asked_and_once_in_a_run(
    tmp_path: Path,
) -> None:
    house = LateHouse(tmp_path, "key")
    first = house.send()["receipt"]
    assert house.send(run_id="run-2")["receipt"] == first and len(house.vendor.charges) == 1
    house.rebuys = True
    assert house.send()["receipt"] == first and len(house.vendor.charges) == 1
    again = [house.send(run_id="run-2")["receipt"] for _ in range(2)]
    assert again[0] == again[1] != first and len(house.vendor.charges) == 2
    house.send(run_id="run-3")
    assert len(house.vendor.charges) == 3 and house.sums() == (3 * PRICE, 0)
