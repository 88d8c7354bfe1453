"""A ledger that was lost is made again from the copies of its receipts, and nothing is bought twice."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import State
from cine_forge.generation.money.salvage import salvage
from cine_forge.generation.providers.provider import PollOutcome
from cine_forge.kernel.ground.errors import IntegrityError, StageError
from tests.generation.support import ORIGIN, FakeProvider, House, Lost, image


def send(house: House, prompt: str, owner: str | None = None) -> None:
    """Send in a process that ends well, so that the ledger is one file."""
    desk = house.desk()
    desk.ask({"act": "send", "payload": image(prompt=prompt), "take_owner": owner}, ORIGIN)
    desk.close()


def of_all_kinds(folder: Path) -> House:
    """Return a house with two takes, a failure, a refusal and a generation that runs."""
    house = House(folder)
    send(house, "first", "shot:a")
    send(house, "second", "shot:a")
    house.provider.outcome = PollOutcome("failed", error="out of focus", cost_micro_usd=7)
    send(house, "third")
    house.provider.outcome, house.provider.refuse = PollOutcome("running"), "not that"
    send(house, "fourth")
    house.provider.refuse = None
    send(house, "fifth")
    return house


def ledger_of(house: House) -> Ledger:
    return Ledger(house.project / "ledger.sqlite")


def lose(house: House) -> None:
    for path in house.project.glob("ledger.sqlite*"):
        path.unlink()


@pytest.mark.row("H2")
@pytest.mark.row("D33")
def test_a_lost_ledger_is_the_same_again(tmp_path: Path) -> None:
    house = of_all_kinds(tmp_path)
    before = ledger_of(house)
    known, sums, learnt = before.receipts(), before.totals(), before.history("fake-still", "t2i")
    assert {one.state for one in known} == {
        State.SETTLED, State.FAILED, State.REFUSED, State.SUBMITTED,
    }  # fmt: skip
    lose(house)
    assert len(salvage(tmp_path).receipts) == 5
    after = ledger_of(house)
    assert (after.receipts(), after.totals()) == (known, sums)
    assert (after.history("fake-still", "t2i"), after.miscounted()) == (learnt, ())
    assert salvage(tmp_path) == ((), sums)


@pytest.mark.row("H2")
def test_what_was_paid_answers_again_and_takes_are_counted_on(tmp_path: Path) -> None:
    house = of_all_kinds(tmp_path)
    house.provider.outcome = PollOutcome("succeeded")
    lose(house)
    salvage(tmp_path)
    asked = len(house.provider.sent)
    send(house, "first", "shot:a")
    send(house, "fifth")
    assert len(house.provider.sent) == asked
    send(house, "sixth", "shot:a")
    assert sorted(one.take for one in ledger_of(house).receipts() if one.take) == [1, 2, 3]


@pytest.mark.row("H2")
@pytest.mark.parametrize("kind", ["key", "list", "none"])
def test_a_submit_whose_answer_was_lost_before_the_ledger_is_looked_up(tmp_path: Path, kind: str) -> None:
    house = House(tmp_path, FakeProvider(kind))
    house.provider.lose_answer = True
    with pytest.raises(Lost):
        house.send()
    lose(house)
    (restored,) = salvage(tmp_path).receipts
    assert restored.state is State.SUBMITTING
    house.provider.lose_answer = False
    with nullcontext() if kind != "none" else pytest.raises(StageError, match="CF-G030"):
        house.send()
    assert len(house.provider.sent) == 1


@pytest.mark.row("H2")
def test_nothing_is_restored_while_a_copy_cannot_be_read(tmp_path: Path) -> None:
    house = of_all_kinds(tmp_path)
    lose(house)
    copies = sorted(tmp_path.glob("receipts/*/receipt.json"))
    copies[0].write_text("{")
    copies[1].write_text(copies[2].read_text())
    with pytest.raises(IntegrityError, match=r"CF-G118(.|\n)*CF-G118"):
        salvage(tmp_path)
    assert not (tmp_path / "ledger.sqlite").exists()
