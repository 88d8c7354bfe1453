"""Prices: what a payload will cost and how long it will take, from the model's profile alone.

The estimate is what gets reserved, so it is never below what the profile says: a length between two
slots is billed as the longer one, and a text as if each byte were a token and the answer as long as it may
be. Money is integer micro-USD, rounded up.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from cine_forge.generation.payloads import AnyPayload, TextPayload, VideoPayload
from cine_forge.generation.profiles import Pace, Profile
from cine_forge.kernel.ground.hashing import canonical_json

MICRO_USD = 1_000_000
"""Micro-USD in one US dollar."""

_MILLION = 1_000_000
_FRAME_TOKENS = 64
"""What a server may put round each message and the whole, in tokens."""
_MOST_TOKENS = 10**9
"""No call counts more; what says so is not believed."""


@dataclass(frozen=True)
class Estimate:
    """The forecast of one attempt."""

    micro_usd: int
    seconds: float


def length_s(payload: AnyPayload) -> Fraction:
    """Return how long the result plays, in seconds; 0 for a still or a text."""
    return (
        Fraction(payload.frames) / Fraction(payload.fps) if isinstance(payload, VideoPayload) else Fraction(0)
    )


def estimate(profile: Profile, payload: AnyPayload) -> Estimate:
    """Return the forecast. Pure: the same profile and payload give the same figures."""
    played = length_s(payload)
    billed = profile.durations.billed_s(float(played)) if profile.durations else None
    charged = Fraction(billed).limit_denominator(1_000_000) if billed is not None else played
    price = profile.price.per_dispatch_micro_usd + ceil(profile.price.per_second_micro_usd * charged)
    if isinstance(payload, TextPayload):
        price += _token_price(profile, _most_read(payload), _most_said(profile, payload))
    return Estimate(price, round(_takes_s(profile.pace, payload, float(played)), 3))


def charged_micro_usd(profile: Profile, *, input_tokens: int, output_tokens: int) -> int | None:
    """Return the price of a call by what it counted, or None when the count cannot be believed."""
    if not (0 <= input_tokens <= _MOST_TOKENS and 0 <= output_tokens <= _MOST_TOKENS):
        return None
    return profile.price.per_dispatch_micro_usd + _token_price(profile, input_tokens, output_tokens)


def _token_price(profile: Profile, input_tokens: int, output_tokens: int) -> int:
    price = profile.price
    read = price.per_million_input_tokens_micro_usd * input_tokens
    written = price.per_million_output_tokens_micro_usd * output_tokens
    return -(-(read + written) // _MILLION)


def _most_read(payload: TextPayload) -> int:
    """Return how many tokens a request can be at most: a token is never shorter than a byte."""
    schema = canonical_json(payload.answer_schema) if payload.answer_schema else ""
    texts = [schema, *(message.text for message in payload.messages)]
    return sum(len(text.encode(errors="replace")) for text in texts) + _FRAME_TOKENS * (1 + len(texts))


def _most_said(profile: Profile, payload: TextPayload) -> int:
    bounds = [bound for bound in (payload.max_tokens, profile.most_output_tokens) if bound is not None]
    return min(bounds, default=0)


def _takes_s(pace: Pace, payload: AnyPayload, played_s: float) -> float:
    if isinstance(payload, TextPayload):
        return pace.least_s
    frames = payload.frames if isinstance(payload, VideoPayload) else 1
    megapixels = payload.width * payload.height * frames / 1_000_000
    return pace.least_s + pace.per_second_s * played_s + pace.per_megapixel_s * megapixels
