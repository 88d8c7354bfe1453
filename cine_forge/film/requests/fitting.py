"""Fitting: what a vendor made, brought to the form that was asked for.

Vendors make whole seconds, and sizes and rates of their own. The receipt keeps what came, to the byte; a
board or a take is kept as the film needs it: at its size and rate, and no longer than its shot. What has
another shape, or is too short, is left as it came, so that the checks say so. Called by whoever buys.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from cine_forge.film.requests.purchase import Purchase
from cine_forge.generation.payloads import ImagePayload, VideoPayload
from cine_forge.kernel.ground.hashing import digest_of_file
from cine_forge.media.clip import ClipSpec
from cine_forge.media.join import join_clips
from cine_forge.media.still import read_png, write_png

_ASPECT_TOLERANCE = 0.02
"""Vendors round sizes to what their models can make: 1376 × 768 is their 16:9."""


def fit_still(bought: Purchase, asked: ImagePayload, folder: Path) -> Purchase:
    """Return the purchase at the size that was asked for, writing into `folder` only what differs."""
    size = (asked.width, asked.height)
    if (bought.width, bought.height) == size or not _has_its_shape(bought, asked):
        return bought
    out = folder / f"{bought.receipt}.png"
    write_png(out, np.asarray(ImageOps.fit(Image.fromarray(read_png(bought.path)), size)))
    return _moved(bought, out, asked)


def fit_clip(bought: Purchase, asked: VideoPayload, folder: Path) -> Purchase:
    """Return the purchase at the size, rate and length that were asked for, encoded only where it differs."""
    found = (bought.width, bought.height, Fraction(bought.fps or asked.fps))
    spec = ClipSpec(asked.width, asked.height, asked.fps)
    in_form = found == (spec.width, spec.height, spec.pace)
    if (in_form and (bought.frames or 0) <= asked.frames) or not _has_its_shape(bought, asked):
        return bought
    out = folder / f"{bought.receipt}.mp4"
    facts = join_clips([bought.path], out, spec, most=asked.frames)
    moved = _moved(bought, out, asked)
    told = {"fps": asked.fps, "frames": facts.frames, "seconds": round(facts.seconds, 6)}
    return moved.model_copy(update=told)


def _has_its_shape(bought: Purchase, asked: ImagePayload | VideoPayload) -> bool:
    if not bought.width or not bought.height:
        return False
    found, wanted = bought.width / bought.height, asked.width / asked.height
    return abs(found / wanted - 1) <= _ASPECT_TOLERANCE


def _moved(bought: Purchase, out: Path, asked: ImagePayload | VideoPayload) -> Purchase:
    told = {"path": out, "sha256": digest_of_file(out), "width": asked.width, "height": asked.height}
    return bought.model_copy(update=told)
