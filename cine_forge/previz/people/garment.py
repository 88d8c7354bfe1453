"""Garments as they lie on a trunk: collars, lapels, buttons, belts, badges, ties, bibs.

A mark is placed by its share of the way from hem to neck and its turn round the body (0 front, 90 right).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cine_forge.previz.stage.piece import Mark
from cine_forge.staging.blocking import Look
from cine_forge.staging.colour import Rgb, from_hex, lighter, luma, mix

Vector = NDArray[np.float64]

_WHITE: Rgb = (0.92, 0.91, 0.88)


@dataclass(frozen=True)
class Trunk:
    """The skin of the trunk as rings from hem to neck; `spot` finds a place on it."""

    rings: Vector
    places: Vector

    def spot(self, up: float, turn_deg: float, out: float = 0.004) -> tuple[Vector, Vector]:
        """Return the point and outward normal at a share of the height and a turn (0 front, 90 right)."""
        cols = self.rings.shape[1]
        row = float(np.interp(up, self.places, np.arange(len(self.places))))
        low = min(int(row), len(self.places) - 2)
        ring = self.rings[low] * (1 - row + low) + self.rings[low + 1] * (row - low)
        col = (turn_deg % 360.0) / 360.0 * cols
        one, two = int(col) % cols, (int(col) + 1) % cols
        point = ring[one] * (1 - col % 1) + ring[two] * (col % 1)
        normal = point - ring.mean(axis=0)
        normal = normal / (np.linalg.norm(normal) + 1e-9)
        return point + normal * out, normal

    def mark(self, places: Sequence[tuple[float, float]], colour: Rgb, **how: float) -> Mark:
        """Lay an area (or with `width` a line) through (share of height, turn) places."""
        spots = [self.spot(up, turn) for up, turn in places]
        points, normals = np.array([s[0] for s in spots]), np.array([s[1] for s in spots])
        width = float(how.get("width", 0.0))
        return Mark(
            points,
            colour,
            float(how.get("opacity", 1.0)),
            width,
            closed=width == 0,
            curved=width > 0,
            normals=normals,
        )


@dataclass(frozen=True)
class Cloth:
    """The colours of a garment."""

    top: Rgb
    dark: Rgb
    accent: Rgb
    skin: Rgb
    belt: Rgb


def garment_marks(trunk: Trunk, look: Look) -> tuple[Mark, ...]:
    """Return the marks of a look's garment and of what is worn on it."""
    top = from_hex(look.top)
    cloth = Cloth(
        top=top,
        dark=lighter(top, 0.55) if luma(top) > 0.12 else mix(top, _WHITE, 0.22),
        accent=from_hex(look.accent),
        skin=from_hex(look.skin),
        belt=mix(from_hex(look.bottom), (0.1, 0.06, 0.03), 0.6),
    )
    marks = list(_GARMENTS.get(look.garment, _shirt)(trunk, cloth))
    if look.accessory == "tie" or (look.garment == "suit" and look.accessory is None):
        marks += _tie(trunk, cloth.accent)
    if look.accessory == "badge":
        star = [(0.76, -34), (0.74, -28), (0.68, -31), (0.68, -37), (0.74, -40)]
        marks.append(trunk.mark(star, (0.95, 0.80, 0.30)))
    if look.accessory == "bag":
        strap = [(0.95, -62), (0.74, -30), (0.45, 15), (0.2, 50), (0.06, 80)]
        marks.append(trunk.mark(strap, lighter(cloth.accent, 0.7), width=0.028))
    return tuple(marks)


def _shirt(trunk: Trunk, cloth: Cloth) -> list[Mark]:
    return [
        *_collar(trunk, mix(cloth.top, _WHITE, 0.25)),
        _line(trunk, 0.97, -0.02, 4, cloth.dark),
        *_buttons(trunk, cloth.dark, (0.85, 0.68, 0.50, 0.32), 1),
        _band(trunk, -0.02, 0.05, cloth.belt),
    ]


def _suit(trunk: Trunk, cloth: Cloth) -> list[Mark]:
    lapels = _lapels(trunk, cloth.top, cloth.dark, 0.60)
    return [*_opened(trunk, _WHITE, 0.60), *lapels, *_buttons(trunk, cloth.dark, (0.48, 0.34))]


def _coat(trunk: Trunk, cloth: Cloth) -> list[Mark]:
    return [
        *_opened(trunk, cloth.accent, 0.72),
        *_lapels(trunk, cloth.top, cloth.dark, 0.72, 1.25),
        *_buttons(trunk, cloth.dark, (0.62, 0.46, 0.30), 9),
        _band(trunk, 0.16, 0.22, cloth.dark),
    ]


def _jacket(trunk: Trunk, cloth: Cloth) -> list[Mark]:
    pockets = [
        trunk.mark([(0.30, side * 40), (0.42, side * 50)], cloth.dark, width=0.012) for side in (-1, 1)
    ]
    return [
        *_opened(trunk, cloth.accent, 0.82),
        _line(trunk, 0.82, -0.1, 0, _WHITE),
        _band(trunk, -0.10, -0.03, cloth.dark),
        *pockets,
        *_lapels(trunk, cloth.top, cloth.dark, 0.82, 0.8),
    ]


def _jumper(trunk: Trunk, cloth: Cloth) -> list[Mark]:
    return [
        _neckline(trunk, cloth.accent),
        _band(trunk, -0.12, -0.05, cloth.dark),
        _band(trunk, 0.58, 0.66, cloth.accent),
        _band(trunk, 0.70, 0.73, cloth.accent),
    ]


def _apron(trunk: Trunk, cloth: Cloth) -> list[Mark]:
    bib = [(0.86, -34), (0.86, 34), (0.40, 74), (-0.02, 80), (-0.02, -80), (0.40, -74)]
    string = trunk.mark([(0.24, -64), (0.24, 64)], lighter(cloth.accent, 0.7), width=0.016)
    return [*_collar(trunk, cloth.top), trunk.mark(bib, cloth.accent), string]


def _dress(trunk: Trunk, cloth: Cloth) -> list[Mark]:
    turns = [float(turn) for turn in range(-78, 79, 13)]
    scoop = [(1.04 - 0.20 * math.cos(math.radians(turn * 90 / 78)) ** 0.8, turn) for turn in turns]
    return [trunk.mark(scoop, cloth.skin), _band(trunk, 0.20, 0.27, cloth.accent)]


def _opened(trunk: Trunk, colour: Rgb, low: float) -> list[Mark]:
    return [trunk.mark([(1.03, -52), (low, 0), (1.03, 52)], colour)]


def _lapels(trunk: Trunk, top: Rgb, dark: Rgb, low: float, wide: float = 1.0) -> list[Mark]:
    marks = []
    for side in (-1, 1):
        edge = [
            (1.03, side * 58),
            (0.93, side * 62 * wide),
            (0.84, side * 50 * wide),
            (0.83, side * 40 * wide),
            (low, 0),
            (0.92, side * 24),
        ]
        marks.append(trunk.mark(edge, lighter(mix(top, (1, 1, 1), 0.07), 1.08)))
        marks.append(trunk.mark([*edge[1:4], (low, 0)], dark, width=0.006, opacity=0.8))
    marks.append(_line(trunk, low, -0.2, 3, dark))
    return marks


def _collar(trunk: Trunk, colour: Rgb) -> list[Mark]:
    return [
        trunk.mark(
            [(1.03, side * 70), (0.96, side * 62), (0.885, side * 24), (0.965, side * 2), (1.03, side * 20)],
            colour,
        )
        for side in (-1, 1)
    ]


def _line(trunk: Trunk, high: float, low: float, turn: float, colour: Rgb) -> Mark:
    return trunk.mark(
        [(up, turn) for up in np.linspace(high, low, 6).tolist()], colour, width=0.007, opacity=0.8
    )


def _buttons(trunk: Trunk, colour: Rgb, ups: tuple[float, ...], turn: float = 4) -> list[Mark]:
    return [
        trunk.mark([(up + 0.012, turn), (up, turn + 3), (up - 0.012, turn), (up, turn - 3)], colour)
        for up in ups
    ]


def _band(trunk: Trunk, low: float, high: float, colour: Rgb) -> Mark:
    turns = np.linspace(-100, 100, 15).tolist()
    return trunk.mark([(high, turn) for turn in turns] + [(low, turn) for turn in reversed(turns)], colour)


def _neckline(trunk: Trunk, colour: Rgb) -> Mark:
    turns = np.linspace(-80, 80, 9).tolist()
    return trunk.mark(
        [(0.975 - 0.05 * math.cos(math.radians(turn)), turn) for turn in turns], colour, width=0.022
    )


def _tie(trunk: Trunk, colour: Rgb) -> list[Mark]:
    knot = [(1.0, -9), (1.0, 9), (0.945, 6), (0.945, -6)]
    blade = [(0.945, -4), (0.945, 4), (0.50, 11), (0.44, 0), (0.50, -11)]
    return [trunk.mark(blade, colour), trunk.mark(knot, lighter(colour, 0.8))]


def _uniform(trunk: Trunk, cloth: Cloth) -> list[Mark]:
    top, dark, accent = cloth.top, cloth.dark, cloth.accent
    marks = [
        *_collar(trunk, lighter(top, 1.15)),
        _line(trunk, 0.97, -0.02, 0, dark),
        *_buttons(trunk, accent, (0.86, 0.70, 0.54, 0.38), 0),
    ]
    for side in (-1, 1):
        pocket = [(0.74, side * 22), (0.74, side * 50), (0.60, side * 48), (0.60, side * 22)]
        marks.append(trunk.mark(pocket, lighter(top, 0.88)))
        marks.append(
            trunk.mark([(0.70, side * 22), (0.685, side * 36), (0.70, side * 50)], dark, width=0.006)
        )
        marks.append(
            trunk.mark(
                [(0.945, side * 72), (0.945, side * 104), (0.905, side * 104), (0.905, side * 72)], accent
            )
        )
    marks.append(_band(trunk, 0.10, 0.18, mix(dark, (0.1, 0.07, 0.05), 0.5)))
    marks.append(trunk.mark([(0.18, -8), (0.18, 8), (0.10, 8), (0.10, -8)], accent))
    return marks


_GARMENTS: dict[str, Callable[[Trunk, Cloth], list[Mark]]] = {
    "apron": _apron,
    "coat": _coat,
    "dress": _dress,
    "jacket": _jacket,
    "jumper": _jumper,
    "shirt": _shirt,
    "suit": _suit,
    "uniform": _uniform,
}
