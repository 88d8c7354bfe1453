"""Google's Interactions: tasks by the shape of the payload, clips inside the answer or at Google's files."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from cine_forge.generation.money.receipt import State
from cine_forge.generation.providers.call import Call
from cine_forge.generation.providers.dialect import Delivered
from cine_forge.generation.providers.google.adapter import Interactions
from cine_forge.generation.providers.provider import PollOutcome
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import StageError
from tests.fakes.counter import Counter
from tests.fakes.google import KEY, KEYS, GoogleManner
from tests.fakes.medium import medium
from tests.fakes.vendor import FAULTS, VendorServer
from tests.generation.support import NOON, reference, video
from tests.generation.vendor_orders import answer, sought, submission

MODEL = "google-omni-1.1-flash"
GOOGLE = Interactions()


@pytest.fixture(autouse=True, scope="module")
def _encoded() -> None:
    """Encode the fake's clip before somebody waits for it."""
    medium("video", 1)


def clip(**changes: Any) -> dict[str, Any]:
    plain = video(width=1280, height=720, frames=4 * 24)
    return {**plain, **changes}


def body(payload: dict[str, Any], folder: Path) -> Any:
    return GOOGLE.submit(submission(MODEL, payload, folder)).body


def told(status: str, **more: Any) -> Any:
    return GOOGLE.polled(answer({"id": "v1", "status": status, **more}), "v1")


def test_a_clip_is_asked_in_the_background_as_its_profile_says(tmp_path: Path) -> None:
    plain = body(clip(), tmp_path)
    assert plain["model"] == "gemini-omni-1.1-flash" and plain["background"] is True
    assert plain["response_format"] == {
        "type": "video", "delivery": "uri", "aspect_ratio": "16:9", "resolution": "720p", "duration": "4s",
    }  # fmt: skip
    assert plain["generation_config"] == {"seed": 7, "video_config": {"task": "text_to_video"}}
    assert plain["input"] == [{"type": "text", "text": "she turns"}]


@pytest.mark.parametrize(
    ("slots", "task"),
    [
        (("start_frame",), "image_to_video"),
        (("start_frame", "end_frame"), "image_to_video"),
        (("reference_images",), "reference_to_video"),
    ],
)
def test_the_slots_that_are_filled_say_the_task(slots: tuple[str, ...], task: str, tmp_path: Path) -> None:
    one = reference(tmp_path)
    held = {name: [one] if name == "reference_images" else one for name in slots}
    plain = body(clip(**held), tmp_path)
    assert plain["generation_config"]["video_config"]["task"] == task
    pictures = plain["input"][1:]
    assert len(pictures) == len(slots) and pictures[0]["mime_type"] == "image/png"
    assert base64.b64decode(pictures[0]["data"]) == (tmp_path / "sheet.png").read_bytes()


def test_who_asks_is_proved_by_a_key_in_a_header_and_in_no_url() -> None:
    assert GOOGLE.signed(Call("GET", "/x"), KEYS, NOON) == {"x-goog-api-key": KEY}


@pytest.mark.parametrize("inline", [True, False])
def test_a_clip_comes_home_wherever_it_lies(inline: bool, tmp_path: Path) -> None:
    with VendorServer(GoogleManner(inline=inline)) as server:
        receipt = Counter(tmp_path, server, MODEL, KEYS).buy(clip())
        (made,) = [job.content[0] for job in server.jobs.values()]
    assert receipt.state is State.SETTLED and receipt.output is not None
    assert (tmp_path / receipt.output.path).read_bytes() == made
    assert receipt.cost_micro_usd == 4 * 130_000


@pytest.mark.parametrize(
    "word", ["queued", "in_progress", "requires_action", "requires_continuation", "new word"]
)
def test_a_word_that_is_no_end_means_that_it_runs(word: str) -> None:
    assert told(word).state == "running"


def test_every_end_says_whether_it_may_have_been_charged() -> None:
    failed = told("failed", errors=[{"code": "INTERNAL", "message": "no"}])
    kept = told("failed", errors=[{"code": "SAFETY", "message": "blocked"}])
    cut, empty = told("incomplete"), told("completed", steps=[{"type": "model_output"}])
    assert (failed.trouble, failed.cost_micro_usd) == (Trouble.FAULTY, 0)
    assert (kept.trouble, kept.cost_micro_usd) == (Trouble.FILTERED, 0)
    assert (cut.trouble, cut.billed) == (Trouble.CUT, True)
    assert (empty.trouble, empty.billed) == (Trouble.EMPTY, True)
    assert told("budget_exceeded").trouble is Trouble.SETTING and told("cancelled").cost_micro_usd == 0


def test_a_clip_at_googles_files_is_fetched_with_the_key_and_any_other_without() -> None:
    own, other = (
        "https://generativelanguage.googleapis.com/v1beta/files/a:download",
        "https://x.example/a.mp4",
    )
    assert told("completed", output_video={"uri": own}) == Call("GET", own)
    assert told("completed", output_video={"uri": other}) == PollOutcome("succeeded", output_url=other)
    assert told("completed", output_video={"data": "AAAA"}) == Delivered(b"\0\0\0")
    assert told("completed", output_video={"data": "?"}).trouble is Trouble.UNREADABLE


def test_what_was_lost_is_held_for_a_person(tmp_path: Path) -> None:
    with VendorServer(GoogleManner(), FAULTS["accept-then-drop"]) as server:
        counter = Counter(tmp_path, server, MODEL, KEYS)
        with pytest.raises(StageError, match="CF-G030"):
            counter.buy(clip())
        assert len(server.jobs) == 1
    assert GOOGLE.find(sought(submission(MODEL, clip(), tmp_path))) is None


@pytest.mark.parametrize(
    ("status", "word", "trouble"),
    [
        (429, "RESOURCE_EXHAUSTED", Trouble.THROTTLED),
        (503, "UNAVAILABLE", Trouble.THROTTLED),
        (400, "INVALID_ARGUMENT", Trouble.REJECTED),
        (403, "PERMISSION_DENIED", Trouble.SETTING),
        (400, "FAILED_PRECONDITION", Trouble.SETTING),
        (500, "INTERNAL", None),
    ],
)
def test_an_error_is_read_by_its_own_word(status: int, word: str, trouble: Trouble | None) -> None:
    error = answer({"error": {"code": status, "status": word, "message": "why"}}, status)
    assert (GOOGLE.trouble(error), GOOGLE.complaint(error)) == (trouble, "why")
