"""Probing: what a clip or a still really is, measured by decoding it.

QC gates and takes read these facts; nothing is believed from a header that can be counted. It judges
nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from cine_forge.kernel.ground.errors import Fault, StageError
from cine_forge.kernel.ground.hashing import digest_of_file

_MEASURED: dict[str, ClipFacts] = {}
"""What this process measured, by the digest of the file."""
_MOST_MEASURED = 1024
_GRID = 96
_LEVELS = np.clip((np.arange(256.0) - 16.0) * 255 / 219, 0, 255)
"""The brightness that each byte of a picture in the range of television stands for."""
_BLACK_LUMA = 20.0
_FROZEN_CHANGE = 0.02


@dataclass(frozen=True)
class ClipFacts:
    """A clip, measured. Luma is 0 to 255; levels are dBFS, None without a sound; `fps` is exact.

    `black`: no sampled frame is brighter than 20 anywhere; `frozen`: no two sampled frames differ.
    """

    width: int
    height: int
    fps: Fraction
    frames: int
    seconds: float
    has_audio: bool
    audio_seconds: float
    audio_samples: int
    audio_peak_db: float | None
    audio_rms_db: float | None
    mean_luma: float
    min_luma: float
    max_luma: float
    black: bool
    frozen: bool


@dataclass(frozen=True)
class StillFacts:
    """A still, measured. Luma is 0 to 255; `flat` says that all of it is one tone."""

    width: int
    height: int
    mean_luma: float
    spread_luma: float
    black: bool
    flat: bool


def probe_clip(path: Path) -> ClipFacts:
    """Decode a clip and measure it; the same bytes are measured once. Raises StageError CF-X002.

    A take is measured when it comes, when it is kept and when it is judged.
    """
    try:
        digest = digest_of_file(path)
        known = _MEASURED.get(digest)
        if known is None:
            known = _measured(path)
            if digest_of_file(path) == digest:
                _remember(digest, known)
        return known
    except OSError as fault:
        raise _unreadable(path, str(fault)) from fault


def _remember(digest: str, facts: ClipFacts) -> None:
    if len(_MEASURED) >= _MOST_MEASURED:
        _MEASURED.clear()
    _MEASURED[digest] = facts


def _measured(path: Path) -> ClipFacts:
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise _unreadable(path, "it has no picture")
            stream = container.streams.video[0]
            stream.thread_count = 1
            fps = Fraction(stream.average_rate or stream.guessed_rate or 1)
            size = (stream.codec_context.width, stream.codec_context.height)
            luma = _Luma()
            for frame in container.decode(stream):
                luma.take(frame)
        sound = _sound(path)
    except (av.FFmpegError, OSError) as fault:
        raise _unreadable(path, str(fault)) from fault
    return ClipFacts(
        *size,
        fps=fps,
        frames=luma.frames,
        seconds=float(luma.frames / fps),
        has_audio=sound is not None and sound.samples > 0,
        audio_seconds=sound.samples / sound.rate if sound else 0.0,
        audio_samples=sound.samples if sound else 0,
        audio_peak_db=_db(sound.peak) if sound else None,
        audio_rms_db=_db(math.sqrt(sound.power / max(1, sound.values))) if sound else None,
        mean_luma=luma.mean,
        min_luma=luma.least,
        max_luma=luma.most,
        black=luma.most < _BLACK_LUMA,
        frozen=luma.frames > 1 and luma.change < _FROZEN_CHANGE,
    )


def probe_still(path: Path) -> StillFacts:
    """Measure a still. Raises StageError CF-X002 for what cannot be read as a picture."""
    try:
        with Image.open(path) as image:
            size = image.size
            grey = np.asarray(image.convert("L").resize((_GRID, _GRID), Image.Resampling.BOX), np.float64)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as fault:
        raise _unreadable(path, str(fault)) from fault
    return StillFacts(
        *size,
        mean_luma=float(grey.mean()),
        spread_luma=float(grey.std()),
        black=bool(grey.max() < _BLACK_LUMA),
        flat=bool(grey.max() - grey.min() < 2.0),
    )


class _Luma:
    """The brightness of a clip on a coarse grid of samples: cheap, and every frame is counted."""

    def __init__(self) -> None:
        self.frames = 0
        self.total = 0.0
        self.least, self.most, self.change = 255.0, 0.0, 0.0
        self._before: NDArray[np.float64] | None = None

    def take(self, frame: Any) -> None:
        """Sample one frame."""
        plane = frame.planes[0]
        rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: frame.height, : frame.width]
        grid = _LEVELS[rows[:: max(1, frame.height // _GRID), :: max(1, frame.width // _GRID)]]
        mean = float(grid.mean())
        self.total += mean
        self.least, self.most = min(self.least, mean), max(self.most, float(grid.max()))
        if self._before is not None and self._before.shape == grid.shape:
            self.change = max(self.change, float(np.abs(grid - self._before).mean()))
        self._before = grid
        self.frames += 1

    @property
    def mean(self) -> float:
        """The mean over all frames."""
        return self.total / max(1, self.frames)


@dataclass
class _Heard:
    """What was heard of a track."""

    rate: int
    samples: int = 0
    values: int = 0
    power: float = 0.0
    peak: float = 0.0


def _sound(path: Path) -> _Heard | None:
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return None
        stream = container.streams.audio[0]
        heard = _Heard(stream.rate)
        length = _samples(stream)
        for block in sound_blocks(container):
            if length is not None:  # the last AAC frame is longer than the track
                block = block[:, : max(0, length - heard.samples)]
            heard.samples += block.shape[1]
            heard.values += block.size
            heard.power += float((block.astype(np.float64) ** 2).sum())
            heard.peak = max(heard.peak, float(np.abs(block).max(initial=0.0)))
        return heard


def _samples(stream: Any) -> int | None:
    """Return how long the track says it is."""
    if not stream.duration or not stream.time_base:
        return None
    length = float(stream.duration * stream.time_base * stream.rate)
    return round(length)


def sound_blocks(container: Any) -> Iterator[NDArray[np.float32]]:
    """Yield the decoded sound of the first track as (channels, samples) blocks."""
    stream = container.streams.audio[0]
    shaper = av.AudioResampler(format="fltp", layout=stream.layout.name, rate=stream.rate)
    for frame in container.decode(stream):
        for shaped in shaper.resample(frame):
            yield np.asarray(shaped.to_ndarray(), np.float32)


def _db(level: float) -> float:
    return 20 * math.log10(max(level, 1e-6))


def _unreadable(path: Path, why: str) -> StageError:
    hint = "make it again, or check that the file is what its name says"
    return StageError(Fault("CF-X002", f"the media file cannot be read: {why}", path.name, hint))
