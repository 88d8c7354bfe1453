"""Offers: what a vendor asks today, held against the profile in the measure that both know."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from cine_forge.generation.money.offer import endpoints_of, offers
from cine_forge.generation.providers.quote import Quote, micro_usd_of
from cine_forge.kernel.ground.errors import StageError
from tests.fakes import fal, sync
from tests.fakes.counter import Counter
from tests.fakes.vendor import VendorServer
from tests.generation.support import shipped_profiles

OURS = shipped_profiles()
VEO, BANANA = OURS["fal-veo-3.1"], OURS["fal-nano-banana-pro"]


def quote(endpoint: str, usd: float, unit: str) -> Quote:
    price = micro_usd_of(usd)
    assert price is not None
    return Quote(endpoint, unit, price)


@pytest.mark.parametrize(
    ("usd", "unit", "agrees", "told"),
    [
        (0.2, "seconds", True, "0.2 USD a second, as the profile of 2026-11-21 says"),
        (0.4, "second", True, "0.4 USD a second, as"),
        (24, "minutes", True, "0.4 USD a second, as"),
        (0.25, "seconds", False, "0.25 USD a second, and the profile of 2026-11-21 says 0.2 USD to 0.6 USD"),
        (0.2, "videos", None, "0.2 USD each, and the profile of 2026-11-21 does not charge by that"),
        (0.2, "compute seconds", None, "`compute seconds`, which the profile of 2026-11-21 does not count"),
    ],
)
def test_a_price_of_today_is_compared_where_both_count_alike(
    usd: float, unit: str, agrees: bool | None, told: str
) -> None:
    found = next(offers(VEO, (quote("fal-ai/veo3.1", usd, unit),)))
    assert found.agrees is agrees and told in found.text


def test_every_endpoint_of_a_model_has_its_line(tmp_path: Path) -> None:
    assert endpoints_of(BANANA) == ("fal-ai/nano-banana-pro", "fal-ai/nano-banana-pro/edit")
    told = [one.text for one in offers(BANANA, (quote("fal-ai/nano-banana-pro", 0.15, "images"),))]
    assert told == ["0.15 USD each, as the profile of 2026-11-21 says", "it tells no price"]


@pytest.mark.parametrize("told", [None, True, "0.1", -0.1, float("inf"), float("nan"), [1]])
def test_what_is_no_sum_is_no_price(told: object) -> None:
    assert micro_usd_of(told) is None


def test_fal_is_asked_for_many_at_once_and_what_it_says_oddly_is_left_out(tmp_path: Path) -> None:
    prices = {"a/b": (0.025, "image"), "c/d": (-1.0, "image")}
    with VendorServer(fal.FalManner(prices)) as vendor:
        shop = Counter(tmp_path, vendor, "fal-veo-3.1", {"FAL_KEY": fal.KEY})
        found = shop.provider.quotes(["a/b", "c/d", *(f"e/{at}" for at in range(60))])  # type: ignore[attr-defined]
        asked = vendor.requests("check")
    assert found == (Quote("a/b", "image", Fraction(25_000)),)
    assert [len(one.query["endpoint_id"].split(",")) for one in asked] == [50, 12]
    assert asked[0].headers["authorization"] == f"Key {fal.KEY}"


def test_sync_is_asked_what_a_second_costs_by_each_model(tmp_path: Path) -> None:
    with VendorServer(sync.SyncManner()) as vendor:
        shop = Counter(tmp_path, vendor, "sync-lipsync-2", sync.KEYS)
        found = shop.provider.quotes(["lipsync-2", "lipsync-2-pro"])  # type: ignore[attr-defined]
    assert found == tuple(Quote(one, "second", Fraction(50_000)) for one in ("lipsync-2", "lipsync-2-pro"))
    assert [one.agrees for one in offers(shop.profile, found)] == [True]


def test_who_does_not_tell_its_prices_says_why_and_no_key(tmp_path: Path) -> None:
    with VendorServer(fal.FalManner()) as vendor:
        shop = Counter(tmp_path, vendor, "fal-veo-3.1", {"FAL_KEY": "another-key-of-a-test"})
        with pytest.raises(StageError, match="CF-G105") as caught:
            shop.provider.quotes(["a/b"])  # type: ignore[attr-defined]
    assert "fal answered 401" in str(caught.value) and "another-key" not in str(caught.value)
