"""What a file is by its first bytes: real files of each kind, and what only pretends."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cine_forge.media.signature import READ, media_type_of_start, sniff

STILLS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
CLIPS = {
    ("mp4", "libx264"): "video/mp4",
    ("mov", "libx264"): "video/quicktime",
    ("webm", "libvpx-vp9"): "video/webm",
    ("matroska", "libx264"): "video/x-matroska",
    ("avi", "mpeg4"): "video/x-msvideo",
}
SOUNDS = {
    ("wav", "pcm_s16le"): "audio/wav",
    ("mp3", "libmp3lame"): "audio/mpeg",
    ("ogg", "libopus"): "audio/ogg",
    ("flac", "flac"): "audio/flac",
    ("ipod", "aac"): "audio/mp4",
}


def _written(path: Path, form: str, codec: str) -> Path:
    """Write a tenth of a second of something."""
    picture = codec in ("libx264", "libvpx-vp9", "mpeg4")
    with av.open(str(path), "w", format=form) as out:
        stream: Any = out.add_stream(codec, rate=Fraction(24) if picture else 48_000)
        if picture:
            stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
            frames: list[Any] = [
                av.VideoFrame.from_ndarray(np.zeros((36, 64, 3), np.uint8), format="rgb24")
            ] * 2
        else:
            stream.layout = "mono"
            silence = np.zeros((1, 4800), np.float32)
            frame = av.AudioFrame.from_ndarray(silence, format="fltp", layout="mono")
            frame.sample_rate = 48_000
            shaper = av.AudioResampler(format=stream.format.name, layout="mono", rate=48_000)
            frames = [*shaper.resample(frame)]
        for one in frames:
            one.pts = None
            out.mux(stream.encode(one))
        out.mux(stream.encode(None))
    return path


@pytest.mark.row("H8")
@pytest.mark.parametrize(("form", "media_type"), STILLS.items())
def test_a_still_is_known_by_its_bytes(tmp_path: Path, form: str, media_type: str) -> None:
    path = tmp_path / "still.txt"
    Image.new("RGB", (8, 8)).save(path, form)
    assert sniff(path) == media_type


@pytest.mark.row("H8")
@pytest.mark.parametrize(("made", "media_type"), {**CLIPS, **SOUNDS}.items())
def test_a_clip_and_a_sound_are_known_by_their_bytes(
    tmp_path: Path, made: tuple[str, str], media_type: str
) -> None:
    if made[1] not in av.codecs_available:
        pytest.skip(f"this build has no {made[1]}")
    assert sniff(_written(tmp_path / "still.png", *made)) == media_type


@pytest.mark.row("H8")
@pytest.mark.parametrize(
    ("start", "media_type"),
    [
        (b"\n <!DOCTYPE html><title>Sign in", "text/html"),
        (b"<html lang=en>", "text/html"),
        (b"<?xml version='1.0'?><Error><Code>AccessDenied", "application/xml"),
        (b'{"error": "expired"}', "application/json"),
        (b'\xef\xbb\xbf [{"a": 1}]', "application/json"),
        (b"{}", "application/json"),
        (b"\x1f\x8b\x08\x00", "application/gzip"),
        (b"PK\x03\x04", "application/zip"),
        (b"\xff\xfb\x90\x64", "audio/mpeg"),
        (b"\x00\x00\x00\x1cftypavif", "image/avif"),
        (b"RF64\xff\xff\xff\xffWAVE", "audio/wav"),
        (b"RIFF\x00\x00\x00\x00CDXA", None),
        (b"\xff\xff\xff\xff", None),
        (b"\xff\xe0\x00\x00", None),
        (b"{hello", None),
        (b"hello", None),
        (b"", None),
    ],
)
def test_what_begins_like_this_is_known_or_is_not(start: bytes, media_type: str | None) -> None:
    assert media_type_of_start(start) == media_type


@given(start=st.binary(max_size=READ))
def test_any_bytes_have_an_answer(start: bytes) -> None:
    told = media_type_of_start(start)
    assert told is None or told.count("/") == 1
