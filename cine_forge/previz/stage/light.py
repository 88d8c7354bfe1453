"""The light of a place and an hour: where the key comes from, its colour, the sky, the haze.

One `Light` is made per shot from the blocking; brushes ask it what colour a surface has. Directions
point towards the lamp, in the world of `staging.blocking`. Values are a gaffer's choice, not physics.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cine_forge.staging.blocking import Blocking
from cine_forge.staging.colour import Rgb, luma, mix
from cine_forge.staging.grammar import DayTime, Place, Size

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Light:
    """What lights the shot. `sun` and `fill` multiply a surface's colour; opacities are 0 to 1.

    `opens` (0 to 1) says how far dark skin gets the share of light of its own that `opened` names.
    """

    key: tuple[float, float, float]
    sun: Rgb
    fill: Rgb
    shade: Rgb
    shade_depth: float
    rim: Rgb
    rim_depth: float
    sky_top: Rgb
    sky_low: Rgb
    haze: Rgb
    haze_m: float
    shadow_depth: float
    lamps: float = 0.0
    opens: float = 0.0

    @cached_property
    def direction(self) -> Vector:
        """The unit vector towards the key lamp."""
        way = np.array(self.key)
        return np.asarray(way / np.linalg.norm(way))

    def on(self, colour: Rgb, amount: float) -> Rgb:
        """Return a surface's colour under the fill and `amount` (0 to 1) of the key."""
        red, green, blue = (
            _rolled_off(part * (fill + key * amount))
            for part, fill, key in zip(colour, self.fill, self.sun, strict=True)
        )
        return (red, green, blue)

    def far(self, colour: Rgb, depth_m: float) -> Rgb:
        """Return the colour with the air between in front of it."""
        return mix(colour, self.haze, min(0.85, 1 - 0.5 ** (max(0.0, depth_m) / self.haze_m)))


def _rolled_off(level: float) -> float:
    """Let highlights go over softly into white, as film does."""
    return level if level < 0.72 else 1.0 - 0.28 * math.exp((0.72 - level) / 0.28)


_OUTDOORS = {
    DayTime.DAY: Light(
        key=(-0.55, 0.8, -0.5),
        sun=(0.62, 0.57, 0.48),
        fill=(0.58, 0.605, 0.66),
        shade=(0.10, 0.14, 0.30),
        shade_depth=0.29,
        rim=(1.0, 0.97, 0.9),
        rim_depth=0.35,
        sky_top=(0.33, 0.55, 0.82),
        sky_low=(0.80, 0.88, 0.93),
        haze=(0.76, 0.83, 0.89),
        haze_m=90.0,
        shadow_depth=0.36,
    ),
    DayTime.DAWN: Light(
        key=(0.85, 0.34, -0.25),
        sun=(0.66, 0.46, 0.33),
        fill=(0.42, 0.42, 0.54),
        shade=(0.13, 0.10, 0.30),
        shade_depth=0.42,
        rim=(1.0, 0.82, 0.62),
        rim_depth=0.6,
        sky_top=(0.42, 0.52, 0.72),
        sky_low=(0.98, 0.78, 0.62),
        haze=(0.88, 0.74, 0.70),
        haze_m=55.0,
        shadow_depth=0.3,
    ),
    DayTime.DUSK: Light(
        key=(-0.9, 0.26, 0.22),
        sun=(0.66, 0.36, 0.20),
        fill=(0.36, 0.33, 0.46),
        shade=(0.10, 0.05, 0.24),
        shade_depth=0.48,
        rim=(1.0, 0.66, 0.36),
        rim_depth=0.75,
        sky_top=(0.22, 0.24, 0.46),
        sky_low=(0.97, 0.58, 0.34),
        haze=(0.62, 0.42, 0.44),
        haze_m=60.0,
        shadow_depth=0.36,
        lamps=0.6,
    ),
    DayTime.NIGHT: Light(
        key=(0.6, 0.62, 0.42),
        sun=(0.23, 0.30, 0.45),
        fill=(0.145, 0.195, 0.335),
        shade=(0.01, 0.02, 0.10),
        shade_depth=0.52,
        rim=(0.55, 0.70, 1.0),
        rim_depth=0.65,
        sky_top=(0.02, 0.04, 0.11),
        sky_low=(0.09, 0.14, 0.27),
        haze=(0.08, 0.12, 0.23),
        haze_m=45.0,
        shadow_depth=0.42,
        lamps=1.0,
    ),
}

_INDOORS = {
    DayTime.DAY: replace(
        _OUTDOORS[DayTime.DAY],
        key=(-0.8, 0.5, -0.42),
        sun=(0.58, 0.53, 0.45),
        fill=(0.64, 0.635, 0.635),
        shade=(0.14, 0.11, 0.20),
        shade_depth=0.30,
        haze=(0.70, 0.70, 0.70),
        haze_m=120.0,
        shadow_depth=0.26,
        lamps=0.25,
    ),
    DayTime.DAWN: replace(
        _OUTDOORS[DayTime.DAWN],
        key=(-0.85, 0.36, -0.36),
        sun=(0.62, 0.46, 0.34),
        fill=(0.38, 0.37, 0.43),
        haze_m=120.0,
        shadow_depth=0.26,
        lamps=0.4,
    ),
    DayTime.DUSK: replace(
        _OUTDOORS[DayTime.DUSK],
        key=(-0.85, 0.33, -0.34),
        sun=(0.62, 0.38, 0.22),
        fill=(0.34, 0.30, 0.36),
        haze_m=120.0,
        shadow_depth=0.28,
        lamps=0.7,
    ),
    DayTime.NIGHT: replace(
        _OUTDOORS[DayTime.NIGHT],
        key=(0.62, 0.72, -0.5),
        sun=(0.42, 0.31, 0.17),
        fill=(0.155, 0.155, 0.22),
        shade=(0.01, 0.02, 0.09),
        shade_depth=0.55,
        rim=(0.45, 0.58, 0.9),
        rim_depth=0.5,
        haze=(0.08, 0.09, 0.14),
        haze_m=60.0,
        shadow_depth=0.34,
    ),
}


_NEAR = frozenset({Size.MEDIUM, Size.MEDIUM_CLOSE, Size.CLOSE, Size.EXTREME_CLOSE, Size.INSERT})
_NIGHT_KEYS = {
    False: replace(
        _INDOORS[DayTime.NIGHT], sun=(0.74, 0.57, 0.38), fill=(0.39, 0.36, 0.36), shade=(0.06, 0.03, 0.07)
    ),
    True: replace(
        _OUTDOORS[DayTime.NIGHT], sun=(0.42, 0.47, 0.55), fill=(0.35, 0.40, 0.50), shade=(0.02, 0.04, 0.14)
    ),
}


def light_of(blocking: Blocking) -> Light:
    """Choose the light for a shot: outdoors or in, the hour, and what the weather does to it."""
    outdoors = blocking.place is not Place.INT
    light = (_OUTDOORS if outdoors else _INDOORS)[blocking.daytime]
    if blocking.daytime is DayTime.NIGHT and blocking.camera.size in _NEAR:
        light = replace(light, sun=_times(light.sun, 1.3), fill=_times(light.fill, 1.3))
    if outdoors and blocking.weather in ("rain", "snow", "fog"):
        light = _overcast(light, blocking.weather)
    return light


def people_light(light: Light, blocking: Blocking, axes: Vector) -> Light:
    """Return the light on people and what they hold: at night a key of their own, as a crew would hang one.

    Indoors it is a warm practical lamp, outdoors a cool one; it comes from the camera's side, so that a face
    can be read from every set-up. `axes` are the camera's rows right, up, forward. At dawn and dusk the sun's
    own light is turned so; by day it is `light`.
    """
    if blocking.daytime is DayTime.DAY:
        return light
    side = 1.0 if float(axes[0] @ light.direction) >= 0 else -1.0
    way = axes[0] * side * 0.7 - axes[2] * 0.6 + np.array([0.0, 0.55, 0.0])
    key = (float(way[0]), float(way[1]), float(way[2]))
    if blocking.daytime is not DayTime.NIGHT:
        return replace(light, key=key, shade_depth=0.30, opens=0.7)
    lamp = _NIGHT_KEYS[blocking.place is not Place.INT]
    share = 1.0 if blocking.camera.size in _NEAR else 0.88
    return replace(
        light,
        key=key,
        sun=_times(lamp.sun, share),
        fill=_times(lamp.fill, share),
        shade=lamp.shade,
        shade_depth=0.34,
        rim_depth=0.8,
        opens=1.0,
    )


def opened(skin: Rgb) -> float:
    """Return how many times the light a skin gets where a light `opens`: the darker, the more; 1 or more."""
    level = max(0.1, luma(skin))
    return max(1.0, (0.39 + 0.36 * level) / level)


def _times(colour: Rgb, factor: float) -> Rgb:
    return colour[0] * factor, colour[1] * factor, colour[2] * factor


def _overcast(light: Light, weather: str) -> Light:
    grey = (sum(light.sky_top) + sum(light.sky_low)) / 6
    cloud = (grey * 0.95, grey * 0.98, grey * 1.04)
    reach = {"fog": 9.0, "snow": 26.0, "rain": 34.0}[weather]
    return replace(
        light,
        sun=mix(light.sun, (0.1, 0.1, 0.1), 0.55),
        sky_top=mix(light.sky_top, cloud, 0.85),
        sky_low=mix(light.sky_low, cloud, 0.75),
        haze=cloud,
        haze_m=reach,
        shadow_depth=light.shadow_depth * 0.45,
        rim_depth=light.rim_depth * 0.5,
    )
