"""Ark: clips as tasks that are told by their tokens and found in a list, stills at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cine_forge.generation.money.prices import charged_micro_usd, estimate
from cine_forge.generation.providers.ark.adapter import Ark
from cine_forge.generation.providers.ark.listing import page_call
from cine_forge.generation.providers.call import Answer
from cine_forge.generation.providers.provider import PollOutcome, Usage
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import StageError
from tests.fakes.ark import KEYS, ArkManner
from tests.fakes.vendor import FAULTS, VendorServer
from tests.generation.support import NOON, image, reference, shipped_profiles, video
from tests.generation.vendor_orders import answer, opened, sought, submission

ARK = Ark()
CLIP = {"frames": 5 * 24, "width": 1280, "height": 720, "seed": 2**40 + 11}
MODEL = "ark-seedance-2.0"


def task(**told: Any) -> dict[str, Any]:
    """Return a task of the list as the clip above would stand there, without its mark."""
    plain = {"id": "cgt-1", "model": "dreamina-seedance-2-0-260128", "status": "running", "seed": 11,
             "ratio": "16:9", "resolution": "720p", "duration": 5, "generate_audio": True,
             "created_at": NOON.timestamp() + 1}  # fmt: skip
    return {**plain, **told}


def listed(*tasks: Mapping[str, Any], total: int | None = None) -> Answer:
    return answer({"total": len(tasks) if total is None else total, "items": list(tasks)})


def test_a_clip_is_one_list_of_words_and_pictures_with_roles(tmp_path: Path) -> None:
    frame = reference(tmp_path, "start.png", "board")
    asked = video(**CLIP, start_frame=frame, end_frame=frame)
    said = ARK.submit(submission(MODEL, asked, tmp_path)).body or {}
    assert [one.get("role") for one in said["content"]] == [None, "first_frame", "last_frame"]
    assert said["content"][1]["image_url"]["url"].startswith("data:image/png;base64,")
    assert {name: said[name] for name in said if name != "content"} == {
        "model": "dreamina-seedance-2-0-260128", "ratio": "16:9", "resolution": "720p", "duration": 5,
        "generate_audio": True, "seed": 11, "watermark": False, "safety_identifier": "rc-1",
    }  # fmt: skip


def test_pictures_to_follow_have_a_role_of_their_own(tmp_path: Path) -> None:
    sheets = [reference(tmp_path, "a.png"), reference(tmp_path, "b.png")]
    said = ARK.submit(submission(MODEL, video(**CLIP, reference_images=sheets), tmp_path)).body or {}
    assert [one.get("role") for one in said["content"]] == [None, "reference_image", "reference_image"]


@pytest.mark.parametrize(("data", "outcome"), [
    ({"status": "queued"}, PollOutcome("running")),
    ({"status": "dreaming"}, PollOutcome("running")),
    ({"status": "succeeded", "content": {"video_url": "https://x"}, "usage": {"completion_tokens": 108_900}},
     PollOutcome("succeeded", "https://x", usage=Usage(output_tokens=108_900))),
    ({"status": "succeeded", "content": None, "usage": {"completion_tokens": 7}},
     PollOutcome("failed", error="the task succeeded and its result is no longer there",
                 trouble=Trouble.EMPTY, usage=Usage(output_tokens=7), billed=True)),
    ({"status": "failed", "error": {"code": "InputImageSensitiveContentDetected", "message": "no"}},
     PollOutcome("failed", error="no", trouble=Trouble.FILTERED, cost_micro_usd=0)),
    ({"status": "expired"}, PollOutcome("failed", error="the task is expired", trouble=Trouble.UNFINISHED,
                                        cost_micro_usd=0)),
])  # fmt: skip
def test_a_task_of_ark_is_read_by_its_word(data: dict[str, Any], outcome: PollOutcome) -> None:
    assert ARK.polled(answer(data), "tasks/cgt-1") == outcome
    assert ARK.polled(answer(data, 500), "tasks/cgt-1") is None


def test_the_tokens_that_are_counted_are_the_real_cost(tmp_path: Path) -> None:
    wanted, profile = submission(MODEL, video(**CLIP), tmp_path), shipped_profiles()[MODEL]
    real = charged_micro_usd(profile, wanted.payload, Usage(output_tokens=108_000))
    assert real == 108_000 * 11.2
    assert estimate(profile, wanted.payload).micro_usd >= (real or 0)


@pytest.mark.row("D33")
@pytest.mark.parametrize("likeness", [
    {"safety_identifier": "rc-1"}, {"safety_identifier": "rc-1", "seed": 12}, {"safety_identifier": None},
])  # fmt: skip
def test_a_lost_task_is_the_one_with_our_mark_or_with_all_that_was_asked(
    likeness: dict[str, Any], tmp_path: Path
) -> None:
    lost = sought(submission(MODEL, video(**CLIP), tmp_path))
    others = [task(id="cgt-2", safety_identifier="rc-2"), task(id="cgt-3", seed=12)]
    assert ARK.found(listed(*others, task(**likeness)), lost) == "tasks/cgt-1"


@pytest.mark.parametrize("other", [
    {"safety_identifier": "rc-2"}, {"seed": 12}, {"ratio": "9:16"}, {"model": "another"},
    {"created_at": NOON.timestamp() - 600}, {"id": "cgt-9"},
])  # fmt: skip
def test_a_task_that_differs_in_anything_is_another(other: dict[str, Any], tmp_path: Path) -> None:
    lost = sought(submission(MODEL, video(**CLIP), tmp_path), NOON, "tasks/cgt-9")
    assert ARK.found(listed(task(**other)), lost) is None


@pytest.mark.row("D33")
@pytest.mark.parametrize("tasks", [
    [task(), task(id="cgt-2")], [task(seed=None)], [task(), task(id="cgt-2", seed=None)],
])  # fmt: skip
def test_what_may_be_ours_or_anothers_is_left_to_a_person(tasks: list[Any], tmp_path: Path) -> None:
    lost = sought(submission(MODEL, video(**CLIP), tmp_path))
    with pytest.raises(StageError, match="may be `cgt-1`") as refused:
        ARK.found(listed(*tasks), lost)
    assert refused.value.faults[0].code == "CF-G085"


TASKS = st.fixed_dictionaries({
    "id": st.sampled_from(["cgt-1", "cgt-2", "cgt-9"]),
    "safety_identifier": st.sampled_from(["rc-1", "rc-2", None]),
    "seed": st.sampled_from([11, 12, None]),
    "ratio": st.sampled_from(["16:9", "9:16", None]),
    "created_at": st.sampled_from([NOON.timestamp() + 1, NOON.timestamp() - 600, None]),
})  # fmt: skip


@pytest.mark.row("D33")
@given(told=st.lists(TASKS, max_size=4))
def test_no_list_makes_us_claim_what_may_be_anothers(told: list[dict[str, Any]]) -> None:
    lost = sought(submission(MODEL, video(**CLIP), Path("/nowhere")), NOON, "tasks/cgt-9")
    try:
        found = ARK.found(listed(*(task(**one) for one in told)), lost)
    except StageError as refused:
        assert refused.faults[0].code == "CF-G085"
        return
    marked = [one for one in told if one["safety_identifier"] == "rc-1"]
    late = [one for one in told if one["safety_identifier"] is None and one["seed"] != 12
            and one["ratio"] != "9:16" and one["id"] != "cgt-9"
            and one["created_at"] != NOON.timestamp() - 600]  # fmt: skip
    ours = marked or late
    assert found == (f"tasks/{ours[0]['id']}" if ours else None) and len(ours) <= 1
    assert not ours or marked or ours[0]["seed"] == 11


def test_a_long_list_is_read_to_its_end(tmp_path: Path) -> None:
    lost = sought(submission(MODEL, video(**CLIP), tmp_path))
    full = [task(id=f"cgt-{number}", safety_identifier="x") for number in range(500)]
    first = Answer(200, {}, listed(*full, total=501).body, page_call("contents/generations/tasks"))
    second = ARK.found(first, lost)
    assert second == page_call("contents/generations/tasks", 2)
    assert ARK.found(listed(task(safety_identifier="rc-1"), total=501), lost) == "tasks/cgt-1"


@pytest.mark.parametrize("marks", [True, False])
def test_a_lost_submit_of_ark_is_found_over_the_wire(marks: bool, tmp_path: Path) -> None:
    manner = ArkManner(marks=marks, began=NOON)
    with VendorServer(manner, FAULTS["accept-then-drop"]) as server:
        vendor = opened("ark", server.base_url, tmp_path, KEYS)
        wanted = submission(MODEL, video(**CLIP), tmp_path)
        assert vendor.submit(wanted).state == "unknown"
        found = vendor.find(sought(wanted, NOON + timedelta(seconds=30)))
        assert found is not None and vendor.poll(found).state == "succeeded"
        later = submission(MODEL, video(**{**CLIP, "seed": 12}), tmp_path, "rc-2")
        assert vendor.find(sought(later)) is None


def test_a_still_comes_at_once_and_is_kept(tmp_path: Path) -> None:
    with VendorServer(ArkManner()) as server:
        vendor = opened("ark", server.base_url, tmp_path, KEYS)
        sheets = [reference(tmp_path, "a.png"), reference(tmp_path, "b.png")]
        wanted = submission("ark-seedream-4.5", image(identity_refs=sheets), tmp_path)
        done = vendor.submit(wanted)
        assert done.finished is not None and done.finished.state == "succeeded"
        vendor.download(done.provider_id or "", done.finished, tmp_path / "still.png")
        assert (tmp_path / "still.png").read_bytes().startswith(b"\x89PNG")
        said = server.requests("submit")[0].json
        assert (said["size"], len(said["image"]), len(server.requests("list"))) == ("2560x1440", 2, 0)


@pytest.mark.parametrize(("data", "trouble", "billed"), [
    ({"data": [], "usage": {"generated_images": 0}}, Trouble.EMPTY, False),
    ({"data": [{"b64_json": "?"}]}, Trouble.UNREADABLE, True),
    ({"data": [{"error": {"code": "OutputImageSensitiveContentDetected", "message": "no"}}],
      "usage": {"generated_images": 0}}, Trouble.FILTERED, False),
])  # fmt: skip
def test_an_answer_without_a_still_says_why(
    data: dict[str, Any], trouble: Trouble, billed: bool, tmp_path: Path
) -> None:
    read = ARK.submitted(answer(data), submission("ark-seedream-4.5", image(), tmp_path))
    finished = getattr(read, "finished", None)
    assert isinstance(finished, PollOutcome) and (finished.trouble, finished.billed) == (trouble, billed)


@pytest.mark.parametrize(("code", "status", "trouble"), [
    ("AccountOverdueError", 403, Trouble.SETTING), ("ModelNotOpen", 404, Trouble.SETTING),
    ("RateLimitExceeded.EndpointRPMExceeded", 429, Trouble.THROTTLED),
    ("InputTextSensitiveContentDetected", 400, Trouble.FILTERED), ("InvalidParameter", 400, None),
])  # fmt: skip
def test_arks_code_says_more_than_its_status(code: str, status: int, trouble: Trouble | None) -> None:
    assert ARK.trouble(answer({"error": {"code": code, "message": "m"}}, status)) is trouble
