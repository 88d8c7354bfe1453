"""Media that a fake vendor hands out: real files of a few kilobytes, another one for each number.

A clip is encoded once; another number is another box at its end, which players skip.
"""

from __future__ import annotations

import io
import struct
import wave
import zlib
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

Kind = Literal["image", "video", "audio"]
Made = tuple[bytes, str, str]
"""Bytes, media type, ending of the file."""


@cache
def medium(kind: Kind, number: int) -> Made:
    """Return what was made, small: 192×108, one second."""
    match kind:
        case "image":
            return png(192, 108, number), "image/png", ".png"
        case "video":
            return mp4(192, 108, 24, number), "video/mp4", ".mp4"
        case "audio":
            return wav(1.0, number), "audio/wav", ".wav"


def png(width: int, height: int, number: int) -> bytes:
    """Return a picture of two colours, side by side."""
    colour = bytes((number * 67 % 200 + 30, number * 31 % 200 + 30, number * 17 % 200 + 30))
    rows = (b"\0" + colour * (width // 2) + bytes(width - width // 2) * 3) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, chunks))


def mp4(width: int, height: int, frames: int, number: int, *, fps: str = "24") -> bytes:
    """Return a clip with sound."""
    mark = str(number).encode()
    return _clip(width, height, frames, fps) + struct.pack(">I", 8 + len(mark)) + b"free" + mark


def wav(seconds: float, number: int, *, rate: int = 48_000) -> bytes:
    """Return a tone, mono, 16 bits."""
    period = rate // (200 + number % 20 * 20)
    wavelet = b"".join(struct.pack("<h", 6000 if at < period // 2 else -6000) for at in range(period))
    count = round(seconds * rate)
    held = io.BytesIO()
    with wave.open(held, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes((wavelet * (count // period + 1))[: count * 2])
    return held.getvalue()


@cache
def _clip(width: int, height: int, frames: int, fps: str) -> bytes:
    import numpy as np

    from cine_forge.media.clip import ClipSpec, write_clip

    spec = ClipSpec(width, height, Fraction(fps))
    pictures = (np.full((height, width, 3), 40 + at * 150 // frames, np.uint8) for at in range(frames))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        tone = np.sin(np.arange(spec.samples(frames)) / 20) * 0.1
        write_clip(path, spec, pictures, np.stack([tone, tone], axis=1).astype(np.float32))
        return path.read_bytes()


def _chunk(part: tuple[bytes, bytes]) -> bytes:
    name, content = part
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
