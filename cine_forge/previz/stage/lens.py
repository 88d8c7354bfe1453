"""The camera as arithmetic: where a point of the world falls on the picture, at any moment of a move.

`lens_at` reads a `Camera` and an instant; the `Lens` it returns projects arrays of points. World and units
are those of `staging.blocking` (metres, y up, z away from the audience). It draws nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cine_forge.staging.blocking import Camera
from cine_forge.staging.framing import SENSOR_MM
from cine_forge.staging.grammar import Move

Vector = NDArray[np.float64]
NEAR_M = 0.12


@dataclass(frozen=True)
class Lens:
    """A camera at one instant. `axes` are the rows right, up, forward; `focal` is in pixels."""

    eye: Vector
    axes: Vector
    focal: float
    width: int
    height: int

    def place(self, points: Vector) -> Vector:
        """Return (n, 3) world points in the camera's own axes: right, up, forward (metres)."""
        return np.asarray((points - self.eye) @ self.axes.T)

    def flat(self, placed: Vector) -> Vector:
        """Return the pixels of points already in the camera's axes; depth is cut at the near plane."""
        scale = self.focal / np.maximum(placed[:, 2], NEAR_M)
        flat = np.empty((len(placed), 2))
        flat[:, 0] = self.width / 2 + placed[:, 0] * scale
        flat[:, 1] = self.height / 2 - placed[:, 1] * scale
        return flat

    def see(self, points: Vector) -> Vector:
        """Return the pixels of (n, 3) world points."""
        return self.flat(self.place(points))

    def scale_at(self, point: Vector) -> float:
        """Return pixels per metre at the depth of a point."""
        depth = float((point - self.eye) @ self.axes[2])
        return self.focal / max(depth, NEAR_M)

    def depth_of(self, point: Vector) -> float:
        """Return how far before the camera a point is, in metres."""
        return float((point - self.eye) @ self.axes[2])


def cut_near(placed: Vector) -> Vector:
    """Cut a polygon in camera axes at the near plane; fewer than 3 points mean nothing is left."""
    ahead = placed[:, 2] > NEAR_M
    if ahead.all():
        return placed
    kept: list[Vector] = []
    for index, point in enumerate(placed):
        other = placed[index - 1]
        if ahead[index] != ahead[index - 1]:
            share = (NEAR_M - other[2]) / (point[2] - other[2])
            kept.append(other + share * (point - other))
        if ahead[index]:
            kept.append(point)
    return np.array(kept).reshape(-1, 3)


def cut_frame(flat: Vector, width: int, height: int) -> Vector:
    """Cut a polygon in pixels to a box a little larger than the picture: far-away corners cost time."""
    points: list[list[float]] = flat.tolist()
    for axis, edge, sign in ((0, -64.0, 1), (0, width + 64.0, -1), (1, -64.0, 1), (1, height + 64.0, -1)):
        kept: list[list[float]] = []
        for index, here in enumerate(points):
            before = points[index - 1]
            inside, was = sign * (here[axis] - edge) >= 0, sign * (before[axis] - edge) >= 0
            if inside != was:
                share = (edge - before[axis]) / (here[axis] - before[axis])
                kept.append([a + share * (b - a) for a, b in zip(before, here, strict=True)])
            if inside:
                kept.append(here)
        points = kept
    return np.array(points).reshape(-1, 2)


def lens_at(camera: Camera, size: tuple[int, int], progress: float, second: float) -> Lens:
    """Return the camera at `progress` (0 to 1, eased here) of its move; `second` drives a hand-held sway."""
    eased = progress * progress * (3 - 2 * progress)
    eye, target = np.array(camera.eye, float), np.array(camera.target, float)
    eye, target = _moved(camera, eye, target, eased)
    if camera.move is Move.HANDHELD:
        eye, target = _swayed(eye, target, camera.lens_mm, second)
    focal = camera.lens_mm / SENSOR_MM * max(size)
    return Lens(eye, _axes(target - eye, camera.roll_deg), focal, *size)


def _moved(camera: Camera, eye: Vector, target: Vector, share: float) -> tuple[Vector, Vector]:
    way = target - eye
    ahead = way / (np.linalg.norm(way) or 1.0)
    right = _axes(way, 0.0)[0]
    go = camera.travel * share
    match camera.move:
        case Move.PUSH_IN:
            return eye + ahead * go, target
        case Move.PULL_OUT:
            return eye - ahead * go, target
        case Move.TRACK_RIGHT:
            return eye + right * go, target + right * go
        case Move.TRACK_LEFT:
            return eye - right * go, target - right * go
        case Move.CRANE_UP:
            return eye + np.array([0.0, go, 0.0]), target
        case Move.PAN_RIGHT:
            return eye, eye + _turned(way, math.radians(go))
        case Move.PAN_LEFT:
            return eye, eye + _turned(way, -math.radians(go))
        case Move.TILT_UP:
            return eye, eye + _raised(way, math.radians(go))
        case Move.TILT_DOWN:
            return eye, eye + _raised(way, -math.radians(go))
    return eye, target


def _turned(way: Vector, angle: float) -> Vector:
    cos, sin = math.cos(angle), math.sin(angle)
    return np.array([way[0] * cos + way[2] * sin, way[1], way[2] * cos - way[0] * sin])


def _raised(way: Vector, angle: float) -> Vector:
    _, up, ahead = _axes(way, 0.0)
    return np.asarray((ahead * math.cos(angle) + up * math.sin(angle)) * np.linalg.norm(way))


def _swayed(eye: Vector, target: Vector, lens_mm: float, second: float) -> tuple[Vector, Vector]:
    """Sway as an operator's shoulder does: a few slow waves that never repeat within a shot."""
    reach = float(np.linalg.norm(target - eye))
    sway = np.array(
        [
            math.sin(second * 1.9) + 0.5 * math.sin(second * 4.3 + 1.0),
            math.sin(second * 2.3 + 0.7) + 0.4 * math.sin(second * 5.1),
            0.0,
        ]
    )
    return eye + sway * 0.006, target + sway * reach * 0.16 / lens_mm


def _axes(way: Vector, roll_deg: float) -> Vector:
    ahead = way / (np.linalg.norm(way) or 1.0)
    upright = np.array([0.0, 0.0, 1.0]) if abs(ahead[1]) > 0.995 else np.array([0.0, 1.0, 0.0])
    right = np.cross(upright, ahead)
    right = right / np.linalg.norm(right)
    up = np.cross(ahead, right)
    roll = math.radians(roll_deg)
    cos, sin = math.cos(roll), math.sin(roll)
    return np.stack([right * cos + up * sin, up * cos - right * sin, ahead])
