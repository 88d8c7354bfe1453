"""What grows and lies outdoors: trees, bushes, grass, rocks, cacti. Built at the origin; metres.

`exterior` finds a maker by its name; a seed varies size and tone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from cine_forge.previz.stage.mesh import ball, tube
from cine_forge.previz.stage.piece import Panel, Part, Piece, piece, post
from cine_forge.staging.colour import Rgb, lighter, mix

BARK: Rgb = (0.31, 0.23, 0.17)

Dice = np.random.Generator


def _tree(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    tall = 3.6 + 2.2 * dice.random()
    trunk = tube(
        np.array([(0, 0, 0), (0.1, tall * 0.3, 0), (0.0, tall * 0.62, 0.05)]), np.array([0.2, 0.15, 0.09]), 8
    )
    green = (0.20 + 0.10 * dice.random(), 0.36 + 0.10 * dice.random(), 0.17)
    crown = []
    for index in range(8):
        turn = index * 2.4
        reach = 0.25 + 0.75 * dice.random()
        size = 0.75 + 0.5 * dice.random()
        place = np.array(
            [math.sin(turn) * reach, tall * (0.62 + 0.34 * dice.random()), math.cos(turn) * reach * 0.8]
        )
        crown.append(
            Part(
                ball(place, np.array([size, size * 0.8, size]), 11, 6),
                lighter(green, 0.82 + 0.36 * dice.random()),
                edge=index % 2 == 0,
            )
        )
    return piece(Part(trunk, BARK), *crown)


def _pine(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    tall = 5.0 + 3.5 * dice.random()
    green = (0.12 + 0.05 * dice.random(), 0.26 + 0.08 * dice.random(), 0.20)
    cones = []
    for index in range(5):
        share = index / 5
        foot = tall * (0.12 + 0.72 * share)
        wide = (1.0 - share) * tall * 0.19 + 0.16
        cones.append(
            Part(
                post((0, foot, 0), tall * 0.27, wide, green, 0.02).mesh,
                lighter(green, 0.82 + 0.09 * index),
                curved=False,
                lift=0.1 * index,
            )
        )
    return piece(post((0, 0, 0), tall * 0.3, 0.15, BARK), *cones)


def _trunk(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    """A big trunk whose crown is above every frame."""
    wide = 0.22 + 0.22 * dice.random()
    spine = np.array([(0, -0.1, 0), (0.05, 2, 0), (0.2 * dice.random(), 5, 0), (0.1, 9, 0)])
    branch = tube(np.array([(0.05, 3.0, 0), (0.8, 3.9, 0.1), (1.5, 4.3, 0)]), np.array([0.10, 0.06, 0.02]), 7)
    root = ball(np.array([0.1, 0.02, -0.1]), np.array([wide * 1.9, 0.16, wide * 1.6]), 10, 4)
    bark = lighter(BARK, 0.7 + 0.5 * dice.random())
    leaves = [
        Part(
            ball(
                np.array([2.6 * (dice.random() - 0.5), 5.2 + 2 * dice.random(), dice.random() - 0.5]),
                np.array([1.3, 0.8, 1.1]),
                10,
                5,
            ),
            (0.14, 0.27 + 0.1 * dice.random(), 0.15),
            edge=False,
        )
        for _ in range(5)
    ]
    return piece(
        Part(root, bark),
        Part(tube(spine, np.array([wide * 1.3, wide, wide * 0.85, wide * 0.6]), 10), bark),
        Part(branch, bark),
        *leaves,
    )


def _bush(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    green = (0.22 + 0.1 * dice.random(), 0.36 + 0.1 * dice.random(), 0.18)
    balls = [
        Part(
            ball(
                np.array([0.9 * (dice.random() - 0.5), 0.28, 0.5 * (dice.random() - 0.5)]),
                np.array([0.42, 0.36 + 0.2 * dice.random(), 0.38]),
                10,
                5,
            ),
            lighter(green, 0.8 + 0.4 * dice.random()),
        )
        for _ in range(4)
    ]
    return piece(*balls)


def _grass(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    green = mix((0.38, 0.45, 0.20), wall, 0.3)
    blades = []
    for _ in range(9):
        x, z, lean = dice.random(3) - 0.5
        tall = 0.25 + 0.35 * dice.random()
        points = np.array([(x - 0.015, 0, z), (x + 0.015, 0, z), (x + lean * 0.3, tall, z)])
        blades.append(Panel(points, lighter(green, 0.8 + 0.4 * dice.random()), double=True, edge=False))
    return piece(*blades)


def _rock(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    size = 0.35 + 0.6 * dice.random()
    mesh = ball(np.array([0.0, size * 0.32, 0.0]), np.array([size, size * 0.62, size * 0.8]), 7, 4)
    tone = mix((0.48, 0.45, 0.42), wall, 0.25)
    return piece(Part(mesh, lighter(tone, 0.85 + 0.3 * dice.random()), curved=False))


def _cactus(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    green: Rgb = (0.28, 0.42, 0.26)
    tall = 1.9 + 1.1 * dice.random()
    arms = [
        np.array(
            [
                (0, tall * y, 0),
                (side * 0.42, tall * y + 0.02, 0),
                (side * 0.46, tall * y + 0.3, 0),
                (side * 0.46, tall * y + 0.7, 0),
            ]
        )
        for side, y in ((-1, 0.40), (1, 0.52))
    ]
    return piece(
        Part(
            tube(np.array([(0, 0, 0), (0, tall * 0.5, 0), (0, tall, 0)]), np.array([0.17, 0.19, 0.15]), 10),
            green,
        ),
        *[Part(tube(arm, np.full(4, 0.10), 8), green) for arm in arms],
    )


GROWTH: Mapping[str, Callable[[Rgb, Rgb, Dice], Piece]] = {
    "bush": _bush,
    "cactus": _cactus,
    "grass": _grass,
    "pine": _pine,
    "rock": _rock,
    "tree": _tree,
    "trunk": _trunk,
}
"""Makers by the names that a set design lists."""
