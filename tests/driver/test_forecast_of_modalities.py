"""The forecast of every kind of generation: what nobody can make is said before anything is spent."""

from __future__ import annotations

from typing import Any

import pytest

from cine_forge.driver.money import spend
from cine_forge.driver.money.spend import Forecast
from cine_forge.generation import liveness
from cine_forge.generation.money.history import History
from cine_forge.generation.payloads import Modality
from cine_forge.kernel.ground.errors import StageError, UsageError
from cine_forge.kernel.planning.policy import Asked
from cine_forge.kernel.stages.contract import Given
from tests.generation.asked import EVERY, several
from tests.generation.support import profile, routes


def forecast() -> Forecast:
    """Return a forecast in which one model makes clips of references, for 0.40 USD each."""
    model: Any = {"fake-refs": profile(model="fake-refs", modality="video_r2v", actions={"r2v": {}})}
    strategy = routes(
        providers={"fake": {"video_r2v": "fake-refs"}}, primary={"video_r2v": {"provider": "fake"}}
    )
    return Forecast(strategy, model, {}, lambda stage: 1, history=lambda name, action: History())


def asked(modality: str, payload: dict[str, Any] | None = None) -> Asked:
    """Return a unit that generates, its payload frozen when one is given."""
    frozen = (Given("payload/a@v1", "0", "shot:a", {"payload": payload}),) if payload else ()
    return Asked("generation", "shot:a", "m", {}, {"payloads": frozen}, {"modality": modality})


@pytest.mark.row("C6")
def test_a_plan_says_what_a_modality_needs_that_no_adapter_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liveness, "provider_folders", lambda folders: {})
    for ask in (forecast().route, forecast().estimate):
        with pytest.raises(StageError, match=r"CF-G006.*`video_pass`.*stretches of a clip anew; no adapter"):
            ask(asked("video_pass", EVERY["video_pass"]))


@pytest.mark.row("C6")
def test_a_plan_refuses_a_modality_that_does_not_exist() -> None:
    with pytest.raises(UsageError, match=r"CF-G001.*`video_past`\n.*did you mean `video_pass`\?"):
        forecast().route(asked("video_past"))


def test_what_is_not_frozen_yet_has_no_price_unless_it_follows_from_the_shot() -> None:
    assert forecast().route(asked("audio_t2a")) == {}
    assert forecast().estimate(asked("audio_t2a")) is None


@pytest.mark.row("D20")
def test_several_shots_are_forecast_as_many_purchases() -> None:
    found = forecast().estimate(asked("r2v_multi", several(6, 7, 8)))
    assert found is not None
    assert (found.provider, found.micro_usd) == ("fake", 3 * 400_000)
    assert forecast().route(asked("r2v_multi", several()))["model"] == "fake-refs"


def test_embedded_kinds_are_always_carried() -> None:
    assert {name for name in Modality if liveness.is_carried(name)} >= spend._DRAWN
