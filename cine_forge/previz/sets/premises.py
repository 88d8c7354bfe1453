"""What public places and workplaces are dressed with: bars, shops, cells, churches, wards, workshops, stages.

Each maker builds its piece once at the origin with its front to -z; `furniture` finds it by name. Metres.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np

from cine_forge.previz.sets.timber import BLACK, CLOTH, DARK_WOOD, STEEL, WARM, WOOD, legs
from cine_forge.previz.stage.piece import Lamp, Panel, Piece, board, box, piece, post
from cine_forge.staging.colour import Rgb, from_hsv, lighter, mix

Dice = np.random.Generator


def _goods(accent: Rgb, dice: Dice) -> Piece:
    """Shop shelves of jars and packets."""
    things: list[Sequence[Panel]] = [
        box((0, 0, 0), (1.8, 2.0, 0.4), mix(WOOD, accent, 0.3)),
        [board((-0.85, 0.85), (0.1, 1.93), -0.202, lighter(WOOD, 0.45))],
    ]
    for level in (0.12, 0.58, 1.02, 1.46):
        for index in range(11):
            x = -0.82 + 0.15 * index
            colour = from_hsv(dice.random(), 0.55, 0.75)
            things.append(
                [
                    board(
                        (x, x + 0.11),
                        (level, level + 0.18 + 0.14 * dice.random()),
                        -0.21,
                        colour,
                        layer=2,
                        edge=False,
                    )
                ]
            )
        things.append([board((-0.88, 0.88), (level - 0.035, level), -0.212, WOOD, layer=3)])
    return piece(*things)


def _bar(accent: Rgb, dice: Dice) -> Piece:
    """A counter with a brass rail and glasses."""
    things: list[Sequence[Panel]] = [
        box((0, 0, 0), (3.6, 1.02, 0.5), DARK_WOOD),
        box((0, 1.02, -0.05), (3.8, 0.06, 0.72), WOOD),
    ]
    things += [
        [board((x, x + 0.62), (0.14, 0.88), -0.256, lighter(DARK_WOOD, 1.25))]
        for x in (-1.74, -1.03, -0.31, 0.41, 1.12)
    ]
    things += [box((0, 0.22, -0.42), (3.6, 0.04, 0.04), (0.72, 0.56, 0.26))]
    glasses = [post((x, 1.08, 0.0), 0.13, 0.035, (0.82, 0.86, 0.84)) for x in (-1.2, -0.5, 0.9)]
    return piece(*things, *glasses)


def _bottles(accent: Rgb, dice: Dice) -> Piece:
    """The mirror and bottles behind a bar."""
    things: list[Sequence[Panel]] = [
        box((0, 0.8, 0.1), (3.4, 1.5, 0.12), DARK_WOOD),
        [board((-1.6, 1.6), (0.9, 2.2), 0.03, (0.36, 0.40, 0.42))],
    ]
    for level in (0.95, 1.38, 1.80):
        things.append([board((-1.62, 1.62), (level - 0.04, level), 0.015, WOOD, layer=2)])
        for index in range(20):
            x = -1.55 + 0.157 * index
            colour = from_hsv((0.05 + 0.30 * dice.random()), 0.7, 0.28 + 0.4 * dice.random())
            tall = 0.20 + 0.10 * dice.random()
            things.append(
                [board((x, x + 0.07), (level, level + tall * 0.68), 0.012, colour, layer=3, edge=False)]
            )
            things.append(
                [
                    board(
                        (x + 0.022, x + 0.048),
                        (level + tall * 0.68, level + tall),
                        0.012,
                        lighter(colour, 0.8),
                        layer=3,
                        edge=False,
                    )
                ]
            )
    return piece(*things, Lamp(np.array([0.0, 2.1, -0.1]), WARM, 1.6, 0.55))


def _bars(accent: Rgb, dice: Dice) -> Piece:
    """The iron bars of a cell."""
    uprights = [post((-1.4 + 0.16 * index, 0, 0), 2.5, 0.018, (0.25, 0.27, 0.29)) for index in range(19)]
    return piece(
        box((0, 1.1, 0), (3.0, 0.05, 0.04), (0.22, 0.24, 0.26)),
        box((0, 2.45, 0), (3.0, 0.06, 0.05), (0.22, 0.24, 0.26)),
        *uprights,
    )


def _bunk(accent: Rgb, dice: Dice) -> Piece:
    return piece(
        box((0, 0.42, 0), (0.85, 0.10, 1.9), mix(STEEL, BLACK, 0.4)),
        box((0, 0.52, 0), (0.8, 0.10, 1.86), mix(accent, CLOTH, 0.6)),
        box((0, 0.62, 0.72), (0.6, 0.10, 0.3), CLOTH),
    )


def _pew(accent: Rgb, dice: Dice) -> Piece:
    return piece(
        box((0, 0.40, 0), (2.4, 0.05, 0.4), WOOD),
        box((0, 0, 0.2), (2.4, 0.95, 0.05), lighter(WOOD, 0.9)),
        box((-1.2, 0, 0), (0.06, 0.95, 0.46), DARK_WOOD),
        box((1.2, 0, 0), (0.06, 0.95, 0.46), DARK_WOOD),
    )


def _altar(accent: Rgb, dice: Dice) -> Piece:
    cloth = [board((-0.5, 0.5), (0.15, 0.95), -0.36, mix(accent, (1, 1, 1), 0.4))]
    cross = [
        box((0, 1.5, 0.5), (0.10, 1.2, 0.06), DARK_WOOD),
        box((0, 2.2, 0.5), (0.66, 0.10, 0.06), DARK_WOOD),
    ]
    candles = [post((x, 0.97, 0), 0.24, 0.025, (0.95, 0.92, 0.82)) for x in (-0.7, 0.7)]
    lights = [Lamp(np.array([x, 1.25, -0.05]), WARM, 0.8, 0.9) for x in (-0.7, 0.7)]
    return piece(box((0, 0, 0), (1.8, 0.97, 0.7), (0.72, 0.69, 0.64)), cloth, *cross, *candles, *lights)


def _workbench(accent: Rgb, dice: Dice) -> Piece:
    tools = [
        [
            board(
                (-0.85 + 0.21 * index, -0.80 + 0.21 * index),
                (1.35, 1.6 + 0.15 * dice.random()),
                0.37,
                STEEL,
                layer=2,
            )
        ]
        for index in range(8)
    ]
    panel = [board((-0.95, 0.95), (1.15, 1.95), 0.38, lighter(WOOD, 0.75))]
    vice = box((0.6, 0.86, -0.2), (0.16, 0.16, 0.2), (0.25, 0.33, 0.42))
    return piece(
        box((0, 0.78, 0), (2.0, 0.08, 0.7), WOOD),
        *legs(2.0, 0.7, 0.78, lighter(WOOD, 0.7), 0.1),
        panel,
        *tools,
        vice,
    )


def _crate(accent: Rgb, dice: Dice) -> Piece:
    wood = mix(WOOD, (0.7, 0.55, 0.35), 0.4)
    slats = [[board((-0.34, 0.34), (y, y + 0.02), -0.356, lighter(wood, 0.6))] for y in (0.18, 0.36, 0.54)]
    return piece(
        box((0, 0, 0), (0.7, 0.7, 0.7), wood),
        *slats,
        box((0.1, 0.7, 0.05), (0.5, 0.45, 0.5), lighter(wood, 0.9)),
    )


def _barrel(accent: Rgb, dice: Dice) -> Piece:
    levels = ((0.0, 0.27), (0.3, 0.33), (0.6, 0.33), (0.9, 0.27))
    rings = [post((0, low, 0), high - low, one, WOOD, two) for (low, one), (high, two) in pairwise(levels)]
    hoops = [post((0, y, 0), 0.05, 0.335, STEEL) for y in (0.16, 0.68)]
    return piece(*rings, *hoops)


def _screen(accent: Rgb, dice: Dice) -> Piece:
    """A hospital curtain on a rail."""
    cloth = mix(accent, (0.80, 0.90, 0.88), 0.7)
    folds = [
        [
            board(
                (-0.8 + 0.2 * i, -0.6 + 0.2 * i),
                (0.25, 2.05),
                0.0 + 0.02 * (i % 2),
                lighter(cloth, 1.0 - 0.10 * (i % 2)),
            )
        ]
        for i in range(8)
    ]
    return piece(
        *folds,
        box((0, 2.05, 0.02), (1.7, 0.03, 0.03), STEEL),
        box((-0.84, 0, 0.02), (0.03, 2.05, 0.03), STEEL),
    )


def _monitor(accent: Rgb, dice: Dice) -> Piece:
    green: Rgb = (0.35, 0.95, 0.62)
    trace = [
        board(
            (-0.16 + 0.04 * i, -0.125 + 0.04 * i),
            (1.28 + (0.1 if i == 4 else 0.0), 1.30 + (0.1 if i == 4 else 0.0)),
            -0.10,
            green,
            layer=3,
            plain=True,
        )
        for i in range(8)
    ]
    return piece(
        post((0, 0, 0), 1.1, 0.03, STEEL),
        box((0, 1.1, 0), (0.46, 0.4, 0.16), (0.85, 0.86, 0.86)),
        [board((-0.18, 0.18), (1.16, 1.44), -0.09, (0.03, 0.08, 0.07), layer=2)],
        trace,
    )


def _console(accent: Rgb, dice: Dice) -> Piece:
    """A desk of dials and switches: radio, control room, ship's bridge."""
    dots = [
        [
            board(
                (-0.8 + 0.2 * i, -0.72 + 0.2 * i),
                (0.95 + 0.13 * j, 1.02 + 0.13 * j),
                -0.155,
                from_hsv(dice.random() * 0.4, 0.8, 0.95),
                glow=True,
                layer=2,
            )
        ]
        for i in range(9)
        for j in range(2)
    ]
    return piece(
        box((0, 0, 0), (1.9, 0.82, 0.6), mix(STEEL, BLACK, 0.35)),
        box((0, 0.82, 0.12), (1.9, 0.46, 0.3), mix(STEEL, BLACK, 0.5)),
        *dots,
        Lamp(np.array([0.0, 1.1, -0.3]), (0.6, 0.9, 0.8), 0.9, 0.4),
    )


def _arcade(accent: Rgb, dice: Dice) -> Piece:
    screen = from_hsv(dice.random(), 0.6, 0.95)
    body = box((0, 0, 0), (0.68, 1.75, 0.7), mix(accent, BLACK, 0.35))
    return piece(
        body,
        [
            board((-0.26, 0.26), (1.0, 1.42), -0.356, screen, glow=True, layer=2),
            board((-0.30, 0.30), (1.5, 1.70), -0.357, from_hsv(dice.random(), 0.8, 0.95), glow=True, layer=2),
        ],
        Lamp(np.array([0.0, 1.25, -0.5]), screen, 0.9, 0.6),
    )


def _curtain(accent: Rgb, dice: Dice) -> Piece:
    """A tall stage curtain."""
    folds = [
        [
            board(
                (-1.6 + 0.2 * i, -1.4 + 0.2 * i),
                (0.0, 5.0),
                0.03 * math.sin(i * 1.9),
                lighter(accent, 0.85 + 0.2 * (i % 2)),
                edge=False,
            )
        ]
        for i in range(16)
    ]
    return piece(*folds)


PREMISES: Mapping[str, Callable[[Rgb, Dice], Piece]] = {
    "altar": _altar,
    "arcade": _arcade,
    "bar": _bar,
    "barrel": _barrel,
    "bars": _bars,
    "bottles": _bottles,
    "bunk": _bunk,
    "console": _console,
    "crate": _crate,
    "curtain": _curtain,
    "goods": _goods,
    "monitor": _monitor,
    "pew": _pew,
    "screen": _screen,
    "workbench": _workbench,
}
"""Makers by the names that a set design lists."""
