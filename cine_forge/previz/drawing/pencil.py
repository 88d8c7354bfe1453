"""The pencil look: a storyboard artist's graphite on paper.

Lines are drawn twice by a hand that is never quite steady, shade is hatched along the light, colours become a
few grey washes. The hand is seeded, so the same board is the same drawing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cine_forge.previz.drawing.brush import Brush
from cine_forge.previz.drawing.canvas import (
    Line,
    Outline,
    Paint,
    ellipse,
    joined,
    polygon,
    smooth,
    together,
)
from cine_forge.previz.stage.flats import Flat
from cine_forge.previz.stage.lens import NEAR_M
from cine_forge.previz.stage.light import Light
from cine_forge.previz.stage.mesh import Mesh
from cine_forge.previz.stage.piece import Lamp, Mark, Panel, Part
from cine_forge.previz.stage.sight import fallen_shadows, mark_points, view_of
from cine_forge.staging.colour import Rgb, luma, mix

Vector = NDArray[np.float64]

PAPER: Rgb = (0.955, 0.945, 0.92)
GRAPHITE: Rgb = (0.17, 0.17, 0.19)
_WASH = 0.74


def wash(value: float) -> Rgb:
    """Return the paper under as much graphite as a surface of that brightness (0 to 1) asks for."""
    step = round(max(0.0, min(1.0, (0.78 - value) * 1.25)) * 8) / 8
    return mix(PAPER, GRAPHITE, step * _WASH)


@dataclass
class PencilBrush(Brush):
    """Draws in graphite on a canvas, through a lens, under a light, with a seeded hand."""

    dice: np.random.Generator

    @property
    def unit(self) -> float:
        """Pixels of a line on a picture of 720 rows."""
        return max(0.6, min(self.canvas.width, self.canvas.height) / 720)

    def flat(self, flat: Flat) -> None:
        """Draw a panel that is seen: a wash, its edges, and hatching when it lies in shade."""
        panel, pixels = flat.panel, flat.pixels.astype(np.float64)
        outline = polygon(pixels)
        if panel.veil:
            self.canvas.fill(outline, Paint(GRAPHITE, 0.05 * panel.opacity))
            return
        low, high = pixels.min(axis=0), pixels.max(axis=0)
        amount = self._amount(panel)
        tone = self._tone(
            panel.colour, amount, flat.depth, shines=panel.plain or (panel.glow and self.light.lamps > 0.3)
        )
        self.canvas.fill(outline, Paint(tone, panel.opacity))
        across = float((high - low).max())
        if panel.edge and across > 7 * self.unit:
            self._line(np.concatenate([pixels, pixels[:1]]), 0.9, 0.55 if flat.depth < 9 else 0.35)
        if (
            amount < 0.42
            and not (panel.glow or panel.plain)
            and across > 26 * self.unit
            and panel.opacity > 0.9
        ):
            self._hatch(outline, (low, high), 9.0, 0.20)

    def part(self, part: Part) -> None:
        """Draw a round part: a wash, its marks, hatched shade, a line round it."""
        seen = view_of(part, self.lens)
        if seen is None:
            return
        view, depth = seen
        loops = view.outline()
        outline = joined(loops, part.curved)
        low, high = view.flat.min(axis=0), view.flat.max(axis=0)
        across = float((high - low).max())
        self.canvas.fill(outline, Paint(self._tone(part.colour, 0.85, depth, shines=part.flat)))
        for mark in part.marks:
            self.mark(mark, outline, depth)
        if not part.flat and across > 14 * self.unit:
            lit = part.mesh.normals @ self.light.direction
            self._shade(joined(view.where(0.04 - lit), False), (low, high), across, 0.30)
            if self.light.shade_depth > 0.45 and across > 50 * self.unit:
                self._shade(joined(view.where(-0.30 - lit), False), (low, high), across, 0.30, cross=True)
        if part.edge:
            weight = 1.25 if across > 70 * self.unit else 0.8
            for loop in loops:
                self._line(np.concatenate([loop, loop[:1]]), weight, 0.8, curved=part.curved)

    def mark(self, mark: Mark, outline: Outline, depth: float) -> None:
        """Draw an area as a wash or a line as a stroke."""
        flat = mark_points(mark, self.lens)
        if flat is None:
            return
        clip = None if mark.free else outline
        path = smooth(flat, mark.closed) if mark.curved else polygon(flat, mark.closed)
        if mark.width > 0:
            width = mark.width * self.lens.focal / depth
            if width > 0.2:
                width = max(0.7 * self.unit, min(width, 3.4 * self.unit))
                self.canvas.stroke(path, Line(GRAPHITE, width, 0.85 * mark.opacity), clip=clip)
        elif len(flat) > 2:
            tone = PAPER if mark.shine else self._tone(mark.colour, 0.85, depth)
            fine = Line(GRAPHITE, 0.7 * self.unit, 0.45) if mark.opacity > 0.8 else None
            self.canvas.fill(path, Paint(tone, mark.opacity), edge=fine, clip=clip)

    def lamp(self, lamp: Lamp) -> None:
        """Leave the paper bright round a lamp, as with a rubber."""
        strength = lamp.strength * self.light.lamps
        depth = self.lens.depth_of(lamp.at)
        if strength <= 0.2 or depth < 0.3:
            return
        centre = self.lens.see(lamp.at[None])[0]
        spot = (float(centre[0]), float(centre[1]))
        radius = lamp.radius * 0.85 * self.lens.focal / depth
        stops = ((0.0, PAPER, 0.85), (0.3, PAPER, 0.36), (1.0, PAPER, 0.0))
        self.canvas.fill(
            ellipse(spot, radius), Paint(opacity=min(1.0, strength), start=spot, radius=radius, stops=stops)
        )

    def cast(self, meshes: Sequence[Mesh], ground_m: float = 0.0) -> None:
        """Lay the shadow on the ground: a wash with hatching across it."""
        loops = fallen_shadows(meshes, self.lens, self.light, ground_m)
        if loops:
            outline = joined(loops, False)
            corners = np.concatenate(loops)
            self.canvas.fill(outline, Paint(GRAPHITE, 0.16))
            self._hatch(outline, (corners.min(axis=0), corners.max(axis=0)), 7.0, 0.30)

    def contact(self, at: Vector, radius_m: float) -> None:
        """Press the pencil down where something meets the ground."""
        centre = self.lens.place(at[None])
        if centre[0, 2] < NEAR_M:
            return
        spot = self.lens.flat(centre)[0]
        across = radius_m * self.lens.focal / float(centre[0, 2])
        self.canvas.fill(
            ellipse((float(spot[0]), float(spot[1])), across, across * 0.22), Paint(GRAPHITE, 0.28)
        )

    def _amount(self, panel: Panel) -> float:
        assert panel.normal is not None
        normal = panel.normal
        if panel.double and float((self.lens.eye - panel.points[0]) @ normal) < 0:
            normal = -normal
        return 0.30 + 0.70 * max(0.0, float(normal @ self.light.direction))

    def _tone(self, colour: Rgb, amount: float, depth: float, *, shines: bool = False) -> Rgb:
        value = luma(colour) ** 0.62
        if not shines:
            level = luma(self.light.on((1.0, 1.0, 1.0), amount))
            value = value * min(1.0, level * 1.12)
        air = min(0.7, depth / (self.light.haze_m * 1.6))
        return wash(value * (1 - air) + luma(self.light.haze) * air)

    def _shade(
        self,
        outline: Outline,
        box: tuple[Vector, Vector],
        across: float,
        opacity: float,
        *,
        cross: bool = False,
    ) -> None:
        if not len(outline.points):
            return
        self.canvas.fill(outline, Paint(GRAPHITE, 0.13))
        step = 6.5 if across < 160 * self.unit else 8.0
        self._hatch(outline, box, step, opacity, turn=-0.35 if cross else 0.85)

    def _hatch(
        self, outline: Outline, box: tuple[Vector, Vector], step: float, opacity: float, turn: float = 0.85
    ) -> None:
        """Fill a region with slanted strokes, a little uneven in place, length and pressure."""
        low = np.maximum(box[0], -20.0)
        high = np.minimum(box[1], [self.canvas.width + 20.0, self.canvas.height + 20.0])
        if (high <= low).any():
            return
        middle, reach = (low + high) / 2, float(np.linalg.norm(high - low)) / 2
        along = np.array([math.cos(turn), -math.sin(turn)])
        across = np.array([along[1], -along[0]])
        places = np.arange(-reach, reach, step * self.unit)
        if not len(places):
            return
        shake = self.dice.normal(0.0, 0.9 * self.unit, (len(places), 2))
        starts = middle - along * reach + across * (places + shake[:, 0])[:, None]
        ends = middle + along * reach + across * (places + shake[:, 1])[:, None]
        strokes = [polygon(np.array([one, two]), closed=False) for one, two in zip(starts, ends, strict=True)]
        self.canvas.stroke(together(strokes), Line(GRAPHITE, 0.9 * self.unit, opacity), clip=outline)

    def _line(self, points: Vector, weight: float, opacity: float, *, curved: bool = False) -> None:
        """Draw a contour twice with an unsteady hand."""
        steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
        length = float(steps.sum())
        if length < 2:
            return
        count = max(3, min(220, int(length / (13 * self.unit))))
        if curved:
            places = np.linspace(0, length, count)
        else:
            places = np.unique(np.concatenate([np.linspace(0, length, count), np.cumsum(steps)]))
        walked = np.concatenate([[0.0], np.cumsum(steps)])
        even = np.stack([np.interp(places, walked, points[:, axis]) for axis in (0, 1)], -1)
        for share in (1.0, 0.55):
            drift = np.cumsum(self.dice.normal(0.0, 0.28, even.shape), axis=0)
            drift -= np.linspace(0, 1, len(drift))[:, None] * drift[-1]
            shaken = even + (drift * 0.55 + self.dice.normal(0.0, 0.22, even.shape)) * self.unit * (
                1.6 - share * 0.6
            )
            path = smooth(shaken, closed=False) if curved else polygon(shaken, closed=False)
            self.canvas.stroke(
                path, Line(GRAPHITE, weight * share * self.unit * 1.5, opacity * (0.55 + 0.45 * share))
            )


def grain(pixels: NDArray[np.uint8], seed: int) -> NDArray[np.uint8]:
    """Lay the paper's tooth over a finished drawing; returns (height, width, 3)."""
    dice = np.random.Generator(np.random.PCG64(seed))
    height, width = pixels.shape[:2]
    fine = dice.integers(-9, 10, (height, width), dtype=np.int16)
    coarse = dice.integers(-6, 7, (height // 3 + 1, width // 3 + 1), dtype=np.int16)
    coarse = np.repeat(np.repeat(coarse, 3, axis=0), 3, axis=1)[:height, :width]
    darkness = 255 - pixels[:, :, 1].astype(np.int16)
    tooth = ((fine + coarse) * (40 + darkness)) >> 8
    return np.clip(pixels[:, :, :3].astype(np.int16) + tooth[:, :, None], 0, 255).astype(np.uint8)


def graphite_light(light: Light) -> Light:
    """Return the light in greys of paper and graphite, for what is painted without a brush."""
    top, low, haze = (
        wash(min(1.0, luma(colour) * 1.18)) for colour in (light.sky_top, light.sky_low, light.haze)
    )
    return replace(light, sky_top=top, sky_low=low, haze=haze)
