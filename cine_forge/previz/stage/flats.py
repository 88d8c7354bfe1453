"""The flat panels of a set as arrays, so that a moving camera projects all of them in one sum.

`Flats` is made once per shot; `seen` gives for one instant which panels show, where, how deep and in what
colours. Painting them is the brush's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cine_forge.previz.stage.lens import NEAR_M, Lens, cut_frame, cut_near
from cine_forge.previz.stage.light import Light
from cine_forge.previz.stage.piece import Panel
from cine_forge.staging.colour import Rgb, lighter, mix

Vector = NDArray[np.float64]

GLASS: Rgb = (0.40, 0.50, 0.58)


@dataclass(frozen=True)
class Flat:
    """One panel as it is seen: its pixels, its depth in metres, and its colours as bytes."""

    panel: Panel
    pixels: NDArray[np.float32]
    depth: float
    near: tuple[int, int, int]
    far: tuple[int, int, int] | None
    ends: tuple[float, float, float, float] | None


class Flats:
    """Panels with their colours under one light."""

    def __init__(self, panels: Sequence[Panel], light: Light) -> None:
        self.source, self.panels, self.light = panels, list(panels), light
        counts = np.array([len(panel.points) for panel in panels], int)
        self._starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(int)
        self._counts = counts
        self._points = np.concatenate([panel.points for panel in panels]) if panels else np.zeros((0, 3))
        self._firsts = self._points[self._starts] if panels else np.zeros((0, 3))
        self._normals = np.array([panel.normal for panel in panels]).reshape(-1, 3)
        self._double = np.array([panel.double for panel in panels], bool)
        self._plain = np.array([panel.plain for panel in panels], bool)
        self._ends = np.array([_ends(panel) for panel in panels]).reshape(-1, 2, 3)
        shades = [
            [
                _shaded(panel, panel.fade or panel.colour if far else panel.colour, light, sign)
                for sign in (1.0, -1.0)
            ]
            for far in (False, True)
            for panel in panels
        ]
        self._colours = np.array(shades).reshape(2, len(panels), 2, 3)

    def seen(self, lens: Lens) -> list[Flat | None]:
        """Return each panel as it is seen, or None where it turns its back or is out of the picture."""
        if not self.panels:
            return []
        side = np.einsum("ij,ij->i", lens.eye - self._firsts, self._normals) > 0
        placed = lens.place(self._points)
        flat = lens.flat(placed)
        nearest = np.minimum.reduceat(placed[:, 2], self._starts)
        farthest = np.maximum.reduceat(placed[:, 2], self._starts)
        low, high = np.minimum.reduceat(flat, self._starts), np.maximum.reduceat(flat, self._starts)
        outside = (high < -4).any(axis=1) | (low[:, 0] > lens.width + 4) | (low[:, 1] > lens.height + 4)
        shown = (side | self._double) & (farthest > NEAR_M) & ~(outside & (nearest > NEAR_M))
        depth = np.add.reduceat(placed[:, 2], self._starts) / self._counts
        colours = self._tinted(np.where(side, 0, 1), np.maximum(depth, nearest))
        exact = flat.astype(np.float32)
        ends = lens.see(self._ends.reshape(-1, 3)).reshape(-1, 4)
        made: list[Flat | None] = [None] * len(self.panels)
        for index in np.flatnonzero(shown).tolist():
            start, count = self._starts[index], self._counts[index]
            pixels = exact[start : start + count]
            if nearest[index] <= NEAR_M:
                cut = cut_near(placed[start : start + count])
                if len(cut) < 3:
                    continue
                pixels = cut_frame(lens.flat(cut), lens.width, lens.height).astype(np.float32)
                if len(pixels) < 3:
                    continue
            made[index] = self._flat(index, pixels, float(depth[index]), colours, ends)
        return made

    def _flat(
        self, index: int, pixels: NDArray[np.float32], depth: float, colours: NDArray[np.uint8], ends: Vector
    ) -> Flat:
        panel = self.panels[index]
        near = colours[0, index]
        graded = (panel.fade is not None or panel.veil) and len(panel.points) >= 4
        far = colours[1, index]
        return Flat(
            panel,
            pixels,
            depth,
            (int(near[0]), int(near[1]), int(near[2])),
            (int(far[0]), int(far[1]), int(far[2])) if graded else None,
            tuple(ends[index].tolist()) if graded else None,
        )

    def _tinted(self, side: NDArray[np.int64], depth: Vector) -> NDArray[np.uint8]:
        """Lay the air of that depth over the colours; plain panels have none."""
        share = np.minimum(0.85, 1 - 0.5 ** (np.maximum(depth, 0) / self.light.haze_m))
        share = np.where(self._plain, 0.0, share)[None, :, None]
        chosen = self._colours[:, np.arange(len(self.panels)), side]
        tinted = chosen * (1 - share) + np.array(self.light.haze) * share
        return np.asarray(np.clip(tinted * 255 + 0.5, 0, 255), np.uint8)


def _ends(panel: Panel) -> Vector:
    """The middles of a gradient's first edge and of the opposite one."""
    if len(panel.points) < 4:
        return np.zeros((2, 3))
    return np.stack([panel.points[:2].mean(axis=0), panel.points[2:4].mean(axis=0)])


def _shaded(panel: Panel, colour: Rgb, light: Light, sign: float) -> Rgb:
    """Return the colour under the light, seen from the front (1) or the back (-1)."""
    if panel.plain:
        return colour
    if panel.glow:
        unlit = light.on(mix(colour, GLASS, 0.8), 0.7)
        return mix(unlit, lighter(colour, 1.0), min(1.0, 1.6 * light.lamps))
    assert panel.normal is not None
    return light.on(colour, 0.30 + 0.70 * max(0.0, sign * float(panel.normal @ light.direction)))
