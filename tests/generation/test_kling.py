"""Kling: tokens signed anew, tasks under our own ids, refusals under the status of a success."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cine_forge.generation.providers.call import Call
from cine_forge.generation.providers.kling.adapter import Kling
from cine_forge.generation.providers.kling.token import signed_token
from cine_forge.generation.providers.provider import PollOutcome, Usage
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import StageError
from tests.fakes.kling import ACCESS, KEYS, SECRET, KlingManner
from tests.fakes.vendor import FAULTS, Asked, Fault, VendorServer
from tests.generation.asked import references, several
from tests.generation.support import NOON, image, reference, video
from tests.generation.vendor_orders import answer, opened, sought, submission

KLING = Kling()
CLIP = {"frames": 5 * 24, "width": 192, "height": 108}


def body(model: str, payload: Mapping[str, Any], folder: Path) -> tuple[str, Mapping[str, Any]]:
    """Return where a submission goes and what it says."""
    call = KLING.submit(submission(model, payload, folder))
    return call.path, call.body or {}


def told(code: int, message: str = "no", status: int = 200, **data: Any) -> Any:
    return answer({"code": code, "message": message, "request_id": "r", "data": data}, status)


def test_a_token_is_signed_for_the_time_it_is_given_and_not_without_both_keys() -> None:
    asked = Asked("GET", "/v1/x", KLING.signed(Call("GET", "v1/x"), KEYS, NOON))
    claims = json.loads(base64.urlsafe_b64decode(asked.headers["authorization"].split(".")[1] + "=="))
    assert (claims["exp"] - NOON.timestamp(), claims["nbf"] - NOON.timestamp()) == (1800, -5)
    trusted = [KlingManner(now=lambda late=late: NOON + timedelta(seconds=late)).trusts(asked)  # type: ignore[misc]
               for late in (-6, -5, 1799, 1800)]  # fmt: skip
    assert trusted == [False, True, True, False]
    assert KLING.signed(Call("GET", "v1/x"), {"KLING_ACCESS_KEY": "a"}, NOON) == {}


def test_a_token_is_the_one_that_another_implementation_makes() -> None:
    seal = signed_token(ACCESS, SECRET, NOON).rpartition(".")[2]
    assert seal == "A5gksHbqm4axDr_wrqGyrMyzqbeRPShbws9pdVpFSLg"  # made by the crypto library of Node


def test_a_clip_is_asked_in_klings_words(tmp_path: Path) -> None:
    frame = reference(tmp_path, "start.png", "board")
    path, plain = body("kling-v3-std", video(**CLIP, generate_audio=False), tmp_path)
    assert (path, plain) == ("v1/videos/text2video", {
        "model_name": "kling-v3", "prompt": "she turns", "duration": "5", "sound": "off",
        "aspect_ratio": "16:9", "mode": "std", "external_task_id": "rc-1",
    })  # fmt: skip
    path, framed = body("kling-v3-pro", video(**CLIP, start_frame=frame, end_frame=frame), tmp_path)
    assert (path, framed["mode"], framed["sound"]) == ("v1/videos/image2video", "pro", "on")
    assert base64.b64decode(framed["image"], validate=True) == (tmp_path / "start.png").read_bytes()
    assert framed["image_tail"] == framed["image"]


def test_each_kind_lists_pictures_under_its_own_key(tmp_path: Path) -> None:
    sheet = reference(tmp_path)
    asked = references(**CLIP, reference_images=[sheet, sheet])
    path, omni = body("kling-v3-omni-references", asked, tmp_path)
    assert path == "v1/videos/omni-video" and [list(one) for one in omni["image_list"]] == [["image_url"]] * 2
    path, older = body("kling-v1-6-pictures", asked, tmp_path)
    assert path == "v1/videos/multi-image2video" and list(older["image_list"][0]) == ["image"]
    _, framed = body("kling-v3-omni", video(**CLIP, start_frame=sheet, reference_images=[sheet]), tmp_path)
    assert [one.get("type") for one in framed["image_list"]] == ["first_frame", None]
    path, still = body("kling-omni-image", image(identity_refs=[sheet]), tmp_path)
    assert path == "v1/images/omni-image" and list(still["image_list"][0]) == ["image"]
    path, older_still = body("kling-image", image(pose_ref=sheet), tmp_path)
    assert path == "v1/images/generations" and isinstance(older_still["image"], str)


@pytest.mark.row("D14")
def test_several_shots_are_one_task_of_whole_seconds(tmp_path: Path) -> None:
    sheet = reference(tmp_path)
    wanted = several(48, 72, reference_images=[sheet], native=True)
    _, said = body("kling-v3-omni-shots", wanted, tmp_path)
    assert said["multi_prompt"] == [{"index": 1, "prompt": "shot 1", "duration": "2"},
                                    {"index": 2, "prompt": "shot 2", "duration": "3"}]  # fmt: skip
    assert (said["multi_shot"], said["shot_type"], said["duration"]) == (True, "customize", "5")
    assert "prompt" not in said
    with pytest.raises(StageError, match="whole seconds"):
        body("kling-v3-omni-shots", several(50, 70, reference_images=[sheet]), tmp_path)


@pytest.mark.parametrize(("code", "trouble"), [
    (1000, Trouble.SETTING), (1003, Trouble.SETTING), (1004, Trouble.SETTING), (1100, Trouble.SETTING),
    (1102, Trouble.SETTING), (1103, Trouble.SETTING), (1201, Trouble.REJECTED), (1203, Trouble.REJECTED),
    (1300, Trouble.FILTERED), (1301, Trouble.FILTERED), (1302, Trouble.THROTTLED), (1303, Trouble.THROTTLED),
    (1304, Trouble.SETTING), (5000, Trouble.LOST), (5002, Trouble.LOST), (7777, Trouble.LOST), (0, None),
])  # fmt: skip
def test_a_code_says_what_went_wrong_whatever_the_status(code: int, trouble: Trouble | None) -> None:
    assert KLING.trouble(told(code)) is trouble
    assert KLING.trouble(answer({"detail": "no envelope"})) is None
    hint = "ahead" if code == 1003 else "behind" if code == 1004 else ""
    assert hint in (KLING.complaint(told(code)) or "")


@pytest.mark.row("D33")
def test_an_id_that_kling_has_already_is_looked_up(tmp_path: Path) -> None:
    wanted = submission("kling-v3-std", video(**CLIP), tmp_path)
    for message in ("external_task_id is not unique", "Task already exists", "Duplicate task"):
        known = KLING.submitted(told(1201, message, 400), wanted)
        assert known is not None and (known.state, known.trouble) == ("unknown", Trouble.TAKEN)
    assert KLING.submitted(told(1201, "cfg_scale is invalid", 400), wanted) is None
    assert KLING.submitted(told(0, task_id=""), wanted) is None
    assert KLING.submitted(told(5000, task_id="t-1"), wanted) is None


@pytest.mark.parametrize(("data", "outcome"), [
    ({"task_status": "processing"}, PollOutcome("running")),
    ({"task_status": "polishing"}, PollOutcome("running")),
    ({"task_status": "succeed", "task_result": {"videos": [{"url": "https://x"}]},
      "final_unit_deduction": "4.2"},
     PollOutcome("succeeded", "https://x", usage=Usage(credits=4.2))),
    ({"task_status": "succeed", "task_result": {"images": [{"url": "https://x"}]}},
     PollOutcome("succeeded", "https://x")),
    ({"task_status": "succeed", "task_result": None},
     PollOutcome("failed", error="the task succeeded and has no result", trouble=Trouble.EMPTY, billed=True)),
    ({"task_status": "failed", "task_status_msg": "Failure to pass the risk control system",
      "final_unit_deduction": "0"},
     PollOutcome("failed", error="Failure to pass the risk control system", trouble=Trouble.FILTERED,
                 cost_micro_usd=0)),
    ({"task_status": "failed"},
     PollOutcome("failed", error="the task failed", trouble=Trouble.FAULTY, billed=True)),
])  # fmt: skip
def test_a_task_is_read_by_its_word(data: dict[str, Any], outcome: PollOutcome) -> None:
    assert KLING.polled(told(0, **data), "videos/text2video/1") == outcome


def test_no_error_says_how_a_task_stands() -> None:
    for code, status in ((1203, 404), (1302, 429), (5000, 200), (1004, 401)):
        assert KLING.polled(told(code, status=status), "videos/text2video/1") is None


def test_a_lost_task_is_found_by_our_own_id_and_an_error_is_no_absence(tmp_path: Path) -> None:
    with VendorServer(KlingManner(), FAULTS["accept-then-drop"]) as server:
        vendor = opened("kling", server.base_url, tmp_path, KEYS)
        wanted = submission("kling-v3-std", video(**CLIP), tmp_path)
        assert vendor.submit(wanted).state == "unknown"
        server.arm(FAULTS["poll-503"])
        for _ in range(2):
            with pytest.raises(StageError, match="could not be asked"):
                vendor.find(sought(wanted))
        server.arm(Fault("a-refusal-as-a-success", "poll", status=200, body=b'{"code": 5000}'))
        with pytest.raises(StageError, match="could not be asked"):
            vendor.find(sought(wanted))
        found = vendor.find(sought(wanted))
        assert found is not None and vendor.poll(found).state == "succeeded"
        assert vendor.find(sought(submission("kling-v3-std", video(**CLIP), tmp_path, "rc-2"))) is None


@pytest.mark.row("D33")
def test_a_task_that_is_not_found_by_our_id_is_looked_for_in_the_list(tmp_path: Path) -> None:
    lost = sought(submission("kling-v3-std", video(**CLIP), tmp_path))
    there: dict[str, Any] = {"task_id": "7", "task_info": {"external_task_id": "rc-1"}}
    other: dict[str, Any] = {"task_id": "8", "task_info": {"external_task_id": "rc-2"}}
    for nothing in (told(1203, status=404), told(0, **other)):
        listing = KLING.found(nothing, lost)
        assert isinstance(listing, Call) and listing.target == "v1/videos/text2video?pageNum=1&pageSize=500"
    assert KLING.found(answer({"code": 0, "data": [other, "?", there]}), lost) == "videos/text2video/7"
    assert KLING.found(answer({"code": 0, "data": [other, {}]}), lost) is None
    assert KLING.found(told(0, **there), lost) == "videos/text2video/7"


def test_a_refusal_under_the_status_of_a_success_takes_nothing(tmp_path: Path) -> None:
    with VendorServer(KlingManner(slots=0)) as server:
        vendor = opened("kling", server.base_url, tmp_path, KEYS)
        wanted = submission("kling-v3-std", video(**CLIP), tmp_path)
        full = vendor.submit(wanted)
        assert (full.state, full.trouble) == ("refused", Trouble.THROTTLED)
        odd = vendor.submit(submission("kling-v3-omni-shots", several(50, 70, reference_images=[
            reference(tmp_path)]), tmp_path))  # fmt: skip
        assert (odd.state, odd.trouble, server.invoice) == ("refused", Trouble.REJECTED, 0)


def test_the_units_that_kling_took_are_the_real_cost(tmp_path: Path) -> None:
    with VendorServer(KlingManner(), tariff=lambda _: 420_000) as server:
        vendor = opened("kling", server.base_url, tmp_path, KEYS)
        done = vendor.submit(submission("kling-v3-std", video(**CLIP), tmp_path))
        outcome = vendor.poll(done.provider_id or "")
        assert outcome.usage == Usage(credits=3.0) and server.invoice == 420_000
        vendor.download(done.provider_id or "", outcome, tmp_path / "clip.mp4")
        assert (tmp_path / "clip.mp4").stat().st_size > 1000
