"""Fitting: a vendor's size, rate and length become the film's; what has another shape stays as it came."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cine_forge.film.requests.fitting import fit_clip, fit_still
from cine_forge.film.requests.purchase import Purchase
from cine_forge.generation.payloads import ImagePayload, VideoPayload
from cine_forge.media.probe import probe_clip, probe_still
from tests.fakes.medium import mp4, png
from tests.generation.support import image, video

SMALL = {"width": 128, "height": 72}


def bought(path: Path, content: bytes, **facts: Any) -> Purchase:
    path.write_bytes(content)
    plain = {"receipt": "rc-1", "provider": "fal", "model": "m", "cost_micro_usd": 1, "sha256": "raw"}
    return Purchase.model_validate({**plain, "path": path, **facts})


def clip(tmp_path: Path, width: int, height: int, frames: int) -> Purchase:
    facts = {"width": width, "height": height, "fps": "24", "frames": frames, "seconds": frames / 24}
    return bought(tmp_path / "raw.mp4", mp4(width, height, frames, 1), **facts)


def test_a_longer_and_larger_clip_becomes_what_was_asked_for(tmp_path: Path) -> None:
    made = clip(tmp_path, 192, 108, 24)
    fitted = fit_clip(made, VideoPayload.model_validate(video(**SMALL, frames=10)), tmp_path)
    facts = probe_clip(fitted.path)
    assert (facts.width, facts.height, facts.frames, facts.has_audio) == (128, 72, 10, True)
    assert (fitted.frames, fitted.width, fitted.fps) == (10, 128, "24")
    assert made.path.read_bytes() == mp4(192, 108, 24, 1)


def test_another_rate_is_brought_to_that_of_the_film(tmp_path: Path) -> None:
    asked = VideoPayload.model_validate(video(width=192, height=108, frames=25, fps="25"))
    assert probe_clip(fit_clip(clip(tmp_path, 192, 108, 24), asked, tmp_path).path).frames == 25


@pytest.mark.parametrize(("width", "height", "frames"), [(192, 108, 24), (108, 192, 30), (192, 108, 12)])
def test_what_fits_what_has_another_shape_and_what_is_too_short_stays(
    tmp_path: Path, width: int, height: int, frames: int
) -> None:
    made = clip(tmp_path, width, height, frames)
    assert (
        fit_clip(made, VideoPayload.model_validate(video(width=192, height=108, frames=24)), tmp_path) == made
    )


def test_a_still_of_nearly_the_same_shape_is_brought_to_its_size(tmp_path: Path) -> None:
    made = bought(tmp_path / "raw.png", png(1376, 768, 1), width=1376, height=768)
    fitted = fit_still(made, ImagePayload.model_validate(image(**SMALL)), tmp_path)
    facts = probe_still(fitted.path)
    assert (facts.width, facts.height) == (128, 72) and fitted.sha256 != made.sha256


def test_a_still_of_another_shape_stays(tmp_path: Path) -> None:
    made = bought(tmp_path / "raw.png", png(64, 64, 1), width=64, height=64)
    assert fit_still(made, ImagePayload.model_validate(image(**SMALL)), tmp_path) == made
