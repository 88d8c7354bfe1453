"""Closed surfaces of triangles, and the regions of them that a camera or a lamp sees.

A body part or a round piece of furniture is a `Mesh`. `View` answers, for the triangles that face the
camera, which loops in the picture bound them, or bound those of them where a field (say, darkness) is
positive: that makes soft, exact silhouettes and terminators out of few triangles. Pure arrays; it draws
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cine_forge.previz.stage.vectors import cross, lengths, middle

Vector = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Topology:
    """How the triangles of a mesh hang together; shared by all meshes of one shape.

    `edges` (e, 2) are the corners of each edge, `left` the triangle that runs it that way and `right` the one
    that runs it back (or -1), `face_edges` (f, 3) the edge from each corner of a triangle to the next.
    """

    faces: Indices
    edges: Indices
    left: Indices
    right: Indices
    face_edges: Indices


@dataclass(frozen=True)
class Mesh:
    """Points (n, 3), their outward normals (n, 3), triangles and the outward (unnormed) normal of each."""

    points: Vector
    normals: Vector
    topology: Topology
    face_normals: Vector

    @cached_property
    def centre(self) -> Vector:
        """The middle of its points."""
        return middle(self.points)

    def moved(self, turn: Vector, shift: Vector) -> Mesh:
        """Return the mesh turned by a 3 × 3 matrix (columns are the new axes) and shifted."""
        points, normals = self.points @ turn.T + shift, self.normals @ turn.T
        return Mesh(points, normals, self.topology, self.face_normals @ turn.T)

    def facing(self, eye: Vector) -> Flags:
        """Say for each triangle whether it turns its outside to the eye."""
        way = eye - self.points[self.topology.faces[:, 0]]
        return np.asarray(np.einsum("ij,ij->i", self.face_normals, way) > 0)


def loft(rings: Sequence[Vector] | Vector, *, ends: Literal[1, 2] = 2) -> Mesh:
    """Skin a row of closed rings, each (m, 3) in the same sense; both ends or the last are closed."""
    grid = np.asarray(rings, float)
    rows, cols = grid.shape[:2]
    points = grid.reshape(-1, 3)
    along = np.empty_like(grid)
    along[1:-1] = grid[2:] - grid[:-2]
    along[0], along[-1] = grid[1] - grid[0], grid[-1] - grid[-2]
    around = np.concatenate([grid[:, 1:], grid[:, :1]], axis=1) - np.concatenate(
        [grid[:, -1:], grid[:, :-1]], axis=1
    )
    normals = cross(around, along).reshape(-1, 3)
    core = middle(points)
    if np.einsum("ij,ij->i", normals, points - core).sum() < 0:
        normals = -normals
    middles = grid[[-1, 0][:ends]].mean(axis=1)
    points = np.concatenate([points, middles])
    normals = np.concatenate([normals, middles - grid[[-2, 1][:ends]].mean(axis=1)])
    normals /= lengths(normals) + 1e-12
    return _outward(points, normals, _grid_topology(rows, cols, ends), core)


def _outward(points: Vector, normals: Vector, topology: Topology, core: Vector) -> Mesh:
    """Choose the triangles' sense so that their normals look away from the middle."""
    one, two, three = (points[topology.faces[:, corner]] for corner in range(3))
    face_normals = cross(two - one, three - one)
    if np.einsum("ij,ij->i", face_normals, one - core).sum() < 0:
        face_normals = -face_normals
    return Mesh(points, normals, topology, face_normals)


def tube(spine: Vector, radii: Vector, sides: int, *, flat: float = 1.0, side: Vector | None = None) -> Mesh:
    """Skin a spine (k, 3) with an ellipse of half-width `radii` (k,) and half-depth `radii * flat`.

    `side` is the direction of the half-width; the ends are rounded off by a smaller ring.
    """
    along = np.gradient(spine, axis=0)
    along /= lengths(along) + 1e-12
    hint = np.array([1.0, 0.0, 0.0]) if side is None else side
    if np.abs(along @ hint).max() > 0.95:
        hint = np.array([0.0, 0.0, 1.0]) if np.abs(along[:, 2]).max() < 0.9 else np.array([0.0, 1.0, 0.0])
    across = hint - along * (along @ hint)[:, None]
    across /= lengths(across) + 1e-12
    through = cross(along, across)
    angles = np.arange(sides) * (2 * np.pi / sides)
    ring = np.cos(angles)[:, None] * across[:, None] + flat * np.sin(angles)[:, None] * through[:, None]
    rings = spine[:, None] + radii[:, None, None] * ring
    start = spine[0] - along[0] * radii[0] * 0.45 + radii[0] * 0.72 * ring[0]
    end = spine[-1] + along[-1] * radii[-1] * 0.45 + radii[-1] * 0.72 * ring[-1]
    return loft(np.concatenate([start[None], rings, end[None]]))


def ball(centre: Vector, radii: Vector, sides: int = 14, rows: int = 8) -> Mesh:
    """An ellipsoid along the axes."""
    tilt = np.linspace(-0.5, 0.5, rows + 2)[1:-1] * np.pi
    angles = np.arange(sides) * (2 * np.pi / sides)
    flat, high = np.cos(tilt), np.sin(tilt)
    ring = np.stack([np.cos(angles), np.zeros(sides), np.sin(angles)], -1)
    grid = ring[None] * flat[:, None, None] + high[:, None, None] * np.array([0.0, 1.0, 0.0])
    return loft(centre + grid * radii)


@lru_cache(maxsize=256)
def _grid_topology(rows: int, cols: int, ends: int) -> Topology:
    row, col = np.meshgrid(np.arange(rows - 1), np.arange(cols), indexing="ij")
    one, two = row * cols + col, row * cols + (col + 1) % cols
    three, four = two + cols, one + cols
    faces = np.concatenate([np.stack([one, two, three], -1), np.stack([one, three, four], -1)]).reshape(-1, 3)
    ring, base = np.arange(cols), (rows - 1) * cols
    last = np.stack([base + ring, base + (ring + 1) % cols, np.full(cols, rows * cols)], -1)
    first = np.stack([(ring + 1) % cols, ring, np.full(cols, rows * cols + 1)], -1)
    faces = np.concatenate([faces, last, first][: 1 + ends])
    return _topology(faces)


def _topology(faces: Indices) -> Topology:
    edges: dict[tuple[int, int], int] = {}
    left: list[int] = []
    right: list[int] = []
    face_edges = np.zeros(faces.shape, np.int64)
    for index, corners in enumerate(faces.tolist()):
        for side in range(3):
            start, end = corners[side], corners[(side + 1) % 3]
            known = edges.get((end, start))
            if known is None:
                known = edges[(start, end)] = len(left)
                left.append(index)
                right.append(-1)
            else:
                right[known] = index
            face_edges[index, side] = known
    return Topology(faces, np.array(list(edges)), np.array(left), np.array(right), face_edges)


class View:
    """What a camera sees of a mesh: the picture's points (n, 2) and which triangles face it."""

    def __init__(self, topology: Topology, flat: Vector, front: Flags) -> None:
        self.flat, self.topology = flat, topology
        self.front = np.append(front, False)  # the last entry answers for a missing neighbour
        ahead, behind = self.front[topology.left], self.front[topology.right]
        forward = np.flatnonzero(ahead & ~behind)
        backward = np.flatnonzero(behind & ~ahead)
        self._rim = np.concatenate([forward, backward])
        ends = topology.edges
        self._ends = np.concatenate([ends[forward], ends[backward][:, ::-1]])
        self._seen_faces = topology.faces[front]
        self._seen_edges = topology.face_edges[front]

    def outline(self) -> list[Vector]:
        """Return the loops (k, 2) round all that faces the camera."""
        return [self.flat[loop] for loop in _chained(self._ends)]

    def where(self, values: Vector) -> list[Vector]:
        """Return the loops round what faces the camera and has a value above 0 (one value per point)."""
        above = values > 0
        if not above.any():
            return []
        if above.all():
            return self.outline()
        count = len(self.flat)
        steps = np.concatenate([self._rim_steps(above, count), self._inner_steps(above, count)])
        loops = _chained(steps)
        return [self._spots(np.array(loop), values, count) for loop in loops]

    def _spots(self, loop: Indices, values: Vector, count: int) -> Vector:
        """Return the pixels of a loop of points and crossings (numbered after the points)."""
        points = self.flat[np.minimum(loop, count - 1)]
        cut = np.flatnonzero(loop >= count)
        if len(cut):
            ends = self.topology.edges[loop[cut] - count]
            low, high = ends[:, 0], ends[:, 1]
            share = values[low] / (values[low] - values[high])
            points[cut] = self.flat[low] + share[:, None] * (self.flat[high] - self.flat[low])
        return points

    def _rim_steps(self, above: Flags, count: int) -> Indices:
        """The part of the rim that lies above, ending at crossings."""
        start, end = above[self._ends[:, 0]], above[self._ends[:, 1]]
        kept = start | end
        steps: Indices = self._ends[kept].copy()
        crossing = self._rim[kept] + count
        steps[:, 0] = np.where(start[kept], steps[:, 0], crossing)
        steps[:, 1] = np.where(end[kept], steps[:, 1], crossing)
        return steps

    def _inner_steps(self, above: Flags, count: int) -> Indices:
        """The zero line inside the triangles that face the camera: it comes by one edge, goes by another."""
        flags = above[self._seen_faces]
        after = flags[:, [1, 2, 0]]
        leaving, coming = flags & ~after, after & ~flags
        return np.asarray(np.stack([self._seen_edges[leaving], self._seen_edges[coming]], -1) + count)


def _chained(steps: Indices) -> list[list[int]]:
    """Chain steps from point to point into loops."""
    after: dict[int, list[int]] = {}
    for start, end in steps.tolist():
        after.setdefault(start, []).append(end)
    loops: list[list[int]] = []
    while after:
        start, ends = next(iter(after.items()))
        loop, here = [start], ends.pop()
        if not ends:
            del after[start]
        while here != start and here in after:
            loop.append(here)
            ends = after[here]
            step = ends.pop()
            if not ends:
                del after[here]
            here = step
        if len(loop) > 2:
            loops.append(loop)
    return loops
