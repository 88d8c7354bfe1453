"""Prices: what is reserved follows from the model's own table, and is never below it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cine_forge.generation.money.prices import charged_micro_usd, dollars, estimate
from cine_forge.generation.payloads import read_payload
from cine_forge.generation.profiles import Profile
from cine_forge.generation.providers.provider import Usage
from tests.generation.support import image, profile, video

DATED = {"as_of": "2026-11-21", "source": "a test"}


def priced(*rates: dict[str, Any], sound: bool = True, **price: Any) -> Profile:
    return profile(price={**DATED, "rates": rates, **price}, sound=sound)


def cost(model: Profile, **clip: Any) -> int:
    return estimate(model, read_payload(video(**clip))).micro_usd


def test_a_larger_picture_and_sound_each_have_their_own_rate() -> None:
    model = priced(
        {"up_to_lines": 720, "sound": False, "micro_usd": {"second": 10}},
        {"up_to_lines": 720, "micro_usd": {"second": 20}},
        {"micro_usd": {"second": 50}},
    )
    assert cost(model, width=1280, height=720, frames=24, generate_audio=False) == 10
    assert cost(model, width=1280, height=720, frames=24) == 20
    assert cost(model, width=1920, height=1080, frames=24) == 50


def test_a_model_without_sound_is_charged_as_without_it_whatever_was_asked() -> None:
    rates = ({"sound": True, "micro_usd": {"dispatch": 9}}, {"micro_usd": {"dispatch": 4}})
    assert cost(priced(*rates, sound=False), generate_audio=True) == 4


def test_where_no_rate_fits_the_dearest_is_reserved() -> None:
    model = priced(
        {"up_to_lines": 480, "micro_usd": {"second": 90}}, {"up_to_lines": 720, "micro_usd": {"second": 70}}
    )
    assert cost(model, width=1920, height=1080, frames=48) == 180


def test_a_rate_may_hold_for_a_length_or_for_an_action() -> None:
    model = priced(
        {"up_to_s": 5, "micro_usd": {"dispatch": 1}},
        {"actions": ["t2v"], "micro_usd": {"dispatch": 2}},
        {"micro_usd": {"dispatch": 3}},
    )
    bound = {"entity": "shot:1", "role": "board", "path": "a.png", "sha256": "0" * 64}
    assert [cost(model, frames=120), cost(model, frames=121)] == [1, 2]
    assert cost(model, frames=121, start_frame=bound) == 3


def test_a_clip_by_the_token_of_its_frames_costs_what_the_vendor_counts() -> None:
    model = priced({"micro_usd": {"million_frame_tokens": 2_400_000}}, makes_fps=24)
    clip = {"width": 1280, "height": 720, "fps": "24", "frames": 120}
    assert cost(model, **clip) == 259_200  # 1280 x 720 x 24 x 5 / 1024 = 108,000 tokens at 2.4 USD a million
    assert charged_micro_usd(model, read_payload(video(**clip)), Usage(output_tokens=108_000)) == 259_200
    assert cost(model, **clip | {"fps": "12", "frames": 60}) == 259_200


def test_a_still_by_the_megapixel_and_a_text_by_the_character_round_up_once() -> None:
    model = priced({"micro_usd": {"megapixel": 25_000, "thousand_characters": 1_000}})
    still = image(width=1000, height=500, prompt="x" * 10)
    assert estimate(model, read_payload(still)).micro_usd == 12_500 + 10
    assert estimate(model, read_payload(image(width=1000, height=500, prompt="x" * 1))).micro_usd == 12_501


def test_credits_are_charged_whole_and_what_a_vendor_counted_in_them_is_money() -> None:
    model = priced({"credits": {"second": 2.5}}, credit_micro_usd=10_000)
    assert cost(model, frames=24) == 30_000
    assert charged_micro_usd(model, read_payload(video()), Usage(credits=7.25)) == 72_500


def test_a_dispatch_costs_at_least_what_the_rate_says() -> None:
    assert cost(priced({"micro_usd": {"second": 1}, "least_micro_usd": 500}), frames=24) == 500


def test_credits_without_a_price_are_refused() -> None:
    with pytest.raises(ValidationError, match="credit_micro_usd"):
        priced({"credits": {"second": 2}})


@pytest.mark.parametrize("usage", [Usage(-1, 5), Usage(5, 10**12), Usage(credits=-1.0), Usage(5, 5)])
def test_a_count_that_cannot_be_believed_or_has_no_price_is_not_a_cost(usage: Usage) -> None:
    model = priced({"micro_usd": {"second": 7}}, credit_micro_usd=1)
    assert charged_micro_usd(model, read_payload(video()), usage) is None


@given(frames=st.integers(1, 1440), slots=st.lists(st.integers(1, 60), min_size=1, max_size=4))
def test_what_is_reserved_is_never_below_the_slot_that_will_be_billed(frames: int, slots: list[int]) -> None:
    model = profile(
        price={**DATED, "rates": [{"micro_usd": {"second": 100}}]},
        durations={"most_s": 60, "only_s": slots},
    )
    asked_s = frames / 24
    made = min((slot for slot in slots if slot >= asked_s), default=asked_s)
    assert cost(model, frames=frames) >= 100 * made


@pytest.mark.parametrize(
    ("micro_usd", "said"),
    [
        (0, "0 USD"),
        (1, "0.000001 USD"),
        (400_000, "0.40 USD"),
        (12_000_000, "12.00 USD"),
        (10**8, "100.00 USD"),
    ],
)
def test_an_amount_is_said_exactly_with_cents_at_least(micro_usd: int, said: str) -> None:
    assert dollars(micro_usd) == said
