"""Payloads: typed and frozen; each fault of one is said by its key."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from cine_forge.generation.dispatch.order import Order
from cine_forge.generation.payloads import Modality, payload_digest, read_payload
from cine_forge.kernel.ground.errors import StageError
from tests.generation.asked import EVERY, judged, references, several, sound, speech, stretches
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


@pytest.mark.parametrize("modality", ["image_t21", None, "audio"])
def test_a_modality_without_a_typed_payload_is_refused(modality: Any) -> None:
    with pytest.raises(StageError, match=r"CF-G004.*no typed payload"):
        read_payload({**image(), "modality": modality})


@pytest.mark.row("C29")
def test_an_empty_negative_prompt_is_not_an_absent_one() -> None:
    empty, absent = read_payload(image(negative_prompt="")), read_payload(image())
    assert [one.model_dump()["negative_prompt"] for one in (empty, absent)] == ["", None]
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


@pytest.mark.row("C33")
@pytest.mark.parametrize(
    ("modality", "digest"),
    [
        ("image_t2i", "ada0feddf6c7dea3bc652f56c3eb3092e7a88f5203e490e01b818a5ff6f599fc"),
        ("video_i2v", "1c7eb6e6465dbbcfe740078966b24778d968b31af01d019826d9083b8461ce2e"),
        ("text_author", "a3f517130b8d255315d6bbd15e04e8a25d5616323f2f779f86251a5737ca73d2"),
    ],
)
def test_receipts_of_before_are_found_since_these_digests_never_change(modality: str, digest: str) -> None:
    assert payload_digest(read_payload(EVERY[modality])) == digest


@pytest.mark.row("C4")
@pytest.mark.row("C5")
def test_every_modality_has_a_typed_payload() -> None:
    assert set(EVERY) == set(Modality)
    assert {read_payload(plain).modality for plain in EVERY.values()} == set(Modality)


@pytest.mark.row("D19")
@pytest.mark.parametrize("modality", sorted(Modality))
def test_an_unknown_key_of_any_payload_is_refused_by_name(modality: str) -> None:
    with pytest.raises(StageError, match=r"CF-G004 payload \w+: unknown key `sed`\n.*`seed`\?"):
        read_payload({**EVERY[modality], "sed": 1})


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (speech(voice=None), "speech has a voice"),
        (sound(voice="character:ann"), "speech has a voice"),
        (sound(language="English!"), "`language`"),
        (references(reference_images=[]), "needs at least one reference"),
        (several(reference_images=[]), "shot `shot:1` has no reference"),
        (stretches(0, 4), "segment `segment:2` begins before `segment:1` ends"),
        (judged(criteria=[]), "`criteria`"),
        (judged(criteria=2 * judged()["criteria"]), "two criteria have one name"),
    ],
)
def test_a_payload_that_makes_no_sense_is_refused_with_a_sentence(broken: dict[str, Any], said: str) -> None:
    with pytest.raises(StageError, match=f"CF-G004 payload {broken['modality']}: .*{said}"):
        read_payload(broken)


@pytest.mark.row("D19")
def test_an_unknown_hint_is_an_error_and_not_silence() -> None:
    with pytest.raises(StageError, match=r"CF-G004.*unknown key `hints\.tear`"):
        read_payload(video(hints={"tear": "pro"}))


@pytest.mark.row("D19")
def test_a_dict_of_hints_is_copied_and_not_held() -> None:
    elements = {"named": [{"name": "ann"}]}
    payload = read_payload(video(hints={"elements": elements}))
    elements["named"][0]["name"] = "ben"
    assert payload.model_dump()["hints"]["elements"] == {"named": [{"name": "ann"}]}


def test_hints_make_another_request_and_none_make_the_same() -> None:
    plain, hinted = read_payload(video()), read_payload(video(hints={"tier": "pro"}))
    assert payload_digest(plain) != payload_digest(hinted)
    assert "hints" not in plain.model_dump(mode="json")
