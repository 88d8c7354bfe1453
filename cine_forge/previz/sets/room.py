"""The shell of an interior: floor, ceiling and four walls.

The room stands round the origin. Walls that turn their back to the camera are not there, as on a stage;
the others then reach past the camera, so that no shot looks into the void.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cine_forge.previz.stage.piece import Panel, sheet, upright
from cine_forge.staging.blocking import SetDesign
from cine_forge.staging.colour import Rgb, from_hex, lighter, luma, mix, times

Vector = NDArray[np.float64]

HEIGHT_M = {"hall": 2.7, "stage": 5.5, "vehicle": 2.2, "bar": 3.0, "cell": 2.6, "kitchen": 2.6, "office": 2.7}
_FLOOR = {"kitchen": "tiles", "hall": "tiles", "cell": "slabs", "office": "plain", "vehicle": "plain"}
_BEYOND_M = 10.0
_HEIGHT_M = 2.7
_ELBOW_M = 0.6
"""What a camera needs before a wall; nearer than that, the wall is taken away."""


def room_panels(design: SetDesign, eye: Vector) -> tuple[Panel, ...]:
    """Return the panels of the shell for a camera at `eye`, ground first, in drawing order."""
    half, deep = design.width_m / 2, design.depth_m / 2
    x = (-_reach(half, -float(eye[0])), _reach(half, float(eye[0])))
    z = (-_reach(deep, -float(eye[2])), _reach(deep, float(eye[2])))
    return _shell(design, x, z, bool(eye[1] < HEIGHT_M.get(design.kind, _HEIGHT_M)))


def wall_is_gone(design: SetDesign, eye: Vector, at: Vector) -> bool:
    """Tell whether what hangs at a place hangs on a wall that was taken away for the camera."""
    for axis, half in ((0, design.width_m / 2), (2, design.depth_m / 2)):
        for side in (-1.0, 1.0):
            if side * at[axis] > half - 0.2 and side * eye[axis] >= half - _ELBOW_M:
                return True
    return False


def _reach(half: float, eye: float) -> float:
    """Return where a wall stands: in its place, or well behind a camera that is outside, in even steps."""
    return half if eye < half - _ELBOW_M else 8.0 * math.ceil(max(eye, half) / 8.0) + _BEYOND_M


@lru_cache(maxsize=16)
def _shell(
    design: SetDesign, x: tuple[float, float], z: tuple[float, float], covered: bool
) -> tuple[Panel, ...]:
    high = HEIGHT_M.get(design.kind, _HEIGHT_M)
    panels = _floor(design, x, z)
    ceiling = times(from_hex(design.wall), (0.80, 0.80, 0.82))
    if covered:
        level = sheet(x, z, high, ceiling, edge=False)
        panels.append(replace(level, normal=np.array([0.0, -1.0, 0.0])))
    for side in ("back", "left", "right", "front"):
        panels += _wall(design, side, (x, z), high)
    return tuple(panels)


def _ends(
    side: str, bounds: tuple[tuple[float, float], tuple[float, float]]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return where a wall starts and ends on the ground, so that it is seen from within."""
    (left, right), (front, back) = bounds
    return {
        "back": ((right, back), (left, back)),
        "left": ((left, back), (left, front)),
        "right": ((right, front), (right, back)),
        "front": ((left, front), (right, front)),
    }[side]


def _wall(
    design: SetDesign, side: str, bounds: tuple[tuple[float, float], tuple[float, float]], high: float
) -> list[Panel]:
    start, end = _ends(side, bounds)
    colour = from_hex(design.wall)
    tone = {"back": 1.0, "left": 0.92, "right": 0.97, "front": 0.95}[side]
    colour = lighter(colour, tone)
    accent = from_hex(design.accent)
    wall = upright(start, end, (0.0, high), colour, fade=lighter(colour, 0.84), edge=False)
    panels = [wall]
    inward = wall.normal if wall.normal is not None else np.zeros(3)
    if design.kind in ("bar", "hall", "stage", "vehicle") or design.seed % 3 == 0:
        wood = mix(lighter(colour, 0.62), accent, 0.22)
        panels.append(
            _laid(upright(start, end, (0.0, 1.0), wood, fade=lighter(wood, 0.8), edge=False), inward, 0.01)
        )
        panels.append(_laid(upright(start, end, (0.98, 1.03), lighter(wood, 1.25), edge=False), inward, 0.02))
    panels.append(_laid(upright(start, end, (0.0, 0.10), lighter(colour, 0.62), edge=False), inward, 0.02))
    panels.append(
        _laid(upright(start, end, (high - 0.09, high), lighter(colour, 1.14), edge=False), inward, 0.02)
    )
    dark: Rgb = (0.02, 0.02, 0.05)
    panels.append(_laid(_veil(start, end, (high, high - 0.8), dark, 0.22), inward, 0.02))
    panels.append(_laid(_veil(start, end, (0.0, 0.7), dark, 0.20), inward, 0.02))
    return panels


def _veil(
    start: tuple[float, float], end: tuple[float, float], y: tuple[float, float], colour: Rgb, opacity: float
) -> Panel:
    """Darkness that gathers at a wall's upper or lower edge and fades to `y[1]`."""
    return upright(start, end, (y[1], y[0]), colour, plain=True, veil=True, opacity=opacity, edge=False)


def _laid(panel: Panel, inward: Vector, by: float) -> Panel:
    return replace(panel, points=panel.points + inward * by, layer=1)


def _floor(design: SetDesign, x: tuple[float, float], z: tuple[float, float]) -> list[Panel]:
    colour = from_hex(design.ground)
    panels = [sheet(x, z, 0.0, lighter(colour, 0.92), fade=colour, edge=False)]
    manner = _FLOOR.get(design.kind, "boards")
    line = lighter(colour, 0.72 if luma(colour) > 0.1 else 1.5)
    step = {"boards": 0.34, "tiles": 0.5, "slabs": 1.1, "plain": 0.0}[manner]
    if step:
        lines = np.arange(max(x[0], -9.0), min(x[1], 9.0), step)
        panels += [sheet((at, at + 0.016), z, 0.002, line, edge=False, opacity=0.55) for at in lines.tolist()]
    if manner in ("tiles", "slabs"):
        lines = np.arange(max(z[0], -9.0), min(z[1], 9.0), step)
        panels += [sheet(x, (at, at + 0.016), 0.002, line, edge=False, opacity=0.5) for at in lines.tolist()]
    dark: Rgb = (0.02, 0.02, 0.05)
    deep = min(1.1, (z[1] - z[0]) / 3)
    shade = sheet(x, (z[1], z[1] - deep), 0.004, dark, plain=True, veil=True, opacity=0.26, edge=False)
    panels.append(replace(shade, normal=np.array([0.0, 1.0, 0.0])))
    return panels
