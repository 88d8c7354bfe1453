"""Layers: parts of a picture that are drawn once and laid down again and again.

While the camera stands still, a person in a certain state is the same pixels each time; a layer keeps them,
cut to their box, with premultiplied opacity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cine_forge.previz.drawing.canvas import Canvas, Pixels


@dataclass(frozen=True)
class Layer:
    """Pixels (h, w, 4) with their place in the picture, and how much of what lies below stays (0 to 256)."""

    left: int
    top: int
    pixels: NDArray[np.uint16]
    stays: NDArray[np.uint16]

    def lay(self, picture: Pixels) -> None:
        """Lay the layer over the picture, in place."""
        high, wide = self.pixels.shape[:2]
        below = picture[self.top : self.top + high, self.left : self.left + wide]
        below[:] = (below * self.stays >> 8) + self.pixels


def lifted(canvas: Canvas) -> Layer | None:
    """Take what was drawn on a clear canvas as a layer; None when nothing was."""
    pixels = canvas.draw()
    words = pixels.view("<u4")[:, :, 0]
    rows, columns = np.flatnonzero(words.any(axis=1)), np.flatnonzero(words.any(axis=0))
    if not len(rows):
        return None
    top, left = int(rows[0]), int(columns[0])
    box = pixels[top : rows[-1] + 1, left : columns[-1] + 1]
    alpha = box[:, :, 3:].astype(np.uint16)
    return Layer(left, top, box.astype(np.uint16), 256 - alpha - (alpha >> 7))
