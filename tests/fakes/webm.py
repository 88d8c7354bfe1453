"""A small WebM clip, as some vendors pack what they make: VP8 and Opus."""

from __future__ import annotations

from functools import cache
from io import BytesIO

import av
import numpy as np

from cine_forge.generation.conformance.medium import Made


@cache
def webm(width: int = 64, height: int = 36, frames: int = 24) -> bytes:
    """Return a clip at 24 frames a second, with a hum."""
    packed = BytesIO()
    with av.open(packed, "w", format="webm") as container:
        picture = container.add_stream("libvpx", rate=24, options={"deadline": "realtime", "cpu-used": "8"})
        picture.width, picture.height, picture.pix_fmt = width, height, "yuv420p"
        sound = container.add_stream("libopus", rate=48_000, layout="mono")
        for at in range(frames):
            shade = np.full((height, width, 3), 60 + 4 * at % 160, np.uint8)
            container.mux(picture.encode(av.VideoFrame.from_ndarray(shade, format="rgb24")))
        container.mux(picture.encode(None))
        hum = 0.2 * np.sin(np.arange(48_000 * frames // 24, dtype=np.float32) / 20)
        block = av.AudioFrame.from_ndarray(hum.reshape(1, -1).astype(np.float32), format="flt", layout="mono")
        block.sample_rate = 48_000
        container.mux(sound.encode(block))
        container.mux(sound.encode(None))
    return packed.getvalue()


def made(width: int, height: int, frames: int) -> Made:
    """Return the clip as a vendor on loopback keeps what it made."""
    return webm(width, height, frames), "video/webm", ".webm"
