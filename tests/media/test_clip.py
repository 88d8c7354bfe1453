"""Clips: exact in frames and samples, the same bytes each time, joined without drift."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from cine_forge.kernel.ground.errors import StageError
from cine_forge.media.clip import ClipSpec, write_clip
from cine_forge.media.join import join_clips
from cine_forge.media.probe import probe_clip, probe_still, sound_blocks
from cine_forge.media.still import read_png, write_png

PAL, NTSC = Fraction(25), Fraction(30000, 1001)
WIDE = ClipSpec(64, 36, Fraction(24))


def moving(spec: ClipSpec, count: int, start: int = 0) -> Iterator[np.ndarray]:
    """A bright bar that walks."""
    for index in range(count):
        picture = np.full((spec.height, spec.width, 3), 40, np.uint8)
        picture[:, (start + 3 * index) % spec.width] = 230
        yield picture


def hiss(samples: int) -> np.ndarray:
    return (0.1 * np.random.default_rng(1).standard_normal((samples, 2))).astype(np.float32)


def clip(path: Path, spec: ClipSpec, count: int, start: int = 0) -> Path:
    write_clip(path, spec, moving(spec, count, start), hiss(spec.samples(count)))
    return path


@pytest.mark.row("E2")
@pytest.mark.parametrize("fps", [Fraction(24), PAL, NTSC])
@pytest.mark.parametrize("size", [(64, 36), (36, 64)])
def test_a_clip_has_exactly_its_frames_and_a_track_of_that_length(
    tmp_path: Path, fps: Fraction, size: tuple[int, int]
) -> None:
    spec = ClipSpec(*size, fps)
    facts = probe_clip(clip(tmp_path / "one.mp4", spec, 31))
    assert (facts.width, facts.height, facts.fps, facts.frames) == (*size, fps, 31)
    assert facts.has_audio and abs(facts.audio_samples - 31 * 48_000 / fps) <= 1
    assert facts.audio_rms_db is not None and -26 < facts.audio_rms_db < -15


def test_the_same_frames_and_sound_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = (clip(tmp_path / name, WIDE, 12).read_bytes() for name in ("one.mp4", "other.mp4"))
    assert one == other
    assert b"Lavf" not in one and b"x264" not in one


def test_short_sound_is_filled_and_long_sound_is_cut(tmp_path: Path) -> None:
    for name, samples in (("short.mp4", 100), ("long.mp4", 90_000)):
        write_clip(tmp_path / name, WIDE, moving(WIDE, 24), hiss(samples))
        assert probe_clip(tmp_path / name).audio_samples == 48_000


@pytest.mark.parametrize("size", [(63, 36), (64, 35), (8, 8)])
def test_a_size_that_cannot_be_encoded_is_refused(tmp_path: Path, size: tuple[int, int]) -> None:
    spec = ClipSpec(*size, PAL)
    with pytest.raises(StageError, match=r"(?s)CF-X001 .* must be even"):
        write_clip(tmp_path / "odd.mp4", spec, moving(spec, 2), hiss(10))


def test_a_frame_of_another_size_and_an_empty_clip_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StageError, match=r"CF-X001 .*frame 0 is 32 × 16"):
        write_clip(tmp_path / "a.mp4", WIDE, moving(ClipSpec(32, 16, PAL), 1), hiss(10))
    with pytest.raises(StageError, match=r"CF-X001 .*no frame"):
        write_clip(tmp_path / "b.mp4", WIDE, iter(()), hiss(10))


@pytest.mark.parametrize("fps", [Fraction(24), NTSC])
def test_a_cut_has_the_sum_of_its_clips_frames(tmp_path: Path, fps: Fraction) -> None:
    spec = ClipSpec(64, 36, fps)
    paths = [clip(tmp_path / f"{count}.mp4", spec, count, count) for count in (5, 30, 17, 1)]
    facts = join_clips(paths, tmp_path / "cut.mp4", spec)
    assert facts.frames == 53 and facts.fps == fps
    assert abs(facts.audio_samples - 53 * 48_000 / fps) <= 1


def test_pictures_of_like_clips_are_copied_not_encoded_again(tmp_path: Path) -> None:
    paths = [clip(tmp_path / f"{count}.mp4", WIDE, count, count) for count in (9, 14)]
    join_clips(paths, tmp_path / "cut.mp4", WIDE)
    joined, first, second = (_pictures(path) for path in (tmp_path / "cut.mp4", *paths))
    assert all(np.array_equal(one, other) for one, other in zip(joined, first + second, strict=True))


def _pictures(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]


def test_sound_does_not_drift_over_a_hundred_clips(tmp_path: Path) -> None:
    spec = ClipSpec(32, 16, NTSC)
    click = np.zeros((spec.samples(4), 2), np.float32)
    click[2_000:2_020] = 0.9
    write_clip(tmp_path / "click.mp4", spec, moving(spec, 4), click)
    join_clips([tmp_path / "click.mp4"] * 100, tmp_path / "cut.mp4", spec)
    with av.open(str(tmp_path / "cut.mp4")) as container:
        track = np.concatenate(list(sound_blocks(container)), axis=1)[0]
    places = [spec.samples(4 * number) for number in range(100)]
    found = [int(np.argmax(np.abs(track[place : place + 6_000]))) for place in places]
    assert max(found) - min(found) < 60


def test_unlike_clips_are_fitted_into_the_cut(tmp_path: Path) -> None:
    tall = clip(tmp_path / "tall.mp4", ClipSpec(36, 64, PAL), 25)
    facts = join_clips([tall, clip(tmp_path / "wide.mp4", WIDE, 24)], tmp_path / "cut.mp4", WIDE)
    assert (facts.width, facts.height, facts.frames) == (64, 36, 48)


def test_nothing_to_join_and_a_broken_clip_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StageError, match="CF-X003"):
        join_clips([], tmp_path / "cut.mp4", WIDE)
    (tmp_path / "broken.mp4").write_bytes(b"not a clip")
    with pytest.raises(StageError, match=r"CF-X002 broken\.mp4"):
        join_clips([tmp_path / "broken.mp4"], tmp_path / "cut.mp4", WIDE)


@pytest.mark.row("E2")
def test_a_black_a_frozen_and_a_silent_clip_are_told_from_a_good_one(tmp_path: Path) -> None:
    black = [np.zeros((36, 64, 3), np.uint8)] * 6
    frozen = [next(moving(WIDE, 1))] * 6
    write_clip(tmp_path / "black.mp4", WIDE, black, np.zeros((12_000, 2), np.float32))
    write_clip(tmp_path / "frozen.mp4", WIDE, frozen, hiss(12_000))
    dark, still, good = (
        probe_clip(path)
        for path in (tmp_path / "black.mp4", tmp_path / "frozen.mp4", clip(tmp_path / "good.mp4", WIDE, 6))
    )
    assert (dark.black, still.black, good.black) == (True, False, False)
    assert (still.frozen, good.frozen) == (True, False)
    assert dark.audio_rms_db is not None and dark.audio_rms_db < -90


def test_a_clip_without_a_track_says_so(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "mute.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for picture in moving(WIDE, 3):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    facts = probe_clip(tmp_path / "mute.mp4")
    assert not facts.has_audio and facts.audio_rms_db is None and facts.frames == 3


def test_a_still_comes_back_as_it_was_and_twice_the_same(tmp_path: Path) -> None:
    pixels = np.random.default_rng(3).integers(0, 255, (20, 30, 3), dtype=np.uint8)
    write_png(tmp_path / "one.png", pixels)
    write_png(tmp_path / "other.png", pixels)
    assert np.array_equal(read_png(tmp_path / "one.png"), pixels)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "other.png").read_bytes()
    facts = probe_still(tmp_path / "one.png")
    assert (facts.width, facts.height, facts.black, facts.flat) == (30, 20, False, False)


def test_what_is_no_media_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "note.png").write_text("hello")
    for probe in (probe_still, probe_clip, read_png):
        with pytest.raises(StageError, match=r"CF-X002 note\.png"):
            probe(tmp_path / "note.png")
