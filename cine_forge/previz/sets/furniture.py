"""Furniture and fittings: what a room is dressed with, each built once at the origin with its front to -z.

`furnish` makes a piece by its name; the names are those that a set design lists. Metres.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from cine_forge.previz.sets.premises import PREMISES
from cine_forge.previz.sets.timber import BLACK, CLOTH, DARK_WOOD, STEEL, WARM, WOOD, legs
from cine_forge.previz.stage.mesh import ball
from cine_forge.previz.stage.piece import Lamp, Panel, Part, Piece, board, box, piece, post, sheet
from cine_forge.staging.colour import Rgb, from_hsv, lighter, mix

Dice = np.random.Generator


def furnish(name: str, accent: Rgb, seed: int) -> Piece | None:
    """Return the piece of that name in the set's accent colour, or nothing for a name nobody builds."""
    make = _MAKERS.get(name)
    return make(accent, np.random.Generator(np.random.PCG64(seed))) if make else None


def known_furniture() -> tuple[str, ...]:
    """Return the names that `furnish` builds."""
    return tuple(sorted(_MAKERS))


def _table(accent: Rgb, dice: Dice) -> Piece:
    plate = post((0.15, 0.76, 0.05), 0.015, 0.12, (0.9, 0.9, 0.88))
    cup = post((-0.3, 0.76, -0.1), 0.10, 0.04, accent)
    return piece(
        box((0, 0.71, 0), (1.5, 0.05, 0.85), WOOD), *legs(1.5, 0.85, 0.71, lighter(WOOD, 0.8)), plate, cup
    )


def _round_table(accent: Rgb, dice: Dice) -> Piece:
    return piece(
        post((0, 0, 0), 0.03, 0.26, DARK_WOOD),
        post((0, 0.03, 0), 0.69, 0.04, DARK_WOOD),
        post((0, 0.72, 0), 0.04, 0.42, WOOD),
        post((0.1, 0.76, -0.1), 0.14, 0.035, mix(accent, (1, 1, 1), 0.3)),
    )


def _chair(accent: Rgb, dice: Dice) -> Piece:
    back = box((0, 0.58, 0.19), (0.40, 0.38, 0.03), WOOD)
    return piece(box((0, 0.42, 0), (0.44, 0.05, 0.42), accent), *legs(0.44, 0.42, 0.42, WOOD, 0.04), back)


def _stool(accent: Rgb, dice: Dice) -> Piece:
    return piece(
        post((0, 0, 0), 0.02, 0.18, STEEL),
        post((0, 0.02, 0), 0.70, 0.03, STEEL),
        post((0, 0.72, 0), 0.07, 0.18, accent),
    )


def _counter(accent: Rgb, dice: Dice) -> Piece:
    """Kitchen units: cupboards, worktop, sink, stove, wall units."""
    white: Rgb = mix(accent, (0.92, 0.90, 0.86), 0.72)
    things: list[Sequence[Panel]] = [box((0, 0, 0), (3.2, 0.88, 0.6), white, top=(0.36, 0.33, 0.31))]
    things += [
        [board((x, x + 0.56), (0.10, 0.82), -0.306, lighter(white, 0.94))]
        for x in (-1.55, -0.95, -0.35, 0.25, 0.95)
    ]
    things += [
        [board((x + 0.42, x + 0.50), (0.72, 0.75), -0.312, STEEL, layer=2)]
        for x in (-1.55, -0.95, -0.35, 0.25)
    ]
    things += [
        box((-0.9, 1.45, 0.14), (1.3, 0.62, 0.32), white),
        box((1.05, 1.45, 0.14), (1.0, 0.62, 0.32), white),
    ]
    things += [
        [board((x, x + 0.012), (1.47, 2.05), -0.025, lighter(white, 0.6), layer=2)] for x in (-0.9, 1.05)
    ]
    things += [[board((0.97, 1.49), (0.25, 0.70), -0.312, BLACK, layer=2)]]
    pot = post((1.2, 0.88, 0.05), 0.16, 0.11, accent)
    kettle = post((-0.2, 0.88, 0.1), 0.2, 0.08, STEEL, 0.05)
    return piece(*things, pot, kettle)


def _fridge(accent: Rgb, dice: Dice) -> Piece:
    body = mix(accent, (0.90, 0.91, 0.90), 0.8)
    door = [
        board((-0.32, 0.32), (0.05, 1.10), -0.335, body),
        board((-0.32, 0.32), (1.13, 1.76), -0.335, body),
    ]
    grips = [
        board((0.22, 0.26), (0.70, 1.02), -0.345, STEEL, layer=2),
        board((0.22, 0.26), (1.20, 1.45), -0.345, STEEL, layer=2),
    ]
    notes = [board((-0.2, -0.04), (1.35, 1.52), -0.345, from_hsv(dice.random(), 0.5, 0.9), layer=2)]
    return piece(box((0, 0, 0), (0.68, 1.8, 0.66), body), door, grips, notes)


def _shelf(accent: Rgb, dice: Dice) -> Piece:
    """A bookcase filled with spines."""
    things: list[Sequence[Panel]] = [
        box((0, 0, 0), (1.1, 1.95, 0.34), DARK_WOOD),
        [board((-0.50, 0.50), (0.08, 1.88), -0.172, lighter(DARK_WOOD, 0.5))],
    ]
    for level in (0.08, 0.46, 0.84, 1.22, 1.58):
        x = -0.49
        while x < 0.42:
            wide, tall = 0.035 + 0.04 * dice.random(), 0.20 + 0.10 * dice.random()
            colour = mix(from_hsv(dice.random(), 0.45, 0.6), accent, 0.35)
            if dice.random() < 0.86:
                things.append(
                    [board((x, x + wide), (level, level + tall), -0.178, colour, layer=2, edge=False)]
                )
            x += wide + 0.006
        things.append([board((-0.5, 0.5), (level - 0.025, level), -0.18, lighter(DARK_WOOD, 1.3), layer=3)])
    return piece(*things)


def _sofa(accent: Rgb, dice: Dice) -> Piece:
    soft = mix(accent, CLOTH, 0.35)
    return piece(
        box((0, 0.08, 0), (1.9, 0.36, 0.82), soft),
        box((0, 0.30, 0.33), (1.9, 0.52, 0.2), soft),
        box((-0.9, 0.08, 0), (0.2, 0.55, 0.82), lighter(soft, 0.92)),
        box((0.9, 0.08, 0), (0.2, 0.55, 0.82), lighter(soft, 0.92)),
        [board((-0.005, 0.005), (0.14, 0.44), -0.415, lighter(soft, 0.6))],
    )


def _bed(accent: Rgb, dice: Dice) -> Piece:
    return piece(
        box((0, 0.1, 0), (1.0, 0.34, 2.0), (0.86, 0.85, 0.82)),
        box((0, 0.44, -0.25), (1.04, 0.05, 1.4), accent),
        box((0, 0.44, 0.78), (0.66, 0.11, 0.34), (0.93, 0.92, 0.90)),
        box((0, 0.0, 1.03), (1.06, 1.0, 0.05), STEEL if dice.random() < 0.5 else DARK_WOOD),
    )


def _desk(accent: Rgb, dice: Dice) -> Piece:
    screen: Rgb = (0.60, 0.78, 0.92)
    return piece(
        box((0, 0.70, 0), (1.5, 0.05, 0.75), WOOD),
        box((-0.6, 0, 0.05), (0.26, 0.70, 0.6), lighter(WOOD, 0.85)),
        box((0.6, 0, 0.05), (0.26, 0.70, 0.6), lighter(WOOD, 0.85)),
        box((0.12, 0.85, 0.1), (0.56, 0.36, 0.04), BLACK),
        [board((-0.13, 0.37), (0.88, 1.18), 0.078, screen, glow=True, layer=2)],
        box((0.12, 0.75, 0.12), (0.2, 0.1, 0.12), BLACK),
        box((-0.45, 0.75, -0.05), (0.22, 0.07, 0.30), (0.90, 0.89, 0.85)),
        Lamp(np.array([0.12, 1.0, -0.1]), screen, 0.5, 0.35),
    )


def _cabinet(accent: Rgb, dice: Dice) -> Piece:
    body = mix(STEEL, accent, 0.25)
    rows = [[board((-0.2, 0.2), (y, y + 0.3), -0.256, lighter(body, 0.95))] for y in (0.05, 0.38, 0.71, 1.04)]
    grips = [
        [board((-0.06, 0.06), (y, y + 0.025), -0.262, lighter(body, 0.5), layer=2)]
        for y in (0.22, 0.55, 0.88, 1.21)
    ]
    return piece(box((0, 0, 0), (0.46, 1.38, 0.5), body), *rows, *grips)


def _lamp(accent: Rgb, dice: Dice) -> Piece:
    return piece(
        post((0, 0, 0), 0.03, 0.15, BLACK),
        post((0, 0.03, 0), 1.42, 0.015, BLACK),
        Part(
            post((0, 1.42, 0), 0.28, 0.21, (0.98, 0.86, 0.62), 0.13).mesh,
            (0.98, 0.86, 0.62),
            curved=False,
            flat=True,
        ),
        Lamp(np.array([0.0, 1.52, 0.0]), WARM, 1.7, 0.9),
    )


def _pendant(accent: Rgb, dice: Dice) -> Piece:
    shade = post((0, 2.02, 0), 0.18, 0.20, accent, 0.05)
    return piece(
        post((0, 2.2, 0), 0.6, 0.008, BLACK),
        shade,
        Lamp(np.array([0.0, 1.98, 0.0]), WARM, 1.6, 0.9, pool=True),
    )


def _stove(accent: Rgb, dice: Dice) -> Piece:
    fire = Lamp(np.array([0.0, 0.4, -0.4]), (1.0, 0.5, 0.18), 1.1, 0.9)
    pipe = post((0, 0.9, 0.05), 2.0, 0.07, BLACK)
    return piece(
        box((0, 0.1, 0), (0.62, 0.8, 0.56), BLACK),
        [board((-0.2, 0.2), (0.3, 0.55), -0.286, (0.95, 0.42, 0.12), glow=True, layer=2)],
        pipe,
        fire,
    )


def _bench(accent: Rgb, dice: Dice) -> Piece:
    seat = box((0, 0.40, 0), (1.7, 0.06, 0.40), mix(WOOD, accent, 0.3))
    back = [box((0, y, 0.21), (1.7, 0.10, 0.03), mix(WOOD, accent, 0.3)) for y in (0.55, 0.72)]
    return piece(
        seat, *back, box((-0.7, 0, 0), (0.06, 0.40, 0.36), BLACK), box((0.7, 0, 0), (0.06, 0.40, 0.36), BLACK)
    )


def _plant(accent: Rgb, dice: Dice) -> Piece:
    pot = post((0, 0, 0), 0.34, 0.14, (0.62, 0.36, 0.24), 0.19)
    leaves = []
    for _ in range(7):
        x, y, z = dice.random(3) * [0.6, 0.6, 0.6] - [0.3, 0.0, 0.3]
        leaves.append(
            Part(
                ball(np.array([x, 0.62 + y, z]), np.array([0.19, 0.23, 0.19]), 9, 5),
                (0.20, 0.38 + 0.14 * dice.random(), 0.20),
            )
        )
    return piece(pot, *leaves)


def _rug(accent: Rgb, dice: Dice) -> Piece:
    return piece(
        sheet((-1.3, 1.3), (-0.8, 0.8), 0.006, accent, edge=False),
        sheet((-1.15, 1.15), (-0.66, 0.66), 0.008, lighter(accent, 0.8), edge=False, layer=1),
        behind=True,
    )


_MAKERS: dict[str, Callable[[Rgb, Dice], Piece]] = {
    **PREMISES,
    "bed": _bed,
    "bench": _bench,
    "cabinet": _cabinet,
    "chair": _chair,
    "counter": _counter,
    "desk": _desk,
    "fridge": _fridge,
    "lamp": _lamp,
    "pendant": _pendant,
    "plant": _plant,
    "round_table": _round_table,
    "rug": _rug,
    "shelf": _shelf,
    "sofa": _sofa,
    "stool": _stool,
    "stove": _stove,
    "table": _table,
}
