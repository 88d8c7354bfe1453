"""Where the pieces of a set stand: on the walls, along them, behind the players, down the street.

The middle of the set is the players' and stays free. A piece listed in the set design goes to the next
free place of its sort, so the same design gives the same place in every shot of every scene.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cine_forge.kernel.ground.hashing import seed_of
from cine_forge.previz.sets.exterior import erect
from cine_forge.previz.sets.fitting import fit
from cine_forge.previz.sets.furniture import furnish
from cine_forge.previz.stage.light import Light
from cine_forge.previz.stage.piece import Panel, Piece, piece
from cine_forge.staging.blocking import SetDesign
from cine_forge.staging.colour import from_hex, luma, mix

_DEFAULTS: dict[str, tuple[str, ...]] = {
    "room": ("window", "window", "picture", "door", "sofa", "lamp", "shelf", "rug", "plant"),
    "kitchen": ("window", "window", "counter", "table", "fridge", "door", "clock", "pendant"),
    "office": ("window", "wide_window", "desk", "cabinet", "shelf", "door", "notices", "plant"),
    "bar": ("bar", "bottles", "neon", "round_table", "stool", "stool", "pendant", "window", "door"),
    "hall": ("door", "door", "lockers", "sconce", "sconce", "window", "picture"),
    "cell": ("barred_window", "bunk", "bars", "door"),
    "stage": ("curtain", "curtain", "lamp", "crate"),
    "vehicle": ("wide_window", "bench", "bench", "window"),
    "street": ("facade", "facade", "facade", "facade", "lamppost", "lamppost", "car", "tree", "bin"),
    "yard": ("cottage", "fence", "fence", "tree", "bush", "bush", "grass"),
    "field": ("grass", "grass", "grass", "tree", "fence", "rock", "bush"),
    "desert": ("cactus", "rock", "rock", "cactus", "rock", "bush"),
    "woods": ("trunk",) * 10 + ("pine",) * 5 + ("bush", "bush", "rock", "grass", "grass"),
    "water": ("pier", "piles", "boat", "rock", "rock"),
    "plain": ("rock", "bush", "tree"),
}
_ON_WALL_M = 0.03

# x share of the half width, or z share of the half depth, and the wall.
_WALLS = (
    (-0.10, "left"),
    (-0.50, "back"),
    (0.52, "back"),
    (0.0, "right"),
    (-0.1, "front"),
    (0.02, "back"),
    (0.6, "left"),
    (-0.6, "right"),
)
_DOORS = ((0.62, "right"), (-0.62, "front"), (0.80, "back"), (-0.62, "left"), (-0.8, "back"))
_SIDES = (
    (-0.74, 0.86, 0.0),
    (0.72, 0.86, 0.0),
    (-0.90, 0.30, -90.0),
    (0.90, -0.05, 90.0),
    (0.20, 0.88, 0.0),
    (-0.90, -0.35, -90.0),
    (0.88, -0.6, 90.0),
    (-0.6, -0.9, 180.0),
    (0.6, -0.9, 180.0),
)
_WIDE = frozenset(
    {"counter", "bar", "bottles", "bars", "altar", "workbench", "curtain", "goods", "console", "sofa"}
)
_MIDST = frozenset({"table", "round_table", "desk", "stool", "pendant", "rug", "pew", "chair"})
_OPEN = (
    (-3.4, 3.6),
    (3.9, 4.4),
    (-5.6, 6.5),
    (6.4, 7.5),
    (-4.8, 0.9),
    (5.0, 1.4),
    (1.2, 8.2),
    (-2.0, 10.0),
    (-7.5, 3.0),
    (7.8, 3.4),
    (-4.5, -5.4),
    (4.8, -5.8),
    (-9.0, 9.5),
    (9.5, 11.0),
    (0.4, -9.0),
    (-7.4, -3.0),
    (7.2, -2.4),
    (3.0, 13.0),
    (-5.0, 14.5),
)
_STREET = {
    "facade": (
        (-5.6, 5.2, 0.0),
        (0.0, 5.2, 0.0),
        (5.6, 5.2, 0.0),
        (11.2, 5.2, 0.0),
        (-11.2, 5.2, 0.0),
        (-3.0, -13.0, 180.0),
        (2.8, -13.0, 180.0),
        (8.6, -13.0, 180.0),
        (-8.8, -13.0, 180.0),
    ),
    "lamppost": ((-3.3, 2.6, 0.0), (4.3, 2.6, 0.0), (-9.5, 2.6, 0.0), (10.5, 2.6, 0.0)),
    "car": ((4.6, -4.2, 0.0), (-6.5, -7.6, 180.0)),
    "tree": ((7.2, 3.2, 0.0), (-6.6, 3.2, 0.0)),
    "bin": ((2.6, 4.2, 0.0),),
    "sign": ((-2.2, 3.4, 0.0),),
    "bench": ((1.2, 4.3, 0.0),),
}
_FAR = {
    "cottage": (-0.5, 8.5, 0.0),
    "barn": (6.5, 13.0, -12.0),
    "lighthouse": (9.0, 20.0, 0.0),
    "skyline": (0.0, 60.0, 0.0),
    "parapet": (0.0, 3.2, 0.0),
    "platform": (0.0, 0.0, 0.0),
    "carriage": (1.0, 4.9, 0.0),
    "pier": (0.0, 0.0, 0.0),
    "boat": (6.5, 9.0, 25.0),
    "piles": (0.0, 3.4, 0.0),
    "vent": (-3.4, 2.2, 0.0),
}


def dress(design: SetDesign, light: Light, outdoors: bool) -> tuple[Piece, ...]:
    """Return the pieces of a set, each in its place."""
    names = design.pieces or _DEFAULTS.get(design.kind, _DEFAULTS["plain" if outdoors else "room"])
    if outdoors:
        return _outdoors(design, names)
    return _indoors(design, names, light)


def _indoors(design: SetDesign, names: tuple[str, ...], light: Light) -> tuple[Piece, ...]:
    accent = from_hex(design.accent)
    counts = {"wall": 0, "door": 0, "side": 0, "midst": 0, "wide": 0}
    made: list[Piece] = []
    for index, name in enumerate(names):
        seed = seed_of("piece", design.seed, name, index)
        hung = fit(name, accent, light, seed)
        if hung is not None:
            sort = "door" if "door" in name else "wall"
            place = (_DOORS if sort == "door" else _WALLS)[counts[sort] % 5]
            made.append(_hang(hung, design, place))
            if "window" in name and place[1] == "left":
                made += _sunlight(design, light, place[0], wide=1.3 if name == "window" else 2.6)
            counts[sort] += 1
            continue
        stood = furnish(name, accent, seed) or erect(name, accent, from_hex(design.wall), seed)
        if stood is not None:
            made.append(_stand(stood, name, design, counts))
    return tuple(made)


def _hang(hung: Piece, design: SetDesign, place: tuple[float, str]) -> Piece:
    half, deep = design.width_m / 2, design.depth_m / 2
    share, wall = place
    spots = {
        "back": (share * half, deep - _ON_WALL_M, 0.0),
        "left": (-half + _ON_WALL_M, share * deep, -90.0),
        "right": (half - _ON_WALL_M, share * deep, 90.0),
        "front": (share * half, -deep + _ON_WALL_M, 180.0),
    }
    return replace(hung.placed(*spots[wall]), behind=True)


def _sunlight(design: SetDesign, light: Light, share: float, *, wide: float) -> list[Piece]:
    """The bright shape that a window in the left wall lays on the floor."""
    way = light.direction
    if luma(light.sky_low) < 0.3 or way[0] > -0.2:
        return []
    x, z = -design.width_m / 2, share * design.depth_m / 2
    bright = mix(light.rim, (1.0, 0.92, 0.76), 0.4)

    def fallen(z_at: float, high: float) -> tuple[float, float, float]:
        return (x - way[0] / way[1] * high, 0.012, z_at - way[2] / way[1] * high)

    panes = []
    for low, high in ((1.0, 1.52), (1.60, 2.12)):
        for start, end in ((z - wide / 2, z - 0.04), (z + 0.04, z + wide / 2)):
            corners = np.array([fallen(start, low), fallen(end, low), fallen(end, high), fallen(start, high)])
            corners[:, 0] = np.minimum(corners[:, 0], design.width_m / 2)
            panes.append(Panel(corners, bright, double=True, plain=True, opacity=0.30, edge=False))
    return [piece(panes, behind=True)]


def _stand(stood: Piece, name: str, design: SetDesign, counts: dict[str, int]) -> Piece:
    half, deep = design.width_m / 2, design.depth_m / 2
    if name in _WIDE:
        number = counts["wide"]
        counts["wide"] += 1
        if name == "bar":
            return stood.placed(0.1 * half, min(deep - 1.5, 1.7), 0.0)
        spots = (
            (0.0, deep - 0.36, 0.0),
            (-half + 0.42, 0.0, -90.0),
            (half - 0.42, 0.0, 90.0),
            (0.0, -deep + 0.4, 180.0),
        )
        return stood.placed(*spots[number % 4])
    if name in _MIDST:
        number = counts["midst"]
        counts["midst"] += 1
        if name == "rug":
            return stood.placed(0.0, 0.1, 0.0)
        places = (
            (0.15, 1.45),
            (-1.75, 1.15),
            (1.85, 1.05),
            (-0.9, 2.1),
            (1.0, 2.1),
            (-2.2, -1.7),
            (2.2, -1.8),
        )
        x, z = places[number % 7]
        return stood.placed(max(-half + 0.6, min(half - 0.6, x)), max(-deep + 0.6, min(deep - 0.6, z)), 0.0)
    share_x, share_z, turn = _SIDES[counts["side"] % len(_SIDES)]
    counts["side"] += 1
    return stood.placed(share_x * half, share_z * deep, turn)


def _outdoors(design: SetDesign, names: tuple[str, ...]) -> tuple[Piece, ...]:
    accent, wall = from_hex(design.accent), from_hex(design.wall)
    counts: dict[str, int] = {}
    made: list[Piece] = []
    for index, name in enumerate(names):
        seed = seed_of("piece", design.seed, name, index)
        stood = erect(name, accent, wall, seed) or furnish(name, accent, seed)
        if stood is not None:
            made.append(stood.placed(*_spot(design, name, counts)))
    return tuple(made)


def _spot(design: SetDesign, name: str, counts: dict[str, int]) -> tuple[float, float, float]:
    street = design.kind == "street" or name == "facade"
    if name in _FAR and not (street and name == "boat"):
        number = counts.get(name, 0)
        counts[name] = number + 1
        x, z, turn = _FAR[name]
        return (x + number * 6.0, z + number * 4.0, turn)
    if street and name in _STREET:
        number = counts.get(name, 0)
        counts[name] = number + 1
        x, z, turn = _STREET[name][number % len(_STREET[name])]
        return (x, z, turn)
    number = counts.get("open", 0)
    counts["open"] = number + 1
    x, z = _OPEN[number % len(_OPEN)]
    dice = np.random.Generator(np.random.PCG64(seed_of("spot", design.seed, number)))
    shift = (dice.random(2) - 0.5) * 1.2
    if name == "fence":
        return (x * 0.8, max(z, 3.0) + 1.5, 0.0)
    turn = float(dice.integers(-30, 30)) if name not in ("sign", "bench") else 0.0
    return (x + float(shift[0]), z + float(shift[1]), turn)
