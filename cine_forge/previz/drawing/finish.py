"""The finish look: colour, light, depth. It draws panels, round parts and lamps as a concept artist would.

A round part gets its colour, its marks, then the shade beyond the terminator in steps and a rim from
behind. All shapes are exact regions of the mesh, so a face turns in the light as a real one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cine_forge.previz.drawing.brush import Brush
from cine_forge.previz.drawing.canvas import (
    Laid,
    Line,
    Outline,
    Paint,
    ellipse,
    joined,
    polygon,
    smooth,
)
from cine_forge.previz.stage.flats import Flat
from cine_forge.previz.stage.lens import NEAR_M
from cine_forge.previz.stage.mesh import Mesh, View
from cine_forge.previz.stage.piece import Lamp, Mark, Part
from cine_forge.previz.stage.sight import fallen_shadows, mark_points, view_of
from cine_forge.staging.colour import Rgb, lighter, luma, mix

Vector = NDArray[np.float64]

_STEPS = ((0.30, 0.34), (0.06, 0.48), (-0.28, 0.42))
_INK = 0.42


Kept = dict[int, tuple[Part, tuple[Laid, ...]]]
"""What a part comes to, by the part's id, as long as lens and light stay as they are."""


@dataclass
class FinishBrush(Brush):
    """Draws in colour on a canvas, through a lens, under a light; what is `kept` is not computed again."""

    kept: Kept | None = None

    def flat(self, flat: Flat) -> None:
        """Draw a panel that is seen, with a gradient where it has one and a fine edge where it is sharp."""
        panel, near = flat.panel, _share(flat.near)
        if flat.far is not None and flat.ends is not None:
            stops = ((0.0, near, 1.0), (1.0, _share(flat.far), 0.0 if panel.veil else 1.0))
            paint = Paint(opacity=panel.opacity, start=flat.ends[:2], end=flat.ends[2:], stops=stops)
        else:
            paint = Paint(near, panel.opacity)
        edge = None
        if panel.edge and not (panel.glow or panel.plain) and panel.opacity > 0.9:
            width = min(1.6, 0.006 * self.lens.focal / max(flat.depth, NEAR_M))
            edge = Line(lighter(near, 0.62), width, 0.6) if width > 0.4 else None
        self.canvas.fill(polygon(flat.pixels), paint, edge=edge)

    def part(self, part: Part) -> None:
        """Draw a round part: its colour, its marks, its shade and its rim."""
        known = self.kept.get(id(part)) if self.kept is not None else None
        laid = known[1] if known is not None else tuple(self._laid(part))
        if self.kept is not None:
            self.kept[id(part)] = part, laid
        for one in laid:
            self.canvas.lay(one)

    def _laid(self, part: Part) -> Iterator[Laid]:
        seen = view_of(part, self.lens)
        if seen is None:
            return
        view, depth = seen
        outline = joined(view.outline(), part.curved)
        across = float((view.flat.max(axis=0) - view.flat.min(axis=0)).max())
        ink = self._ink(part, depth) if across > 14 else None
        yield Laid(outline, self._body(part, view.flat, depth, across), ink)
        for mark in part.marks:
            yield from self._mark(mark, outline, depth, gain=self._gain(part))
        if not part.flat:
            yield from self._shade(part, view, across)

    def _mark(self, mark: Mark, outline: Outline, depth: float, *, gain: float) -> Iterator[Laid]:
        """Lay an area or a line on a part, cut off at the part's outline unless it is free."""
        flat = mark_points(mark, self.lens)
        if flat is None:
            return
        share = 1.0 + (gain - 1.0) * max(0.0, 1.0 - 1.6 * luma(mark.colour))
        own = mark.colour if mark.shine else self.light.on(_by(mark.colour, share), 0.66)
        colour = own if mark.shine else self.light.far(own, depth)
        clip = None if mark.free else outline
        path = smooth(flat, mark.closed) if mark.curved else polygon(flat, mark.closed)
        if mark.width > 0:
            width = mark.width * self.lens.focal / depth
            if width > 0.45:
                yield Laid(path, None, Line(colour, max(0.6, width), mark.opacity), clip)
        elif len(flat) > 2:
            yield Laid(path, Paint(colour, mark.opacity), None, clip)

    def lamp(self, lamp: Lamp) -> None:
        """Draw a lamp's glow, as far as the lamps of this light are on."""
        strength = lamp.strength * self.light.lamps
        depth = self.lens.depth_of(lamp.at)
        if strength <= 0.01 or depth < 0.3:
            return
        centre = self.lens.see(lamp.at[None])[0]
        radius = lamp.radius * self.lens.focal / depth
        spot = (float(centre[0]), float(centre[1]))
        if spot[0] + radius < 0 or spot[0] - radius > self.lens.width:
            return
        stops = (
            (0.0, lamp.colour, 0.7),
            (0.18, lamp.colour, 0.26),
            (0.5, lamp.colour, 0.07),
            (1.0, lamp.colour, 0.0),
        )
        paint = Paint(opacity=min(1.0, strength), start=spot, radius=radius, stops=stops)
        self.canvas.fill(ellipse(spot, radius), paint)

    def cast(self, meshes: Sequence[Mesh], ground_m: float = 0.0) -> None:
        """Lay the shadow of the meshes on the ground, once, however many overlap."""
        loops = fallen_shadows(meshes, self.lens, self.light, ground_m)
        if loops:
            dark = mix(self.light.shade, (0.0, 0.0, 0.0), 0.4)
            self.canvas.fill(joined(loops, False), Paint(dark, self.light.shadow_depth))

    def contact(self, at: Vector, radius_m: float) -> None:
        """Lay the soft dark spot where something meets the ground."""
        ring = np.array([[1, 0, 0], [-1, 0, 0], [0, 0, 1], [0, 0, -1]]) * radius_m + at
        placed = self.lens.place(ring)
        if placed[:, 2].min() < NEAR_M:
            return
        flat = self.lens.flat(placed)
        middle = flat.mean(axis=0)
        across = float(np.abs(flat[:, 0] - middle[0]).max())
        down = max(1.0, float(np.abs(flat[:, 1] - middle[1]).max()))
        spot = (float(middle[0]), float(middle[1]))
        for share, depth in ((1.0, 0.16), (0.72, 0.2), (0.45, 0.22)):
            self.canvas.fill(ellipse(spot, across * share, down * share), Paint((0.02, 0.02, 0.06), depth))

    def _body(self, part: Part, flat: Vector, depth: float, across: float) -> Paint:
        """Lay the colour a little brighter towards the key lamp; small things have one tone."""
        colour = _by(part.colour, self._gain(part))
        if across < 46:
            return Paint(self.light.far(self.light.on(colour, 0.66), depth))
        lit = self.light.far(self.light.on(colour, 0.78), depth)
        dim = self.light.far(self.light.on(colour, 0.48), depth)
        way = self.lens.axes @ self.light.direction
        turn = np.array([way[0], -way[1]])
        turn = turn / (np.linalg.norm(turn) + 1e-9)
        reach = flat @ turn
        middle = flat.mean(axis=0)
        start = middle + turn * (reach.max() - middle @ turn)
        end = middle + turn * (reach.min() - middle @ turn)
        return Paint(
            start=(float(start[0]), float(start[1])),
            end=(float(end[0]), float(end[1])),
            stops=((0.0, lit, 1.0), (1.0, dim, 1.0)),
        )

    def _gain(self, part: Part) -> float:
        return 1.0 + (part.opens - 1.0) * self.light.opens

    def _ink(self, part: Part, depth: float) -> Line | None:
        if not part.edge:
            return None
        width = 0.0075 * self.lens.focal / depth
        if width < 0.35:
            return None
        dark = self.light.far(self.light.on(lighter(part.colour, _INK), 0.5), depth)
        return Line(dark, min(3.4, width), 0.9)

    def _shade(self, part: Part, view: View, across: float) -> Iterator[Laid]:
        """Darken beyond the terminator, in steps on what is large, and light the rim."""
        if across < 16:
            return
        lit = part.mesh.normals @ self.light.direction
        fine = across > 150
        steps, boost = (_STEPS, 1.0) if fine else (_STEPS[1:2], 1.6)
        for edge, depth in steps:
            loops = view.where(edge - lit)
            if loops:
                paint = Paint(self.light.shade, min(0.9, depth * boost * self.light.shade_depth * 1.35))
                yield Laid(joined(loops, False), paint, None)
        if across < 60 or not part.rim:
            return
        behind = self._behind()
        loops = view.where(part.mesh.normals @ behind - 0.62)
        if loops:
            rim = mix(self.light.rim, part.colour, 0.35)
            yield Laid(joined(loops, False), Paint(rim, 0.55 * self.light.rim_depth), None)

    def _behind(self) -> Vector:
        """The way to the rim lamp: behind the subject, opposite the key."""
        side = -np.sign(self.lens.axes[0] @ self.light.direction or 1.0)
        way = self.lens.axes[2] * 0.55 + self.lens.axes[0] * side * 0.8 + np.array([0.0, 0.35, 0.0])
        return np.asarray(way / np.linalg.norm(way))


def _by(colour: Rgb, gain: float) -> Rgb:
    return colour[0] * gain, colour[1] * gain, colour[2] * gain


def _share(colour: tuple[int, int, int]) -> Rgb:
    return colour[0] / 255, colour[1] / 255, colour[2] / 255
