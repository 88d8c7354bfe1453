"""What the camera sees of a piece, and in which order it is drawn: far things first.

Both brushes draw through these functions, so a pencil board and a finished frame show the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cine_forge.previz.stage.flats import Flat, Flats
from cine_forge.previz.stage.lens import NEAR_M, Lens
from cine_forge.previz.stage.light import Light
from cine_forge.previz.stage.mesh import Mesh, View
from cine_forge.previz.stage.piece import Mark, Panel, Part, Piece

Vector = NDArray[np.float64]

_OVER_M = 4.0
_MOST_FLATS = 400
_FLATS: dict[tuple[int, int], Flats] = {}


def in_order(piece: Piece, lens: Lens, light: Light) -> list[Flat | Part]:
    """Return the panels that show and the parts, from far to near."""
    things: list[tuple[float, int, Flat | Part]] = []
    for index, flat in enumerate(flats_of(piece.panels, light).seen(lens)):
        if flat is not None:
            things.append((_OVER_M * flat.panel.layer - flat.depth, index, flat))
    for index, part in enumerate(piece.parts):
        things.append((part.lift - lens.depth_of(part.mesh.centre), 1000 + index, part))
    return [thing for _, _, thing in sorted(things, key=lambda entry: entry[:2])]


def flats_of(panels: Sequence[Panel], light: Light) -> Flats:
    """Return the panels as arrays; the same panels under the same light are kept."""
    key = (id(panels), id(light))
    kept = _FLATS.get(key)
    if kept is None or kept.source is not panels or kept.light is not light:
        if len(_FLATS) > _MOST_FLATS:
            _FLATS.clear()
        kept = _FLATS[key] = Flats(panels, light)
    return kept


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
    return View(part.mesh.topology, flat, front), float(np.add.reduce(placed[:, 2]) / len(placed))


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


def fallen_shadows(meshes: Sequence[Mesh], lens: Lens, light: Light, ground_m: float) -> list[Vector]:
    """Return the loops (pixels) of what the key lamp throws on the ground, all in one sense of turning."""
    slant = light.direction / max(light.direction[1], 0.35)
    loops: list[Vector] = []
    for mesh in meshes:
        placed = lens.place(mesh.points - (mesh.points[:, 1:2] - ground_m) * slant)
        if placed[:, 2].min() > NEAR_M:
            view = View(mesh.topology, lens.flat(placed), mesh.face_normals @ slant > 0)
            loops += view.outline()
    return loops
