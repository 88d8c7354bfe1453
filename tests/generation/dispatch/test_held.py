"""What nobody can tell of is ended by a person, once, with what it cost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cine_forge.generation.dispatch.held import close_held
from cine_forge.kernel.ground.errors import StageError, UsageError
from tests.generation.chat_house import ANSWER_COST, ChatHouse
from tests.wire.chat_server import ChatServer, completion, fault


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


def closed(house: ChatHouse, *, charged: bool) -> str:
    own = str(house.receipt()["id"])
    close_held(house.project, own, charged=charged, by="kim", at="2026-01-01T12:00:00.000+00:00")
    return own


@pytest.mark.row("H2")
def test_what_was_charged_is_spent_and_a_later_run_makes_another_attempt(
    house: ChatHouse, server: ChatServer
) -> None:
    estimate = house.receipt()["est_cost_micro_usd"]
    closed(house, charged=True)
    assert house.spent() == (estimate, 0)
    assert house.ask()["result"]["error"] == "`kim` found that it was charged" and len(server.asked) == 1
    house.run_id = "run-2"
    assert house.ask()["result"]["success"] and house.spent() == (estimate + ANSWER_COST, 0)


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
            close_held(house.project, name, charged=False, by="kim", at="")
    assert house.receipt()["state"] == "failed"


def test_a_project_that_never_generated_gets_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing is held"):
        close_held(tmp_path, "rc-1", charged=True, by="kim", at="")
    assert list(tmp_path.iterdir()) == []
