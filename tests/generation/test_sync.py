"""sync: clip and sound in one form, and a lost generation that is found by the name of its result."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cine_forge.generation.conformance.trial import try_fault
from cine_forge.generation.money.receipt import State
from cine_forge.generation.providers.call import Call
from cine_forge.generation.providers.provider import Submission
from cine_forge.generation.providers.sync.adapter import Sync
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import StageError
from cine_forge.kernel.ground.hashing import digest_of_file
from tests.conformance.cases import CASES
from tests.fakes.counter import Counter
from tests.fakes.medium import mp4, wav
from tests.fakes.sync import KEY, KEYS, SyncManner
from tests.fakes.vendor import FAULTS, VendorServer
from tests.generation.support import NOON
from tests.generation.vendor_orders import answer, sought, submission

MODEL = "sync-lipsync-2"
SYNC = Sync()


def lips(folder: Path, clip: bytes | None = None) -> dict[str, Any]:
    """Write a clip and a sound into a project and return the payload that brings them together."""
    held = {}
    for slot, name, content in (
        ("clip", "take.mp4", clip or mp4(64, 36, 12, 1)),
        ("sound", "line.wav", wav(0.5, 1)),
    ):
        (folder / name).write_bytes(content)
        digest = digest_of_file(folder / name)
        held[slot] = {"entity": "shot:a", "role": slot, "path": name, "sha256": digest}
    return {"modality": "lipsync_post", "entity": "shot:a", "seconds": 0.5, **held}


@pytest.fixture
def wanted(tmp_path: Path) -> Submission:
    return submission(MODEL, lips(tmp_path), tmp_path)


def row(**changes: Any) -> dict[str, Any]:
    plain = {"id": "g1", "createdAt": NOON.isoformat(), "model": "lipsync-2", "outputFileName": "rc-1"}
    return {**plain, **changes}


def test_clip_and_sound_travel_in_one_form_under_a_name_of_ours(wanted: Submission, tmp_path: Path) -> None:
    call = SYNC.submit(wanted)
    assert (call.method, call.path) == ("POST", "/v2/generate")
    parts = {part.name: part for part in call.form}
    assert parts["video"].content == (tmp_path / "take.mp4").read_bytes()
    assert (parts["audio"].filename, parts["audio"].media_type) == ("line.wav", "audio/wav")
    plain = {name: part.content.decode() for name, part in parts.items() if part.filename is None}
    assert plain == {"model": "lipsync-2", "outputFileName": "rc-1", "options": '{"sync_mode": "cut_off"}'}
    assert SYNC.signed(call, KEYS, NOON) == {"x-api-key": KEY}


def test_files_that_sync_would_not_take_are_refused_before_anything_is_sent(tmp_path: Path) -> None:
    with VendorServer(SyncManner()) as server:
        receipt = Counter(tmp_path, server, MODEL, KEYS).buy(lips(tmp_path, bytes(20_000_001)))
        assert server.requests("submit") == []
    assert receipt.state is State.REFUSED and "takes 20,000,000 in one request" in (receipt.error or "")


def test_lips_that_follow_are_bought_and_settled(tmp_path: Path) -> None:
    with VendorServer(SyncManner()) as server:
        receipt = Counter(tmp_path, server, MODEL, KEYS).buy(lips(tmp_path))
    assert receipt.state is State.SETTLED and receipt.cost_micro_usd == 25_000


def test_what_will_cost_more_than_is_set_aside_is_not_bought(tmp_path: Path) -> None:
    with VendorServer(SyncManner(frame_micro_usd=2_084)) as server:  # 12 frames for half a second
        receipt = Counter(tmp_path, server, MODEL, KEYS).buy(lips(tmp_path))
        assert server.requests("submit") == [] and server.invoice == 0
        (asked,) = server.requests("check")
    assert asked.json == {"model": "lipsync-2", "duration": 0.5, "fps": 24.0}
    assert (receipt.state, receipt.trouble) == (State.REFUSED, Trouble.SETTING)
    assert "25,008 micro-USD, and 25,000 are set aside" in (receipt.error or "")


@pytest.mark.parametrize("frame_micro_usd", [2_083, 0, None])
def test_what_costs_no_more_or_has_no_estimate_is_bought(tmp_path: Path, frame_micro_usd: int | None) -> None:
    with VendorServer(SyncManner(frame_micro_usd=frame_micro_usd)) as server:
        assert Counter(tmp_path, server, MODEL, KEYS).buy(lips(tmp_path)).state is State.SETTLED
        assert len(server.requests("submit")) == 1


def test_a_clip_that_cannot_be_read_is_not_bought_lips_for(tmp_path: Path) -> None:
    with VendorServer(SyncManner()) as server:
        receipt = Counter(tmp_path, server, MODEL, KEYS).buy(lips(tmp_path, bytes(400)))
        assert server.asked == []
    assert (receipt.state, receipt.trouble) == (State.REFUSED, Trouble.REJECTED)


@pytest.mark.parametrize(
    ("status", "state", "trouble"),
    [
        ("PENDING", "running", None),
        ("PROCESSING", "running", None),
        ("UPSCALING", "running", None),
        ("FAILED", "failed", Trouble.FAULTY),
        ("REJECTED", "failed", Trouble.FILTERED),
        ("COMPLETED", "failed", Trouble.EMPTY),
    ],
)
def test_a_status_is_read_by_its_word(status: str, state: str, trouble: Trouble | None) -> None:
    outcome = SYNC.polled(answer({"id": "g1", "status": status}), "g1")
    assert outcome is not None and (outcome.state, outcome.trouble) == (state, trouble)


def test_a_lost_generation_is_found_by_the_name_of_its_result(wanted: Submission) -> None:
    assert SYNC.find(sought(wanted)) == Call("GET", "/v2/generations")
    others = [row(id="g0", outputFileName="rc-other"), row()]
    assert SYNC.found(answer(others), sought(wanted)) == "g1"
    assert SYNC.found(answer([row(id="g0", outputFileName="rc-other")]), sought(wanted)) is None


@pytest.mark.parametrize("listed", [[row(outputFileName=None)], {"ok": True}, "none"])
def test_what_may_be_ours_is_left_to_a_person(listed: Any, wanted: Submission) -> None:
    with pytest.raises(StageError, match="CF-G091"):
        SYNC.found(answer(listed), sought(wanted))


def test_what_is_older_or_anothers_is_no_doubt(wanted: Submission) -> None:
    old = (NOON - timedelta(hours=1)).isoformat()
    rows = [
        row(outputFileName=None, createdAt=old),
        row(outputFileName=None, id="g7"),
        row(outputFileName=None, model="lipsync-2-pro"),
    ]
    assert SYNC.found(answer(rows), sought(wanted, NOON, "g7")) is None


def test_a_list_without_names_holds_a_lost_submit(tmp_path: Path) -> None:
    case = replace(CASES["sync"](), manner=lambda clock: SyncManner(names=False))
    verdict = try_fault(case, FAULTS["accept-then-drop"], tmp_path)
    assert verdict.wrong[0].startswith("it stands at `submit_unknown`")
    assert verdict.spent == verdict.invoice > 0, "a person said that it was charged, once"
