"""The cut as one file: clips joined frame by frame and sample by sample.

Pictures are copied without encoding them again when all clips share one form, as ours do: H.264 whose
packets stand in the order of their pictures. Others are decoded, fitted and encoded. Sound is decoded, cut
to the length of its clip's pictures, and encoded as one continuous track, so a hundred clips later it still
is in step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cine_forge.kernel.ground.errors import Fault, StageError
from cine_forge.media.clip import (
    AAC_BIT_RATE,
    PictureTrack,
    check_spec,
    container_options,
    encode_sound,
    quiet,
)
from cine_forge.media.clip import (
    ClipSpec as ClipSpec,
)
from cine_forge.media.probe import ClipFacts, probe_clip, sound_blocks

Sound = NDArray[np.float32]


def join_clips(paths: Sequence[Path], out: Path, spec: ClipSpec, *, most: int | None = None) -> ClipFacts:
    """Join the clips in order into `out` and return what was made; its frames are the sum of theirs.

    A clip of another size is fitted with bars; with `most`, one of more frames is cut there. Raises
    StageError CF-X003 when there is nothing to join, CF-X002 when a clip cannot be read.
    """
    check_spec(spec)
    if not paths:
        raise StageError(Fault("CF-X003", "there is no clip to join", out.name, "run from `generation`"))
    forms = [_form(path) for path in paths]
    in_form = forms[0][:5] == (spec.width, spec.height, spec.pace, "h264", False)
    alike = most is None and in_form and all(form == forms[0] for form in forms)
    with av.open(str(out), "w", format="mp4", options=container_options(spec)) as container:
        sound = None
        if alike:
            with av.open(str(paths[0])) as first:
                video = container.add_stream_from_template(first.streams.video[0])
            sound = _sound_stream(container, spec)
            counts = _copy_pictures(container, video, paths, spec)
        else:
            track = PictureTrack(container, spec)
            sound = _sound_stream(container, spec)
            counts = _encode_pictures(track, paths, most)
        for packet in encode_sound(sound, _track(paths, counts, spec), spec.rate):
            container.mux(packet)
    return probe_clip(out)


def _form(path: Path) -> tuple[int, int, Fraction, str, bool, bytes]:
    """Return what has to agree for packets to be copied; the flag says that pictures are sent ahead."""
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            context = stream.codec_context
            rate = Fraction(stream.average_rate or 0)
            ahead, own = bool(context.has_b_frames), bytes(context.extradata or b"")
            return context.width, context.height, rate, context.name, ahead, own
    except (av.FFmpegError, OSError, IndexError) as fault:
        hint = "make the take again, then the cut"
        raise StageError(Fault("CF-X002", f"the clip cannot be read: {fault}", path.name, hint)) from fault


def _sound_stream(container: Any, spec: ClipSpec) -> Any:
    stream = container.add_stream("aac", rate=spec.rate, layout="stereo")
    stream.bit_rate = AAC_BIT_RATE
    quiet(stream)
    return stream


def _copy_pictures(container: Any, video: Any, paths: Sequence[Path], spec: ClipSpec) -> list[int]:
    """Copy every picture packet under a new, even time; return the frames of each clip."""
    counts: list[int] = []
    tick = 1 / spec.pace
    for path in paths:
        start, count = sum(counts), 0
        with av.open(str(path)) as source:
            for packet in source.demux(source.streams.video[0]):
                if packet.size == 0:
                    continue
                packet.time_base = tick
                packet.pts = packet.dts = start + count
                packet.duration = 1
                packet.stream = video
                container.mux(packet)
                count += 1
        counts.append(count)
    return counts


def _encode_pictures(track: PictureTrack, paths: Sequence[Path], most: int | None) -> list[int]:
    counts: list[int] = []
    for path in paths:
        before = track.frames
        for picture in islice(_repaced(path, track.spec), most):
            track.add(picture)
        counts.append(track.frames - before)
    track.end()
    return counts


def _repaced(path: Path, spec: ClipSpec) -> Iterator[NDArray[np.uint8]]:
    """Yield a clip's pictures at the size and pace of the cut, frames doubled or dropped."""
    with av.open(str(path)) as source:
        stream = source.streams.video[0]
        step = spec.pace / Fraction(stream.average_rate or spec.pace)
        made = 0
        for index, frame in enumerate(source.decode(stream)):
            wanted = round((index + 1) * step)
            if wanted > made:
                picture = _fitted(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8), spec)
                for _ in range(wanted - made):
                    yield picture
                made = wanted


def _fitted(picture: NDArray[np.uint8], spec: ClipSpec) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    if (width, height) == (spec.width, spec.height):
        return picture
    scale = min(spec.width / width, spec.height / height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    page = Image.new("RGB", (spec.width, spec.height))
    page.paste(
        Image.fromarray(picture).resize(size), ((spec.width - size[0]) // 2, (spec.height - size[1]) // 2)
    )
    return np.asarray(page)


def _track(paths: Sequence[Path], counts: Sequence[int], spec: ClipSpec) -> Sound:
    """Lay each clip's sound where its pictures begin; its end is where the next ones begin."""
    track = np.zeros((spec.samples(sum(counts)), 2), np.float32)
    frames = 0
    for path, count in zip(paths, counts, strict=True):
        start, end = spec.samples(frames), spec.samples(frames + count)
        heard = _heard(path, spec.rate)[: end - start]
        track[start : start + len(heard)] = heard
        frames += count
    return track


def _heard(path: Path, rate: int) -> Sound:
    with av.open(str(path)) as source:
        if not source.streams.audio:
            return np.zeros((0, 2), np.float32)
        if source.streams.audio[0].rate == rate and source.streams.audio[0].channels == 2:
            blocks = list(sound_blocks(source))
        else:
            shaper = av.AudioResampler(format="fltp", layout="stereo", rate=rate)
            shaped = [
                out for frame in source.decode(source.streams.audio[0]) for out in shaper.resample(frame)
            ]
            blocks = [np.asarray(part.to_ndarray(), np.float32) for part in [*shaped, *shaper.resample(None)]]
    return np.concatenate(blocks, axis=1).T if blocks else np.zeros((0, 2), np.float32)
