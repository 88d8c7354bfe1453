"""What stands outdoors: trees, rocks, house fronts, cars, lamps, boats. Built at the origin, front to -z.

`erect` makes a piece by its name, varied by a seed; the names are those that a set design lists. Metres.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from cine_forge.previz.sets.growth import BARK, GROWTH
from cine_forge.previz.stage.mesh import ball, loft
from cine_forge.previz.stage.piece import Lamp, Panel, Part, Piece, board, box, piece, post, sheet
from cine_forge.staging.colour import Rgb, from_hsv, lighter, mix

WARM: Rgb = (1.0, 0.78, 0.46)
IRON: Rgb = (0.16, 0.17, 0.19)
Dice = np.random.Generator


def erect(name: str, accent: Rgb, wall: Rgb, seed: int) -> Piece | None:
    """Return the piece of that name in the set's colours, or nothing for a name nobody builds."""
    make = _MAKERS.get(name)
    return make(accent, wall, np.random.Generator(np.random.PCG64(seed))) if make else None


def known_exteriors() -> tuple[str, ...]:
    """Return the names that `erect` builds."""
    return tuple(sorted(_MAKERS))


def _fence(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    wood = mix((0.62, 0.55, 0.46), accent, 0.2)
    posts = [box((x, 0, 0), (0.09, 1.05, 0.09), wood) for x in (-2.0, 0.0, 2.0)]
    rails = [box((0, y, 0), (4.1, 0.09, 0.04), lighter(wood, 0.95)) for y in (0.35, 0.75)]
    return piece(*posts, *rails)


def _lamppost(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    return piece(
        post((0, 0, 0), 0.5, 0.09, IRON, 0.06),
        post((0, 0.5, 0), 3.2, 0.045, IRON),
        Part(
            ball(np.array([0.0, 3.9, 0.0]), np.array([0.18, 0.24, 0.18]), 10, 6), (1.0, 0.92, 0.72), flat=True
        ),
        Lamp(np.array([0.0, 3.9, 0.0]), WARM, 3.0, 1.0, pool=True),
    )


def _facade(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    """A house front of three storeys, some windows lit."""
    wide, storeys = 5.4, 2 + int(dice.integers(0, 3))
    base = mix(wall, from_hsv(dice.random() * 0.14, 0.35, 0.62), 0.55)
    high = 3.4 + 2.9 * storeys
    things: list[Sequence[Panel]] = [
        box((0, 0, 3.0), (wide, high, 6.0), base),
        box((0, high, 2.9), (wide + 0.3, 0.3, 6.2), lighter(base, 0.75)),
    ]
    for storey in range(storeys):
        for column in range(3):
            x, y = -1.75 + 1.75 * column, 3.9 + 2.9 * storey
            lit = dice.random() < 0.45
            glass: Rgb = (1.0, 0.80, 0.45) if lit else (0.30, 0.37, 0.44)
            things.append([board((x - 0.5, x + 0.5), (y, y + 1.5), -0.01, lighter(base, 1.2), layer=1)])
            things.append(
                [board((x - 0.42, x + 0.42), (y + 0.06, y + 1.42), -0.02, glass, glow=lit, layer=2)]
            )
            things.append(
                [
                    board(
                        (x - 0.02, x + 0.02),
                        (y + 0.06, y + 1.42),
                        -0.03,
                        lighter(base, 1.15),
                        layer=3,
                        edge=False,
                    )
                ]
            )
    return piece(*things, *_shopfront(base, accent, dice))


def _shopfront(base: Rgb, accent: Rgb, dice: Dice) -> list[Panel | Sequence[Panel] | Lamp]:
    sign = mix(from_hsv(dice.random(), 0.55, 0.55), accent, 0.4)
    lit = dice.random() < 0.6
    glass: Rgb = (0.72, 0.56, 0.33) if lit else (0.26, 0.33, 0.38)
    awning = Panel(
        np.array([(-2.4, 2.75, -0.02), (0.9, 2.75, -0.02), (0.9, 2.35, -0.95), (-2.4, 2.35, -0.95)]),
        sign,
        double=True,
    )
    stripes = [
        Panel(
            np.array(
                [(x, 2.755, -0.02), (x + 0.33, 2.755, -0.02), (x + 0.33, 2.355, -0.95), (x, 2.355, -0.95)]
            ),
            (0.92, 0.90, 0.85),
            double=True,
            layer=1,
            edge=False,
        )
        for x in np.arange(-2.07, 0.8, 0.66).tolist()
    ]
    return [
        [
            board((-2.4, 0.9), (0.5, 2.5), -0.01, lighter(base, 0.5), layer=1),
            board((-2.3, 0.8), (0.6, 2.4), -0.02, glass, glow=lit, layer=2),
        ],
        [board((-0.78, -0.72), (0.6, 2.4), -0.03, lighter(base, 0.5), layer=3, edge=False)],
        [
            board((1.3, 2.3), (0.0, 2.3), -0.02, lighter(sign, 0.7), layer=2),
            board((1.5, 2.1), (1.2, 2.05), -0.03, glass, glow=lit, layer=3),
        ],
        [board((-2.5, 2.5), (2.75, 3.3), -0.03, sign, layer=2)],
        [
            board(
                (-1.6 + 0.28 * i, -1.42 + 0.28 * i),
                (2.92, 3.14),
                -0.04,
                (0.93, 0.89, 0.78),
                layer=3,
                edge=False,
            )
            for i in range(7)
        ],
        awning,
        *stripes,
        Lamp(np.array([-0.8, 1.6, -0.3]), WARM, 2.4, 0.5 if lit else 0.0),
    ]


def _cottage(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    base = mix(wall, (0.86, 0.82, 0.74), 0.5)
    roof: Rgb = mix((0.45, 0.25, 0.20), accent, 0.3)
    gable = [
        Panel(np.array([(x, 2.7, -0.3), (x, 2.7, 4.3), (x, 4.6, 2.0)]), base, double=True)
        for x in (-3.0, 3.0)
    ]
    slopes = [
        Panel(
            np.array([(-3.3, 4.65, 2.0), (3.3, 4.65, 2.0), (3.3, 2.5, z), (-3.3, 2.5, z)]),
            roof,
            fade=lighter(roof, 0.8),
            double=True,
        )
        for z in (-0.55, 4.55)
    ]
    front = [
        board((-2.2, -1.1), (1.0, 2.1), -0.01, (1.0, 0.82, 0.5), glow=True),
        board((1.1, 2.2), (1.0, 2.1), -0.01, (1.0, 0.82, 0.5), glow=True),
        board((-1.67, -1.63), (1.0, 2.1), -0.02, base, layer=2),
        board((1.63, 1.67), (1.0, 2.1), -0.02, base, layer=2),
        board((-0.5, 0.5), (0.0, 2.1), -0.01, accent),
    ]
    return piece(
        box((0, 0, 2.0), (6.0, 2.7, 4.0), base),
        front,
        gable,
        slopes,
        box((1.8, 3.6, 2.6), (0.6, 1.7, 0.6), lighter(roof, 0.8)),
    )


def _barn(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    red = mix((0.50, 0.20, 0.16), accent, 0.25)
    front = [
        Panel(
            np.array([(-4, 3.4, 0), (4, 3.4, 0), (2.4, 5.4, 0), (0, 6.2, 0), (-2.4, 5.4, 0)]),
            red,
            normal=np.array([0.0, 0.0, -1.0]),
        )
    ]
    doors = [
        board((-1.6, 0), (0, 3.0), -0.02, lighter(red, 0.7)),
        board((0, 1.6), (0, 3.0), -0.02, lighter(red, 0.7)),
        board((-0.7, 0.7), (3.9, 4.9), -0.02, (0.1, 0.08, 0.07)),
    ]
    roof = [
        Panel(
            np.array(
                [(side * 4.2, 3.3, -0.3), (side * 4.2, 3.3, 8), (side * 2.4, 5.5, 8), (side * 2.4, 5.5, -0.3)]
            ),
            (0.30, 0.28, 0.28),
            double=True,
        )
        for side in (-1, 1)
    ]
    return piece(box((0, 0, 4), (8, 3.4, 8), red), front, doors, roof)


def _car(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    paint = from_hsv(dice.random(), 0.5, 0.55) if dice.random() < 0.6 else accent
    glass: Rgb = (0.24, 0.31, 0.37)
    side_lines = [
        (-2.1, 0.35),
        (-2.15, 0.75),
        (-1.35, 0.92),
        (-0.75, 1.42),
        (0.75, 1.42),
        (1.35, 0.98),
        (2.1, 0.88),
        (2.15, 0.40),
    ]
    rings = [np.array([(x, y, z) for x, y in side_lines]) * [1, 1, 1] for z in (-0.82, 0.82)]
    rings = [rings[0] * [0.97, 0.97, 1.02], rings[0], rings[1], rings[1] * [0.97, 0.97, 1.02]]
    body = Part(loft(np.array(rings)), paint, curved=False)
    window = [
        Panel(
            np.array([(-1.2, 0.95, z), (-0.70, 1.36, z), (-0.02, 1.36, z), (-0.02, 0.95, z)]),
            glass,
            normal=np.array([0, 0, n]),
            layer=2,
        )
        for z, n in ((-0.84, -1.0), (0.84, 1.0))
    ] + [
        Panel(
            np.array([(0.04, 0.95, z), (0.04, 1.36, z), (0.70, 1.36, z), (1.18, 0.97, z)]),
            glass,
            normal=np.array([0, 0, n]),
            layer=2,
        )
        for z, n in ((-0.84, -1.0), (0.84, 1.0))
    ]
    wheels = [_wheel(x, z) for x in (-1.35, 1.35) for z in (-0.80, 0.80)]
    lights = [Lamp(np.array([-2.2, 0.62, z]), (1.0, 0.95, 0.8), 0.7, 0.7) for z in (-0.6, 0.6)]
    return piece(body, window, *wheels, *lights)


def _wheel(x: float, z: float) -> Part:
    turns = np.arange(14) * (2 * math.pi / 14)
    ring = np.stack([np.cos(turns) * 0.33 + x, np.sin(turns) * 0.33 + 0.33, np.zeros(14)], -1)
    return Part(
        loft(np.array([ring + np.array([0, 0, z - 0.10]), ring + np.array([0, 0, z + 0.10])])),
        (0.09, 0.09, 0.10),
        curved=False,
        lift=0.5,
    )


def _boat(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    hull = [
        (-1.9, 0.55, 0.0),
        (-1.2, 0.45, 0.55),
        (0.2, 0.42, 0.62),
        (1.7, 0.5, 0.45),
        (1.7, 0.5, -0.45),
        (0.2, 0.42, -0.62),
        (-1.2, 0.45, -0.55),
    ]
    rim = np.array(hull)
    keel = rim * [0.82, 0.0, 0.55] + [0.05, 0.0, 0.0]
    return piece(
        Part(loft(np.array([keel, rim])), accent, curved=False),
        sheet((-0.5, 0.1), (-0.5, 0.5), 0.44, (0.6, 0.45, 0.3)),
        post((-0.2, 0.4, 0), 3.0, 0.04, BARK),
        Panel(np.array([(-0.16, 3.2, 0), (-0.16, 0.9, 0), (1.4, 1.0, 0)]), (0.92, 0.90, 0.84), double=True),
    )


def _lighthouse(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    bands = []
    for index in range(6):
        low, high = 1.9 - 0.16 * index, 1.9 - 0.16 * (index + 1)
        bands.append(
            post(
                (0, 2.1 * index, 0),
                2.1,
                low,
                (0.92, 0.91, 0.88) if index % 2 else mix(accent, (0.7, 0.2, 0.18), 0.5),
                high,
            )
        )
    room = post((0, 12.9, 0), 1.5, 0.75, (1.0, 0.93, 0.70), 0.75)
    return piece(
        *bands,
        post((0, 12.6, 0), 0.3, 1.3, IRON),
        Part(room.mesh, room.colour, flat=True, curved=False),
        post((0, 14.4, 0), 0.8, 0.95, IRON, 0.05),
        [board((-0.4, 0.4), (0, 1.9), -1.95, IRON)],
        Lamp(np.array([0.0, 13.7, 0.0]), (1.0, 0.92, 0.7), 7.0, 1.0),
    )


def _pier(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    wood: Rgb = (0.50, 0.43, 0.36)
    planks = [
        sheet((-1.7, 1.7), (z, z + 0.27), 0.012, lighter(wood, 0.88 + 0.2 * dice.random()), edge=True)
        for z in np.arange(-7.0, 14.0, 0.28).tolist()
    ]
    return piece(*planks, behind=True)


def _piles(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    return piece(*[post((x, -0.3, 0), 1.5, 0.11, (0.34, 0.28, 0.23)) for x in (-1.8, 1.8)])


def _parasol(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    return piece(post((0, 0, 0), 2.2, 0.025, (0.9, 0.88, 0.84)), post((0, 1.9, 0), 0.5, 1.2, accent, 0.03))


def _sign(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    face = [
        board((-0.55, 0.55), (1.5, 2.1), -0.03, accent),
        *[
            board(
                (-0.42, 0.42 - 0.2 * i),
                (1.92 - 0.16 * i, 1.98 - 0.16 * i),
                -0.04,
                (0.95, 0.93, 0.86),
                layer=2,
                edge=False,
            )
            for i in range(3)
        ],
    ]
    return piece(box((0, 0, 0), (0.09, 2.2, 0.06), BARK), face)


def _bin(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    return piece(
        post((0, 0, 0), 0.85, 0.27, mix(IRON, (0.3, 0.4, 0.35), 0.5)), post((0, 0.85, 0), 0.08, 0.29, IRON)
    )


def _parapet(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    return piece(box((0, 0, 0), (9.0, 0.95, 0.3), mix(wall, (0.5, 0.47, 0.44), 0.4)))


def _vent(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    return piece(
        box((0, 0, 0), (1.3, 1.1, 0.9), (0.55, 0.57, 0.58)),
        [
            board((-0.5, 0.5), (0.25 + 0.16 * i, 0.32 + 0.16 * i), -0.46, (0.25, 0.26, 0.28), layer=2)
            for i in range(5)
        ],
    )


def _skyline(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    """Tower blocks of a city, far off, with lit windows."""
    things: list[Sequence[Panel]] = []
    for index in range(11):
        x, wide, high = -55 + 11 * index, 6 + 4 * dice.random(), 9 + 22 * dice.random()
        things.append(
            box((x, -8, 3 * dice.random()), (wide, high + 8, 6), mix((0.42, 0.44, 0.48), wall, 0.3))
        )
        for _ in range(14):
            wx, wy = x + (dice.random() - 0.5) * wide * 0.8, high * dice.random()
            things.append(
                [board((wx, wx + 0.7), (wy, wy + 0.9), -3.1, (1.0, 0.84, 0.52), glow=True, layer=2)]
            )
    return piece(*things)


def _platform(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    """Rails beside a platform edge."""
    things: list[Panel] = [
        sheet((-30, 30), (3.0, 6.4), 0.003, (0.24, 0.22, 0.21), edge=False),
        sheet((-30, 30), (2.6, 2.75), 0.006, (0.93, 0.80, 0.30), edge=False),
    ]
    things += [
        sheet((x, x + 0.22), (3.3, 6.0), 0.005, (0.30, 0.22, 0.16), edge=False, layer=1)
        for x in np.arange(-14, 14, 0.7).tolist()
    ]
    things += [
        sheet((-30, 30), (z, z + 0.09), 0.02, (0.62, 0.62, 0.64), edge=False, layer=2) for z in (3.9, 5.3)
    ]
    return piece(*things, behind=True)


def _carriage(accent: Rgb, wall: Rgb, dice: Dice) -> Piece:
    body = mix(accent, (0.35, 0.38, 0.42), 0.3)
    things: list[Sequence[Panel]] = [box((0, 0.5, 0), (18, 2.9, 2.6), body)]
    things += [
        [board((x, x + 1.3), (1.8, 2.8), -1.31, (1.0, 0.87, 0.58), glow=True, layer=1)]
        for x in np.arange(-8.3, 7.5, 1.75).tolist()
    ]
    things += [[board((-9, 9), (1.2, 1.4), -1.31, (0.92, 0.88, 0.78), layer=1)]]
    return piece(*things)


_MAKERS: dict[str, Callable[[Rgb, Rgb, Dice], Piece]] = {
    **GROWTH,
    "barn": _barn,
    "bin": _bin,
    "boat": _boat,
    "car": _car,
    "carriage": _carriage,
    "cottage": _cottage,
    "facade": _facade,
    "fence": _fence,
    "lamppost": _lamppost,
    "lighthouse": _lighthouse,
    "parapet": _parapet,
    "parasol": _parasol,
    "pier": _pier,
    "piles": _piles,
    "platform": _platform,
    "sign": _sign,
    "skyline": _skyline,
    "vent": _vent,
}
