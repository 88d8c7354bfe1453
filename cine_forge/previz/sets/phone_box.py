"""The phone box: a lit, glazed box of a person's size. `property` stands it where the blocking has one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cine_forge.previz.stage.piece import Lamp, Piece, board, box, piece
from cine_forge.staging.colour import Rgb, lighter

_DARK: Rgb = (0.12, 0.12, 0.13)


def phone_box(colour: Rgb) -> Piece:
    """A glazed box of a person's size with a lamp in its roof."""
    glass: Rgb = (0.98, 0.86, 0.60)
    half = 0.45
    posts = [box((x, 0.0, z), (0.10, 2.3, 0.10), colour) for x in (-half, half) for z in (-half, half)]
    bars = [
        board((-half, half), (y, y + 0.035), -half - 0.02, colour, layer=3, edge=False)
        for y in (0.85, 1.2, 1.55)
    ]
    bars += [
        board((x, x + 0.03), (0.5, 1.95), -half - 0.02, colour, layer=3, edge=False) for x in (-0.16, 0.13)
    ]
    set_in = [board((-0.12, 0.12), (1.0, 1.45), -half - 0.01, _DARK, layer=2, edge=False)]
    return piece(
        [replace(pane, glow=True) for pane in box((0.0, 0.48, 0.0), (0.84, 1.5, 0.84), glass)],
        box((0.0, 0.0, 0.0), (0.92, 0.5, 0.92), lighter(colour, 0.85)),
        box((0.0, 1.95, 0.0), (0.98, 0.36, 0.98), colour),
        *posts,
        set_in,
        bars,
        [board((-0.34, 0.34), (2.06, 2.2), -half - 0.06, glass, glow=True, layer=3, edge=False)],
        Lamp(np.array([0.0, 1.5, 0.0]), (1.0, 0.82, 0.52), 2.4, 0.8, pool=True),
    )
