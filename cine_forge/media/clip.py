"""Clips: frames and sound in, one MP4 out, the same bytes for the same input.

Pictures are H.264 in one thread, sound is AAC; no date and no name of a tool is written. The sound is made
exactly as long as the pictures, for a clip that drifts cannot be cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.bitstream import BitStreamFilterContext
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from numpy.typing import NDArray

from cine_forge.kernel.ground.errors import Fault, StageError

Picture = NDArray[np.uint8]
Sound = NDArray[np.float32]

GOP_S = 2
AAC_BIT_RATE = 160_000
_AAC_FRAME = 1024
_VIDEO_OPTIONS = {
    "preset": "veryfast",
    "crf": "20",
    "x264-params": "threads=1:sliced-threads=0:bframes=0",
}


@dataclass(frozen=True)
class ClipSpec:
    """What a clip must be: pixels, frames per second as an exact fraction (or its text), samples a second."""

    width: int
    height: int
    fps: Fraction | str
    rate: int = 48_000

    @property
    def pace(self) -> Fraction:
        """Frames per second."""
        return Fraction(self.fps)

    def samples(self, frames: int) -> int:
        """Return how many samples of sound belong to that many frames."""
        return round(frames * self.rate / self.pace)


def write_clip(path: Path, spec: ClipSpec, frames: Iterable[Picture], audio: Sound) -> None:
    """Write the clip, replacing what is there. `audio` is (samples, 2), float, -1 to 1.

    Sound that is short is filled with silence, sound that is long is cut. Raises StageError CF-X001 for odd
    sizes, frames of another size or no frame at all.
    """
    check_spec(spec)
    with av.open(str(path), "w", format="mp4", options=container_options(spec)) as container:
        track = PictureTrack(container, spec)
        sound = container.add_stream("aac", rate=spec.rate, layout="stereo")
        sound.bit_rate = AAC_BIT_RATE
        quiet(sound)
        for picture in frames:
            track.add(picture)
        if not track.frames:
            raise StageError(
                Fault("CF-X001", "there is no frame to write", path.name, "give at least one frame")
            )
        track.end()
        for packet in encode_sound(sound, fitted(audio, spec.samples(track.frames)), spec.rate):
            container.mux(packet)


def check_spec(spec: ClipSpec) -> None:
    """Refuse a size that 4:2:0 pictures cannot have, with CF-X001."""
    if spec.width % 2 or spec.height % 2 or min(spec.width, spec.height) < 16 or spec.pace <= 0:
        raise StageError(
            Fault(
                "CF-X001",
                f"a clip cannot be {spec.width} × {spec.height} at {spec.pace} frames a second",
                hint="width and height must be even and at least 16, the frame rate above 0",
            )
        )


def container_options(spec: ClipSpec) -> dict[str, str]:
    """Return what keeps a container free of dates and tool names, and its lengths exact to the sample."""
    return {"fflags": "+bitexact", "movflags": "+faststart", "movie_timescale": str(spec.rate)}


class PictureTrack:
    """The H.264 track that every clip of a film shares in form, so that a cut can copy its packets."""

    def __init__(self, container: Any, spec: ClipSpec) -> None:
        self._container, self.spec, self.frames = container, spec, 0
        self._stream = _h264(container, spec)
        self._shaper = VideoReformatter()
        self._strip: BitStreamFilterContext | None = None

    def add(self, picture: Picture) -> None:
        """Encode one more frame."""
        self._mux(self._stream.encode(self._framed(picture)))
        self.frames += 1

    def end(self) -> None:
        """Write what the encoder still holds."""
        self._mux(self._stream.encode(None))

    def _mux(self, packets: Iterable[Any]) -> None:
        """Write packets without the note in which the encoder names itself (a unit of type 6)."""
        for packet in packets:
            if self._strip is None:
                self._strip = BitStreamFilterContext("filter_units=remove_types=6", self._stream)
            for bare in self._strip.filter(packet):
                bare.stream = self._stream
                self._container.mux(bare)

    def _framed(self, picture: Picture) -> Any:
        """Return the picture as the encoder takes it: one shaper serves all, for making it costs most."""
        if picture.shape[:2] != (self.spec.height, self.spec.width):
            found = f"{picture.shape[1]} × {picture.shape[0]}"
            raise StageError(
                Fault(
                    "CF-X001",
                    f"frame {self.frames} is {found}, the clip is {self.spec.width} × {self.spec.height}",
                    hint="draw every frame at the clip's size",
                )
            )
        rgb = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
        frame = self._shaper.reformat(
            rgb, format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
        )
        frame.pts, frame.time_base = self.frames, 1 / self.spec.pace
        return frame


def quiet(stream: Any) -> None:
    """Keep the encoder from signing its work."""
    stream.codec_context.flags |= av.codec.context.Flags.bitexact


def _h264(container: Any, spec: ClipSpec) -> Any:
    video = container.add_stream("libx264", rate=spec.pace, options=dict(_VIDEO_OPTIONS))
    video.width, video.height = spec.width, spec.height
    video.pix_fmt = "yuv420p"
    video.codec_context.time_base = 1 / spec.pace
    video.codec_context.gop_size = round(GOP_S * spec.pace)
    video.codec_context.thread_count = 1
    video.codec_context.color_range = 1
    video.codec_context.colorspace = 1
    video.codec_context.color_primaries = 1
    video.codec_context.color_trc = 1
    quiet(video)
    return video


def fitted(audio: Sound, samples: int) -> Sound:
    """Return the sound at exactly that length: cut, or filled with silence."""
    short = samples - len(audio)
    if short <= 0:
        return audio[:samples]
    return np.concatenate([audio, np.zeros((short, audio.shape[1]), np.float32)])


def encode_sound(stream: Any, audio: Sound, rate: int) -> Iterator[Any]:
    """Yield the packets of a whole track; its last frame may be shorter than the others."""
    planes = np.ascontiguousarray(np.clip(audio, -1.0, 1.0).T, np.float32)
    for start in range(0, planes.shape[1], _AAC_FRAME):
        piece = np.ascontiguousarray(planes[:, start : start + _AAC_FRAME])
        frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        yield from stream.encode(frame)
    yield from stream.encode(None)
