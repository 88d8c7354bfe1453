"""The vendors' houses for whole films: what each fake charges and makes, and how it is reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.fakes import ark, fal, kling, runway
from tests.fakes.medium import Made, mp4, png
from tests.fakes.vendor import VendorServer, Wanted

_WIDE = (320, 180)
_FAL_STILL, _FAL_SECOND = 150_000, 336_000
_ARK_STILL, _ARK_SECOND = 40_000, 244_160
_RUNWAY_STILL, _RUNWAY_SECOND = 8 * runway.CREDIT, 23 * runway.CREDIT
"""Runway tells what it charged; a second is less here than its profile says."""


@dataclass(frozen=True)
class House:
    """One vendor: how its fake speaks, the keys it wants, and its prices of a still and of a second."""

    manner: Callable[[], Any]
    keys: Mapping[str, str]
    still: int
    second: int

    def opened(self) -> VendorServer:
        """Return the vendor, not yet open, charging and making by what it is asked."""
        return VendorServer(self.manner(), tariff=self._charge, makes=_made)

    def _charge(self, wanted: Wanted) -> int:
        return self.still if wanted.kind == "image" else self.second * _seconds(wanted)


HOUSES: Mapping[str, House] = {
    "fal": House(fal.FalManner, {"FAL_KEY": fal.KEY}, _FAL_STILL, _FAL_SECOND),
    "kling": House(
        kling.KlingManner,
        kling.KEYS,
        int(Fraction("0.2") * kling.UNIT_MICRO_USD),
        int(Fraction("1.2") * kling.UNIT_MICRO_USD),
    ),
    "ark": House(ark.ArkManner, ark.KEYS, _ARK_STILL, _ARK_SECOND),
    "runway": House(runway.RunwayManner, {"RUNWAYML_API_SECRET": runway.KEY}, _RUNWAY_STILL, _RUNWAY_SECOND),
}


def _seconds(wanted: Wanted) -> int:
    return int(wanted.settings["duration"])


def _made(wanted: Wanted, number: int) -> Made:
    if wanted.kind == "image":
        return png(*_WIDE, number), "image/png", ".png"
    return mp4(*_WIDE, 24 * _seconds(wanted), number), "video/mp4", ".mp4"
