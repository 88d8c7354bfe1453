"""Likeness: how much of their colours two pictures share, and how far a clip leaves its first frame.

It measures colours and nothing more: a face in the same clothes under the same light is alike to it,
whoever's it is. Gates name it as what it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cine_forge.kernel.ground.errors import Fault, StageError
from cine_forge.media.still import read_png

Picture = NDArray[np.uint8]
Palette = NDArray[np.float64]

_SIDE = 96
_LEVELS = 8
_CLIPS = frozenset({".mp4", ".mov", ".webm", ".mkv"})


def palette_of(picture: Picture) -> Palette:
    """Return how often each of 8 × 8 × 8 colours occurs, as shares of 1, softened over neighbours."""
    small = np.asarray(Image.fromarray(picture).resize((_SIDE, _SIDE), Image.Resampling.BOX))
    steps = (small.reshape(-1, 3) // (256 // _LEVELS)).astype(np.int64)
    places = (steps[:, 0] * _LEVELS + steps[:, 1]) * _LEVELS + steps[:, 2]
    counts = np.bincount(places, minlength=_LEVELS**3).reshape((_LEVELS,) * 3).astype(np.float64)
    for axis in range(3):
        padded = np.pad(counts, [(1, 1) if at == axis else (0, 0) for at in range(3)], mode="edge")
        middle = np.moveaxis(padded, axis, 0)
        counts = np.moveaxis(0.25 * middle[:-2] + 0.5 * middle[1:-1] + 0.25 * middle[2:], 0, axis)
    return np.asarray(counts / counts.sum())


def likeness(one: Palette, other: Palette) -> float:
    """Return the share of colours that both have, from 0 (none) to 1 (all, equally often)."""
    return float(np.minimum(one, other).sum())


def pictures_of(path: Path, most: int = 5) -> list[Picture]:
    """Return a still, or up to `most` frames spread evenly over a clip, the first and the last among them.

    Raises StageError CF-X002 for what is neither.
    """
    if path.suffix not in _CLIPS:
        return [read_png(path)]
    try:
        count = sum(1 for _ in _frames(path))
        places = {round(step * (count - 1) / max(1, most - 1)) for step in range(most)}
        wanted = [frame.to_ndarray(format="rgb24") for at, frame in enumerate(_frames(path)) if at in places]
    except (av.FFmpegError, OSError, IndexError) as fault:
        raise _unreadable(path, str(fault)) from fault
    if not wanted:
        raise _unreadable(path, "it has no frame")
    return [np.asarray(picture, np.uint8) for picture in wanted]


def drift_of(path: Path) -> float:
    """Return how far a clip's colours leave those of its first frame at most, from 0 to 1."""
    first, *others = [palette_of(picture) for picture in pictures_of(path)]
    return 1.0 - min((likeness(first, other) for other in others), default=1.0)


def _frames(path: Path) -> Iterator[Any]:
    with av.open(str(path)) as container:
        yield from container.decode(video=0)


def _unreadable(path: Path, why: str) -> StageError:
    hint = "make it again, or check that the file is what its name says"
    return StageError(Fault("CF-X002", f"the clip cannot be read: {why}", path.name, hint))
