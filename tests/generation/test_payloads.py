"""Payloads: typed and frozen; each fault of one is said by its key."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from cine_forge.generation.order import Order
from cine_forge.generation.payloads import payload_digest, read_payload
from cine_forge.kernel.ground.errors import StageError
from tests.generation.support import image, video


@pytest.mark.row("D19")
def test_unknown_keys_are_refused_by_name_and_missing_ones_with_them() -> None:
    broken = {key: value for key, value in video(onstatus=1, fsp="24").items() if key != "frames"}
    with pytest.raises(StageError) as caught:
        read_payload(broken)
    said = [fault.what for fault in caught.value.faults]
    assert sorted(said) == ["key `frames` is missing", "unknown key `fsp`", "unknown key `onstatus`"]
    assert "did you mean `fps`?" in str(caught.value)


def test_a_value_of_the_wrong_kind_is_named_with_what_was_found() -> None:
    with pytest.raises(StageError, match=r"CF-G004 payload image_t2i: `width`: .*found `wide`"):
        read_payload(image(width="wide"))


@pytest.mark.parametrize("modality", ["image_t21", None, "audio_t2a"])
def test_a_modality_without_a_typed_payload_is_refused(modality: Any) -> None:
    with pytest.raises(StageError, match=r"CF-G004.*no typed payload"):
        read_payload({**image(), "modality": modality})


@pytest.mark.row("C29")
def test_an_empty_negative_prompt_is_not_an_absent_one() -> None:
    empty, absent = read_payload(image(negative_prompt="")), read_payload(image())
    assert (empty.negative_prompt, absent.negative_prompt) == ("", None)
    assert payload_digest(empty) != payload_digest(absent)


@pytest.mark.row("C24")
def test_sound_that_is_off_stays_off() -> None:
    assert read_payload(video(generate_audio=False)).model_dump()["generate_audio"] is False


def test_a_payload_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        read_payload(image()).prompt = "another"  # type: ignore[misc]  # that is the point


@pytest.mark.row("C33")
def test_the_receipt_of_a_payload_follows_from_payload_and_attempt_alone() -> None:
    first = Order(read_payload(image())).receipt_id
    assert first == Order(read_payload(dict(reversed(image().items()))), take_owner="shot:a").receipt_id
    assert first != Order(read_payload(image()), attempt=2).receipt_id
    assert first != Order(read_payload(image(seed=8))).receipt_id
    assert first.startswith("rc-") and len(first) == 3 + 16
