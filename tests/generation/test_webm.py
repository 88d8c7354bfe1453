"""A clip that came as WebM is a clip: kept as it came, a take under its own ending, and part of the cut."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from cine_forge.film.requests.purchase import Purchase
from cine_forge.film.schemas.take import FrozenPayload
from cine_forge.film.takes.cut import KeptTake, build_cut
from cine_forge.film.takes.takes import make_take, take_draft
from cine_forge.generation.dispatch.output import kept_output, measure
from cine_forge.generation.money.receipt import Output, State
from cine_forge.generation.payloads import read_payload
from cine_forge.kernel.artifacts.records.envelope import MediaFile
from cine_forge.kernel.ground.errors import Fault
from cine_forge.media.clip import ClipSpec
from cine_forge.media.join import join_clips
from tests.fakes import fal
from tests.fakes.counter import Counter
from tests.fakes.vendor import VendorServer
from tests.fakes.webm import made, webm
from tests.film.takes.test_cut import FORM, SHOTS, chosen, rushes, take
from tests.generation.support import video


def test_a_vendors_webm_is_settled_as_a_clip_byte_for_byte(tmp_path: Path) -> None:
    with VendorServer(fal.FalManner(), makes=lambda wanted, number: made(64, 36, 24)) as vendor:
        shop = Counter(tmp_path, vendor, "fal-kling-v3-pro", {"FAL_KEY": fal.KEY})
        payload = video(width=1280, height=720)
        receipt = shop.buy(payload)
    assert receipt.state is State.SETTLED and receipt.output is not None, receipt.error
    found = receipt.output
    assert (found.media_type, found.width, found.fps, found.frames, found.has_sound) == (
        "video/webm", 64, "24", 24, True,
    )  # fmt: skip
    kept = kept_output(tmp_path / "receipts" / receipt.id, read_payload(payload))
    assert kept is not None and kept.name == "output.webm" and kept.read_bytes() == webm(64, 36, 24)


@pytest.mark.parametrize("part", [1 / 3, 0.9, 0.99])
def test_a_webm_that_was_cut_short_is_no_output(tmp_path: Path, part: float) -> None:
    whole = webm()
    (tmp_path / "x").write_bytes(whole[: int(len(whole) * part)])
    found = measure(tmp_path / "x", kept_as="output.webm")
    assert isinstance(found, Fault) and "cut short" in found.what


@pytest.mark.parametrize("content", [b"", b"\x1a\x45\xdf\xa3", b"\x1a\x45\xdf\xa3webm" + bytes(40)])
def test_what_only_begins_like_a_webm_is_no_output(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    assert isinstance(measure(tmp_path / "x", kept_as="output.webm"), Fault)


def test_a_webm_of_no_declared_length_is_believed_as_far_as_it_is_decoded(tmp_path: Path) -> None:
    whole = webm()
    at = whole.index(b"\x18\x53\x80\x67") + 4
    (tmp_path / "x").write_bytes(whole[:at] + b"\x01" + b"\xff" * 7 + whole[at + 8 :])
    found = measure(tmp_path / "x", kept_as="output.webm")
    assert isinstance(found, Output) and found.frames == 24


def test_its_take_keeps_its_ending_and_its_type_and_goes_into_the_cut(tmp_path: Path) -> None:
    (tmp_path / "output.webm").write_bytes(webm(64, 36, 12))
    payload = read_payload(video(frames=12))
    plain = {"receipt": "rc-1", "provider": "fal", "model": "m", "cost_micro_usd": 1, "sha256": "raw"}
    facts = {"width": 64, "height": 36, "fps": "24", "frames": 12, "take": 1}
    bought = Purchase.model_validate({**plain, **facts, "path": tmp_path / "output.webm"})
    frozen = FrozenPayload.model_validate(
        {"shot": SHOTS[0].id, "attempt": 1, "payload": payload.model_dump(mode="json"), "provider": "fal",
         "model": "m", "est_cost_micro_usd": 1, "routing_reason": "", "receipt": "rc-1"}
    )  # fmt: skip
    new = make_take(SHOTS[0], frozen, bought, has_audio=True, folder=tmp_path)
    clip = take_draft(new, "takes", SHOTS[0].label).media[0]
    assert (clip.name, clip.media_type) == ("1A_take1.webm", "video/webm")
    file = MediaFile(name=clip.name, path="t/a", sha256="a", bytes=1, media_type=clip.media_type)
    others = [take(one, width=64, height=36) for one in SHOTS[1:]]
    form = replace(FORM, width=64, height=36)
    cut = build_cut(rushes(takes=[KeptTake(new.take, (file,)), *others]), form)
    assert [one.frames for one in cut.clips] == [12, 48, 48]
    assert cut.clips[0].take == chosen(SHOTS[0]).take


def test_it_is_joined_with_others_into_one_film(tmp_path: Path) -> None:
    (tmp_path / "a.webm").write_bytes(webm())
    spec = ClipSpec(64, 36, Fraction(24))
    facts = join_clips([tmp_path / "a.webm", tmp_path / "a.webm"], tmp_path / "film.mp4", spec)
    assert facts.frames == 48
