"""Colours as three numbers of 0 to 1, and the few sums that are done with them.

A look and a set name their colours as `#rrggbb`; whoever draws or designs computes with `Rgb`.
"""

from __future__ import annotations

import colorsys

Rgb = tuple[float, float, float]


def from_hex(text: str) -> Rgb:
    """Read `#rrggbb`."""
    digits = text.lstrip("#")
    return (int(digits[0:2], 16) / 255, int(digits[2:4], 16) / 255, int(digits[4:6], 16) / 255)


def to_hex(colour: Rgb) -> str:
    """Write `#rrggbb`; a channel outside 0 to 1 is cut."""
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, channel))):02x}" for channel in colour)


def mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    """Return `one` with `share` (0 to 1) of `other` in it."""
    rest = 1.0 - share
    return (
        one[0] * rest + other[0] * share,
        one[1] * rest + other[1] * share,
        one[2] * rest + other[2] * share,
    )


def times(one: Rgb, other: Rgb) -> Rgb:
    """Return the product per channel: a surface of colour `one` under light of colour `other`."""
    return (min(1.0, one[0] * other[0]), min(1.0, one[1] * other[1]), min(1.0, one[2] * other[2]))


def lighter(colour: Rgb, factor: float) -> Rgb:
    """Return the colour with each channel multiplied, cut at 1."""
    return times(colour, (factor, factor, factor))


def luma(colour: Rgb) -> float:
    """Return the perceived brightness, 0 to 1 (ITU-R BT.709 weights)."""
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def from_hsv(hue: float, saturation: float, value: float) -> Rgb:
    """Return the colour of a hue in turns (any number), saturation and value of 0 to 1."""
    return colorsys.hsv_to_rgb(hue % 1.0, saturation, value)


def hue_of(colour: Rgb) -> tuple[float, float, float]:
    """Return hue (turns), saturation and value."""
    return colorsys.rgb_to_hsv(*colour)


def apart(one: Rgb, other: Rgb) -> float:
    """Return how different two colours look, 0 to about 1.7 (weighted distance, red-mean method)."""
    red = (one[0] + other[0]) / 2
    squares = ((one[0] - other[0]) ** 2, (one[1] - other[1]) ** 2, (one[2] - other[2]) ** 2)
    return float(((2 + red) * squares[0] + 4 * squares[1] + (3 - red) * squares[2]) ** 0.5) / 1.75
