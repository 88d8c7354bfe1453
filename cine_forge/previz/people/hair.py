"""Hair and what is worn on it: caps, curtains, knots and brims laid over a skull.

Every style has its own silhouette, so that two people are told apart as shadows.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cine_forge.previz.people.skull import Skull, around
from cine_forge.previz.stage.mesh import Mesh, ball, loft
from cine_forge.previz.stage.piece import Mark, Part
from cine_forge.staging.blocking import Look
from cine_forge.staging.colour import Rgb, from_hex, lighter, mix

Vector = NDArray[np.float64]

# Hairlines: (degrees from the front, height in heads).
_SHORT = [
    (0, 0.835),
    (30, 0.815),
    (52, 0.735),
    (66, 0.66),
    (76, 0.475),
    (90, 0.475),
    (108, 0.42),
    (135, 0.26),
    (180, 0.20),
]
_FULL = [(0, 0.815), (28, 0.790), (50, 0.690), (66, 0.56), (78, 0.34), (100, 0.22), (135, 0.12), (180, 0.08)]
_BACK = [(0, 0.845), (30, 0.830), (54, 0.745), (70, 0.62), (82, 0.545), (108, 0.44), (140, 0.28), (180, 0.22)]


def hair_parts(look: Look, skull: Skull, pixels: float) -> list[Part]:
    """Return the parts of a hair style or a head-covering in the head's own axes."""
    sides = _sides(pixels)
    hair = from_hex(look.hair)
    match look.hair_style:
        case "bald":
            return []
        case "bob":
            return [_cap(skull, _FULL, 0.060, hair, pixels), _curtain(skull, hair, 0.02, 0.085)]
        case "long":
            return [_cap(skull, _FULL, 0.055, hair, pixels), _curtain(skull, hair, -0.62, 0.075)]
        case "bun":
            knot = ball(_at(skull, 0.0, 0.90, -0.42), np.full(3, 0.165) * skull.size)
            return [_cap(skull, _BACK, 0.035, hair, pixels), Part(knot, hair)]
        case "curly":
            return _curls(skull, hair, pixels)
        case "hat":
            return [_cap(skull, _SHORT, 0.035, hair, pixels), *_hat(skull, from_hex(look.accent))]
        case "cap":
            return [
                _cap(skull, _SHORT, 0.030, hair, pixels),
                *_peaked(skull, from_hex(look.accent), sides),
            ]
        case "hood":
            return [_cap(skull, _SHORT, 0.025, hair, pixels), *_hood(skull, from_hex(look.top), sides)]
    return [_cap(skull, _SHORT, 0.048, hair, pixels)]


def _sides(pixels: float) -> int:
    return 28 if pixels > 90 else 18 if pixels > 30 else 12


def _at(skull: Skull, x: float, high: float, z: float) -> Vector:
    return np.array([x, high - 0.5, z]) * skull.size


def _cap(skull: Skull, line: list[tuple[int, float]], puff: float, hair: Rgb, pixels: float) -> Part:
    sides = _sides(pixels)
    rim = around([(float(turn), high) for turn, high in line], sides)
    mesh = skull.patch(rim, puff)
    return Part(mesh, hair, _strands(skull, line, puff, hair) if pixels > 60 else (), lift=0.03)


def _strands(skull: Skull, line: list[tuple[int, float]], puff: float, hair: Rgb) -> tuple[Mark, ...]:
    """Comb lines from a parting to the hairline: some darker, a few that catch the light."""
    marks: list[Mark] = []
    for index, turn in enumerate(range(-150, 180, 24)):
        low = float(np.interp(abs(turn), [t for t, _ in line], [h for _, h in line]))
        start = 0.965 - 0.012 * (index % 3)
        high = np.linspace(start, low + 0.05, 6)
        turns = np.asarray(
            np.radians(turn + 9.0 * np.linspace(-1.2, 0.6, 6) * (1 if turn > 0 else -1)), float
        )
        points = skull.point(high, turns, puff + 0.004)
        normals = points - skull.point(high, turns, -0.15)
        tone = lighter(hair, 1.55) if index % 4 == 1 else lighter(hair, 0.62)
        tone = mix(tone, (1.0, 0.95, 0.85), 0.14) if index % 4 == 1 else tone
        marks.append(Mark(points, tone, 0.5, width=0.014 * skull.size, closed=False, normals=normals))
    return tuple(marks)


def _curtain(skull: Skull, hair: Rgb, low: float, puff: float) -> Part:
    """Hair that falls behind the ears and down the back to height `low` (heads)."""
    turns = np.radians(np.linspace(72, 288, 15))
    levels = np.linspace(0.80, low, 7)
    outer, inner = [], []
    for index, level in enumerate(levels):
        high = np.full_like(turns, max(level, 0.42))
        spread = puff + 0.020 * index / len(levels)
        ring = skull.point(high, turns, spread)
        ring[:, 1] = (level - 0.5) * skull.size
        if level < 0.3:
            ring[:, 2] -= 0.05 * (0.3 - level) * skull.size
        outer.append(ring)
        inner.append(ring * [0.80, 1.0, 0.80])
    outer[-1][:, 0] *= 0.90
    grid = [np.concatenate([ring, core[::-1]]) for ring, core in zip(outer, inner, strict=True)]
    return Part(loft(np.array(grid)), lighter(hair, 0.94), lift=-0.06)


def _curls(skull: Skull, hair: Rgb, pixels: float) -> list[Part]:
    parts = [replace(_cap(skull, _FULL, 0.075, hair, pixels), marks=())]
    for index in range(22):
        turn = math.radians(60 + (index * 137.5) % 240)
        high = 0.45 + 0.5 * ((index * 0.618) % 1.0)
        place = skull.point(np.array([high]), np.array([turn]), 0.06)[0]
        size = (0.105 + 0.03 * ((index * 0.37) % 1.0)) * skull.size
        curl = Part(
            ball(place, np.full(3, size), 8, 5),
            lighter(hair, 0.92 + 0.16 * ((index * 0.29) % 1.0)),
            rim=index % 3 == 0,
        )
        parts += curl.merged(0.3)
    for index in range(7):
        turn = math.radians(-66 + 22 * index)
        place = skull.point(np.array([0.86]), np.array([turn]), 0.05)[0]
        curl = Part(ball(place, np.full(3, 0.10 * skull.size), 8, 5), hair, lift=0.05, rim=index % 2 == 0)
        parts += curl.merged(0.05)
    return parts


def _ring(skull: Skull, high: float, puff: float, sides: int = 24, lean: float = 0.0) -> Vector:
    turns = np.arange(sides) * (2 * math.pi / sides)
    levels: Vector = np.full(sides, min(high, 0.86))
    ring = skull.point(levels, np.asarray(turns, float), puff)
    ring[:, 1] = (high - 0.5 + lean * np.cos(turns)) * skull.size
    return ring


def _hat(skull: Skull, colour: Rgb) -> list[Part]:
    brim = loft(
        np.array(
            [
                _ring(skull, 0.755, 0.05),
                _ring(skull, 0.755, 0.30),
                _ring(skull, 0.775, 0.30),
                _ring(skull, 0.79, 0.05),
            ]
        )
    )
    crown = [
        _ring(skull, high, puff) for high, puff in ((0.77, 0.055), (0.90, 0.055), (1.06, 0.05), (1.13, 0.015))
    ]
    crown.append(_ring(skull, 1.135, -0.08))
    band = loft(np.array([_ring(skull, 0.785, 0.062), _ring(skull, 0.84, 0.062)]))
    return [
        Part(brim, lighter(colour, 0.9), lift=0.06, curved=True),
        Part(loft(np.array(crown)), colour, lift=0.07),
        Part(band, lighter(colour, 0.45), lift=0.08, edge=False),
    ]


def _peaked(skull: Skull, colour: Rgb, sides: int) -> list[Part]:
    rim = around([(0, 0.765), (60, 0.735), (120, 0.66), (180, 0.62)], sides)
    dome = skull.patch(rim, 0.062)
    turns = np.radians(np.linspace(-62, 62, 11))
    inner = skull.point(np.full(11, 0.755), turns, 0.055)
    outer = (
        inner + np.stack([0.05 * np.sin(turns), np.full(11, -0.055), 0.27 * np.cos(turns)], -1) * skull.size
    )
    lower = np.concatenate([inner, outer[::-1]])
    peak = loft(np.array([lower, lower + np.array([0.0, 0.022 * skull.size, 0.0])]))
    return [Part(dome, colour, lift=0.06), Part(peak, lighter(colour, 0.7), lift=0.12)]


def _hood(skull: Skull, colour: Rgb, sides: int) -> list[Part]:
    rim = around([(0, 0.93), (34, 0.88), (60, 0.55), (78, 0.12), (100, 0.02), (180, 0.0)], sides)
    return [
        Part(skull.patch(rim, 0.115), lighter(colour, 0.92), lift=0.05),
        Part(_collar(skull), lighter(colour, 0.85), lift=-0.05),
    ]


def _collar(skull: Skull) -> Mesh:
    rings = [
        _ring(skull, high, puff) * [0.9, 1.0, 0.9]
        for high, puff in ((-0.16, 0.16), (0.02, 0.10), (0.10, 0.08))
    ]
    return loft(np.array(rings))
