"""Atlas Cloud: predictions that are told by their word, under whichever status."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from cine_forge.generation.providers.atlas.adapter import Atlas
from cine_forge.generation.providers.provider import PollOutcome
from cine_forge.generation.providers.trouble import Trouble
from tests.fakes.atlas import KEYS, AtlasManner
from tests.fakes.vendor import FAULTS, VendorServer
from tests.generation.support import NOON, image, reference, video
from tests.generation.vendor_orders import answer, opened, sought, submission

ATLAS = Atlas()
CLIP = {"frames": 5 * 24, "width": 1280, "height": 720}


def told(status: str, http: int = 200, **data: Any) -> Any:
    return answer({"code": http, "msg": "m", "data": {"id": "p1", "status": status, **data}}, http)


@pytest.mark.parametrize(("slots", "model", "key"), [
    ({}, "bytedance/seedance-2.0/text-to-video", "ratio"),
    ({"start_frame": 1}, "bytedance/seedance-2.0/image-to-video", "image"),
    ({"reference_images": 2}, "bytedance/seedance-2.0/reference-to-video", "reference_images"),
])  # fmt: skip
def test_the_action_says_which_model_of_atlas_is_asked(
    slots: dict[str, int], model: str, key: str, tmp_path: Path
) -> None:
    sheet = reference(tmp_path)
    filled = {name: sheet if name == "start_frame" else [sheet] * count for name, count in slots.items()}
    call = ATLAS.submit(submission("atlas-seedance-2.0", video(**CLIP, **filled), tmp_path))
    said = call.body or {}
    assert (call.path, said["model"], said["duration"]) == ("model/generateVideo", model, 5)
    assert key in said and call.headers["x-atlascloud-object-expiration-hours"] == "336"


@pytest.mark.parametrize(("read", "outcome"), [
    (told("starting"), PollOutcome("running")),
    (told("polishing"), PollOutcome("running")),
    (told("succeeded", outputs=["https://x"]), PollOutcome("succeeded", "https://x")),
    (told("completed", output="https://x"), PollOutcome("succeeded", "https://x")),
    (told("completed", outputs=[]),
     PollOutcome("failed", error="the prediction is completed and has no output", trouble=Trouble.EMPTY,
                 billed=True)),
    (told("failed", error="no", error_code=1039),
     PollOutcome("failed", error="no", trouble=Trouble.FILTERED)),
    (told("failed", 500, error="no", error_code="1001"),
     PollOutcome("failed", error="no", trouble=Trouble.FAULTY)),
    (told("timeout", 504), PollOutcome("failed", error="m", trouble=Trouble.UNFINISHED)),
    (answer({"code": 500, "msg": "m", "data": None}, 500), None),
    (answer("<html>", 502), None),
])  # fmt: skip
def test_a_prediction_is_read_by_its_word_whatever_the_status(read: Any, outcome: PollOutcome | None) -> None:
    assert ATLAS.polled(read, "p1") == outcome


def test_a_prediction_that_failed_at_once_is_told_at_once(tmp_path: Path) -> None:
    wanted = submission("atlas-seedance-2.0", video(**CLIP), tmp_path)
    done = ATLAS.submitted(told("failed", error_code=1039), wanted)
    assert done is not None and done.finished is not None and done.finished.trouble is Trouble.FILTERED
    assert ATLAS.submitted(told("processing"), wanted) is not None
    assert ATLAS.submitted(answer({"code": 402, "msg": "credit"}), wanted) is None


@pytest.mark.parametrize(("data", "trouble"), [
    ({"code": 200, "data": {"id": "p1"}}, None), ({"code": 402, "msg": "credit"}, Trouble.SETTING),
    ({"code": "429", "msg": "slow"}, Trouble.THROTTLED), ({"code": 9999, "msg": "?"}, Trouble.LOST),
    ({"code": 1039, "msg": "no"}, Trouble.FILTERED), ({"ok": True}, None),
])  # fmt: skip
def test_the_envelope_of_atlas_may_refuse_under_the_status_of_a_success(
    data: dict[str, Any], trouble: Trouble | None
) -> None:
    assert ATLAS.trouble(answer(data)) is trouble


def test_a_reference_is_brought_first_and_both_names_of_its_place_are_read(tmp_path: Path) -> None:
    sheet = reference(tmp_path)
    moment = format_datetime(NOON)
    for key in ("download_url", "url"):
        read = ATLAS.uploaded(answer({"data": {key: "https://x/a.png"}}, date=moment), tmp_path, "image/png")
        assert read is not None and read.expires_at == NOON + timedelta(hours=12)
    undated = ATLAS.uploaded(answer({"data": {"url": "https://x"}}), tmp_path, "image/png")
    assert undated is not None and undated.expires_at is not None and undated.expires_at < NOON
    with VendorServer(AtlasManner()) as server:
        vendor = opened("atlas", server.base_url, tmp_path, KEYS)
        there = vendor.upload(tmp_path / sheet["path"], "image/png", sheet["sha256"])
        assert there.url.startswith(server.base_url) and server.uploads


@pytest.mark.row("D33")
def test_a_lost_submit_of_atlas_is_nowhere_to_be_found(tmp_path: Path) -> None:
    with VendorServer(AtlasManner(failed_status=500), FAULTS["accept-then-drop"]) as server:
        vendor = opened("atlas", server.base_url, tmp_path, KEYS)
        wanted = submission("atlas-nano-banana-2", image(), tmp_path)
        assert vendor.submit(wanted).state == "unknown"
        assert vendor.find(sought(wanted)) is None and vendor.capabilities.idempotency == "none"
        server.arm(FAULTS["declined"])
        done = vendor.submit(submission("atlas-nano-banana-2", image(), tmp_path, "rc-2"))
        ended = vendor.poll(done.provider_id or "")
        assert (ended.state, ended.trouble) == ("failed", Trouble.FILTERED)
