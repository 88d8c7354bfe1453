"""The purse: which caps hold for whom, who is warned once, and what is told when a cap is reached."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from cine_forge.generation.dispatch.purse import Purse
from cine_forge.generation.money.budget import Budget
from cine_forge.generation.money.ledger import Cap, Ledger
from cine_forge.generation.money.receipt import Receipt, State
from cine_forge.kernel.ground.errors import BudgetError
from tests.generation.support import House, draft, image

NOON = "2026-01-01T12:00:00"
SHOT = "ep001/shot:k3f2"


class Till:
    """A purse over a ledger in a folder, and what it told."""

    def __init__(self, folder: Path, budget: Budget) -> None:
        self.ledger = Ledger(folder / "ledger.sqlite")
        self.told: list[tuple[str, Mapping[str, Any]]] = []
        self.purse = Purse(self.ledger, budget, lambda name, fields: self.told.append((name, fields)))

    def reserve(self, number: int, cost: int, **more: Any) -> Receipt:
        """Prepare and reserve."""
        return self.purse.reserve(self.ledger.prepare(draft(number, cost, **more)), NOON)

    def settle(self, receipt: Receipt, cost: int) -> None:
        """Take a reserved receipt to its end, with the cost that was charged."""
        for state in (State.SUBMITTING, State.SUBMITTED, State.TERMINAL, State.DOWNLOADED):
            receipt = self.ledger.advance(receipt, state, NOON)
        self.ledger.advance(receipt, State.SETTLED, NOON, cost_micro_usd=cost)

    def names(self) -> list[str]:
        """Return the names of the events."""
        return [name for name, _ in self.told]


def test_each_cap_holds_for_what_is_its_own() -> None:
    budget = Budget(4, 3, stages={"generation": 2}, kinds={"shot": 1})
    assert budget.caps(draft(1, 0, owner=SHOT)) == (
        Cap(4),
        Cap(3, "run_id", "run-1"),
        Cap(2, "stage", "generation"),
        Cap(1, "owner", SHOT),
    )
    other = draft(1, 0, owner="ep001/scene:k3f2/shot:1/panel:1").model_copy(update={"stage": "storyboard"})
    assert budget.caps(other) == (Cap(4), Cap(3, "run_id", "run-1"))
    assert Budget(project=0).caps(other) == (Cap(0),)


@pytest.mark.row("B16")
@pytest.mark.parametrize(
    ("budget", "said"),
    [
        (Budget(project=100), "the project's cap of 0.0001 USD"),
        (Budget(run=100), "the run's cap of 0.0001 USD"),
        (Budget(stages={"generation": 100}), "the cap of stage `generation` of 0.0001 USD"),
        (Budget(kinds={"shot": 100}), f"the cap of `{SHOT}` of 0.0001 USD"),
    ],
)
def test_a_cap_that_is_reached_is_named_and_told(tmp_path: Path, budget: Budget, said: str) -> None:
    till = Till(tmp_path, budget)
    till.reserve(1, 60, owner=SHOT)
    with pytest.raises(BudgetError, match=f"CF-G010.*{said} does not allow"):
        till.reserve(2, 41, owner=SHOT)
    ((name, told),) = till.told
    assert name == "budget_reached" and str(told["message"]).startswith(said)
    figures = ("cap_micro_usd", "spent_micro_usd", "reserved_micro_usd", "wanted_micro_usd")
    assert [told[figure] for figure in figures] == [100, 0, 60, 41]
    assert (told["stage"], told["entity"]) == ("generation", "shot:a")


@pytest.mark.row("B16")
def test_a_person_is_warned_once_for_each_cap_and_run_from_four_fifths_on(tmp_path: Path) -> None:
    till = Till(tmp_path, Budget(project=1000, run=100))
    till.reserve(1, 79)
    assert till.names() == []
    till.reserve(2, 1)
    till.reserve(3, 20)
    ((name, told),) = till.told
    assert (name, told["scope"], told["message"]) == (
        "budget_warned",
        "run_id",
        "80 % of the run's cap of 0.0001 USD is spent or reserved",
    )
    raised = Till(tmp_path, Budget(run=120))
    raised.reserve(4, 1)
    raised.reserve(5, 1)
    assert raised.names() == ["budget_warned"]
    raised.reserve(6, 110, run_id="run-2")
    assert raised.names() == ["budget_warned"] * 2


def test_money_is_set_aside_as_such_receipts_turned_out_and_never_below_the_estimate(tmp_path: Path) -> None:
    till = Till(tmp_path, Budget())
    till.settle(till.reserve(1, 100), 150)
    second = till.reserve(2, 100)
    assert second.reserved_micro_usd == till.ledger.totals().reserved == 150
    till.settle(second, 10)
    assert till.ledger.history("fake-still", "t2i").ratio == Fraction(160, 200)
    assert till.reserve(3, 100).reserved_micro_usd == 100


def test_one_absurd_bill_never_sets_aside_more_than_four_estimates(tmp_path: Path) -> None:
    till = Till(tmp_path, Budget())
    till.settle(till.reserve(1, 100), 10**9)
    assert till.reserve(2, 100).reserved_micro_usd == 400


@pytest.mark.row("B16")
@pytest.mark.row("C14")
def test_a_cap_of_one_dollar_stops_before_the_third_of_forty_cents_and_goes_on_when_it_is_raised(
    tmp_path: Path,
) -> None:
    house = House(tmp_path, budget=1_000_000)
    house.send(image(seed=1))
    house.send(image(seed=2))
    with pytest.raises(BudgetError):
        house.send(image(seed=3))
    told = [name for name, _ in house.told if name.startswith("budget")]
    assert told == ["budget_warned", "budget_reached"] and len(house.provider.sent) == 2
    house.budget = 1_200_000
    house.send(image(seed=3))
    assert len(house.provider.sent) == 3
    assert Ledger(tmp_path / "ledger.sqlite").totals("run_id", "run-1").spent == house.provider.charged
