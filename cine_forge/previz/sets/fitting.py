"""What hangs on or is cut into a wall: windows, doors, pictures, clocks, boards. Built facing -z at z = 0.

A window shows the sky of the hour and lays its light on the floor; the room decides which wall it is in.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from cine_forge.previz.stage.light import Light
from cine_forge.previz.stage.piece import Lamp, Panel, Part, Piece, board, box, piece, post
from cine_forge.staging.colour import Rgb, from_hsv, lighter, luma, mix

WARM: Rgb = (1.0, 0.78, 0.46)
Dice = np.random.Generator


def fit(name: str, accent: Rgb, light: Light, seed: int) -> Piece | None:
    """Return the fitting of that name, or nothing for a name nobody builds."""
    make = _MAKERS.get(name)
    return make(accent, light, np.random.Generator(np.random.PCG64(seed))) if make else None


def known_fittings() -> tuple[str, ...]:
    """Return the names that `fit` builds."""
    return tuple(sorted(_MAKERS))


def _window(
    accent: Rgb, light: Light, dice: Dice, wide: float = 1.3, y: tuple[float, float] = (0.95, 2.15)
) -> Piece:
    low, high = y
    frame = mix((0.86, 0.84, 0.80), accent, 0.12)
    half = wide / 2
    sky = board((-half, half), (low, high), -0.02, light.sky_low, fade=light.sky_top, plain=True, edge=False)
    view = mix(light.sky_low, light.on((0.35, 0.42, 0.33), 0.5), 0.75)
    hill = board(
        (-half, half), (low, low + 0.34 * (high - low)), -0.025, view, plain=True, edge=False, layer=2
    )
    bars = [board((-0.025, 0.025), (low, high), -0.03, frame, layer=3)]
    bars.append(
        board((-half, half), ((low + high) / 2 - 0.02, (low + high) / 2 + 0.02), -0.03, frame, layer=3)
    )
    rim = [
        board((-half - 0.09, half + 0.09), (high, high + 0.10), -0.03, frame, layer=3),
        board((-half - 0.09, -half), (low, high), -0.03, frame, layer=3),
        board((half, half + 0.09), (low, high), -0.03, frame, layer=3),
    ]
    sill = box((0, low - 0.06, -0.08), (wide + 0.26, 0.06, 0.16), frame)
    cloth = lighter(mix(accent, (0.8, 0.76, 0.7), 0.3), 0.95)
    drapes = []
    if wide < 1.6:
        for side in (-1, 1):
            for index in range(4):
                x = side * (half + 0.12 + 0.075 * index)
                span = (min(x, x + side * 0.08), max(x, x + side * 0.08))
                drapes.append(
                    board(
                        span,
                        (low - 0.35, high + 0.14),
                        -0.06,
                        lighter(cloth, 1.0 - 0.14 * (index % 2)),
                        layer=4,
                        edge=False,
                    )
                )
    return piece(sky, hill, *bars, *rim, sill, *drapes)


def _wide_window(accent: Rgb, light: Light, dice: Dice) -> Piece:
    return _window(accent, light, dice, wide=2.6, y=(0.85, 2.25))


def _barred(accent: Rgb, light: Light, dice: Dice) -> Piece:
    sky = board((-0.35, 0.35), (1.75, 2.25), -0.02, light.sky_low, fade=light.sky_top, plain=True)
    return piece(
        sky,
        *[
            board((x, x + 0.03), (1.75, 2.25), -0.03, (0.16, 0.17, 0.18), layer=2)
            for x in (-0.22, -0.07, 0.08, 0.22)
        ],
    )


def _porthole(accent: Rgb, light: Light, dice: Dice) -> Piece:
    turns = np.arange(14) * (2 * math.pi / 14)
    ring = np.stack([np.cos(turns), np.sin(turns), np.zeros(14)], -1)
    normal = np.array([0.0, 0.0, -1.0])
    middle = np.array([0.0, 1.55, -0.02])
    rim = Panel(ring * 0.34 + middle, (0.70, 0.56, 0.28), normal=normal, layer=1)
    glass = Panel(
        ring * 0.26 + middle, mix(light.sky_low, light.sky_top, 0.3), normal=normal, plain=True, layer=2
    )
    return piece(rim, glass)


def _stained(accent: Rgb, light: Light, dice: Dice) -> Piece:
    shine = 0.35 + 0.65 * min(1.0, luma(light.sky_low) * 1.2)
    panes = []
    for column in range(3):
        for row in range(6):
            colour = lighter(from_hsv(0.12 * ((column * 5 + row * 3) % 8) + 0.02, 0.62, 0.92), shine)
            x, y = -0.45 + 0.3 * column, 1.2 + 0.36 * row
            panes.append(board((x, x + 0.28), (y, y + 0.34), -0.02, colour, plain=True, layer=1))
    return piece(*panes)


def _door(accent: Rgb, light: Light, dice: Dice) -> Piece:
    wood = mix(accent, (0.40, 0.28, 0.19), 0.55)
    leaf = board((-0.44, 0.44), (0.0, 2.05), -0.02, wood, fade=lighter(wood, 0.85))
    sunk = [
        board((x, x + 0.30), y, -0.03, lighter(wood, 0.80), layer=2)
        for x in (-0.36, 0.06)
        for y in ((0.18, 0.9), (1.08, 1.88))
    ]
    frame = [
        board((-0.54, -0.44), (0.0, 2.12), -0.03, lighter(wood, 1.25), layer=2),
        board((0.44, 0.54), (0.0, 2.12), -0.03, lighter(wood, 1.25), layer=2),
        board((-0.54, 0.54), (2.05, 2.15), -0.03, lighter(wood, 1.25), layer=2),
    ]
    knob = board((0.33, 0.39), (0.98, 1.04), -0.05, (0.80, 0.66, 0.32), layer=4)
    return piece(leaf, *sunk, *frame, knob)


def _double_door(accent: Rgb, light: Light, dice: Dice) -> Piece:
    one, two = _door(accent, light, dice).placed(-0.46, 0.0), _door(accent, light, dice).placed(0.46, 0.0)
    return Piece(np.array([0.0, 1.0, 0.0]), (*one.panels, *two.panels), (), (), 2.1, 2.0)


def _picture(accent: Rgb, light: Light, dice: Dice) -> Piece:
    hue = dice.random()
    sky, land = from_hsv(hue, 0.25, 0.82), from_hsv(hue + 0.4, 0.35, 0.45)
    return piece(
        board((-0.36, 0.36), (1.35, 1.90), -0.02, (0.30, 0.22, 0.14)),
        board((-0.31, 0.31), (1.40, 1.85), -0.03, sky, layer=2),
        board((-0.31, 0.31), (1.40, 1.58), -0.035, land, layer=3, edge=False),
        board((0.06, 0.20), (1.56, 1.72), -0.036, lighter(land, 0.7), layer=4, edge=False),
    )


def _clock(accent: Rgb, light: Light, dice: Dice) -> Piece:
    turns = np.arange(16) * (2 * math.pi / 16)
    ring = np.stack([np.cos(turns), np.sin(turns), np.zeros(16)], -1)
    normal = np.array([0.0, 0.0, -1.0])
    middle = np.array([0.0, 2.05, -0.03])
    faces = [
        Panel(ring * r + middle, colour, normal=normal, layer=layer)
        for r, colour, layer in ((0.20, (0.12, 0.11, 0.11), 1), (0.17, (0.94, 0.92, 0.87), 2))
    ]
    hands = [
        board((-0.008, 0.008), (2.05, 2.19), -0.04, (0.1, 0.1, 0.1), layer=3),
        board((0.0, 0.10), (2.042, 2.058), -0.04, (0.1, 0.1, 0.1), layer=3),
    ]
    return piece(*faces, *hands)


def _notices(accent: Rgb, light: Light, dice: Dice) -> Piece:
    things = [board((-0.8, 0.8), (1.1, 2.0), -0.02, (0.66, 0.50, 0.34))]
    for _ in range(9):
        x, y = -0.72 + 1.2 * dice.random(), 1.18 + 0.52 * dice.random()
        paper = from_hsv(dice.random(), 0.18, 0.95)
        things.append(board((x, x + 0.22), (y, y + 0.26), -0.03, paper, layer=2))
    return piece(*things)


def _blackboard(accent: Rgb, light: Light, dice: Dice) -> Piece:
    chalk = [
        board(
            (-1.1 + 0.12 * dice.random(), -0.2 + 0.9 * dice.random()),
            (y, y + 0.015),
            -0.035,
            (0.85, 0.88, 0.85),
            layer=3,
            edge=False,
        )
        for y in (1.3, 1.45, 1.6, 1.75)
    ]
    return piece(
        board((-1.3, 1.3), (1.0, 2.1), -0.02, (0.40, 0.28, 0.18)),
        board((-1.24, 1.24), (1.06, 2.04), -0.03, (0.13, 0.22, 0.19), layer=2),
        *chalk,
    )


def _neon(accent: Rgb, light: Light, dice: Dice) -> Piece:
    tube = mix(accent, (1.0, 0.3, 0.5), 0.4)
    strokes = [
        board((x, x + w), (y, y + h), -0.03, tube, glow=True, layer=2)
        for x, w, y, h in (
            (-0.6, 0.04, 1.8, 0.4),
            (-0.6, 0.3, 2.16, 0.04),
            (-0.15, 0.04, 1.8, 0.4),
            (-0.15, 0.3, 1.8, 0.04),
            (0.3, 0.04, 1.8, 0.4),
            (0.3, 0.3, 2.16, 0.04),
            (0.3, 0.3, 1.98, 0.04),
        )
    ]
    return piece(*strokes, Lamp(np.array([0.0, 2.0, -0.2]), tube, 1.5, 0.8))


def _sconce(accent: Rgb, light: Light, dice: Dice) -> Piece:
    shade = post((0, 1.78, -0.1), 0.18, 0.06, (0.98, 0.88, 0.68), 0.10)
    return piece(
        Part(shade.mesh, shade.colour, curved=False, flat=True),
        Lamp(np.array([0.0, 1.9, -0.12]), WARM, 1.3, 0.9),
    )


def _locker(accent: Rgb, light: Light, dice: Dice) -> Piece:
    doors = [
        board(
            (-1.2 + 0.4 * i, -0.82 + 0.4 * i), (0.1, 1.8), -0.03, mix(accent, (0.5, 0.55, 0.6), 0.5), layer=1
        )
        for i in range(6)
    ]
    vents = [
        board((-1.1 + 0.4 * i, -0.92 + 0.4 * i), (1.55, 1.60), -0.04, (0.15, 0.16, 0.18), layer=2)
        for i in range(6)
    ]
    return piece(*doors, *vents)


_MAKERS: dict[str, Callable[[Rgb, Light, Dice], Piece]] = {
    "barred_window": _barred,
    "blackboard": _blackboard,
    "clock": _clock,
    "door": _door,
    "double_door": _double_door,
    "lockers": _locker,
    "neon": _neon,
    "notices": _notices,
    "picture": _picture,
    "porthole": _porthole,
    "sconce": _sconce,
    "stained_glass": _stained,
    "wide_window": _wide_window,
    "window": _window,
}
