"""Clips whose packets stand in another order than their pictures are joined picture by picture."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from cine_forge.media.clip import ClipSpec
from cine_forge.media.join import join_clips

FRAMES = 12


def brightening(path: Path) -> Path:
    """Write a clip in which every picture is brighter than the one before, with pictures sent ahead."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=24, options={"bf": "2", "b_adapt": "0", "crf": "10"})
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for at in range(FRAMES):
            shade = np.full((36, 64, 3), 20 + 16 * at, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(shade, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def test_pictures_that_were_sent_ahead_keep_their_place_in_the_film(tmp_path: Path) -> None:
    clip = brightening(tmp_path / "a.mp4")
    facts = join_clips([clip, clip], tmp_path / "film.mp4", ClipSpec(64, 36, Fraction(24)))
    with av.open(str(tmp_path / "film.mp4")) as film:
        decoded = film.decode(video=0)
        shown = sorted((frame.time or 0.0, float(frame.to_ndarray()[:36].mean())) for frame in decoded)
    shades = [shade for _, shade in shown]
    assert facts.frames == len(shades) == 2 * FRAMES
    for part in (shades[:FRAMES], shades[FRAMES:]):
        assert part == sorted(part)
