"""The world outdoors: sky with its sun, moon, stars and clouds, far ridges, and the ground to the horizon.

Directions round the camera decide what the sky shows, so a reverse angle sees another part of it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from cine_forge.previz.drawing.canvas import Canvas, Paint, ellipse, polygon
from cine_forge.previz.stage.lens import Lens, cut_frame, cut_near
from cine_forge.previz.stage.light import Light
from cine_forge.staging.blocking import SetDesign
from cine_forge.staging.colour import Rgb, from_hex, lighter, luma, mix

Vector = NDArray[np.float64]

_FAR_M = 400.0
_RIDGES = {
    "desert": ((0.085, 0.02, 0.55), (0.04, 0.05, 0.75)),
    "field": ((0.06, 0.03, 0.6), (0.025, 0.02, 0.8)),
    "woods": ((0.14, 0.02, 0.5), (0.11, 0.04, 0.75)),
    "water": ((0.030, 0.02, 0.45),),
    "street": ((0.05, 0.02, 0.5),),
    "yard": ((0.055, 0.03, 0.55), (0.035, 0.05, 0.75)),
    "plain": ((0.035, 0.02, 0.6),),
}


def draw_sky(canvas: Canvas, lens: Lens, light: Light, design: SetDesign) -> None:
    """Fill the picture with sky, what shines in it, and the ridges on the horizon."""
    horizon = _horizon(lens)
    top = min(horizon - 0.9 * lens.focal, -1.0)
    frame = polygon(np.array([[0, 0], [lens.width, 0], [lens.width, lens.height], [0, lens.height]], float))
    stops = (
        (0.0, light.sky_top, 1.0),
        (0.62, mix(light.sky_top, light.sky_low, 0.62), 1.0),
        (1.0, light.sky_low, 1.0),
    )
    canvas.fill(frame, Paint(start=(0.0, top), end=(0.0, horizon), stops=stops))
    night = luma(light.sky_top) < 0.1
    if night:
        _stars(canvas, lens, design.seed)
    _shine(canvas, lens, light, night)
    _clouds(canvas, lens, light, design.seed)
    for index, (high, rough, share) in enumerate(_RIDGES.get(design.kind, _RIDGES["plain"])):
        colour = mix(
            light.on(lighter(from_hex(design.ground), 0.7), 0.5), light.haze, share * (0.8 if index else 1.0)
        )
        _ridge(canvas, lens, (high, rough), colour, design.seed + 31 * index)


def draw_ground(canvas: Canvas, lens: Lens, light: Light, colour: Rgb) -> None:
    """Fill everything below the horizon with ground that goes over into haze."""
    reach = np.array([[-1, 0, -1], [1, 0, -1], [1, 0, 1], [-1, 0, 1]], float) * _FAR_M
    corners = reach + np.array([lens.eye[0], 0.0, lens.eye[2]])
    flat = cut_frame(lens.flat(cut_near(lens.place(corners))), lens.width, lens.height)
    if len(flat) < 3:
        return
    horizon = _horizon(lens)
    near, far = light.on(colour, 0.62), light.far(light.on(colour, 0.75), light.haze_m * 1.2)
    low = max(lens.height * 1.0, horizon + 60.0)
    stops = (
        (0.0, far, 1.0),
        (0.16, mix(far, near, 0.5), 1.0),
        (0.5, near, 1.0),
        (1.0, lighter(near, 0.86), 1.0),
    )
    canvas.fill(polygon(flat), Paint(start=(0.0, horizon), end=(0.0, low), stops=stops))


def _horizon(lens: Lens) -> float:
    """Return the picture's row of the horizon straight ahead."""
    ahead = lens.axes[2] * [1.0, 0.0, 1.0]
    return float(_on_sky(lens, ahead / (np.linalg.norm(ahead) + 1e-9))[1])


def _on_sky(lens: Lens, way: Vector) -> Vector:
    return np.asarray(lens.see((lens.eye + way * _FAR_M)[None])[0])


def _ahead(lens: Lens, way: Vector) -> bool:
    return float(way @ lens.axes[2]) > 0.12


def _way(turn: float, high: float) -> Vector:
    return np.array([math.sin(turn) * math.cos(high), math.sin(high), math.cos(turn) * math.cos(high)])


def _stars(canvas: Canvas, lens: Lens, seed: int) -> None:
    dice = np.random.Generator(np.random.PCG64(seed + 5))
    size = max(0.5, lens.height / 900)
    for turn, high, bright in dice.random((150, 3)).tolist():
        way = _way(turn * 2 * math.pi, 0.08 + high * 1.1)
        if _ahead(lens, way):
            spot = _on_sky(lens, way)
            if 0 <= spot[0] <= lens.width and 0 <= spot[1] <= lens.height:
                centre = (float(spot[0]), float(spot[1]))
                canvas.fill(
                    ellipse(centre, size * (0.7 + bright)), Paint((0.9, 0.94, 1.0), 0.25 + 0.6 * bright)
                )


def _shine(canvas: Canvas, lens: Lens, light: Light, night: bool) -> None:
    """The sun's glow, or the moon."""
    way = light.direction
    if not _ahead(lens, way):
        return
    spot = _on_sky(lens, way)
    centre = (float(spot[0]), float(spot[1]))
    tint: Rgb = (0.86, 0.90, 1.0) if night else mix((1.0, 0.97, 0.88), light.sky_low, 0.25)
    reach = lens.height * (0.30 if night else 0.55)
    halo = ((0.0, tint, 0.55), (0.3, tint, 0.20), (1.0, tint, 0.0))
    canvas.fill(ellipse(centre, reach), Paint(start=centre, radius=reach, stops=halo))
    if night:
        canvas.fill(ellipse(centre, lens.height * 0.032), Paint((0.93, 0.95, 1.0)))
    else:
        canvas.fill(ellipse(centre, lens.height * 0.04), Paint((1.0, 0.98, 0.92), 0.95))


def _clouds(canvas: Canvas, lens: Lens, light: Light, seed: int) -> None:
    dice = np.random.Generator(np.random.PCG64(seed + 11))
    bright = mix(light.sky_low, (1.0, 1.0, 1.0), 0.45 if luma(light.sky_top) > 0.2 else 0.06)
    for turn, high, wide, bank in dice.random((16, 4)).tolist():
        way = _way(turn * 2 * math.pi, 0.07 + 0.42 * high)
        if not _ahead(lens, way):
            continue
        spot = _on_sky(lens, way)
        across = lens.focal * (0.08 + 0.16 * wide)
        for index in range(5):
            shift = (index - 2) * 0.42 * across
            puff = across * (0.42 - 0.07 * abs(index - 2)) * (1.1 if (index + int(9 * bank)) % 2 else 0.85)
            centre = (float(spot[0] + shift), float(spot[1] - 0.16 * puff * (index % 2)))
            canvas.fill(ellipse(centre, puff, puff * 0.27), Paint(bright, 0.16))
        centre = (float(spot[0]), float(spot[1] + 0.05 * across))
        canvas.fill(ellipse(centre, across, across * 0.055), Paint(bright, 0.28))


def _ridge(canvas: Canvas, lens: Lens, form: tuple[float, float], colour: Rgb, seed: int) -> None:
    """A far silhouette all round the camera; `form` is its height and roughness over the distance."""
    high, rough = form
    count = 180
    turns = np.arange(count) * (2 * math.pi / count)
    dice = np.random.Generator(np.random.PCG64(seed + 17))
    level = np.full(count, high)
    for wave in range(1, 9):
        level += high * (0.55 / wave) * np.sin(turns * wave * 2 + dice.random() * 6.3) * dice.random()
    level += rough * 0.35 * (dice.random(count) - 0.5)
    ways = np.stack([np.sin(turns), np.maximum(level, 0.004), np.cos(turns)], -1)
    order = np.argsort(np.angle(np.exp(1j * (turns - math.atan2(lens.axes[2][0], lens.axes[2][2])))))
    ways = ways[order]
    ways = ways[(ways * [1.0, 0.0, 1.0]) @ lens.axes[2] > 0.25]
    if len(ways) < 2:
        return
    upper = lens.see(lens.eye + ways * _FAR_M)
    lower = lens.see(lens.eye + ways * [1.0, 0.0, 1.0] * _FAR_M + [0.0, -6.0, 0.0])
    canvas.fill(polygon(np.concatenate([upper, lower[::-1]])), Paint(colour))
