"""Stills: pixels to PNG and back, the same bytes for the same pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from cine_forge.kernel.ground.errors import Fault, StageError

_LEVEL = 3


def write_png(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Write (height, width, 3) pixels, replacing what is there; no date and no tool name is kept."""
    Image.fromarray(pixels).save(path, format="PNG", compress_level=_LEVEL)


def read_png(path: Path) -> NDArray[np.uint8]:
    """Read (height, width, 3) pixels. Raises StageError CF-X002 for what is not a picture."""
    try:
        with Image.open(path) as image:
            return np.array(image.convert("RGB"))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as fault:
        hint = "make it again, or check that the file is what its name says"
        raise StageError(Fault("CF-X002", f"the picture cannot be read: {fault}", path.name, hint)) from fault
