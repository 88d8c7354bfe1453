"""What nobody can tell of is ended by a person, once, with what it cost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cine_forge.generation.dispatch.held import Finding, close_held
from cine_forge.generation.money.ledger import Ledger, Totals
from cine_forge.generation.money.prices import dollars
from cine_forge.generation.money.receipt import State
from cine_forge.kernel.ground.errors import InternalError, StageError, UsageError
from tests.generation.chat_house import ANSWER_COST, ChatHouse
from tests.generation.support import FakeProvider, House, Lost, image
from tests.wire.chat_server import ChatServer, completion, fault

AT = "2026-01-01T12:00:00.000+00:00"


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with ChatServer(fault(500), completion({"mood": "calm"})) as running:
        yield running


@pytest.fixture
def house(server: ChatServer, tmp_path: Path) -> ChatHouse:
    """Return a house with one held receipt."""
    house = ChatHouse(tmp_path, server.base_url)
    with pytest.raises(StageError, match="CF-G030"):
        house.ask()
    house.new_process()
    return house


def closed(house: ChatHouse, *, charged: bool, cost_micro_usd: int | None = None) -> str:
    own = str(house.receipt()["id"])
    close_held(house.project, own, Finding(charged, "kim", AT, cost_micro_usd))
    return own


@pytest.mark.row("H2")
def test_what_was_charged_is_spent_and_the_run_that_waited_makes_another_attempt(
    house: ChatHouse, server: ChatServer
) -> None:
    estimate = house.receipt()["est_cost_micro_usd"]
    closed(house, charged=True)
    assert house.spent() == (estimate, 0)
    assert house.receipt()["error"] == f"`kim` found that it was charged {dollars(estimate)}, at {AT}"
    for _ in range(2):
        assert house.ask()["result"]["success"] and house.spent() == (estimate + ANSWER_COST, 0)
    assert len(server.asked) == 2


def test_what_was_not_charged_is_as_good_as_never_sent(house: ChatHouse, server: ChatServer) -> None:
    closed(house, charged=False)
    assert house.spent() == (0, 0)
    assert house.ask()["result"]["success"] and len(server.asked) == 2
    lines = (house.project / "runs/run-1/receipts.jsonl").read_text().splitlines()
    assert [json.loads(line)["state"] for line in lines] == ["refused", "settled"]


def test_only_what_is_held_is_ended_and_only_once(house: ChatHouse) -> None:
    own = closed(house, charged=True)
    for name in (own, "rc-0000"):
        with pytest.raises(UsageError, match="CF-G034"):
            close_held(house.project, name, Finding(charged=False, by="kim", at=""))
    assert house.receipt()["state"] == "failed"


def test_a_project_that_never_generated_gets_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing is held"):
        close_held(tmp_path, "rc-1", Finding(charged=True, by="kim", at=""))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.row("H2")
def test_all_that_was_set_aside_is_spent_where_the_person_knows_no_amount(tmp_path: Path) -> None:
    house = House(tmp_path, FakeProvider("none", 900_000))  # such stills were dearer than 0.40 USD before
    house.send()
    house.provider.lose_answer = True
    with pytest.raises(Lost):
        house.send(image(prompt="a lantern"))
    ledger = Ledger(tmp_path / "ledger.sqlite")
    (lost,) = ledger.receipts({State.SUBMITTING})
    assert ledger.totals() == Totals(900_000, 900_000)
    close_held(tmp_path, lost.id, Finding(charged=True, by="kim", at=AT))
    assert ledger.totals() == Totals(1_800_000, 0)


def test_what_the_bill_says_is_spent_when_the_person_says_it(house: ChatHouse) -> None:
    closed(house, charged=True, cost_micro_usd=123_456)
    assert house.spent() == (123_456, 0) and "charged 0.123456 USD" in house.receipt()["error"]


@pytest.mark.parametrize(("charged", "cost"), [(True, 0), (True, -1), (False, 0), (False, 5)])
def test_an_amount_that_contradicts_the_finding_changes_nothing(
    house: ChatHouse, charged: bool, cost: int
) -> None:
    with pytest.raises(UsageError, match="CF-G114"):
        closed(house, charged=charged, cost_micro_usd=cost)
    assert house.receipt()["state"] == "submit_unknown"


def test_a_finding_is_one_step_of_the_ledger_and_ends_nothing_else(house: ChatHouse) -> None:
    own = str(house.receipt()["id"])
    ledger = Ledger(house.project / "ledger.sqlite")
    for receipt, to in ((own, State.SUBMITTED), (own, State.SETTLED), ("rc-0", State.REFUSED)):
        with pytest.raises(InternalError, match="CF-G011"):
            ledger.end_held(receipt, to, AT)
    assert ledger.end_held(own, State.REFUSED, AT).passed[-1].at == AT
    with pytest.raises(InternalError, match="CF-G011"):
        ledger.end_held(own, State.FAILED, AT)
    ledger.close()
