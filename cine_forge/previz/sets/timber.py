"""The stuff that furniture is made of: its colours, and legs to stand on."""

from __future__ import annotations

from cine_forge.previz.stage.piece import Panel, box
from cine_forge.staging.colour import Rgb

WOOD: Rgb = (0.42, 0.29, 0.19)
DARK_WOOD: Rgb = (0.26, 0.17, 0.12)
STEEL: Rgb = (0.55, 0.58, 0.61)
CLOTH: Rgb = (0.66, 0.63, 0.58)
BLACK: Rgb = (0.09, 0.09, 0.11)
WARM: Rgb = (1.0, 0.78, 0.46)


def legs(wide: float, deep: float, high: float, colour: Rgb, thick: float = 0.06) -> list[tuple[Panel, ...]]:
    """Four square legs under a top of that width and depth (metres)."""
    x, z = wide / 2 - thick, deep / 2 - thick
    return [box((a, 0, b), (thick, high, thick), colour) for a in (-x, x) for b in (-z, z)]
