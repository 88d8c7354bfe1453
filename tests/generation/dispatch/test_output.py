"""Outputs: measured by their bytes; what is no picture or clip is said to be none."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from cine_forge.generation.dispatch.output import measure, output_name
from cine_forge.generation.money.receipt import Output
from cine_forge.generation.payloads import read_payload
from cine_forge.kernel.ground.errors import Fault
from cine_forge.media.clip import ClipSpec, write_clip
from tests.generation.support import image, png, video
from tests.wire.raw_server import RawServer, whole


def clip(path: Path, frames: int = 6) -> Path:
    """Write a small grey clip with silence."""
    picture = np.full((36, 64, 3), 128, np.uint8)
    write_clip(path, ClipSpec(64, 36, Fraction(24)), [picture] * frames, np.zeros((12_000, 2), np.float32))
    return path


def test_a_still_is_measured_in_pixels(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(png(64, 36))
    found = measure(tmp_path / "x", kept_as="receipts/rc-1/output.png")
    assert isinstance(found, Output)
    assert (found.width, found.height, found.frames, found.media_type) == (64, 36, None, "image/png")
    assert found.bytes == len(png(64, 36))


def test_a_clip_is_measured_in_pixels_frames_and_seconds(tmp_path: Path) -> None:
    found = measure(clip(tmp_path / "x.mp4"), kept_as="receipts/rc-1/output.mp4")
    assert isinstance(found, Output)
    assert (found.width, found.height, found.fps, found.frames) == (64, 36, "24", 6)
    assert (found.seconds, found.has_sound) == (0.25, True)


@pytest.mark.parametrize("kept_as", ["output.png", "output.mp4"])
@pytest.mark.parametrize("content", [b"", b"<html>quota exceeded</html>", b"GIF89a" + bytes(64)])
def test_what_is_something_else_is_no_output(tmp_path: Path, kept_as: str, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    found = measure(tmp_path / "x", kept_as=kept_as)
    assert isinstance(found, Fault) and found.code == "CF-G033"


def test_a_file_that_was_cut_short_is_no_output(tmp_path: Path) -> None:
    whole = clip(tmp_path / "x.mp4", frames=48).read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) // 3])
    (tmp_path / "cut.png").write_bytes(png(64, 36)[:60])
    for name in ("cut.mp4", "cut.png"):
        assert isinstance(measure(tmp_path / name, kept_as=name), Fault), name


def test_stills_and_clips_are_kept_under_their_own_names() -> None:
    assert output_name(read_payload(image())) == "output.png"
    assert output_name(read_payload(video())) == "output.mp4"


@pytest.mark.row("H8")
@pytest.mark.parametrize("kept_as", ["output.wav", "output.mp3", "output.mp4", "output.png"])
@pytest.mark.parametrize(
    "list_of_files",
    ["#EXTM3U\n#EXTINF:1,\n{url}\n", "ffconcat version 1.0\nfile {url}\n",
     "<MPD><BaseURL>{url}</BaseURL></MPD>"],
    ids=["a playlist", "a list to join", "a manifest"],
)  # fmt: skip
def test_what_leads_elsewhere_is_never_opened(tmp_path: Path, kept_as: str, list_of_files: str) -> None:
    with RawServer(whole(b"x")) as server:
        (tmp_path / "x").write_text(list_of_files.format(url=server.url()))
        assert isinstance(measure(tmp_path / "x", kept_as=kept_as), Fault)
    assert server.met == 0


@pytest.mark.row("H8")
def test_a_page_that_came_with_a_success_is_called_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"<!doctype html><title>Sign in</title>")
    found = measure(tmp_path / "x", kept_as="output.mp4")
    assert isinstance(found, Fault) and "text/html" in found.what
