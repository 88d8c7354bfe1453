"""Prices: what a payload will cost and how long it will take, from the model's profile alone.

The estimate is what gets reserved, so it is never below what the profile says: a length between two
slots is billed as the longer one. Money is integer micro-USD, rounded up.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from cine_forge.generation.payloads import AnyPayload, TextPayload, VideoPayload
from cine_forge.generation.profiles import Pace, Profile

MICRO_USD = 1_000_000
"""Micro-USD in one US dollar."""


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
    return Estimate(price, round(_takes_s(profile.pace, payload, float(played)), 3))


def _takes_s(pace: Pace, payload: AnyPayload, played_s: float) -> float:
    if isinstance(payload, TextPayload):
        return pace.least_s
    frames = payload.frames if isinstance(payload, VideoPayload) else 1
    megapixels = payload.width * payload.height * frames / 1_000_000
    return pace.least_s + pace.per_second_s * played_s + pace.per_megapixel_s * megapixels
