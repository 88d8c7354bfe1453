"""What a vendor says of money and of its own ids is believed no further than it can be true."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cine_forge.generation.money.ledger import Ledger, Totals
from cine_forge.generation.money.receipt import State
from cine_forge.generation.providers.provider import PollOutcome, Sought, Submission, SubmitOutcome
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import StageError
from tests.generation.support import FakeProvider, House, image


@pytest.mark.row("H2")
@pytest.mark.parametrize("told", [-1, -(10**9), float("nan"), float("inf"), 10**16, 2**70, True, "0.40"])
@pytest.mark.parametrize("state", ["succeeded", "failed"])
def test_a_cost_that_cannot_be_one_is_not_believed(tmp_path: Path, told: Any, state: Any) -> None:
    house = House(tmp_path)
    house.provider.outcome = PollOutcome(state, cost_micro_usd=told, error="it is dark", billed=True)
    house.send()
    assert Ledger(tmp_path / "ledger.sqlite").totals() == Totals(400_000, 0)
    house.send()


def test_a_part_of_a_micro_dollar_counts_as_one(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.provider.outcome = PollOutcome("succeeded", cost_micro_usd=12.25)  # type: ignore[arg-type]
    assert house.send()["cost_micro_usd"] == 13


class Careless(FakeProvider):
    """A vendor that answers each submit with the same id, or with none."""

    given: str | None = "job-1"

    def submit(self, submission: Submission) -> SubmitOutcome:
        super().submit(submission)
        return SubmitOutcome("submitted", provider_id=self.given)

    def find(self, sought: Sought) -> str | None:
        return None


@pytest.mark.row("H2")
def test_an_id_that_was_given_before_is_never_taken_for_a_second_result(tmp_path: Path) -> None:
    house = House(tmp_path, Careless())
    first = house.send()
    for _ in range(2):
        with pytest.raises(StageError, match="CF-G030"):
            house.send(image(prompt="another lamp"))
    held = Ledger(tmp_path / "ledger.sqlite").receipts({State.SUBMIT_UNKNOWN})
    assert [(one.trouble, first["receipt"] in (one.error or "")) for one in held] == [(Trouble.TAKEN, True)]
    assert len(house.provider.sent) == 2 and house.send()["receipt"] == first["receipt"]


@pytest.mark.row("H2")
@pytest.mark.parametrize("given", ["", None])
def test_who_takes_a_request_and_gives_no_id_is_asked_for_it_and_never_for_another(
    tmp_path: Path, given: str | None
) -> None:
    house = House(tmp_path, Careless("none"))
    house.provider.given = given  # type: ignore[attr-defined]
    for _ in range(2):
        with pytest.raises(StageError, match="CF-G030"):
            house.send()
    assert len(house.provider.sent) == 1


@pytest.mark.row("H2")
def test_what_a_search_finds_is_never_what_another_receipt_holds(tmp_path: Path) -> None:
    class Confused(Careless):
        def submit(self, submission: Submission) -> SubmitOutcome:
            answered = super().submit(submission)
            return answered if len(self.sent) == 1 else SubmitOutcome("unknown", error="reset")

        def find(self, sought: Sought) -> str | None:
            return "job-1"

    house = House(tmp_path, Confused())
    house.send()
    with pytest.raises(StageError, match="CF-G030"):
        house.send(image(prompt="another lamp"))
    assert len(house.provider.sent) == 2
