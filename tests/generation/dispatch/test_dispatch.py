"""Dispatch: each attempt is bought once, whatever dies in between, and ends with one line and one charge."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cine_forge.generation.money.ledger import Ledger, Totals
from cine_forge.generation.money.receipt import State
from cine_forge.generation.providers.opening import Opening, Providers
from cine_forge.generation.providers.provider import PollOutcome, Seal, Submission, SubmitOutcome
from cine_forge.kernel.ground.errors import BudgetError, IntegrityError, InternalError, StageError
from tests.generation.support import ORIGIN, FakeProvider, House, Lost, image, png, profile, reference

EVENTS = ["dispatch_reserved", "dispatch_submitted", "dispatch_terminal", "dispatch_settled"]


def lose_at(number: int, inner: Callable[..., Any], *, after: bool) -> Callable[..., Any]:
    """Wrap a function so that its call of this number, from 1, dies before or after its work."""
    seen = 0

    def wrapped(*args: Any, **facts: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == number and not after:
            raise Lost
        result = inner(*args, **facts)
        if seen == number:
            raise Lost
        return result

    return wrapped


def assert_bought_once(house: House, answer: Mapping[str, Any], *, lines: int = 1) -> None:
    """One settled receipt, one line a round, one charge, and a ledger that equals the invoice."""
    ledger = Ledger(house.project / "ledger.sqlite")
    assert answer["result"]["success"] is True
    assert [receipt.state for receipt in ledger.receipts()] == [State.SETTLED]
    assert [json.loads(line)["id"] for line in house.log_lines()] == [answer["receipt"]] * lines
    assert len(house.provider.sent) == 1
    assert ledger.totals() == Totals(house.provider.charged, 0)


@pytest.mark.row("D10")
@pytest.mark.row("C15")
def test_a_payload_goes_through_every_state_and_tells_four_events(tmp_path: Path) -> None:
    house = House(tmp_path)
    answer = house.send()
    assert_bought_once(house, answer)
    assert [name for name, _ in house.told] == EVENTS
    receipt = json.loads((tmp_path / "receipts" / answer["receipt"] / "receipt.json").read_text())
    assert [passed["state"] for passed in receipt["passed"]] == [
        "prepared",
        "reserved",
        "submitting",
        "submitted",
        "terminal",
        "downloaded",
        "settled",
    ]


@pytest.mark.row("D33")
def test_a_settled_attempt_is_returned_and_not_bought_again(tmp_path: Path) -> None:
    house = House(tmp_path)
    first, second = house.send(take_owner="shot:a"), house.send(take_owner="shot:a")
    assert_bought_once(house, second)
    assert {**first, "result": None} == {**second, "result": None}
    assert first["result"]["id"] != second["result"]["id"]


def test_another_attempt_is_another_purchase_with_its_own_take(tmp_path: Path) -> None:
    house = House(tmp_path)
    takes = [house.send(take_owner="shot:a", attempt=attempt)["take"] for attempt in (1, 2, 2, 3)]
    assert takes == [1, 2, 2, 3]
    assert len(house.provider.sent) == 3


@pytest.mark.row("D33")
@pytest.mark.parametrize("event", EVENTS)
def test_a_walk_that_dies_at_an_event_is_taken_up_without_paying_again(tmp_path: Path, event: str) -> None:
    house = House(tmp_path)

    def die(name: str) -> None:
        if name == event:
            raise Lost

    house.on_event = die
    with pytest.raises(Lost):
        house.send()
    house.on_event = lambda name: None
    assert_bought_once(house, house.send())


@pytest.mark.row("D33")
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", range(1, 6))
def test_a_walk_that_dies_round_a_transaction_is_taken_up_and_never_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int, after: bool
) -> None:
    house = House(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "advance", lose_at(step, Ledger.advance, after=after))
        with pytest.raises(Lost):
            house.send()
    never_sent = (step, after) == (1, True)  # it had said that it would, and died before it did
    assert_bought_once(house, house.send(), lines=2 if never_sent else 1)


@pytest.mark.row("D33")
@pytest.mark.parametrize("name", ["write_receipt", "publish_file_once", "log_receipt", "is_logged"])
@pytest.mark.parametrize("after", [False, True])
def test_a_walk_that_dies_round_a_file_ends_with_one_charge_and_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, after: bool
) -> None:
    from cine_forge.generation.dispatch import dispatch, kept_output, walk

    house = House(tmp_path)
    with monkeypatch.context() as patch:
        for owner in (dispatch, walk, kept_output):
            if hasattr(owner, name):
                patch.setattr(owner, name, lose_at(1, getattr(owner, name), after=after))
        with pytest.raises(Lost):
            house.send()
    assert_bought_once(house, house.send())


@pytest.mark.row("D33")
@pytest.mark.parametrize("kind", ["key", "list"])
def test_a_submit_whose_answer_was_lost_is_found_by_our_own_id(tmp_path: Path, kind: str) -> None:
    house = House(tmp_path, FakeProvider(kind))
    house.provider.lose_answer = True
    with pytest.raises(Lost):
        house.send()
    house.provider.lose_answer = False
    assert_bought_once(house, house.send())


@pytest.mark.row("D33")
def test_a_submit_that_nobody_can_look_up_is_held_and_keeps_its_reservation(tmp_path: Path) -> None:
    house = House(tmp_path, FakeProvider("none"))
    house.provider.lose_answer = True
    with pytest.raises(Lost):
        house.send()
    house.provider.lose_answer = False
    for _ in range(2):
        with pytest.raises(StageError, match=r"CF-G030(.|\n)*providers recover"):
            house.send()
    assert len(house.provider.sent) == 1
    assert Ledger(tmp_path / "ledger.sqlite").totals() == Totals(0, 400_000)


class Doubtful(FakeProvider):
    """A provider whose connection broke: the request may have arrived."""

    arrives = True

    def submit(self, submission: Submission) -> SubmitOutcome:
        if self.arrives:
            super().submit(submission)
        return SubmitOutcome("unknown", error="the connection was reset")


@pytest.mark.parametrize("arrives", [True, False])
def test_a_doubtful_submit_is_looked_up_at_once(tmp_path: Path, arrives: bool) -> None:
    house = House(tmp_path, Doubtful())
    house.provider.arrives = arrives  # type: ignore[attr-defined]  # a Doubtful
    if arrives:
        assert_bought_once(house, house.send())
    else:
        answer = house.send()
        assert (answer["result"]["error"], answer["cost_micro_usd"]) == ("the request never arrived", 0)
        assert (house.waits, house.provider.sent) == ([1.0, 2.0], [])


@pytest.mark.parametrize("arrives", [True, False])
def test_a_doubtful_submit_is_held_where_nobody_can_look(tmp_path: Path, arrives: bool) -> None:
    house = House(tmp_path, Doubtful("none"))
    house.provider.arrives = arrives  # type: ignore[attr-defined]  # a Doubtful
    with pytest.raises(StageError, match="CF-G030"):
        house.send()
    assert len(house.provider.sent) == arrives


def test_a_provider_that_repeats_at_no_cost_does_it_again(tmp_path: Path) -> None:
    house = House(tmp_path, FakeProvider("repeatable", price=0))
    house.provider.lose_answer = True
    with pytest.raises(Lost):
        house.send()
    house.provider.lose_answer = False
    assert house.send()["result"]["success"] is True
    assert (len(house.provider.sent), len(house.log_lines())) == (2, 1)


@pytest.mark.row("D11")
def test_a_generation_that_still_runs_is_parked_and_ready_once_it_is_terminal(tmp_path: Path) -> None:
    house = House(tmp_path)
    done, house.provider.outcome = house.provider.outcome, PollOutcome("running")
    parked = house.send()["parked"]
    desk = house.desk()
    assert (house.send(), desk.ready([parked]), house.log_lines()) == ({"parked": parked}, frozenset(), [])
    house.provider.outcome = done
    house.now += house.provider.capabilities.poll_every_s
    assert desk.ready([parked, "rc-unheard-of"]) == {parked, "rc-unheard-of"}
    assert_bought_once(house, house.send())


@pytest.mark.row("C15")
def test_a_failed_generation_is_a_result_with_one_line_and_what_it_cost(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.provider.outcome = PollOutcome("failed", cost_micro_usd=100_000, error="no such lamp")
    answers = [house.send(), house.send()]
    assert [answer["result"]["success"] for answer in answers] == [False, False]
    assert answers[0]["result"]["error"] == "no such lamp"
    assert answers[0]["cost_micro_usd"] == 100_000
    assert (len(house.provider.sent), len(house.log_lines())) == (1, 1)


def test_a_result_that_is_no_picture_is_a_failure_and_its_cost_is_counted(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.provider.content = b"<html>quota exceeded</html>"
    answer = house.send()
    assert (answer["result"]["success"], answer["cost_micro_usd"]) == (False, 400_000)
    assert "no readable picture" in answer["result"]["error"]
    assert answer["result"]["output_path"] is None


class Cutting(FakeProvider):
    """A provider whose first download is cut short."""

    downloads = 0

    def download(self, provider_id: str, outcome: PollOutcome, target: Path) -> None:
        self.downloads += 1
        target.write_bytes(self.content[:60] if self.downloads == 1 else self.content)


def test_a_download_that_was_cut_short_is_fetched_again_and_nothing_is_lost(tmp_path: Path) -> None:
    house = House(tmp_path, Cutting())
    assert_bought_once(house, house.send())


def test_what_the_provider_refuses_costs_nothing_and_may_be_asked_again(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.provider.refuse = "the key is wrong"
    refused = house.send(take_owner="shot:a")
    assert (refused["result"]["error"], refused["cost_micro_usd"]) == ("the key is wrong", 0)
    house.provider.refuse = None
    answer = house.send(take_owner="shot:a")
    assert (answer["result"]["success"], answer["take"]) == (True, 1)
    assert [json.loads(line)["state"] for line in house.log_lines()] == ["refused", "settled"]


@pytest.mark.row("B16")
def test_the_third_of_three_stops_before_it_is_sent_and_resumes_under_a_raised_cap(tmp_path: Path) -> None:
    house = House(tmp_path, budget=1_000_000)
    house.send(attempt=1)
    house.send(attempt=2)
    with pytest.raises(BudgetError, match="CF-G010"):
        house.send(attempt=3)
    assert (len(house.provider.sent), len(house.log_lines())) == (2, 2)
    house.budget = 1_200_000
    assert house.send(attempt=3)["result"]["success"] is True


@pytest.mark.row("D33")
def test_many_threads_that_ask_for_one_attempt_buy_it_once(tmp_path: Path) -> None:
    house = House(tmp_path)
    desk = house.desk()
    ask = {"act": "send", "payload": image()}
    start = threading.Barrier(8)

    def send(_: int) -> Any:
        start.wait()
        return desk.ask(ask, ORIGIN)["sha256"]

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(send, range(8)))) == 1
    assert_bought_once(house, desk.ask(ask, ORIGIN))


@pytest.mark.row("D33")
def test_many_threads_stop_exactly_at_the_cap(tmp_path: Path) -> None:
    house = House(tmp_path, budget=10 * 400_000)
    desk = house.desk()

    def send(attempt: int) -> bool:
        try:
            desk.ask({"act": "send", "payload": image(), "attempt": attempt}, ORIGIN)
        except BudgetError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(send, range(1, 41))) == 10
    assert len(house.provider.sent) == 10


@pytest.mark.row("C15")
def test_faults_of_the_order_leave_one_refused_receipt_and_never_reach_the_provider(tmp_path: Path) -> None:
    house = House(tmp_path)
    bound = reference(tmp_path)
    (tmp_path / "sheet.png").write_bytes(png(9, 9))
    payload = image(prompt="a" * 101, identity_refs=[bound])
    for _ in range(2):
        with pytest.raises(StageError) as caught:
            house.send(payload)
    assert [fault.code for fault in caught.value.faults] == ["CF-G020", "CF-G021"]
    assert [json.loads(line)["state"] for line in house.log_lines()] == ["refused"]
    assert house.provider.sent == []


@pytest.mark.row("D14")
def test_a_submission_made_without_the_seal_is_refused() -> None:
    order = {"own_id": "x", "payload": None, "attempt": 1, "action": None, "model": "m", "endpoint": "e"}
    with pytest.raises(InternalError, match="CF-G005"):
        Submission(seal=object(), **order)  # type: ignore[arg-type]  # that is the fault
    assert Submission(seal=Seal(), **order).own_id == "x"  # type: ignore[arg-type]  # a bare one


def test_the_adapter_gets_the_action_and_where_each_reference_lies(tmp_path: Path) -> None:
    house = House(tmp_path)
    bound = reference(tmp_path)
    answer = house.send(image(identity_refs=[bound]))
    sent = house.provider.sent[0]
    assert (sent.action, sent.own_id, sent.model) == ("i2i", answer["receipt"], "fake-still")
    assert sent.files == {"sheet.png": tmp_path / "sheet.png"}


def test_the_output_is_kept_read_only_and_other_bytes_under_its_name_are_not_hidden(tmp_path: Path) -> None:
    house = House(tmp_path)
    answer = house.send()
    kept = tmp_path / answer["result"]["output_path"]
    assert kept.read_bytes() == house.provider.content
    assert kept.stat().st_mode & 0o777 == 0o444
    assert (answer["width"], answer["height"]) == (64, 36)


def test_a_charge_that_the_provider_does_not_tell_is_the_estimate(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.provider.outcome = PollOutcome("succeeded")
    assert house.send()["cost_micro_usd"] == 400_000


def test_a_signed_url_is_kept_without_its_signature(tmp_path: Path) -> None:
    house = House(tmp_path)
    url = "https://cdn.example/a.png?X-Signature=canary"
    house.provider.outcome = replace(house.provider.outcome, output_url=url)
    answer = house.send()
    assert answer["result"]["output_url"] == "https://cdn.example/a.png"
    written = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert not any(b"canary" in content for content in written)


@pytest.mark.row("D18")
def test_every_provider_is_taken_up_through_the_same_door(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.provider.outcome = PollOutcome("running")
    house.send()
    house.provider.outcome = PollOutcome("succeeded", cost_micro_usd=400_000)
    house.profile = profile(price={"as_of": "2026-02-02", "source": "dearer", "per_dispatch_micro_usd": 9})
    assert house.send()["cost_micro_usd"] == 400_000


def test_an_adapter_that_is_not_there_is_named(tmp_path: Path) -> None:
    from cine_forge.kernel.ground.errors import ProjectError

    with pytest.raises(ProjectError, match=r"CF-G044.*`lokal`\n.*did you mean `local`"):
        Providers(Opening(tmp_path)).get("lokal")


def test_a_damaged_ledger_stops_the_dispatch_before_the_provider(tmp_path: Path) -> None:
    house = House(tmp_path)
    (tmp_path / "ledger.sqlite").write_bytes(b"no database" * 500)
    with pytest.raises(IntegrityError):
        house.send()
    assert house.provider.sent == []
