"""A ledger that was lost, or put back from an older copy, buys nothing again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cine_forge.generation.money.gap import check_no_gap
from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.providers.provider import PollOutcome
from cine_forge.kernel.ground.errors import IntegrityError
from tests.generation.support import ORIGIN, FakeProvider, House, Lost, image

ENDINGS = ("", "-wal", "-shm")


def send(house: House, prompt: str = "a lamp") -> None:
    """Send in a process that ends well, so that the ledger is one file."""
    desk = house.desk()
    desk.ask({"act": "send", "payload": image(prompt=prompt)}, ORIGIN)
    desk.close()


def lose(house: House) -> None:
    for ending in ENDINGS:
        (house.project / f"ledger.sqlite{ending}").unlink(missing_ok=True)


@pytest.mark.row("H2")
@pytest.mark.row("D33")
@pytest.mark.parametrize("prompt", ["a lamp", "another lamp"])
@pytest.mark.parametrize("how", ["gone", "empty"])
def test_a_ledger_that_is_gone_buys_nothing_of_what_was_paid_and_nothing_new(
    tmp_path: Path, how: str, prompt: str
) -> None:
    house = House(tmp_path)
    send(house)
    lose(house)
    if how == "empty":
        (tmp_path / "ledger.sqlite").touch()
    with pytest.raises(IntegrityError, match=r"CF-G115(.|\n)*put the newest back, or make it again"):
        send(house, prompt)
    assert len(house.provider.sent) == 1


@pytest.mark.row("H2")
@pytest.mark.parametrize("prompt", ["b", "c"])
def test_a_ledger_of_yesterday_is_no_ledger(tmp_path: Path, prompt: str) -> None:
    house, kept = House(tmp_path / "p"), tmp_path / "yesterday"
    send(house)
    shutil.copy(house.project / "ledger.sqlite", kept)
    send(house, "b")
    newest = (house.project / "ledger.sqlite").read_bytes()
    shutil.copy(kept, house.project / "ledger.sqlite")
    with pytest.raises(IntegrityError, match="CF-G115"):
        send(house, prompt)
    (house.project / "ledger.sqlite").write_bytes(newest)
    send(house, "b")
    assert len(house.provider.sent) == 2


@pytest.mark.row("H2")
def test_a_ledger_that_saw_less_of_a_receipt_is_no_ledger(tmp_path: Path) -> None:
    house = House(tmp_path / "p")
    house.provider.refuse = "not today"
    send(house)
    shutil.copy(house.project / "ledger.sqlite", tmp_path / "old")
    house.provider.refuse, house.provider.outcome = None, PollOutcome("running")
    send(house)
    shutil.copy(tmp_path / "old", house.project / "ledger.sqlite")
    with pytest.raises(IntegrityError, match="CF-G115"):
        send(house)
    assert len(house.provider.sent) == 1


def test_what_costs_nothing_leaves_no_gap_and_a_copy_that_is_no_receipt_says_nothing(tmp_path: Path) -> None:
    house = House(tmp_path, FakeProvider("repeatable", price=0))
    house.profile = house.profile.model_copy(
        update={"price": house.profile.price.model_copy(update={"per_dispatch_micro_usd": 0})}
    )
    send(house)
    lose(house)
    send(house)
    for copy in tmp_path.glob("receipts/*/receipt.json"):
        copy.write_text("junk")
    check_no_gap(tmp_path, Ledger(tmp_path / "none.sqlite"))


def test_a_process_that_died_leaves_no_gap(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.provider.lose_answer = True
    with pytest.raises(Lost):
        house.send()
    house.provider.lose_answer = False
    assert house.send(image(prompt="another lamp"))["result"]["success"]
