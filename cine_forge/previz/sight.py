"""What the camera sees of a piece, and in which order it is drawn: far things first.

Both brushes draw through these functions, so a pencil board and a finished frame show the same.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cine_forge.previz.lens import NEAR_M, Lens
from cine_forge.previz.mesh import View
from cine_forge.previz.piece import Mark, Panel, Part, Piece

Vector = NDArray[np.float64]

_OVER_M = 4.0


def in_order(piece: Piece, lens: Lens) -> list[Panel | Part]:
    """Return the panels that face the camera and the parts, from far to near."""
    things: list[tuple[float, int, Panel | Part]] = []
    for index, panel in enumerate(piece.panels):
        if faces(panel, lens.eye):
            depth = lens.depth_of(panel.points.mean(axis=0)) - _OVER_M * panel.layer
            things.append((-depth, index, panel))
    for index, part in enumerate(piece.parts):
        things.append((part.lift - lens.depth_of(part.mesh.centre), 1000 + index, part))
    return [thing for _, _, thing in sorted(things, key=lambda entry: entry[:2])]


def faces(panel: Panel, eye: Vector) -> bool:
    """Tell whether a panel turns its seen side to the eye."""
    assert panel.normal is not None
    return panel.double or float((eye - panel.points[0]) @ panel.normal) > 0


def view_of(part: Part, lens: Lens) -> tuple[View, float] | None:
    """Return what is seen of a part and its depth in metres; None when it is out of the picture."""
    front = part.mesh.facing(lens.eye)
    placed = lens.place(part.mesh.points)
    if not front.any() or placed[:, 2].min() < NEAR_M:
        return None
    flat = lens.flat(placed)
    low, high = flat.min(axis=0), flat.max(axis=0)
    if high[0] < 0 or high[1] < 0 or low[0] > lens.width or low[1] > lens.height:
        return None
    return View(part.mesh.topology, flat, front), float(placed[:, 2].mean())


def mark_points(mark: Mark, lens: Lens) -> Vector | None:
    """Return a mark's pixels, cut where the surface under it turns away; None when nothing is left."""
    points = _turned_to(mark, lens.eye)
    if len(points) < 2:
        return None
    placed = lens.place(points)
    return lens.flat(placed) if placed[:, 2].min() >= NEAR_M else None


def _turned_to(mark: Mark, eye: Vector) -> Vector:
    if mark.normals is None:
        return mark.points
    values = np.einsum("ij,ij->i", mark.normals, eye - mark.points)
    seen = values > 0
    if seen.all():
        return mark.points
    if not seen.any():
        return mark.points[:0]
    kept: list[Vector] = []
    last = len(mark.points) - 1
    for index, point in enumerate(mark.points):
        if (index or mark.closed) and seen[index] != seen[index - 1]:
            before = index - 1 if index else last
            share = values[before] / (values[before] - values[index])
            kept.append(mark.points[before] + share * (point - mark.points[before]))
        if seen[index]:
            kept.append(point)
    return np.array(kept)


def hull(points: Vector) -> Vector:
    """Return the convex hull of (n, 2) points (monotone chain)."""
    ordered = points[np.lexsort((points[:, 1], points[:, 0]))].tolist()
    halves: list[list[list[float]]] = []
    for row in (ordered, ordered[::-1]):
        half: list[list[float]] = []
        for point in row:
            while len(half) > 1 and _left(half[-2], half[-1], point) <= 0:
                half.pop()
            half.append(point)
        halves.append(half[:-1])
    return np.array(halves[0] + halves[1])


def _left(one: list[float], two: list[float], three: list[float]) -> float:
    return (two[0] - one[0]) * (three[1] - one[1]) - (two[1] - one[1]) * (three[0] - one[0])
