"""The face: eyes, brows, nose, mouth, ears, beard, glasses, laid on a skull, with an expression.

It makes parts and marks in the head's own axes (metres); the figure turns them into the world. The smaller
the face is in the picture, the less of it is drawn, so a wide shot has no specks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict, Unpack

import numpy as np
from numpy.typing import NDArray

from cine_forge.kernel.ground.hashing import seed_of
from cine_forge.previz.people.skull import Skull
from cine_forge.previz.stage.mesh import ball, loft
from cine_forge.previz.stage.piece import Mark, Part
from cine_forge.staging.blocking import Look
from cine_forge.staging.colour import Rgb, from_hex, hue_of, lighter, luma, mix, times

Vector = NDArray[np.float64]

_EYE_X, _EYE_Y = 0.152, 0.482
_WHITE: Rgb = (0.93, 0.91, 0.88)


@dataclass(frozen=True)
class Expression:
    """What the face does: `brow` -1 knit to 1 raised, `smile` and `gaze` -1 to 1, `jaw` and `lid` 0 to 1."""

    brow: float = 0.0
    smile: float = 0.05
    jaw: float = 0.0
    lid: float = 0.08
    gaze: float = 0.0
    worry: float = 0.0


@dataclass(frozen=True)
class Features:
    """What is a person's own in a face: factors of size, and how red the lips are."""

    eye: float
    brow: float
    nose: float
    mouth: float
    lips: float
    broad: float


def features_of(look: Look) -> Features:
    """Return the features that belong to a look; the same in every picture."""
    dice = np.random.Generator(
        np.random.PCG64(seed_of("features", look.skin, look.hair, look.height_m, look.build))
    )
    one, two, three, four = (2 * dice.random(4) - 1).tolist()
    young = max(0.0, min(1.0, (1.55 - look.height_m) / 0.35))
    soft = look.garment == "dress" or look.hair_style in ("long", "bob", "bun")
    rough = look.accessory in ("beard", "moustache") or look.hair_style == "bald"
    return Features(
        eye=1.0 + 0.07 * one + 0.20 * young + (0.06 if soft else -0.03),
        brow=1.0 + 0.18 * two - (0.28 if soft else -0.12) - 0.25 * young,
        nose=1.0 + 0.14 * three - 0.28 * young - (0.10 if soft else -0.04),
        mouth=1.0 + 0.08 * four - 0.06 * young,
        lips=0.30 if soft else 0.05 if rough else 0.12,
        broad=1.0 + 0.035 * two + (-0.03 if soft else 0.03) + 0.04 * young,
    )


def face_parts(look: Look, skull: Skull, expression: Expression, pixels: float) -> list[Part]:
    """Return head, ears and nose with their marks; `pixels` is the head's height in the picture."""
    skin = from_hex(look.skin)
    marks: list[Mark] = []
    if pixels > 11:
        marks += _sockets(skull, skin, pixels)
        own = features_of(look)
        for side in (-1.0, 1.0):
            marks += _eye(skull, look, expression, side * own.eye, pixels)
            marks.append(_brow(skull, look, expression, side, own.brow))
        marks += _mouth(skull, skin, expression, own, pixels)
    marks = _beard(look, skull, pixels) + marks
    if pixels > 60 and _is_grey(look):
        marks += _age(skull, skin)
    sides = 28 if pixels > 90 else 18 if pixels > 30 else 12
    parts = [Part(skull.mesh(sides), skin, tuple(marks))]
    if pixels > 26:
        parts += [_ear(skull, skin, side, pixels) for side in (-1.0, 1.0)]
        parts.append(_nose(skull, skin, features_of(look).nose, pixels))
    if look.accessory == "glasses" and pixels > 14:
        parts.append(_glasses(skull, pixels))
    return parts


class _Stroke(TypedDict, total=False):
    """What may be said of a mark besides its place and colour; see `Mark`."""

    opacity: float
    width: float
    closed: bool
    shine: bool


def _on(
    skull: Skull,
    places: Sequence[tuple[float, float]] | Vector,
    colour: Rgb,
    out: float = 0.004,
    **how: Unpack[_Stroke],
) -> Mark:
    spots = np.asarray(places, float)
    return Mark(skull.on(spots, out), colour, normals=skull.normal(spots), **how)


def _oval(x: float, y: float, across: float, down: float, count: int = 12) -> Vector:
    turn = np.arange(count) * (2 * math.pi / count)
    return np.stack([x + across * np.cos(turn), y + down * np.sin(turn)], -1)


def _sockets(skull: Skull, skin: Rgb, pixels: float) -> list[Mark]:
    if pixels < 84:
        return []
    deep = times(skin, (0.72, 0.58, 0.56))
    blush = times(skin, (1.0, 0.66, 0.60))
    marks: list[Mark] = []
    for side in (-1.0, 1.0):
        marks.append(_on(skull, _oval(side * 0.15, 0.495, 0.112, 0.062), deep, opacity=0.20))
        marks.append(_on(skull, _oval(side * 0.145, 0.525, 0.090, 0.030), deep, opacity=0.22))
        marks.append(_on(skull, _oval(side * 0.190, 0.335, 0.080, 0.050), blush, opacity=0.07))
    marks.append(_on(skull, _oval(0.0, 0.272, 0.040, 0.022), deep, opacity=0.15))
    return marks


def _eye(skull: Skull, look: Look, face: Expression, side: float, pixels: float) -> list[Mark]:
    """One eye; `side` is the side's sign times the size of the eyes."""
    dark: Rgb = (0.10, 0.07, 0.07)
    scale, side = abs(side), math.copysign(1.0, side)
    x, y = side * _EYE_X, _EYE_Y
    if pixels < 34:
        return [_on(skull, _oval(x, y, 0.052, 0.030, 8), dark, opacity=0.9)]
    gap = max(0.0, 1.0 - face.lid)
    half, up, down = 0.086 * scale, 0.050 * gap * scale, 0.029 * min(1.0, gap + 0.12) * scale
    turn = np.linspace(0, math.pi, 9)
    upper = np.stack(
        [x + side * half * np.cos(turn), y + up * np.sin(turn) ** 0.85 + 0.012 * np.cos(turn)], -1
    )
    lower = np.stack([x - side * half * np.cos(turn), y - down * np.sin(turn) - 0.012 * np.cos(turn)], -1)
    marks: list[Mark] = []
    if gap > 0.25:
        white = mix(_WHITE, from_hex(look.skin), 0.46)
        marks.append(_on(skull, np.concatenate([upper, lower[1:-1]]), white))
        marks += _iris(skull, look, face, (x, y), (up, down))
    lash = np.concatenate([[upper[0] + np.array([side * 0.018, 0.006])], upper])
    lashes = _on(skull, lash, dark, width=0.019 * skull.size, closed=False)
    if pixels < 84:
        return [*marks, lashes]
    skin = from_hex(look.skin)
    crease = times(skin, (0.55, 0.42, 0.40))
    fold = upper + np.array([0.0, 0.024])
    marks.append(_on(skull, fold[1:-1], crease, width=0.010 * skull.size, closed=False, opacity=0.6))
    marks.append(_on(skull, lower[1:-1], crease, width=0.007 * skull.size, closed=False, opacity=0.7))
    return [*marks, lashes]


def _iris(
    skull: Skull, look: Look, face: Expression, eye: tuple[float, float], lids: tuple[float, float]
) -> list[Mark]:
    x, y = eye[0] + 0.026 * face.gaze, eye[1] + 0.006
    hue = luma(from_hex(look.hair))
    colour: Rgb = (
        (0.27, 0.17, 0.10) if hue < 0.22 else (0.28, 0.36, 0.30) if hue < 0.45 else (0.30, 0.42, 0.52)
    )

    def within(ring: Vector) -> Vector:
        reach = np.clip(1 - ((ring[:, 0] - eye[0]) / 0.088) ** 2, 0, 1) ** 0.5
        ring[:, 1] = np.clip(ring[:, 1], eye[1] - lids[1] * reach, eye[1] + lids[0] * reach)
        return ring

    return [
        _on(skull, within(_oval(x, y, 0.043, 0.043)), colour),
        _on(skull, within(_oval(x, y, 0.022, 0.022, 8)), (0.04, 0.03, 0.04)),
        _on(
            skull,
            within(_oval(x - 0.016, y + 0.014, 0.010, 0.010, 8)),
            (1.0, 1.0, 1.0),
            opacity=0.6,
        ),
    ]


def _brow(skull: Skull, look: Look, face: Expression, side: float, thick: float) -> Mark:
    colour = lighter(mix(from_hex(look.hair), (0.16, 0.11, 0.09), 0.35), 0.8)
    inner = 0.582 + 0.030 * face.brow + 0.030 * face.worry - (0.020 if face.brow < -0.3 else 0.0)
    middle = 0.606 + 0.040 * face.brow
    outer = 0.582 + 0.022 * max(face.brow, 0) - 0.012 * face.worry
    places = [
        (side * 0.068, inner + 0.014 * thick),
        (side * 0.150, middle + 0.015 * thick),
        (side * 0.215, middle),
        (side * 0.262, outer - 0.006),
        (side * 0.205, middle - 0.020 * thick),
        (side * 0.145, middle - 0.019 * thick),
        (side * 0.070, inner - 0.017 * thick),
    ]
    return _on(skull, places, colour, opacity=0.92)


def _mouth(skull: Skull, skin: Rgb, face: Expression, own: Features, pixels: float) -> list[Mark]:
    lip = mix(times(skin, (0.82, 0.60, 0.57)), (0.66, 0.20, 0.24), own.lips)
    dark: Rgb = (0.20, 0.06, 0.07)
    half = (0.118 + 0.016 * face.smile - 0.018 * face.jaw) * own.mouth
    y, lift, gap = 0.192, 0.022 * face.smile, 0.060 * face.jaw
    turn = np.linspace(-1, 1, 9)
    corner = y + lift * np.abs(turn) ** 1.6
    line = np.stack([turn * half, corner - 0.004 * (1 - turn**2)], -1)
    if pixels < 34:
        return [_on(skull, line, mix(lip, dark, 0.4), width=0.02 * skull.size, closed=False, opacity=0.8)]
    arch = 0.030 * (1 - turn**2) - 0.009 * np.exp(-((turn / 0.16) ** 2))
    top = np.stack([turn * half, corner + arch + 0.3 * gap], -1)
    low = np.stack([turn[::-1] * half * 0.94, corner - 0.046 * (1 - turn**2) - gap], -1)
    marks = [_on(skull, np.concatenate([top, low[1:-1]]), lip, opacity=0.9)]
    if face.jaw > 0.08:
        hole = (1 - turn**2) ** 0.7
        roof = np.stack([turn * half * 0.86, corner + 0.2 * gap * hole], -1)
        floor = np.stack([turn[::-1] * half * 0.86, corner - (0.012 + gap) * hole], -1)
        marks.append(_on(skull, np.concatenate([roof, floor[1:-1]]), dark))
        teeth = np.stack([turn * half * 0.62, corner + 0.18 * gap * hole], -1)
        under = np.stack([turn[::-1] * half * 0.60, corner - 0.10 * gap - 0.004 * hole], -1)
        marks.append(_on(skull, np.concatenate([teeth, under[1:-1]]), (0.90, 0.88, 0.84), opacity=0.9))
    else:
        marks.append(_on(skull, line, mix(lip, dark, 0.75), width=0.012 * skull.size, closed=False))
    return marks


def _nose(skull: Skull, skin: Rgb, long: float, pixels: float) -> Part:
    rows = [
        (0.520, 0.008, -0.020),
        (0.480, 0.032, 0.030),
        (0.410, 0.040, 0.070),
        (0.355, 0.056, 0.105),
        (0.325, 0.066, 0.098),
        (0.300, 0.060, 0.062),
        (0.285, 0.032, 0.006),
    ]
    turns = np.arange(10) * (2 * math.pi / 10)
    rows = [
        (0.545 - (0.545 - high) * (0.8 + 0.2 * long), half * (0.6 + 0.4 * long), out * long)
        for high, half, out in rows
    ]
    base = skull.on(np.array([(0.0, high) for high, _, _ in rows])) / skull.size
    rings = [
        np.stack(
            [
                half * np.sin(turns),
                np.full(10, foot[1]) - 0.012 * np.cos(turns),
                foot[2]
                - 0.02
                + np.where(np.cos(turns) > 0, (out + 0.02) * np.cos(turns), 0.02 * np.cos(turns)),
            ],
            -1,
        )
        for (_, half, out), foot in zip(rows, base, strict=True)
    ]
    mesh = loft(np.array(rings) * skull.size)
    dark = times(skin, (0.52, 0.36, 0.34))
    marks: tuple[Mark, ...] = ()
    if pixels > 50:
        marks = tuple(_nostril(skull, dark, side) for side in (-1.0, 1.0))
    return Part(mesh, skin, marks, lift=0.10, edge=False, rim=False)


def _nostril(skull: Skull, dark: Rgb, side: float) -> Mark:
    front = skull.on(np.array([[0.0, 0.30]]))[0][2]
    turn = np.linspace(0.0, math.pi, 6)
    points = np.stack(
        [
            side * (0.030 + 0.022 * np.cos(turn)) * skull.size,
            (0.300 - 0.5 + 0.010 * np.sin(turn)) * skull.size,
            np.full(6, front + 0.050 * skull.size),
        ],
        -1,
    )
    return Mark(points, dark, 0.75, width=0.013 * skull.size, closed=False, free=True)


def _ear(skull: Skull, skin: Rgb, side: float, pixels: float) -> Part:
    centre = np.array([side * 0.345 * skull.broad, 0.445 - 0.5, -0.045]) * skull.size
    mesh = ball(centre, np.array([0.040, 0.095, 0.062]) * skull.size, 10, 6)
    shift = np.array([side * 0.030, 0.0, 0.018]) * skull.size
    inner = (
        np.array([(0.0, 0.05, 0.012), (0.0, 0.055, -0.025), (0.0, 0.0, -0.03), (0.0, -0.045, 0.0)])
        * skull.size
    )
    marks: tuple[Mark, ...] = ()
    if pixels > 60:
        dark = times(skin, (0.66, 0.46, 0.44))
        marks = (Mark(centre + shift + inner, dark, 0.7, width=0.012 * skull.size, closed=False),)
    return Part(mesh, times(skin, (0.98, 0.90, 0.88)), marks, lift=-0.02)


def _beard(look: Look, skull: Skull, pixels: float) -> list[Mark]:
    hair = lighter(from_hex(look.hair), 0.9)
    marks: list[Mark] = []
    if look.accessory == "beard" and pixels > 9:
        outer = [(0.335, 0.46), (0.318, 0.30), (0.285, 0.19), (0.20, 0.05), (0.09, -0.02)]
        inner = [(0.0, 0.275), (0.115, 0.262), (0.17, 0.205), (0.235, 0.25), (0.305, 0.42)]
        ring = [(-x, y) for x, y in outer] + [(x, y) for x, y in reversed(outer)]
        ring += [(x, y) for x, y in reversed(inner)] + [(-x, y) for x, y in inner[1:]]
        mark = Mark(skull.on(np.array(ring), 0.008), hair, 0.97)
        marks.append(mark)
    if look.accessory == "moustache" and pixels > 14:
        ring = [(0.0, 0.268), (0.07, 0.262), (0.155, 0.205), (0.165, 0.180), (0.07, 0.216), (0.0, 0.224)]
        ring += [(-x, y) for x, y in reversed(ring[1:-1])]
        marks.append(_on(skull, ring, hair, opacity=0.97, out=0.012))
    return marks


def _is_grey(look: Look) -> bool:
    _, saturation, value = hue_of(from_hex(look.hair))
    return saturation < 0.22 and value > 0.5


def _age(skull: Skull, skin: Rgb) -> list[Mark]:
    line = times(skin, (0.62, 0.48, 0.46))
    marks = [
        _on(
            skull,
            [(-0.17, high), (0.0, high + 0.008), (0.17, high)],
            line,
            width=0.008 * skull.size,
            closed=False,
            opacity=0.45,
        )
        for high in (0.665, 0.705)
    ]
    for side in (-1.0, 1.0):
        for places in (
            [(side * 0.085, 0.305), (side * 0.135, 0.26), (side * 0.150, 0.19)],
            [(side * 0.10, 0.425), (side * 0.15, 0.412), (side * 0.20, 0.425)],
            [(side * 0.262, 0.50), (side * 0.295, 0.515)],
        ):
            marks.append(_on(skull, places, line, width=0.010 * skull.size, closed=False, opacity=0.6))
    return marks


def _glasses(skull: Skull, pixels: float) -> Part:
    """Two lenses on a part of their own that has no surface to see."""
    frame: Rgb = (0.09, 0.08, 0.09)
    width = (0.018 if pixels > 40 else 0.03) * skull.size
    z = skull.on(np.array([[0.0, 0.48]]))[0][2] + 0.035 * skull.size
    marks: list[Mark] = []
    for side in (-1.0, 1.0):
        ring = _oval(side * 0.152, 0.475, 0.118, 0.084)
        points = np.stack([ring[:, 0], ring[:, 1] - 0.5, np.full(len(ring), z / skull.size)], -1) * skull.size
        points[:, 2] -= 0.12 * np.abs(ring[:, 0]) * skull.size
        marks.append(Mark(points, (0.80, 0.90, 0.95), 0.14, free=True))
        marks.append(Mark(points, frame, 0.95, width=width, free=True))
    bridge = (
        np.array([(-0.036, 0.49 - 0.5, 0.0), (0.0, 0.503 - 0.5, 0.0), (0.036, 0.49 - 0.5, 0.0)]) * skull.size
    )
    bridge[:, 2] = z
    marks.append(Mark(bridge, frame, 0.95, width=width, closed=False, free=True))
    core = ball(np.array([0.0, -0.02 * skull.size, z - 0.06 * skull.size]), np.full(3, 0.001), 6, 3)
    return Part(core, frame, tuple(marks), lift=0.13, edge=False, flat=True)
