"""Outputs that are no PNG and no MP4: sounds in any packing, judgements, stills that came as JPEG or WebP."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cine_forge.generation.dispatch.output import kept_output, measure, output_name, read_judgement, unpacked
from cine_forge.generation.money.receipt import Output
from cine_forge.generation.payloads import read_payload
from cine_forge.kernel.ground.errors import Fault
from cine_forge.media.signature import sniff
from cine_forge.media.sound import write_wav
from cine_forge.media.still import read_png
from tests.generation.asked import judged, lipsync, previz, references, sound, speech
from tests.generation.support import FakeProvider, House, image, png


def wav(path: Path) -> Path:
    """Write a tenth of a second of a hum."""
    write_wav(path, np.full((4_800, 2), 0.25, np.float32), 48_000)
    return path


@pytest.mark.parametrize(
    ("start", "name"),
    [
        (b"", "output.wav"),
        (b"RIFF$\0\0\0WAVE", "output.wav"),
        (b"ID3\x04\0", "output.mp3"),
        (b"\xff\xfb\x90\0", "output.mp3"),
        (b"OggS\0", "output.ogg"),
        (b"fLaC\0", "output.flac"),
        (b"\0\0\0\x1cftypM4A ", "output.m4a"),
    ],
)
def test_a_sound_is_kept_under_the_ending_that_its_first_bytes_say(start: bytes, name: str) -> None:
    assert output_name(read_payload(speech()), start) == name
    assert output_name(read_payload(image()), start) == "output.png"


def test_every_kind_of_result_has_its_name() -> None:
    asked = (sound("music"), lipsync(), references(), previz(), judged(), judged("video"))
    names = [output_name(read_payload(one)) for one in asked]
    clip, words = "output.mp4", "judgement.json"
    assert names == ["output.wav", clip, clip, "output.png", words, words]


def test_a_sound_that_was_kept_is_found_again_whatever_it_was_packed_in(tmp_path: Path) -> None:
    payload = read_payload(speech())
    assert kept_output(tmp_path, payload) is None
    (tmp_path / "output.mp3").write_bytes(b"ID3")
    assert kept_output(tmp_path, payload) == tmp_path / "output.mp3"
    assert kept_output(tmp_path, read_payload(image())) is None


def test_a_sound_is_measured_in_seconds(tmp_path: Path) -> None:
    found = measure(wav(tmp_path / "x"), kept_as="receipts/rc-1/output.wav")
    assert isinstance(found, Output)
    assert (found.media_type, found.seconds, found.has_sound, found.width) == ("audio/wav", 0.1, True, None)


@pytest.mark.parametrize("content", [b"", b"<html>quota exceeded</html>", b"ID3\x04\0\0\0"])
def test_what_is_no_sound_is_no_output(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    for name in ("output.wav", "output.mp3"):
        found = measure(tmp_path / "x", kept_as=name)
        assert isinstance(found, Fault) and found.code == "CF-G033"
        assert "no readable sound" in found.what


def test_a_judgement_is_scores_from_0_to_1(tmp_path: Path) -> None:
    (tmp_path / "x").write_text(json.dumps({"scores": {"likeness": 0.4, "light": 1}}))
    assert isinstance(measure(tmp_path / "x", kept_as="judgement.json"), Output)
    assert read_judgement(tmp_path / "x") == {"likeness": 0.4, "light": 1.0}


@pytest.mark.parametrize(
    "said",
    [
        "",
        "[]",
        "{}",
        '{"scores": {}}',
        '{"scores": {"a": 1.1}}',
        '{"scores": {"a": "0.5"}}',
        '{"scores": {"a": true}}',
    ],
)
def test_what_is_no_judgement_is_no_output(tmp_path: Path, said: str) -> None:
    (tmp_path / "x").write_text(said)
    found = measure(tmp_path / "x", kept_as="judgement.json")
    assert isinstance(found, Fault) and found.code == "CF-G033"


@pytest.mark.parametrize("packing", ["JPEG", "WEBP"])
def test_a_still_in_another_packing_becomes_a_png_of_the_same_pixels(tmp_path: Path, packing: str) -> None:
    content = BytesIO()
    Image.open(BytesIO(png(64, 36))).save(content, packing)
    (tmp_path / "x").write_bytes(content.getvalue())
    before = read_png(tmp_path / "x")
    assert unpacked(tmp_path / "x", read_payload(image())) == "output.png"
    assert isinstance(measure(tmp_path / "x", kept_as="output.png"), Output)
    assert np.array_equal(read_png(tmp_path / "x"), before)
    (original,) = tmp_path.glob("original.*")
    assert original.read_bytes() == content.getvalue() and sniff(original) == f"image/{packing.lower()}"


def test_a_still_that_was_cut_short_stays_what_it_is(tmp_path: Path) -> None:
    cut = b"\xff\xd8\xff\xe0" + bytes(40)
    (tmp_path / "x").write_bytes(cut)
    assert unpacked(tmp_path / "x", read_payload(image())) == "output.png"
    assert (tmp_path / "x").read_bytes() == cut


def test_a_vendor_that_sends_jpeg_has_a_take_like_any_other(tmp_path: Path) -> None:
    content, provider = BytesIO(), FakeProvider()
    Image.open(BytesIO(png(64, 36))).save(content, "JPEG")
    provider.content = content.getvalue()
    answer = House(tmp_path, provider).send()
    assert answer["result"]["success"]
    assert (tmp_path / answer["result"]["output_path"]).read_bytes().startswith(b"\x89PNG")
