"""Sounds by themselves: written, packed in every usual way, and measured by what is heard."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from cine_forge.kernel.ground.errors import StageError
from cine_forge.media.sound import probe_sound, write_wav

RATE = 48_000


def tone(seconds: float = 0.5, level: float = 0.5) -> NDArray[np.float32]:
    """Return a stereo tone of 440 Hz."""
    wave = level * np.sin(2 * np.pi * 440 * np.arange(round(seconds * RATE)) / RATE)
    return np.stack([wave, wave], -1).astype(np.float32)


def packed(path: Path, format_name: str, codec: str) -> Path:
    """Write the tone in another packing."""
    with av.open(str(path), "w", format=format_name) as container:
        stream = container.add_stream(codec, rate=RATE, layout="stereo")
        assert isinstance(stream, av.AudioStream)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(tone().T), format="fltp", layout="stereo")
        frame.sample_rate = RATE
        shaper = av.AudioResampler(stream.format.name, "stereo", RATE, frame_size=stream.frame_size or None)
        for shaped in [*shaper.resample(frame), *shaper.resample(None)]:
            container.mux(stream.encode(shaped))
        container.mux(stream.encode(None))
    return path


def test_a_wav_has_the_length_rate_and_level_that_were_written(tmp_path: Path) -> None:
    write_wav(tmp_path / "x.wav", tone(), RATE)
    facts = probe_sound(tmp_path / "x.wav")
    assert (facts.media_type, facts.seconds, facts.rate, facts.channels) == ("audio/wav", 0.5, RATE, 2)
    assert facts.peak_db == pytest.approx(-6.02, abs=0.01)
    assert facts.rms_db == pytest.approx(-9.03, abs=0.01)


def test_the_same_samples_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.wav", "b.wav"):
        write_wav(tmp_path / name, tone(), RATE)
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


@pytest.mark.parametrize(
    ("format_name", "codec", "media_type"),
    [
        ("mp3", "libmp3lame", "audio/mpeg"),
        ("ogg", "libopus", "audio/ogg"),
        ("flac", "flac", "audio/flac"),
        ("mp4", "aac", "audio/mp4"),
    ],
)
def test_a_sound_is_measured_whatever_it_is_packed_in(
    tmp_path: Path, format_name: str, codec: str, media_type: str
) -> None:
    facts = probe_sound(packed(tmp_path / "x", format_name, codec))
    assert facts.media_type == media_type
    assert facts.seconds == pytest.approx(0.5, abs=0.06)
    assert facts.rms_db == pytest.approx(-9.03, abs=1.5)


@pytest.mark.parametrize("content", [b"", b"<html>quota exceeded</html>", b"RIFF\0\0\0\0WAVEfmt "])
def test_what_cannot_be_heard_is_no_sound(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.wav").write_bytes(content)
    with pytest.raises(StageError, match=r"CF-X002.*the sound cannot be read"):
        probe_sound(tmp_path / "x.wav")
