"""The shape of a head: one surface that the face, the hair and the hats are laid on.

Units are head heights (chin 0 to crown 1), x to the person's right, z the way they face, the axis of the
neck at z = 0. `Skull.on` finds the skin above any x and y, so that features sit on the face from every side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cine_forge.previz.stage.mesh import Mesh, loft
from cine_forge.previz.stage.vectors import cross, lengths

Vector = NDArray[np.float64]

# Height, half-width, front and back of the head at that height: a chin, a jaw, a brow, a crown.
_PROFILE = np.array(
    [
        (0.000, 0.085, 0.330, 0.120),
        (0.020, 0.135, 0.372, 0.050),
        (0.065, 0.190, 0.392, -0.040),
        (0.130, 0.240, 0.390, -0.130),
        (0.210, 0.278, 0.386, -0.220),
        (0.300, 0.304, 0.384, -0.300),
        (0.400, 0.326, 0.380, -0.370),
        (0.500, 0.340, 0.366, -0.415),
        (0.590, 0.346, 0.386, -0.440),
        (0.700, 0.344, 0.384, -0.445),
        (0.800, 0.322, 0.348, -0.425),
        (0.890, 0.268, 0.270, -0.365),
        (0.955, 0.185, 0.165, -0.260),
        (0.990, 0.095, 0.070, -0.150),
        (1.000, 0.030, 0.000, -0.070),
    ]
)
_SQUARENESS = 2.35


@dataclass(frozen=True)
class Skull:
    """A head `size` metres high from chin to crown; `jaw` drops the chin when the mouth opens (0 to 1)."""

    size: float
    jaw: float = 0.0
    broad: float = 1.0

    def point(self, high: Vector, turn: Vector, puff: float | Vector = 0.0) -> Vector:
        """Return surface points (metres) at heights and turns (radians; 0 front, pi/2 the right ear).

        `puff` head heights of thickness lie over the skin, as hair does.
        """
        half, front, back = (np.interp(high, _PROFILE[:, 0], _PROFILE[:, column]) for column in (1, 2, 3))
        half = half * self.broad
        sin, cos = np.sin(turn), np.cos(turn)
        power = np.where(cos >= 0, 2 / _SQUARENESS, 0.94)
        across = half * np.sign(sin) * np.abs(sin) ** power
        depth = np.where(cos >= 0, front, -back) * np.sign(cos) * np.abs(cos) ** power
        low = high - 0.055 * self.jaw * np.clip((0.24 - high) / 0.24, 0, 1) * (cos > -0.2)
        place = np.stack([across, low - 0.5, depth], axis=-1)
        way = np.stack([sin * 0.9, (high - 0.45) * 1.1, cos], axis=-1)
        way /= lengths(way) + 1e-9
        return np.asarray((place + way * np.asarray(puff)[..., None]) * self.size)

    def on(self, places: Vector, out: float = 0.0) -> Vector:
        """Return the points (metres) of the front skin above (n, 2) places x and height."""
        high = places[:, 1]
        half, front = (np.interp(high, _PROFILE[:, 0], _PROFILE[:, column]) for column in (1, 2))
        share = np.clip(np.abs(places[:, 0]) / (half * self.broad), 0, 1)
        depth = front * (1 - share**_SQUARENESS) ** (1 / _SQUARENESS) + out
        low = high - 0.055 * self.jaw * np.clip((0.24 - high) / 0.24, 0, 1)
        return np.asarray(np.stack([places[:, 0], low - 0.5, depth], -1) * self.size)

    def normal(self, places: Vector) -> Vector:
        """Return the outward normals of the skin above (n, 2) places."""
        aside, above = np.array([0.012, 0.0]), np.array([0.0, 0.012])
        right = self.on(places + aside) - self.on(places - aside)
        up = self.on(places + above) - self.on(places - above)
        normal = cross(right, up)
        return np.asarray(normal / (lengths(normal) + 1e-12))

    def mesh(self, sides: int) -> Mesh:
        """Return the skin."""
        turns = np.arange(sides) * (2 * np.pi / sides)
        rows = _PROFILE[:, 0]
        high, turn = np.meshgrid(rows, turns, indexing="ij")
        return loft(self.point(high, turn))

    def patch(self, rim: Vector, puff: float, *, rows: int = 9, top: float = 1.0) -> Mesh:
        """Return a cap from the crown down to `rim` (one height per turn), `puff` thick, thin at the rim."""
        turns = np.arange(len(rim)) * (2 * np.pi / len(rim))
        share = (np.linspace(0.0, 1.0, rows) ** 0.75)[:, None]
        high = 1.0 - share * (1.0 - rim[None, :])
        thick = puff * (1 - 0.45 * share**4) * top
        grid = self.point(high, np.broadcast_to(turns, high.shape), thick)
        return loft(grid[::-1], ends=1)


def around(places: list[tuple[float, float]], sides: int) -> Vector:
    """Return one height per side from (degrees 0 front to 180 back, height), the same on both sides."""
    turns = np.abs((np.arange(sides) * (360 / sides) + 180) % 360 - 180)
    return np.asarray(np.interp(turns, [turn for turn, _ in places], [high for _, high in places]))
