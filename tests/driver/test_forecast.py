"""The forecast: what a unit will cost follows the model's price and how such estimates turned out so far."""

from __future__ import annotations

from typing import Any

import pytest

from cine_forge.driver.money.caps import budget_of
from cine_forge.driver.money.spend import Forecast
from cine_forge.film.project import Project
from cine_forge.generation.money.budget import Budget
from cine_forge.generation.money.history import History
from cine_forge.kernel.planning.policy import Asked, Estimate
from tests.generation.support import profile, routes

FACTS = {"delivery.width": 640, "delivery.height": 360, "delivery.fps": "24"}
STILL = Asked("asset_prep", "character:ann", "m", {}, {}, {"modality": "image_t2i", "tier": "finish"})


def forecast(history: History) -> Forecast:
    """Return a forecast over the fake model, with what its receipts cost so far."""
    asked: list[tuple[str, str]] = []

    def read(model: str, action: str) -> History:
        asked.append((model, action))
        assert asked == [("fake-still", "t2i")], "read once for each model and action"
        return history

    found: Any = {"fake-still": profile()}
    return Forecast(routes(), found, FACTS, lambda stage: 1, history=read)


@pytest.mark.parametrize(
    ("charged", "micro_usd"), [(200_000, 400_000), (600_000, 600_000), (10**9, 1_600_000)]
)
def test_a_forecast_follows_what_was_charged_and_never_goes_below_the_price(
    charged: int, micro_usd: int
) -> None:
    priced = forecast(History(1, 400_000, charged))
    first, again = priced.estimate(STILL), priced.estimate(STILL._replace(entity="character:ben"))
    assert first == again
    assert first is not None and (first.micro_usd, first.provider) == (micro_usd, "fake")


def test_a_forecast_says_how_estimates_turned_out_where_any_did() -> None:
    assert forecast(History()).estimate(STILL) == Estimate("fake", 400_000, 2.0)
    told = forecast(History(3, 1_200_000, 1_300_000)).estimate(STILL)
    assert told is not None
    assert told.reason == "fake-still t2i was charged 1.30 USD where 1.20 USD was expected, over 3 settled"


def test_the_budget_of_a_command_is_the_projects_with_the_cap_of_its_run() -> None:
    caps = {"project": 40, "run": 3, "stage": {"generation": 0.07}, "shot": 2}
    project = Project.model_validate({"title": "T", "script": "s.md", "budget": caps})
    micro = Budget(40_000_000, 5, {"generation": 70_000}, {"shot": 2_000_000})
    assert budget_of(project, 5) == micro
    assert budget_of(None, 5) == Budget(run=5)
