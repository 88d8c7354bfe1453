"""A copied project takes up and buys nothing until it is adopted; then it pays for itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cine_forge.generation.money.ledger import Ledger, Totals
from cine_forge.generation.money.receipt import State
from cine_forge.generation.providers.provider import PollOutcome
from cine_forge.kernel.ground.errors import StageError
from tests.generation.support import FakeProvider, House, Lost, image

NOON = "2026-01-01T12:00:00"
RUNNING = PollOutcome("running")


def copied(house: House, folder: Path) -> House:
    """Copy a house's project, with its provider standing where it stood."""
    shutil.copytree(house.project, folder)
    copy = House(folder, house.provider)
    copy.is_copy = True
    return copy


@pytest.fixture
def running(tmp_path: Path) -> House:
    """Return a project whose one generation is still running at its provider."""
    house = House(tmp_path / "original")
    house.provider.outcome = RUNNING
    house.send()
    return house


@pytest.mark.row("A11")
def test_a_copy_takes_up_nothing_that_is_open_and_asks_nobody(running: House, tmp_path: Path) -> None:
    copy = copied(running, tmp_path / "copy")
    copy.provider.poll = None  # type: ignore[assignment, method-assign]  # whoever polls fails
    with pytest.raises(StageError, match=r"CF-G031(.|\n)*project adopt"):
        copy.send()
    assert len(copy.provider.sent) == 1
    assert Ledger(copy.project / "ledger.sqlite").totals() == Totals(0, 400_000)


def test_a_copy_looks_nothing_up_whose_answer_was_lost(tmp_path: Path) -> None:
    house = House(tmp_path / "original")
    house.provider.lose_answer = True
    with pytest.raises(Lost):
        house.send()
    copy = copied(house, tmp_path / "copy")
    copy.provider.find = None  # type: ignore[assignment, method-assign]  # whoever looks it up fails
    with pytest.raises(StageError, match="CF-G031"):
        copy.send()


@pytest.mark.row("A11")
def test_a_copy_buys_nothing_new_either(running: House, tmp_path: Path) -> None:
    copy = copied(running, tmp_path / "copy")
    with pytest.raises(StageError, match="CF-G031"):
        copy.send(image(prompt="another lamp"))
    assert len(copy.provider.sent) == 1


def test_what_was_refused_is_not_asked_for_again_by_a_copy(tmp_path: Path) -> None:
    house = House(tmp_path / "original")
    house.provider.refuse = "no lamps today"
    house.send()
    house.provider.refuse = None
    with pytest.raises(StageError, match="CF-G031"):
        copied(house, tmp_path / "copy").send()
    assert house.provider.sent == []


def test_a_copy_reads_what_was_bought_and_makes_what_costs_nothing(tmp_path: Path) -> None:
    house = House(tmp_path / "original")
    bought = house.send()
    assert copied(house, tmp_path / "copy").send()["receipt"] == bought["receipt"]
    free = House(tmp_path / "free", FakeProvider("repeatable", price=0))
    free.provider.lose_answer = True
    with pytest.raises(Lost):
        free.send()
    free.provider.lose_answer = False
    assert copied(free, tmp_path / "free copy").send()["result"]["success"] is True


@pytest.mark.row("A11")
def test_an_adopted_copy_that_left_what_was_open_buys_it_for_itself_under_an_id_of_its_own(
    running: House, tmp_path: Path
) -> None:
    copy = copied(running, tmp_path / "copy")
    Ledger(copy.project / "ledger.sqlite").disown(NOON)
    copy.is_copy, copy.own_mark = False, "-c0ffee"
    copy.provider.outcome = PollOutcome("succeeded", cost_micro_usd=400_000)
    assert copy.send()["result"]["success"] is True
    (first, second) = (sent.own_id for sent in copy.provider.sent)
    assert second == f"{first}-c0ffee"
    (receipt,) = Ledger(copy.project / "ledger.sqlite").receipts()
    assert (receipt.state, receipt.own_id) == (State.SETTLED, second)
    assert running.send()["result"]["success"] is True, "the original ends what it began"
    assert len(copy.provider.sent) == 2


def test_an_adopted_copy_that_took_its_receipts_along_ends_them_without_paying_again(
    running: House, tmp_path: Path
) -> None:
    copy = copied(running, tmp_path / "copy")
    copy.is_copy, copy.own_mark = False, "-c0ffee"
    copy.provider.outcome = PollOutcome("succeeded", cost_micro_usd=400_000)
    assert copy.send()["result"]["success"] is True
    assert len(copy.provider.sent) == 1
