"""Sounds by themselves: written as WAV, and measured by decoding them, whatever they are packed in.

Nothing is believed from a header that can be counted. It judges nothing.
"""

from __future__ import annotations

import math
import wave
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from cine_forge.kernel.ground.errors import Fault, StageError
from cine_forge.media.probe import sound_blocks

Sound = NDArray[np.float32]

_FULL = 32_767


@dataclass(frozen=True)
class SoundFacts:
    """A sound, measured: how it is packed, seconds and samples a second, and its levels in dBFS."""

    media_type: str
    seconds: float
    rate: int
    channels: int
    peak_db: float
    rms_db: float


_MEDIA_TYPES = {"wav": "audio/wav", "mp3": "audio/mpeg", "flac": "audio/flac", "ogg": "audio/ogg"}
_MP4 = "audio/mp4"


def write_wav(path: Path, audio: Sound, rate: int) -> None:
    """Write (samples, channels) from -1 to 1 as 16 bits; the same samples give the same bytes."""
    whole = np.round(np.clip(audio, -1.0, 1.0) * _FULL).astype("<i2")
    with wave.open(str(path), "wb") as out:
        out.setnchannels(audio.shape[1])
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(whole.tobytes())


def probe_sound(path: Path) -> SoundFacts:
    """Decode a sound and measure it. Raises StageError CF-X002 for what cannot be heard: no sound, or none
    in a packing that we know (WAV, MP3, FLAC, Ogg, MP4)."""
    samples, values, power, peak = 0, 0, 0.0, 0.0
    try:
        with av.open(str(path)) as container:
            packing = container.format.name
            media_type = _MEDIA_TYPES.get(packing) or (_MP4 if "mp4" in packing.split(",") else None)
            if media_type is None or not container.streams.audio or container.streams.video:
                raise _unreadable(path, f"it is `{packing}`, which holds no sound by itself")
            stream = container.streams.audio[0]
            rate, channels = stream.rate, stream.channels
            for block in sound_blocks(container):
                samples += block.shape[1]
                values += block.size
                power += float((block.astype(np.float64) ** 2).sum())
                peak = max(peak, float(np.abs(block).max(initial=0.0)))
    except (av.FFmpegError, OSError, ValueError) as fault:
        raise _unreadable(path, str(fault)) from fault
    if not samples:
        raise _unreadable(path, "it holds no sample")
    rms = math.sqrt(power / max(1, values))
    return SoundFacts(media_type, samples / rate, rate, channels, _db(peak), _db(rms))


def _db(level: float) -> float:
    return 20 * math.log10(max(level, 1e-6))


def _unreadable(path: Path, why: str) -> StageError:
    hint = "make it again, or check that the file is what its name says"
    return StageError(Fault("CF-X002", f"the sound cannot be read: {why}", path.name, hint))
