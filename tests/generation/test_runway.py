"""Runway through the desk: what a task charged is what the ledger holds, whatever was estimated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from runwayml import RunwayML

from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import State
from cine_forge.generation.providers.capabilities import read_capabilities
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import StageError
from cine_forge.kernel.ground.hashing import digest_of_bytes
from tests.fakes.counter import Counter
from tests.fakes.runway import CREDIT, KEY, RunwayManner
from tests.fakes.vendor import FAULTS, VendorServer
from tests.generation.support import image, png, reference, video

WIDE = {"width": 1280, "height": 720}


@pytest.fixture
def vendor() -> Iterator[VendorServer]:
    with VendorServer(RunwayManner(), tariff=lambda wanted: 12 * CREDIT) as server:
        yield server


def counter(folder: Path, vendor: VendorServer, model: str = "runway-gen4-image") -> Counter:
    return Counter(folder, vendor, model, {"RUNWAYML_API_SECRET": KEY})


def still(**changes: Any) -> dict[str, Any]:
    return image(blocking=None, **WIDE, **changes)


@pytest.mark.parametrize("slots", [(), ("scene_ref",), ("scene_ref", "identity_refs")])
def test_a_still_is_charged_by_the_credits_that_its_task_says(
    tmp_path: Path, vendor: VendorServer, slots: tuple[str, ...]
) -> None:
    held = reference(tmp_path)
    filled = {name: [held] * 2 if name == "identity_refs" else held for name in slots}
    receipt = counter(tmp_path, vendor).buy(still(**filled))
    assert receipt.state is State.SETTLED, receipt.error
    assert (receipt.est_cost_micro_usd, receipt.cost_micro_usd) == (80_000, vendor.invoice)
    assert vendor.invoice == 120_000


def test_a_clip_starts_from_its_frame(tmp_path: Path, vendor: VendorServer) -> None:
    shop = counter(tmp_path, vendor, "runway-gen4.5")
    receipt = shop.buy(video(start_frame=reference(tmp_path, role="board"), generate_audio=False, **WIDE))
    told = vendor.requests("submit")[0].json
    assert receipt.state is State.SETTLED, receipt.error
    assert told["promptImage"].startswith("data:image/png;base64,") and told["ratio"] == "1280:720"


@pytest.mark.parametrize("model", ["runway-veo-3.1", "runway-veo-3.1-fast"])
@pytest.mark.parametrize(
    ("slots", "position"),
    [((), []), (("start_frame",), []), (("start_frame", "end_frame"), ["first", "last"])],
)
def test_a_first_and_a_last_frame_are_told_with_their_places(
    tmp_path: Path, vendor: VendorServer, model: str, slots: tuple[str, ...], position: list[str]
) -> None:
    (tmp_path / "end").mkdir()
    held = {"start_frame": reference(tmp_path), "end_frame": reference(tmp_path, "end/sheet.png")}
    shop = counter(tmp_path, vendor, model)
    plain = video(**WIDE, frames=96, negative_prompt="blur", **{name: held[name] for name in slots})
    receipt = shop.buy(plain)
    assert receipt.state is State.SETTLED, receipt.error
    assert receipt.est_cost_micro_usd == {"runway-veo-3.1": 1_600_000}.get(model, 600_000)
    told = vendor.requests("submit")[0].json
    assert (told["audio"], told["duration"], told["negativePrompt"]) == (True, 4, "blur")
    frames = told.get("promptImage", [])
    assert (
        [one["position"] for one in frames] == position
        if position
        else not isinstance(frames, list) or not slots
    )


def test_a_picture_too_large_for_a_request_is_brought_once_and_named_by_its_address(
    tmp_path: Path, vendor: VendorServer
) -> None:
    small, large = reference(tmp_path), too_large(tmp_path)
    shop = counter(tmp_path, vendor)
    for seed in (7, 8):  # a desk opened anew each time, as by another process
        receipt = shop.buy(still(seed=seed, scene_ref=small, identity_refs=[large]))
        assert receipt.state is State.SETTLED, receipt.error
    asked = [[one["uri"] for one in told.json["referenceImages"]] for told in vendor.requests("submit")]
    assert [uris[1] for uris in asked] == ["runway://upload-1"] * 2
    assert all(uris[0].startswith("data:image/png;base64,") for uris in asked)
    signed, brought = vendor.requests("upload")
    assert signed.json["type"] == "ephemeral" and brought.path == "/bucket/upload-1"
    assert (tmp_path / "large.png").read_bytes() in brought.body and "authorization" not in brought.headers
    ledger = Ledger(tmp_path / "ledger.sqlite")
    known = ledger.upload("runway", large["sha256"])
    ledger.close()
    assert known is not None and known.expires_at is not None
    left = known.expires_at - datetime.now(UTC)
    assert timedelta(hours=23, minutes=59) < left <= timedelta(hours=24)


def test_what_stays_in_the_request_is_shorter_than_runways_longest_data_uri() -> None:
    whole = 5 * 1024 * 1024
    assert 0.98 * whole < read_capabilities("runway").inline_bytes * 4 / 3 + 64 < whole


@pytest.mark.parametrize("fault", ["upload-401", "upload-500", "upload-drop", "upload-200-html"])
def test_a_picture_that_was_not_taken_buys_nothing(tmp_path: Path, vendor: VendorServer, fault: str) -> None:
    vendor.arm(replace(FAULTS[fault], times=None, after=1))
    receipt = counter(tmp_path, vendor).buy(still(scene_ref=too_large(tmp_path)))
    assert receipt.state is State.REFUSED and vendor.requests("submit") == []
    written = counter(tmp_path, vendor).written()
    assert b"canary-of-the-form" not in written and b"runway_canary" not in written


def test_what_is_brought_is_brought_as_by_runways_own_client(tmp_path: Path, vendor: VendorServer) -> None:
    large = too_large(tmp_path)
    file, client = tmp_path / "large.png", RunwayML(api_key=KEY, base_url=vendor.base_url, max_retries=0)
    their = client.uploads.create_ephemeral(file=("large.png", file.read_bytes()))
    ours = counter(tmp_path, vendor).provider.upload(file, "image/png", large["sha256"])  # type: ignore[attr-defined]
    asked = [_upload_of(one) for one in vendor.requests("upload")]
    assert (their.uri, ours.url) == ("runway://upload-1", "runway://upload-3")
    assert len(asked) == 4 and asked[:2] == asked[2:]


@pytest.mark.row("G20")
def test_a_prompt_is_counted_in_utf16_before_anything_is_spent(tmp_path: Path, vendor: VendorServer) -> None:
    shop = counter(tmp_path, vendor)
    assert shop.buy(still(prompt="\N{CLAPPER BOARD}" * 500)).state is State.SETTLED
    with pytest.raises(StageError, match="1002 utf16"):
        shop.buy(still(prompt="\N{CLAPPER BOARD}" * 501))
    assert len(vendor.requests("submit")) == 1


def test_what_is_asked_equals_what_runways_own_client_asks(tmp_path: Path, vendor: VendorServer) -> None:
    shop = counter(tmp_path, vendor, "runway-gen4.5")
    client = RunwayML(api_key=KEY, base_url=vendor.base_url, max_retries=0)
    task = client.text_to_video.create(
        model="gen4.5", prompt_text="she turns", ratio="1280:720", duration=2, seed=7
    )
    client.tasks.retrieve(task.id)
    sent = shop.provider.submit(shop.submission(video(generate_audio=False, **WIDE)))
    shop.provider.poll(sent.provider_id or "")
    asked = _shapes(vendor)
    assert len(asked) == 4 and asked[:2] == asked[2:]


@pytest.mark.parametrize("fault", ["zero-samples", "null-output"])
def test_a_success_without_a_result_costs_what_the_task_says(
    tmp_path: Path, vendor: VendorServer, fault: str
) -> None:
    vendor.arm(FAULTS[fault])
    receipt = counter(tmp_path, vendor).buy(still())
    assert (receipt.state, receipt.trouble) == (State.FAILED, Trouble.EMPTY)
    assert receipt.cost_micro_usd == vendor.invoice == 120_000


@pytest.mark.parametrize(
    "fault", ["download-403-then-fresh", "download-404-then-fresh", "unknown-status-word"]
)
def test_a_fresh_url_is_asked_for_and_nothing_is_bought_again(
    tmp_path: Path, vendor: VendorServer, fault: str
) -> None:
    vendor.arm(FAULTS[fault])
    assert counter(tmp_path, vendor).buy(still()).state is State.SETTLED
    assert len(vendor.requests("submit")) == 1


@pytest.mark.parametrize("fault", ["accept-then-drop", "submit-502-taken", "submit-200-other-json"])
def test_a_lost_answer_is_held(tmp_path: Path, vendor: VendorServer, fault: str) -> None:
    vendor.arm(FAULTS[fault])
    with pytest.raises(StageError, match="CF-G030"):
        counter(tmp_path, vendor).buy(still())
    assert len(vendor.requests("submit")) == 1


def test_nothing_that_is_written_holds_a_key_or_a_signature(tmp_path: Path, vendor: VendorServer) -> None:
    vendor.arm(FAULTS["failed"])
    shop = counter(tmp_path, vendor)
    shop.buy(still())
    shop.buy(still(seed=9))
    assert b"runway_canary" not in shop.written() and b"Signature" not in shop.written()


def too_large(folder: Path) -> dict[str, Any]:
    """Write a picture that no request carries, and return a reference to it."""
    content = png(64, 36) + bytes(4_000_000)
    (folder / "large.png").write_bytes(content)
    plain = {"entity": "character:ann", "role": "identity", "path": "large.png"}
    return {**plain, "sha256": digest_of_bytes(content)}


def _upload_of(asked: Any) -> tuple[Any, ...]:
    """Return what matters of a request of an upload: names of places differ, and those of files."""
    if asked.path == "/v1/uploads":
        return asked.method, asked.path, sorted(asked.json), asked.json["type"]
    parts = [part.partition(b"\r\n\r\n") for part in asked.body.split(b"\r\nContent-Disposition: ")]
    names = [head.partition(b'name="')[2].partition(b'"')[0] for head, _, _ in parts]
    proof = {name: asked.headers.get(name) for name in ("authorization", "x-runway-version")}
    return asked.method, asked.path.split("/")[1], names[1:], proof


def _shapes(vendor: VendorServer) -> list[tuple[Any, ...]]:
    """Return what matters of every request; ids of tasks differ."""
    return [
        (asked.method, asked.path.split("/")[:3], asked.json, asked.headers["x-runway-version"])
        for _, asked in vendor.asked
    ]
