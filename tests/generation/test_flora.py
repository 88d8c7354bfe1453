"""FLORA: runs with what they really cost, and keys that are sent and never trusted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cine_forge.generation.dispatch.inspection import inspect
from cine_forge.generation.dispatch.order import Order, Origin
from cine_forge.generation.payloads import read_payload
from cine_forge.generation.providers.call import Answer
from cine_forge.generation.providers.capabilities import read_capabilities
from cine_forge.generation.providers.flora.adapter import Flora
from cine_forge.generation.providers.flora.listing import page_call
from cine_forge.generation.providers.provider import PollOutcome
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import StageError
from tests.fakes.flora import KEYS, PROJECT, WORKSPACE, FloraManner
from tests.fakes.vendor import FAULTS, VendorServer
from tests.generation.support import NOON, ORIGIN, image, reference, shipped_profiles, video
from tests.generation.vendor_orders import answer, opened, sought, submission

FLORA = Flora(WORKSPACE, PROJECT)
CLIP = {"frames": 5 * 24, "width": 1280, "height": 720}
MODEL = "flora-seedance-2.0"


def run(**told: Any) -> dict[str, Any]:
    """Return a run of the list as one that was asked for just now."""
    plain = {"run_id": "run_1", "status": "running", "created_at": NOON.timestamp() * 1000,
             "model": {"model_id": "t2v-seedance-2.0-enhancor"}}  # fmt: skip
    return {**plain, **told}


def listed(*runs: Mapping[str, Any], cursor: str | None = None) -> Answer:
    read = answer({"generations": list(runs), "meta": {"next_cursor": cursor}})
    return Answer(read.status, read.headers, read.body, page_call(WORKSPACE, PROJECT))


def test_a_run_is_asked_with_its_settings_apart_and_our_id_as_its_key(tmp_path: Path) -> None:
    sheets = [reference(tmp_path, "a.png"), reference(tmp_path, "b.png")]
    call = FLORA.submit(submission(MODEL, video(**CLIP, reference_images=sheets), tmp_path))
    said = dict(call.body or {})
    params = said.pop("params")
    assert said == {"prompt": "she turns", "type": "video", "model": "r2v-seedance-2.0-enhancor",
                    "workspace_id": WORKSPACE, "project_id": PROJECT}  # fmt: skip
    assert (params["duration"], params["aspect_ratio"], len(params["image_urls"])) == ("5", "16:9", 2)
    assert call.headers["idempotency-key"] == "rc-1"


@pytest.mark.row("B20")
def test_a_prompt_that_flora_would_blank_is_refused_before_anything_is_spent(tmp_path: Path) -> None:
    profile = shipped_profiles()[MODEL]
    for length, codes in ((2500, []), (2501, ["CF-G021", "CF-G021"])):
        order = Order(read_payload(video(**CLIP, prompt="x" * length)), 1, None, Origin.read(ORIGIN))
        found = inspect(order, profile, read_capabilities("flora"), tmp_path)
        assert [fault.code for fault in found] == codes


@pytest.mark.parametrize(("data", "outcome"), [
    ({"status": "pending"}, PollOutcome("running")),
    ({"status": "polishing"}, PollOutcome("running")),
    ({"status": "completed", "outputs": [{"url": "https://x"}], "charged_cost": 0.1},
     PollOutcome("succeeded", "https://x", cost_micro_usd=100_000)),
    ({"status": "completed", "outputs": [{"url": "https://x"}]}, PollOutcome("succeeded", "https://x")),
    ({"status": "completed", "outputs": [], "charged_cost": 0.0000001},
     PollOutcome("failed", error="the run is completed and has no output", trouble=Trouble.EMPTY,
                 cost_micro_usd=1)),
    ({"status": "failed", "error_code": "safety_blocked"},
     PollOutcome("failed", error="safety_blocked", trouble=Trouble.FILTERED, cost_micro_usd=0)),
    ({"status": "failed", "error_code": "model_timeout", "error_message": "too long"},
     PollOutcome("failed", error="too long", trouble=Trouble.UNFINISHED, cost_micro_usd=0)),
])  # fmt: skip
def test_a_run_is_read_with_its_cost(data: dict[str, Any], outcome: PollOutcome) -> None:
    assert FLORA.polled(answer(data), "run_1") == outcome
    assert FLORA.polled(answer(data, 500), "run_1") is None


@pytest.mark.row("D33")
def test_one_run_that_fits_is_ours_unless_somebody_elses_is_missing_too(tmp_path: Path) -> None:
    lost = submission(MODEL, video(**CLIP), tmp_path)
    others = [run(run_id="run_2", model={"model_id": "other"}), run(run_id="run_3", created_at=1_700_000_000)]
    assert FLORA.found(listed(run(), *others), sought(lost)) == "run_1"
    assert FLORA.found(listed(*others), sought(lost, rivals=3)) is None
    assert FLORA.found(listed(run()), sought(lost, NOON, "run_1")) is None
    for runs, rivals in (([run()], 1), ([run(), run(run_id="run_9")], 0), ([run(model=None)], 1)):
        with pytest.raises(StageError, match="may be `run_1`"):
            FLORA.found(listed(*runs), sought(lost, rivals=rivals))


def test_older_pages_are_asked_until_one_holds_what_is_older(tmp_path: Path) -> None:
    lost = sought(submission(MODEL, video(**CLIP), tmp_path))
    other = run(model={"model_id": "other"})
    assert FLORA.found(listed(other, cursor="c2"), lost) == page_call(WORKSPACE, PROJECT, "c2")
    assert FLORA.found(listed(other, run(created_at=1), cursor="c2"), lost) is None


@pytest.mark.row("D33")
@pytest.mark.parametrize("code", ["idempotency_duplicate", "idempotency_conflict"])
def test_a_key_that_is_known_is_looked_up(code: str, tmp_path: Path) -> None:
    manner = FloraManner(NOON, known=code)
    with VendorServer(manner, FAULTS["accept-then-drop"]) as server:
        vendor = opened("flora", server.base_url, tmp_path, KEYS)
        wanted = submission(MODEL, video(**CLIP), tmp_path)
        assert vendor.submit(wanted).state == "unknown"
        again = vendor.submit(wanted)
        assert (again.state, again.trouble) == ("unknown", Trouble.TAKEN)
        found = vendor.find(sought(wanted))
        assert found in server.jobs and vendor.poll(found or "").cost_micro_usd == server.invoice


def test_a_reference_is_brought_in_one_form_and_none_above_four_megabytes(tmp_path: Path) -> None:
    sheet = reference(tmp_path)
    (tmp_path / "large.png").write_bytes(b"x" * (4 * 1024 * 1024 + 1))
    with VendorServer(FloraManner()) as server:
        vendor = opened("flora", server.base_url, tmp_path, KEYS)
        there = vendor.upload(tmp_path / sheet["path"], "image/png", sheet["sha256"])
        assert there.url.startswith(server.base_url) and there.expires_at is None
        with pytest.raises(StageError, match="4,194,305 bytes"):
            vendor.upload(tmp_path / "large.png", "image/png", "0" * 64)
        assert len(server.requests("upload")) == 1


@pytest.mark.parametrize(("code", "status", "trouble"), [
    ("insufficient_credits", 402, Trouble.SETTING), ("rate_limited", 429, Trouble.THROTTLED),
    ("input_validation_error", 400, Trouble.REJECTED), ("unheard_of", 418, None),
])  # fmt: skip
def test_floras_code_says_what_a_refusal_means(code: str, status: int, trouble: Trouble | None) -> None:
    assert FLORA.trouble(answer({"error": {"code": code, "message": "m"}}, status)) is trouble


def test_a_still_is_asked_as_one(tmp_path: Path) -> None:
    said = FLORA.submit(submission("flora-nano-banana-2", image(), tmp_path)).body or {}
    assert (said["type"], said["model"], said["params"]["resolution"]) == (
        "image", "t2i-gemini-3.1-flash-image", "2K",
    )  # fmt: skip
