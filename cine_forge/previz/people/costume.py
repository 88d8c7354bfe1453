"""The clothed body: trunk, arms, hands, legs and shoes as round parts, with the marks of each garment.

It reads a `Skeleton` and a `Look`; it knows no camera. A garment is a trunk profile, a sleeve, perhaps a
skirt, and marks (lapels, buttons, belt, badge) laid on the trunk by turn and height.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from cine_forge.previz.people.garment import Trunk, garment_marks
from cine_forge.previz.people.skeleton import Skeleton
from cine_forge.previz.stage.light import opened
from cine_forge.previz.stage.mesh import Mesh, ball, loft, tube
from cine_forge.previz.stage.piece import Mark, Part
from cine_forge.staging.blocking import Look
from cine_forge.staging.colour import from_hex, lighter, mix, times

Vector = NDArray[np.float64]

# Share of the way from hem to neck, half-width, half-depth, forward shift: in body heights.
_TRUNK = [
    (-0.20, 0.094, 0.066, 0.000),
    (0.00, 0.092, 0.066, 0.000),
    (0.22, 0.080, 0.057, 0.004),
    (0.40, 0.084, 0.059, 0.006),
    (0.60, 0.097, 0.066, 0.008),
    (0.78, 0.106, 0.065, 0.004),
    (0.87, 0.110, 0.056, 0.000),
    (0.935, 0.088, 0.047, 0.000),
    (0.985, 0.050, 0.039, 0.002),
    (1.020, 0.036, 0.035, 0.004),
]
_LOOSE = {"coat": 1.14, "jacket": 1.10, "suit": 1.07, "jumper": 1.08, "uniform": 1.06, "apron": 1.03}
_HEM = {"coat": -0.20, "jacket": -0.10, "suit": -0.24, "uniform": -0.05, "jumper": -0.12, "dress": 0.0}
_SKIRTED = {"dress": 0.30, "coat": 0.285, "apron": 0.0}


def body_parts(bones: Skeleton, look: Look, pixels: float) -> list[Part]:
    """Return trunk, neck, limbs, hands and shoes; `pixels` is the person's height in the picture."""
    sides = 20 if pixels > 700 else 14 if pixels > 430 else 10
    trunk = _trunk(bones, look, sides)
    top = from_hex(look.top)
    marks = garment_marks(trunk, look) if pixels > 90 else ()
    parts = [Part(loft(trunk.rings), top, marks)]
    parts.append(_neck(bones, look, sides))
    parts += _arms(bones, look, sides, pixels)
    parts += _legs(bones, look, sides)
    parts += _worn(bones, look, trunk)
    return parts


def _trunk(bones: Skeleton, look: Look, sides: int) -> Trunk:
    h, b = look.height_m, look.build
    loose = _LOOSE.get(look.garment, 1.0)
    hem = _HEM.get(look.garment, 0.0)
    places = np.array([max(row[0], hem) if row[0] < 0 else row[0] for row in _TRUNK])
    places[0] = min(places[0], -0.02)
    up = bones.neck - bones.pelvis
    ahead = np.cross(np.array([1.0, 0.0, 0.0]), up)
    ahead = ahead / np.linalg.norm(ahead)
    turns = np.arange(sides) * (2 * math.pi / sides)
    rings = []
    for place, (_, half, deep, shift) in zip(places, _TRUNK, strict=True):
        low = place < 0.5
        waist = 0.90 if look.garment == "dress" and 0.1 < place < 0.45 else 1.0
        wide = half * h * (b if not low else b**0.85) * (loose if place < 0.9 else 1.0) * waist
        thick = deep * h * b**0.7 * (loose if place < 0.95 else 1.0) * waist
        middle = bones.pelvis + up * place + ahead * shift * h
        square = 0.86
        across = np.sign(np.sin(turns)) * np.abs(np.sin(turns)) ** square * wide
        forth = np.sign(np.cos(turns)) * np.abs(np.cos(turns)) ** square * thick
        rings.append(middle + across[:, None] * np.array([1.0, 0.0, 0.0]) + forth[:, None] * ahead)
    return Trunk(np.array(rings), places)


def _neck(bones: Skeleton, look: Look, sides: int) -> Part:
    h = look.height_m
    up = bones.head_axes @ np.array([0.0, 1.0, 0.0])
    top = bones.head + bones.head_axes @ np.array([0.0, -0.20, -0.06]) * bones.head_size
    foot = bones.neck - up * 0.030 * h
    spine = np.linspace(foot, top, 4)
    wide = np.array([0.040, 0.033, 0.031, 0.032]) * h * look.build**0.4
    mesh = tube(spine, wide, sides)
    skin = from_hex(look.skin)
    ahead = bones.head_axes @ np.array([0.0, 0.0, 1.0])
    middle = spine[2] + up * 0.010 * h
    shade = [
        middle + ahead * 0.06 * h + np.array([x, y, 0.0]) * h
        for x, y in ((-0.05, 0.05), (-0.05, -0.004), (0.0, -0.022), (0.05, -0.004), (0.05, 0.05))
    ]
    dark = times(skin, (0.60, 0.46, 0.46))
    return Part(
        mesh,
        times(skin, (0.95, 0.90, 0.89)),
        (Mark(np.array(shade), dark, 0.55),),
        lift=-0.12,
        opens=opened(skin),
    )


def _arms(bones: Skeleton, look: Look, sides: int, pixels: float) -> list[Part]:
    h, b = look.height_m, look.build**0.5
    loose = 1.0 + 0.9 * (_LOOSE.get(look.garment, 1.0) - 1.0)
    parts: list[Part] = []
    bare = look.garment in ("dress", "apron")
    cloth, skin = from_hex(look.top), from_hex(look.skin)
    for side in (0, 1):
        shoulder, elbow, wrist = bones.shoulders[side], bones.elbows[side], bones.wrists[side]
        inner = shoulder + np.array([(bones.chest - shoulder)[0] * 0.16, 0.004 * h, 0.0])
        spine = np.array(
            [
                inner,
                shoulder + (elbow - shoulder) * 0.18,
                shoulder + (elbow - shoulder) * 0.62,
                elbow,
                elbow + (wrist - elbow) * 0.4,
                wrist,
            ]
        )
        wide = np.array([0.026, 0.0315, 0.0280, 0.0255, 0.0250, 0.0205]) * h * b
        if bare:
            wide *= np.array([1, 1, 0.88, 0.86, 0.86, 0.85])
            sleeve = spine[:3].copy()
            sleeve[2] = shoulder + (elbow - shoulder) * 0.5
            parts += Part(tube(sleeve, wide[:3] * 1.12, sides), cloth, lift=0.04).merged(0.35)
            parts.append(Part(tube(spine[2:], wide[2:] * 0.96, sides), skin, opens=opened(skin)))
        else:
            cuff = _cuff(elbow, wrist, look, float(wide[-1]) * loose)
            if pixels < 430:
                parts.append(Part(tube(spine, wide * loose, 8), cloth))
            else:
                parts += Part(tube(spine[:4], wide[:4] * loose, sides), cloth, lift=0.03).merged(0.35)
                parts.append(Part(tube(spine[3:], wide[3:] * loose, sides), cloth, cuff))
        parts += _hand(bones, look, side, pixels)
    return parts


def _cuff(elbow: Vector, wrist: Vector, look: Look, radius: float) -> tuple[Mark, ...]:
    along = (wrist - elbow) / (np.linalg.norm(wrist - elbow) + 1e-9)
    colour = from_hex(look.accent) if look.garment == "uniform" else lighter(from_hex(look.top), 0.72)
    across = np.cross(along, np.array([0.3, 0.2, 0.9]))
    across = across / (np.linalg.norm(across) + 1e-9) * radius * 2.2
    start = wrist - along * 0.012
    return (
        Mark(
            np.array([start - across, start + across]), colour, 0.9, width=0.010, closed=False, curved=False
        ),
    )


def _hand(bones: Skeleton, look: Look, side: int, pixels: float) -> list[Part]:
    """A palm and a thumb; from some size on four fingers."""
    h = look.height_m
    skin = from_hex(look.skin)
    gain = opened(skin)
    wrist, tip = bones.wrists[side], bones.tips[side]
    way = tip - wrist
    length = float(np.linalg.norm(way)) + 1e-9
    way = way / length
    body = np.array([1.0, 0.0, 0.0]) * (1 if side else -1)
    broad = np.cross(way, body)
    if np.linalg.norm(broad) < 0.3:
        broad = np.array([0.0, 0.0, 1.0])
    if abs(way[2]) > 0.6:
        broad = np.array([1.0, 0.0, 0.0]) - way * way[0]
    broad = broad / (np.linalg.norm(broad) + 1e-9)
    sign = 1.0 if broad @ np.array([0.0, 0.0, 1.0]) > 0 or (abs(way[2]) > 0.6 and not side) else -1.0
    thumb_root = wrist + way * 0.016 * h + broad * sign * 0.014 * h
    thumb = np.array(
        [
            thumb_root,
            thumb_root + way * 0.016 * h + broad * sign * 0.014 * h,
            thumb_root + way * 0.036 * h + broad * sign * 0.016 * h,
        ]
    )
    parts = [Part(tube(thumb, np.array([0.0085, 0.0075, 0.0055]) * h, 8), skin, opens=gain)]
    if pixels < 700:
        spine = np.array(
            [wrist - way * 0.004 * h, wrist + way * 0.30 * length, wrist + way * 0.62 * length, tip]
        )
        palm = tube(spine, np.array([0.0155, 0.022, 0.021, 0.012]) * h, 10, flat=0.5, side=broad)
        return [Part(palm, skin, opens=gain), *parts] if pixels > 430 else [Part(palm, skin, opens=gain)]
    knuckle = wrist + way * 0.52 * length
    palm = tube(
        np.array([wrist - way * 0.004 * h, wrist + way * 0.25 * length, knuckle]),
        np.array([0.0165, 0.0225, 0.0235]) * h,
        12,
        flat=0.5,
        side=broad,
    )
    curl = np.cross(broad, way) * (0.010 * h)
    for index, share in enumerate((-0.75, -0.25, 0.25, 0.75)):
        root = knuckle + broad * share * 0.0215 * h
        long = length * (0.50 - 0.06 * abs(share - 0.15))
        spine = np.array([root, root + way * long * 0.55, root + way * long + curl * (0.4 + 0.2 * index)])
        parts.append(Part(tube(spine, np.array([0.0066, 0.0062, 0.0048]) * h, 8), skin, opens=gain))
    return [Part(palm, skin, opens=gain), *parts]


def _legs(bones: Skeleton, look: Look, sides: int) -> list[Part]:
    h, b = look.height_m, look.build**0.6
    skirt = _SKIRTED.get(look.garment)
    bare = look.garment == "dress"
    cloth = from_hex(look.skin) if bare else from_hex(look.bottom)
    parts: list[Part] = []
    for side in (0, 1):
        hip, knee, ankle = bones.hips[side], bones.knees[side], bones.ankles[side]
        spine = np.array([hip, hip + (knee - hip) * 0.5, knee, knee + (ankle - knee) * 0.35, ankle])
        wide = np.array([0.053, 0.047, 0.036, 0.035, 0.029]) * h * b * (0.82 if bare else 1.0)
        parts.append(Part(tube(spine, wide, sides), cloth))
        parts.append(_shoe(ankle, bones.toes[side], h, look))
    if skirt:
        parts += _skirt(bones, look, skirt, sides)
    return parts


def _shoe(ankle: Vector, toe: Vector, h: float, look: Look) -> Part:
    sole = toe - ankle
    heel = ankle - sole * 0.22 + np.array([0.0, -0.012 * h, 0.0])
    spine = np.array([heel, ankle + sole * 0.18 + [0.0, -0.004 * h, 0.0], ankle + sole * 0.62, toe])
    dark = mix(from_hex(look.bottom), (0.07, 0.05, 0.05), 0.72)
    return Part(tube(spine, np.array([0.021, 0.025, 0.024, 0.018]) * h, 10, flat=0.95), dark)


def _skirt(bones: Skeleton, look: Look, hem: float, sides: int) -> list[Part]:
    """A skirt or a coat's tails: a bell from the waist; when sitting, over the thighs."""
    h, b = look.height_m, look.build**0.7
    colour = from_hex(look.top)
    if bones.seat or bones.lying:
        middle = [(bones.hips[0] + bones.hips[1]) / 2, (bones.knees[0] + bones.knees[1]) / 2]
        down = (bones.ankles[0] + bones.ankles[1]) / 2
        middle.append(middle[1] + (down - middle[1]) * (0.45 if not bones.lying else 0.2))
        spine = np.array([middle[0], (middle[0] + middle[1]) / 2, middle[1], middle[2]])
        return [
            Part(
                tube(spine, np.array([0.112, 0.116, 0.116, 0.118]) * h * b, sides, flat=0.62),
                colour,
                lift=0.05,
            )
        ]
    turns = np.arange(sides) * (2 * math.pi / sides)
    legs = (bones.knees[0] + bones.knees[1]) / 2
    stride = abs(bones.knees[0][2] - bones.knees[1][2])
    flare = 0.135 if look.garment == "dress" else 0.122
    rings = []
    for share in (0.0, 0.3, 0.65, 1.0):
        level = 0.545 * h + (hem - 0.545) * h * share
        middle_x = bones.pelvis[0] * (1 - share) + legs[0] * share
        wide = (0.094 + (flare - 0.094) * share) * h * b
        deep = (0.070 + (flare * 0.78 - 0.070) * share) * h + 0.42 * stride * share
        fold = 1 + 0.035 * share * np.cos(turns * 5)
        ring = np.stack(
            [
                middle_x + wide * np.sin(turns) * fold,
                np.full(sides, level),
                (bones.pelvis[2] + legs[2] * share * 0.5) + deep * np.cos(turns) * fold,
            ],
            -1,
        )
        rings.append(ring)
    marks: tuple[Mark, ...] = ()
    if look.garment == "coat":
        slit = np.array([ring[0] + [0.0, 0.0, 0.004] for ring in rings])
        marks = (
            Mark(
                slit,
                lighter(colour, 0.5),
                0.8,
                width=0.010,
                closed=False,
                normals=np.tile([0.0, 0.0, 1.0], (4, 1)),
            ),
        )
    return [Part(loft(np.array(rings)), colour, marks, lift=0.16)]


def _worn(bones: Skeleton, look: Look, trunk: Trunk) -> list[Part]:
    """A scarf or a bag, which are parts of their own."""
    h = look.height_m
    accent = from_hex(look.accent)
    if look.accessory == "scarf":
        turns = np.arange(14) * (2 * math.pi / 14)
        rings = []
        for lift, wide in ((-0.034, 0.056), (-0.018, 0.063), (-0.001, 0.056), (0.008, 0.042)):
            ring = (
                np.stack([np.sin(turns) * wide, np.full(14, lift), np.cos(turns) * wide * 0.92 + 0.004], -1)
                * h
            )
            rings.append(bones.neck + ring)
        hang = np.array([trunk.spot(up, 14, 0.012)[0] for up in (0.98, 0.86, 0.72, 0.56)])
        tail = tube(hang, np.array([0.020, 0.023, 0.024, 0.024]) * h, 8, flat=0.4)
        return [Part(tail, lighter(accent, 0.86), lift=0.10), Part(loft(np.array(rings)), accent, lift=0.08)]
    if look.accessory == "bag":
        side = trunk.spot(0.05, 92, 0.05 * h)[0]
        pouch = ball(side, np.array([0.035, 0.075, 0.075]) * h, 12, 6)
        return [Part(pouch, accent, lift=0.05)]
    return []


def phone_part(bones: Skeleton) -> Part:
    """The telephone at the ear."""
    at = bones.wrists[1] + (bones.tips[1] - bones.wrists[1]) * 0.55
    spine = np.array([at + np.array([0.006, -0.055, 0.03]), at + np.array([0.0, 0.055, -0.005])])
    return Part(
        tube(spine, np.array([0.034, 0.034]), 8, flat=0.32, side=np.array([0.0, 0.0, 1.0])),
        (0.08, 0.08, 0.10),
        lift=0.03,
    )


def cushion_mesh(bones: Skeleton) -> Mesh:
    """A low bed under a lying person."""
    middle = (bones.pelvis + bones.head) / 2
    return ball(np.array([middle[0], 0.16, middle[2]]), np.array([0.42, 0.12, 1.0]), 18, 6)
