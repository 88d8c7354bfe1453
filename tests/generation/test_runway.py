"""Runway through the desk: what a task charged is what the ledger holds, whatever was estimated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from runwayml import RunwayML

from cine_forge.generation.money.receipt import State
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import StageError
from tests.fakes.counter import Counter
from tests.fakes.runway import CREDIT, KEY, RunwayManner
from tests.fakes.vendor import FAULTS, VendorServer
from tests.generation.support import image, reference, video

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


def _shapes(vendor: VendorServer) -> list[tuple[Any, ...]]:
    """Return what matters of every request; ids of tasks differ."""
    return [
        (asked.method, asked.path.split("/")[:3], asked.json, asked.headers["x-runway-version"])
        for _, asked in vendor.asked
    ]
