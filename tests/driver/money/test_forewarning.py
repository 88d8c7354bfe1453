"""Forewarning: a plan says who would be asked, why, and what stands in the way, before anything is spent."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from cine_forge.driver.money.forewarning import ForewarnedSpend
from cine_forge.driver.plans.plan_text import print_plan
from cine_forge.generation.routing import Routes, Strategy
from cine_forge.kernel.ground.errors import Fault
from cine_forge.kernel.planning.plan import Plan
from cine_forge.kernel.planning.policy import Asked, Estimate, Ruling
from cine_forge.kernel.planning.record import Record

STILL = Asked("asset_prep", "character:ann", "m", {}, {}, {"modality": "image_t2i"})
STRATEGY = {
    "providers": {"fal": {"image_t2i": "m"}, "local": {"image_t2i": "l"}},
    "primary": {"image_t2i": {"provider": "fal", "declared_fallback": "local"}},
}


class Prices:
    """A policy by which `fal` makes everything that spends."""

    def route(self, asked: Asked) -> Mapping[str, str]:
        return {"provider": "fal", "model": "m"}

    def estimate(self, asked: Asked) -> Estimate | None:
        return Estimate("fal", 1) if asked.resources else None


def forewarned(record: Record, environment: Mapping[str, str]) -> ForewarnedSpend:
    market: Any = SimpleNamespace(routes=Routes(Strategy.model_validate(STRATEGY)))
    return ForewarnedSpend(Prices(), market, environment, record.warn)


@pytest.mark.row("D18")
@pytest.mark.row("D17")
def test_a_key_that_is_not_there_and_a_fallback_that_is_a_wish_are_said_once() -> None:
    record = Record()
    spend = forewarned(record, {})
    for number in range(3):
        assert spend.estimate(STILL._replace(entity=f"character:{number}")) == Estimate("fal", 1)
    assert [warning.code for warning in record.warnings] == ["CF-G078", "CF-G078"]
    assert "FAL_KEY" in record.warnings[0].what and "would not be sent" in record.warnings[1].what


def test_who_has_the_key_and_what_spends_nothing_is_not_warned_of() -> None:
    record = Record()
    forewarned(record, {"FAL_KEY": "key-of-a-test"}).estimate(STILL)
    assert ["fallback" in warning.what for warning in record.warnings] == [True]
    silent = Record()
    forewarned(silent, {}).estimate(STILL._replace(resources={}))
    forewarned(silent, {}).route(STILL)
    assert silent.warnings == []


def test_a_warning_is_told_to_the_run_that_listens() -> None:
    record, heard = Record(), list[tuple[str, Any]]()
    record.warn(Fault("CF-G078", "first"))
    record.listen(lambda name, fields: heard.append((name, fields["message"])))
    for _ in range(2):
        record.warn(Fault("CF-G078", "second"))
    assert heard == [("warning", "CF-G078 first"), ("warning", "CF-G078 second")]


@pytest.mark.row("D37")
@pytest.mark.row("D18")
def test_the_text_of_a_plan_shows_every_choice_that_is_not_simply_the_primary(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rulings = (
        Ruling("spend", "who makes image_t2i for `a`", "fal m", "override: --provider fal"),
        Ruling("spend", "who makes video_i2v for `b`", "fal n", "override: --provider fal"),
        Ruling("spend", "who makes video_i2v for `c`", "fal n", "override: --provider fal"),
        Ruling("spend", "who makes text_author for `d`", "scripted s", "primary of text_author"),
        Ruling("selectors", "which stage", "a", "it is the whole name"),
    )
    plan = Plan("p", "r", "x", (), rulings=rulings, warnings=(Fault("CF-G078", "no key", hint="set it"),))
    print_plan(plan, as_json=False)
    assert capsys.readouterr().out.splitlines()[1:] == [
        "fal m: override: --provider fal (image_t2i for `a`)",
        "fal n: override: --provider fal (video_i2v for `b`; video_i2v for `c`)",
        "warning: CF-G078 no key",
        "    set it",
    ]
