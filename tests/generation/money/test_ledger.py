"""The ledger: caps that no concurrency passes, takes numbered once, states that only go forward."""

from __future__ import annotations

import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cine_forge.generation.money.ledger import Cap, Ledger, Totals
from cine_forge.generation.money.receipt import ENDED, HOLDING, Receipt, State
from cine_forge.kernel.ground.errors import BudgetError, IntegrityError, InternalError
from tests.generation.support import draft

NOON = "2026-01-01T12:00:00"
RUN = "run-1"


def reserve(ledger: Ledger, number: int, cost: int, *, cap: int | None = None) -> bool:
    """Prepare and reserve a receipt under a cap of the run; say whether it was allowed."""
    receipt = ledger.prepare(draft(number, cost, owner="shot:a"))
    try:
        ledger.reserve(receipt, [] if cap is None else [Cap(cap, "run_id", RUN)], NOON)
    except BudgetError:
        return False
    return True


def settle(ledger: Ledger, number: int, cost: int) -> None:
    """Take a reserved receipt to its end, with the cost that was charged."""
    receipt = ledger.find(draft(number, 0).id)
    assert receipt is not None
    for state in (State.SUBMITTING, State.SUBMITTED, State.TERMINAL, State.DOWNLOADED):
        receipt = ledger.advance(receipt, state, NOON)
    ledger.advance(receipt, State.SETTLED, NOON, cost_micro_usd=cost)


@pytest.mark.row("D33")
@settings(max_examples=12, deadline=None)
@given(
    costs=st.lists(st.integers(1, 1_000_000), min_size=1, max_size=40),
    cap=st.integers(0, 10_000_000),
    refund=st.integers(0, 100),
)
def test_eight_threads_never_pass_the_cap_and_are_refused_only_for_want_of_room(
    costs: list[int], cap: int, refund: int
) -> None:
    with TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "ledger.sqlite")
        charged: dict[int, int] = {}
        highest: list[int] = []
        lock = threading.Lock()

        def buy(number: int) -> bool:
            if not reserve(ledger, number, costs[number], cap=cap):
                return False
            totals = ledger.totals("run_id", RUN)
            actual = costs[number] * (100 - refund) // 100
            settle(ledger, number, actual)
            with lock:
                highest.append(totals.spent + totals.reserved)
                charged[number] = actual
            return True

        with ThreadPoolExecutor(8) as pool:
            bought = list(pool.map(buy, range(len(costs))))
        assert max(highest, default=0) <= cap
        assert ledger.totals() == Totals(sum(charged.values()), 0)
        room = cap - sum(charged.values())
        again = {number: costs[number] for number, done in enumerate(bought) if not done}
        smallest = min(again, key=lambda number: again[number], default=None)
        if smallest is not None:
            assert reserve(ledger, smallest, costs[smallest], cap=cap) == (again[smallest] <= room)
        ledger.close()


def _reserve_in_process(path: str, first: int) -> int:
    ledger = Ledger(Path(path))
    allowed = sum(reserve(ledger, number, 10, cap=100) for number in range(first, first + 10))
    ledger.close()
    return allowed


@pytest.mark.row("D33")
def test_two_processes_that_open_a_new_ledger_at_once_share_one_cap(tmp_path: Path) -> None:
    path = str(tmp_path / "ledger.sqlite")
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        allowed = list(pool.map(_reserve_in_process, [path, path], [0, 10]))
    assert sum(allowed) == 10
    assert Ledger(Path(path)).totals() == Totals(0, 100)


def test_the_last_micro_dollar_may_be_spent_and_not_one_more(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    assert reserve(ledger, 1, 60, cap=100)
    assert not reserve(ledger, 2, 41, cap=100)
    assert reserve(ledger, 3, 40, cap=100)


def test_what_costs_nothing_is_allowed_under_any_cap(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    assert reserve(ledger, 1, 0, cap=0)


@pytest.mark.row("B16")
def test_a_refused_reservation_stays_prepared_and_goes_on_under_a_raised_cap(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    prepared = ledger.prepare(draft(1, 500_000))
    with pytest.raises(BudgetError, match=r"CF-G010.*cap of 0\.4") as caught:
        ledger.reserve(prepared, [Cap(400_000, "run_id", RUN)], NOON)
    assert caught.value.exit_status == 4
    assert ledger.find(prepared.id) == prepared
    assert ledger.reserve(prepared, [Cap(500_000, "run_id", RUN)], NOON).state is State.RESERVED


def test_every_cap_counts_only_what_is_its_own(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    other = ledger.prepare(draft(1, 90, run_id="run-0"))
    ledger.reserve(other, [], NOON)
    mine = ledger.prepare(draft(2, 50))
    with pytest.raises(BudgetError):
        ledger.reserve(mine, [Cap(100, "run_id", RUN), Cap(100, "project")], NOON)
    assert ledger.reserve(mine, [Cap(100, "run_id", RUN)], NOON).state is State.RESERVED


@pytest.mark.row("C12")
def test_takes_count_up_within_their_owner_and_survive_a_restart(tmp_path: Path) -> None:
    taken = []
    for number, owner in enumerate(["shot:a", "shot:b", "shot:a", None, "shot:a"]):
        ledger = Ledger(tmp_path / "ledger.sqlite")
        taken.append(ledger.reserve(ledger.prepare(draft(number, 0, owner=owner)), [], NOON).take)
        ledger.close()
    assert taken == [1, 1, 2, None, 3]


def test_a_refused_reservation_uses_up_no_take_number(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    assert not reserve(ledger, 1, 10, cap=5)
    reserve(ledger, 2, 5, cap=5)
    found = ledger.find(draft(2, 0).id)
    assert found is not None and found.take == 1


@pytest.mark.row("C12")
@pytest.mark.parametrize("to", [State.REFUSED, State.FAILED])
def test_what_came_to_nothing_is_no_take_and_a_later_take_is_never_numbered_below(
    tmp_path: Path, to: State
) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")

    def begun(number: int) -> Receipt:
        held = ledger.reserve(ledger.prepare(draft(number, 5, owner="shot:a")), [], NOON)
        return ledger.advance(ledger.advance(held, State.SUBMITTING, NOON), State.SUBMIT_UNKNOWN, NOON)

    assert ledger.advance(begun(1), to, NOON).take is None
    first, second = begun(2), begun(3)
    assert (first.take, second.take) == (1, 2)
    assert ledger.advance(first, to, NOON).take == 1, "a later take has its number already"
    assert begun(4).take == 3


@pytest.mark.row("C12")
def test_who_takes_over_has_the_number_of_the_take(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    first, other = (
        ledger.reserve(ledger.prepare(draft(number, 5, owner="shot:a")), [], NOON) for number in (1, 2)
    )
    ledger.advance(first, State.REFUSED, NOON)
    second = draft(3, 5, owner="shot:a")
    assert ledger.link(first.id, second.id).take is None
    assert ledger.reserve(ledger.prepare(second), [], NOON).take == 1 and other.take == 2


def test_preparing_twice_changes_nothing_and_never_moves_a_receipt_back(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    first = ledger.prepare(draft(1, 10))
    assert ledger.prepare(draft(1, 10)) == first
    reserved = ledger.reserve(first, [], NOON)
    assert ledger.prepare(draft(1, 10)) == reserved


@pytest.mark.parametrize("to", sorted(set(State) - {State.REFUSED}))
def test_a_prepared_receipt_can_only_be_reserved_or_refused(tmp_path: Path, to: State) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    with pytest.raises(InternalError, match="CF-G011"):
        ledger.advance(ledger.prepare(draft(1, 10)), to, NOON)


def test_a_receipt_that_someone_else_moved_is_not_moved_again(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    seen = ledger.reserve(ledger.prepare(draft(1, 10)), [], NOON)
    ledger.advance(seen, State.SUBMITTING, NOON)
    with pytest.raises(InternalError, match=r"CF-G011.*expected `reserved`"):
        ledger.advance(seen, State.SUBMITTING, NOON)


def test_an_unknown_submit_keeps_its_reservation_and_an_outcome_releases_it(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    receipt = ledger.reserve(ledger.prepare(draft(1, 70)), [], NOON)
    receipt = ledger.advance(receipt, State.SUBMITTING, NOON)
    receipt = ledger.advance(receipt, State.SUBMIT_UNKNOWN, NOON)
    assert ledger.totals() == Totals(0, 70)
    receipt = ledger.advance(receipt, State.SUBMITTED, NOON)
    ledger.advance(receipt, State.FAILED, NOON, cost_micro_usd=20)
    assert ledger.totals() == Totals(20, 0)


def test_every_state_holds_money_or_is_an_outcome_but_for_the_first_and_what_is_anothers() -> None:
    assert set(State) - ENDED - HOLDING == {State.PREPARED, State.FOREIGN}


@pytest.mark.row("A11")
def test_what_is_open_can_be_left_to_another_and_then_holds_nothing_and_may_be_bought_anew(
    tmp_path: Path,
) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.prepare(draft(1, 5))
    for number in (2, 3, 4):
        assert reserve(ledger, number, 10)
    settle(ledger, 4, 10)
    left = ledger.disown(NOON)
    assert [(receipt.id, receipt.state) for receipt in left] == [
        (draft(number, 0).id, State.FOREIGN) for number in (2, 3)
    ]
    assert ledger.totals() == Totals(10, 0)
    assert ledger.disown(NOON) == ()
    again = ledger.reopen(draft(2, 10, owner="shot:a"))
    assert (again.state, again.round, again.take) == (State.PREPARED, 2, left[0].take)


def test_reading_a_ledger_that_is_not_there_makes_no_file(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    assert (ledger.find("rc-1"), ledger.receipts(), ledger.totals()) == (None, (), Totals(0, 0))
    assert list(tmp_path.iterdir()) == []


def test_a_closed_ledger_is_read_without_writing_beside_it(tmp_path: Path) -> None:
    writer = Ledger(tmp_path / "ledger.sqlite")
    reserve(writer, 1, 10)
    writer.close()
    before = sorted(file.name for file in tmp_path.iterdir())
    assert Ledger(tmp_path / "ledger.sqlite").totals() == Totals(0, 10)
    assert sorted(file.name for file in tmp_path.iterdir()) == before


def test_a_damaged_ledger_is_an_integrity_fault_and_not_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"no database" * 500)
    with pytest.raises(IntegrityError, match="CF-G012"):
        Ledger(tmp_path / "ledger.sqlite").prepare(draft(1, 10))
    with pytest.raises(IntegrityError, match="CF-G012"):
        Ledger(tmp_path / "ledger.sqlite").totals()


def test_the_receipts_of_some_states_are_listed_by_id(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    reserve(ledger, 2, 10)
    ledger.prepare(draft(1, 10))
    assert [receipt.id for receipt in ledger.receipts()] == [draft(1, 0).id, draft(2, 0).id]
    assert [receipt.id for receipt in ledger.receipts([State.RESERVED])] == [draft(2, 0).id]


@pytest.mark.row("H3")
def test_a_ledger_whose_making_was_cut_off_is_empty_for_readers_and_made_by_the_next_writer(
    tmp_path: Path,
) -> None:
    path = tmp_path / "ledger.sqlite"
    magic = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
    journal = magic + b"\0\0\0\1" + bytes(8) + b"\0\0\2\0\0\0\x10\0"
    path.write_bytes(bytes(4096))
    path.with_name("ledger.sqlite-journal").write_bytes(journal.ljust(512, b"\0"))
    path.with_name("ledger.sqlite-wal").touch()
    ledger = Ledger(path)
    assert ledger.receipts() == ()
    assert reserve(ledger, 1, 5)
    ledger.close()
