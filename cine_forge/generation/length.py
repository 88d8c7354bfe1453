"""The length of what a payload asks for, as prices, adapters and inspections count it."""

from __future__ import annotations

from fractions import Fraction

from cine_forge.generation.payloads import AnyPayload


def length_s(payload: AnyPayload) -> Fraction:
    """Return how long the result plays, in seconds; 0 for a still or a text.

    What is judged, or given other lips, counts with the length it has.
    """
    frames, seconds = getattr(payload, "frames", None), getattr(payload, "seconds", 0)
    if frames is not None:
        return Fraction(frames) / Fraction(getattr(payload, "fps", "24"))
    return Fraction(seconds).limit_denominator(1_000_000)
