"""What stands in the picture: flat panels, round parts, lamps, gathered into pieces that are sorted by depth.

Furniture, trees and people are all `Piece`s, so one brush can draw any of them; `box`, `post` and `slab`
are the timber they are built of. Shapes only; colour under light is the brush's business.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypedDict, Unpack

import numpy as np
from numpy.typing import NDArray

from cine_forge.previz.stage.mesh import Mesh, loft
from cine_forge.staging.colour import Rgb, lighter

Vector = NDArray[np.float64]
Pair = tuple[float, float]


@dataclass(frozen=True)
class Panel:
    """A flat polygon (k, 3). One-sided unless `double`; `glow` shines with the lamps, `plain` takes no light.

    `fade` is the colour at the far edge of a gradient from its first edge to the opposite one; a `veil`
    fades to nothing instead. A higher `layer` is drawn over the panels that it lies on.
    """

    points: Vector
    colour: Rgb
    fade: Rgb | None = None
    double: bool = False
    glow: bool = False
    plain: bool = False
    veil: bool = False
    opacity: float = 1.0
    edge: bool = True
    layer: int = 0
    normal: Vector | None = None

    def __post_init__(self) -> None:
        if self.normal is None:
            one, two, three = self.points[0], self.points[1], self.points[2]
            across = np.cross(two - one, three - one)
            object.__setattr__(self, "normal", across / (np.linalg.norm(across) + 1e-12))


class Finish(TypedDict, total=False):
    """What may be said of a panel besides its place and colour; see `Panel`."""

    fade: Rgb | None
    double: bool
    glow: bool
    plain: bool
    veil: bool
    opacity: float
    edge: bool
    layer: int


@dataclass(frozen=True)
class Mark:
    """Something drawn on a part's surface: an area, or a line `width` metres wide (0 is an area)."""

    points: Vector
    colour: Rgb
    opacity: float = 1.0
    width: float = 0.0
    closed: bool = True
    curved: bool = True
    free: bool = False
    shine: bool = False
    normals: Vector | None = None

    def moved(self, turn: Vector, shift: Vector) -> Mark:
        """Return the mark turned and shifted, as `Mesh.moved` does."""
        normals = None if self.normals is None else self.normals @ turn.T
        return replace(self, points=self.points @ turn.T + shift, normals=normals)


@dataclass(frozen=True)
class Part:
    """A round surface of one colour with its marks. `lift` (m) brings it nearer in the order of drawing.

    `opens` is how many times the light it gets with its marks where a light opens dark skin.
    """

    mesh: Mesh
    colour: Rgb
    marks: tuple[Mark, ...] = ()
    lift: float = 0.0
    curved: bool = True
    edge: bool = True
    flat: bool = False
    rim: bool = True
    opens: float = 1.0

    @property
    def casts(self) -> bool:
        """Whether its shadow is worth drawing: not for fingers, curls and what has no line."""
        return self.edge and float(np.ptp(self.mesh.points, axis=0).max()) > 0.12

    def merged(self, back: float) -> tuple[Part, Part]:
        """Return the part as two: its line, drawn `back` metres farther away, and its surface without one.

        Parts of one cloth whose lines are drawn before all of them flow into one another.
        """
        line = replace(self, flat=True, marks=(), lift=self.lift - back)
        return line, replace(self, edge=False)


@dataclass(frozen=True)
class Lamp:
    """A light that is seen: a soft glow of `radius` metres, shown as strong as the light's lamps are on."""

    at: Vector
    colour: Rgb
    radius: float
    strength: float = 1.0
    pool: bool = False


@dataclass(frozen=True)
class Piece:
    """Things that belong together and are drawn together, from the far ones to the near ones."""

    at: Vector
    panels: tuple[Panel, ...] = ()
    parts: tuple[Part, ...] = ()
    lamps: tuple[Lamp, ...] = ()
    high: float = 1.0
    wide: float = 1.0
    behind: bool = False

    def placed(self, x: float, z: float, turn_deg: float = 0.0, y: float = 0.0) -> Piece:
        """Return the piece turned about the upright axis (its front, -z, towards the turn) and put down."""
        angle = math.radians(turn_deg)
        cos, sin = math.cos(angle), math.sin(angle)
        turn = np.array([[cos, 0.0, sin], [0.0, 1.0, 0.0], [-sin, 0.0, cos]])
        shift = np.array([x, y, z])
        return replace(
            self,
            at=self.at @ turn.T + shift,
            panels=tuple(
                replace(p, points=p.points @ turn.T + shift, normal=_turned(p.normal, turn))
                for p in self.panels
            ),
            parts=tuple(
                replace(
                    p,
                    mesh=p.mesh.moved(turn, shift),
                    marks=tuple(m.moved(turn, shift) for m in p.marks),
                )
                for p in self.parts
            ),
            lamps=tuple(replace(lamp, at=lamp.at @ turn.T + shift) for lamp in self.lamps),
        )


def _turned(normal: Vector | None, turn: Vector) -> Vector | None:
    return None if normal is None else normal @ turn.T


def piece(*things: Panel | Part | Lamp | Sequence[Panel], behind: bool = False) -> Piece:
    """Gather panels, parts and lamps into a piece whose middle and size are those of its points."""
    loose = [thing for thing in things if not isinstance(thing, Panel | Part | Lamp)]
    panels = [thing for thing in things if isinstance(thing, Panel)]
    panels += [panel for group in loose for panel in group]
    parts = [thing for thing in things if isinstance(thing, Part)]
    lamps = [thing for thing in things if isinstance(thing, Lamp)]
    points = np.concatenate([p.points for p in panels] + [p.mesh.points for p in parts] or [np.zeros((1, 3))])
    low, high = points.min(axis=0), points.max(axis=0)
    middle = (low + high) / 2
    wide = float(max(high[0] - low[0], high[2] - low[2]))
    return Piece(middle, tuple(panels), tuple(parts), tuple(lamps), float(high[1]), wide, behind)


def upright(
    start: Pair,
    end: Pair,
    y: Pair,
    colour: Rgb,
    **how: Unpack[Finish],
) -> Panel:
    """An upright panel over the ground from `start` to `end` (x, z), seen from the left of that way."""
    corners = [
        (start[0], y[1], start[1]),
        (end[0], y[1], end[1]),
        (end[0], y[0], end[1]),
        (start[0], y[0], start[1]),
    ]
    normal = np.array([start[1] - end[1], 0.0, end[0] - start[0]])
    normal = normal / (np.linalg.norm(normal) + 1e-12)
    return Panel(np.array(corners, float), colour, normal=normal, **how)


def board(x: Pair, y: Pair, z: float, colour: Rgb, **how: Unpack[Finish]) -> Panel:
    """An upright panel that looks towards -z, laid over what is behind it."""
    laid: Finish = {"layer": 1, **how}
    return upright((x[1], z), (x[0], z), y, colour, **laid)


def sheet(x: Pair, z: Pair, y: float, colour: Rgb, **how: Unpack[Finish]) -> Panel:
    """A level panel seen from above; the gradient runs from near (-z) to far."""
    corners = [(x[0], y, z[0]), (x[1], y, z[0]), (x[1], y, z[1]), (x[0], y, z[1])]
    return Panel(np.array(corners, float), colour, normal=np.array([0.0, 1.0, 0.0]), **how)


def box(
    middle: tuple[float, float, float], size: tuple[float, float, float], colour: Rgb, top: Rgb | None = None
) -> tuple[Panel, ...]:
    """A box that stands on `middle` (x, bottom y, z); `size` is width, height, depth in metres."""
    x, y, z = middle
    w, h, d = size[0] / 2, size[1], size[2] / 2
    low = [(x - w, y, z - d), (x + w, y, z - d), (x + w, y, z + d), (x - w, y, z + d)]
    high = [(a, y + h, c) for a, _, c in low]
    sides = []
    for index, normal in enumerate([(0, 0, -1), (1, 0, 0), (0, 0, 1), (-1, 0, 0)]):
        after = (index + 1) % 4
        corners = np.array([high[index], high[after], low[after], low[index]], float)
        shade = lighter(colour, 0.86)
        sides.append(Panel(corners, colour, fade=shade, normal=np.array(normal, float)))
    lid = Panel(np.array(high, float), top or lighter(colour, 1.12), normal=np.array([0.0, 1.0, 0.0]))
    bottom = Panel(np.array(low, float), lighter(colour, 0.5), normal=np.array([0.0, -1.0, 0.0]))
    return (*sides, lid, bottom) if y > 0.01 else (*sides, lid)


def post(
    foot: tuple[float, float, float], high: float, radius: float, colour: Rgb, top_radius: float | None = None
) -> Part:
    """A round post, cone or disc that stands on `foot`."""
    sides = 14 if radius > 0.06 else 8
    angles = np.arange(sides) * (2 * math.pi / sides)
    ring = np.stack([np.cos(angles), np.zeros(sides), np.sin(angles)], -1)
    upper = radius if top_radius is None else top_radius
    levels = [(0.0, radius), (high, max(upper, 0.004))]
    rings = [np.array(foot) + ring * r + np.array([0.0, level, 0.0]) for level, r in levels]
    return Part(loft(rings), colour, curved=False)
