"""Prices: what a payload will cost and how long it will take, from the model's profile alone.

The estimate is what gets reserved, so it is never below what the profile says: a length between two
slots is billed as the longer one, and a text as if each byte were a token and the answer as long as it may
be. Money is integer micro-USD, rounded up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from cine_forge.generation.action import action_of
from cine_forge.generation.length import length_s
from cine_forge.generation.payloads import AnyPayload, TextPayload
from cine_forge.generation.profiles import Measure, Pace, Profile, Rate
from cine_forge.generation.providers.provider import Usage
from cine_forge.kernel.ground.hashing import canonical_json

MICRO_USD = 1_000_000
"""Micro-USD in one US dollar."""

_MILLION = 1_000_000
_FRAME_TOKENS = 64
"""What a server may put round each message and the whole, in tokens."""
_MOST_COUNTED = 10**9
"""No call counts more; what says so is not believed."""
_PIXELS_OF_A_TOKEN = 1024
_MOST_MICRO_USD = 10**15
"""Nobody was charged a thousand million dollars for one generation."""


def dollars(micro_usd: int) -> str:
    """Return an amount as a sentence says it: exact, with cents at least."""
    whole, cents = divmod(micro_usd, MICRO_USD)
    return f"{whole}.{f'{cents:06}'.rstrip('0'):0<2} USD" if micro_usd else "0 USD"


def believed(told: object) -> int | None:
    """Return what somebody says that it cost in micro-USD, rounded up, or None for what no amount can be."""
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 <= told <= _MOST_MICRO_USD:
        return None
    return ceil(told)


@dataclass(frozen=True)
class Estimate:
    """The forecast of one attempt."""

    micro_usd: int
    seconds: float


def estimate(profile: Profile, payload: AnyPayload) -> Estimate:
    """Return the forecast. Pure: the same profile and payload give the same figures."""
    flat = _flat(profile, payload)
    tokens = _token_price(profile, _most_read(payload), _most_said(profile, payload))
    micro_usd = ceil(flat + _rated(profile, payload)) + tokens
    return Estimate(micro_usd, round(_takes_s(profile.pace, payload, float(length_s(payload))), 3))


def charged_micro_usd(profile: Profile, payload: AnyPayload, usage: Usage) -> int | None:
    """Return the price of what a vendor counted: its credits, else its tokens.

    None when the count cannot be believed, or the profile has no price for what was counted.
    """
    counts = (usage.input_tokens, usage.output_tokens, usage.credits)
    if not all(0 <= count <= _MOST_COUNTED for count in counts):
        return None
    if usage.credits:
        return ceil(Fraction(str(usage.credits)) * profile.price.credit_micro_usd) or None
    rate = _fitting(profile, payload)
    price = profile.price
    of_frames = rate.micro_usd.get("million_frame_tokens", 0) if rate else 0
    of_frames = of_frames or (rate.per_million_counted_micro_usd if rate else 0)
    of_text = price.per_million_input_tokens_micro_usd or price.per_million_output_tokens_micro_usd
    if not (of_frames or of_text):
        return None
    tokens = _token_price(profile, usage.input_tokens, usage.output_tokens)
    return tokens + ceil(_flat(profile, payload) + Fraction(of_frames * usage.output_tokens, _MILLION))


def _flat(profile: Profile, payload: AnyPayload) -> Fraction:
    """Return what is charged always, in micro-USD."""
    price = profile.price
    return price.per_dispatch_micro_usd + price.per_second_micro_usd * _billed_s(profile, payload)


def _billed_s(profile: Profile, payload: AnyPayload) -> Fraction:
    """Return the seconds that are billed: the slot of the model that is long enough, where it has slots."""
    played = length_s(payload)
    billed = profile.durations.billed_s(float(played)) if profile.durations else None
    return Fraction(billed).limit_denominator(1_000_000) if billed is not None else played


def _rated(profile: Profile, payload: AnyPayload) -> Fraction:
    """Return what the rate that fits adds, in micro-USD; where none fits, the dearest."""
    if not profile.price.rates:
        return Fraction(0)
    fits, amounts = _fitting(profile, payload), _amounts(profile, payload)
    rates = (fits,) if fits else profile.price.rates
    return max(_price_of(rate, amounts, profile.price.credit_micro_usd) for rate in rates)


def _fitting(profile: Profile, payload: AnyPayload) -> Rate | None:
    width, height = _frame(payload)
    billed_s = _billed_s(profile, payload)
    sound = profile.sound and getattr(payload, "generate_audio", True)

    def fits(rate: Rate) -> bool:
        return (
            (rate.up_to_lines is None or min(width, height) <= rate.up_to_lines)
            and (rate.up_to_s is None or billed_s <= rate.up_to_s)
            and (rate.sound is None or rate.sound is sound)
            and (not rate.actions or action_of(payload) in rate.actions)
        )

    return next(filter(fits, profile.price.rates), None)


def _amounts(profile: Profile, payload: AnyPayload) -> Mapping[Measure, Fraction]:
    """Return how much of each measure one dispatch takes."""
    width, height = _frame(payload)
    billed_s = _billed_s(profile, payload)
    own_fps = profile.price.makes_fps
    fps = Fraction(str(own_fps)) if own_fps else Fraction(getattr(payload, "fps", "0"))
    return {
        "dispatch": Fraction(1),
        "second": billed_s,
        "megapixel": Fraction(width * height, _MILLION),
        "thousand_characters": Fraction(profile.prompt.length_of(payload.prompt), 1000),
        "million_frame_tokens": width * height * fps * billed_s / _PIXELS_OF_A_TOKEN / _MILLION,
    }


def _price_of(rate: Rate, amounts: Mapping[Measure, Fraction], credit_micro_usd: int) -> Fraction:
    plain = sum((amounts[one] * price for one, price in rate.micro_usd.items()), Fraction(0))
    credits = sum((amounts[one] * Fraction(str(price)) for one, price in rate.credits.items()), Fraction(0))
    return max(plain + ceil(credits) * credit_micro_usd, Fraction(rate.least_micro_usd))


def _frame(payload: AnyPayload) -> tuple[int, int]:
    """Return width and height in pixels, 0 for what is no picture."""
    return getattr(payload, "width", 0), getattr(payload, "height", 0)


def _token_price(profile: Profile, input_tokens: int, output_tokens: int) -> int:
    price = profile.price
    read = price.per_million_input_tokens_micro_usd * input_tokens
    written = price.per_million_output_tokens_micro_usd * output_tokens
    return -(-(read + written) // _MILLION)


def _most_read(payload: AnyPayload) -> int:
    """Return how many tokens a request can be at most: a token is never shorter than a byte."""
    if not isinstance(payload, TextPayload):
        return len(payload.prompt.encode(errors="replace"))
    schema = canonical_json(payload.answer_schema) if payload.answer_schema else ""
    texts = [schema, *(message.text for message in payload.messages)]
    return sum(len(text.encode(errors="replace")) for text in texts) + _FRAME_TOKENS * (1 + len(texts))


def _most_said(profile: Profile, payload: AnyPayload) -> int:
    asked = payload.max_tokens if isinstance(payload, TextPayload) else None
    bounds = [bound for bound in (asked, profile.most_output_tokens) if bound is not None]
    return min(bounds, default=0)


def _takes_s(pace: Pace, payload: AnyPayload, played_s: float) -> float:
    width, height = _frame(payload)
    frames = getattr(payload, "frames", 1)
    megapixels = width * height * frames / 1_000_000
    return pace.least_s + pace.per_second_s * played_s + pace.per_megapixel_s * megapixels
