"""The viewfinder: where a point of the set falls in the frame of a camera, without drawing anything.

The board's own approval gate looks through it. Frame coordinates run from -1 to 1, right and up.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cine_forge.staging.blocking import Camera, Figure, Point
from cine_forge.staging.framing import head_top_m, sensor_mm
from cine_forge.staging.grammar import Angle, Pose, Size

_NEAR_M = 0.05
_EDGE = 0.04
_BODY_SHARE = {  # how much of the frame's height a standing body would fill: least, most
    Size.EXTREME_WIDE: (0.02, 0.5),
    Size.WIDE: (0.08, 0.85),
    Size.FULL: (0.25, 1.15),
    Size.MEDIUM_WIDE: (0.3, 1.9),
    Size.MEDIUM: (0.6, 2.9),
    Size.MEDIUM_CLOSE: (1.0, 4.5),
    Size.CLOSE: (2.0, 9.0),
    Size.EXTREME_CLOSE: (4.0, 30.0),
}
_UPRIGHT = frozenset({Pose.STAND, Pose.WALK, Pose.PHONE, Pose.POINT})


@dataclass(frozen=True)
class Seen:
    """A point in the frame: `x` and `y` from -1 to 1 are inside; `depth_m` is its distance ahead."""

    x: float
    y: float
    depth_m: float

    def inside(self, margin: float = 0.0) -> bool:
        """Tell whether it is before the camera and inside the frame; a margin widens the frame."""
        return self.depth_m > _NEAR_M and abs(self.x) <= 1 + margin and abs(self.y) <= 1 + margin


def see(camera: Camera, point: Point, aspect: float) -> Seen:
    """Project a point of the set. `aspect` is width over height of the picture."""
    ahead = _unit(tuple(b - a for a, b in zip(camera.eye, camera.target, strict=True)))
    flat = math.hypot(ahead[0], ahead[2]) or 1e-9
    right = (ahead[2] / flat, 0.0, -ahead[0] / flat)
    up = _cross(ahead, right)
    offset = tuple(p - e for p, e in zip(point, camera.eye, strict=True))
    depth = _dot(offset, ahead)
    if depth <= _NEAR_M:
        return Seen(math.inf, math.inf, depth)
    wide, high = sensor_mm(aspect)
    scale = camera.lens_mm / depth
    return Seen(_dot(offset, right) * scale / (wide / 2), _dot(offset, up) * scale / (high / 2), depth)


@dataclass(frozen=True)
class BodyMeasure:
    """How much of the frame's height a body would fill, and what the shot's size allows."""

    share: float
    least: float
    most: float

    @property
    def fits(self) -> bool:
        """Tell whether the subject is as large as the size says."""
        return self.least <= self.share <= self.most


def faces_outside(camera: Camera, figures: Sequence[Figure], aspect: float) -> tuple[str, ...]:
    """Return the names of those who belong in the picture but whose face is not in it."""
    judged = _judged(camera, figures)
    return tuple(figure.name for figure in judged if not see(camera, face_of(figure), aspect).inside(_EDGE))


def measure_body(camera: Camera, figures: Sequence[Figure], aspect: float) -> BodyMeasure | None:
    """Measure the largest upright body; None when there is none or the size says nothing about bodies."""
    judged = _judged(camera, figures)
    upright = [figure for figure in judged if figure.pose in _UPRIGHT]
    if camera.size not in _BODY_SHARE or not upright:
        return None
    least, most = _BODY_SHARE[camera.size]
    share = max(height_share(camera, figure, aspect) for figure in upright)
    return BodyMeasure(share, least, most)


def face_of(figure: Figure) -> Point:
    """Return the middle of a figure's face, where it starts the shot."""
    return (figure.at[0], head_top_m(figure) - 0.07 * figure.look.height_m, figure.at[1])


def height_share(camera: Camera, figure: Figure, aspect: float) -> float:
    """Return how much of the frame's height a figure's whole body would fill; 1 fills it exactly."""
    top = see(camera, (figure.at[0], head_top_m(figure), figure.at[1]), aspect)
    foot = see(camera, (figure.at[0], 0.0, figure.at[1]), aspect)
    return abs(top.y - foot.y) / 2


def _judged(camera: Camera, figures: Sequence[Figure]) -> Sequence[Figure]:
    """Return those who must be in the picture: everybody, but only the focus when one is singled out."""
    focus = [figure for figure in figures if figure.id == camera.focus_id]
    singled = camera.angle in (Angle.OVER_SHOULDER, Angle.POV) or len(figures) == 1
    return focus if focus and singled else figures


def _unit(way: tuple[float, ...]) -> tuple[float, ...]:
    length = math.sqrt(_dot(way, way)) or 1e-9
    return tuple(part / length for part in way)


def _dot(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def _cross(one: tuple[float, ...], other: tuple[float, ...]) -> tuple[float, ...]:
    return (
        one[1] * other[2] - one[2] * other[1],
        one[2] * other[0] - one[0] * other[2],
        one[0] * other[1] - one[1] * other[0],
    )
