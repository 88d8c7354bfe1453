"""Replicate through the desk: a lost submit is found by what it was asked, and never bought again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import replicate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cine_forge.generation.money.receipt import State
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import StageError
from tests.fakes.counter import LATE_S, Counter
from tests.fakes.replicate import KEY, ReplicateManner
from tests.fakes.vendor import FAULTS, VendorServer
from tests.generation.support import image, reference, video

WIDE = {"width": 1280, "height": 720}
FLUX, SEEDANCE = "replicate-flux-1.1-pro", "replicate-seedance-1-pro"


@pytest.fixture
def vendor() -> Iterator[VendorServer]:
    with VendorServer(ReplicateManner(page=3), tariff=lambda wanted: 40_000) as server:
        server.late(LATE_S + 1)
        yield server


def counter(folder: Path, vendor: VendorServer, model: str = FLUX, deadline_s: float = 30.0) -> Counter:
    shop = Counter(folder, vendor, model, {"REPLICATE_API_TOKEN": KEY}, deadline_s=deadline_s)
    able = shop.provider.capabilities.model_copy(update={"grace_s": 0.0})
    shop.provider.capabilities = able  # type: ignore[misc]
    return shop


def still(**changes: Any) -> dict[str, Any]:
    return image(blocking=None, **WIDE, **changes)


def test_a_still_is_bought_polled_and_brought_home(tmp_path: Path, vendor: VendorServer) -> None:
    receipt = counter(tmp_path, vendor).buy(still(scene_ref=reference(tmp_path, role="set")))
    assert receipt.state is State.SETTLED, receipt.error
    assert receipt.cost_micro_usd == vendor.invoice == 40_000
    assert vendor.requests("submit")[0].json["input"]["image_prompt"].endswith("/media/upload-1")


@pytest.mark.parametrize("slots", [(), ("start_frame",), ("start_frame", "end_frame")])
def test_every_table_of_the_clip_says_what_the_model_knows(
    tmp_path: Path, vendor: VendorServer, slots: tuple[str, ...]
) -> None:
    shop = counter(tmp_path, vendor, SEEDANCE)
    filled = dict.fromkeys(slots, reference(tmp_path, role="board"))
    outcome = shop.provider.submit(shop.submission(video(**WIDE, **filled)))
    assert outcome.state == "submitted", outcome.error


@pytest.mark.parametrize(
    "fault", ["accept-then-drop", "accept-then-late", "accept-then-cut", "submit-500-taken"]
)
@pytest.mark.row("H2")
def test_a_lost_submit_is_found_in_the_list_and_bought_once(
    tmp_path: Path, vendor: VendorServer, fault: str
) -> None:
    shop = counter(tmp_path, vendor, deadline_s=LATE_S if "late" in fault else 30.0)
    for seed in range(20, 25):
        shop.provider.submit(shop.submission(still(seed=seed)))
    vendor.arm(FAULTS[fault])
    receipt = shop.buy(still())
    assert receipt.state is State.SETTLED
    assert len(vendor.requests("submit")) == 6 and receipt.provider_id == list(vendor.jobs)[-1]


@pytest.mark.row("H2")
def test_a_lost_submit_with_files_is_found_though_slots_share_a_key(
    tmp_path: Path, vendor: VendorServer
) -> None:
    vendor.arm(FAULTS["accept-then-drop"])
    receipt = counter(tmp_path, vendor).buy(still(identity_refs=[reference(tmp_path)]))
    assert receipt.state is State.SETTLED
    assert len(vendor.requests("submit")) == 1 and vendor.invoice == 40_000


def test_what_never_arrived_is_sent_again(tmp_path: Path, vendor: VendorServer) -> None:
    vendor.arm(FAULTS["reset-after-body"])
    receipt = counter(tmp_path, vendor).buy(still())
    assert receipt.state is State.SETTLED and vendor.invoice == 40_000


@pytest.mark.parametrize("why", ["removed", "twice"])
def test_what_may_be_ours_or_anothers_is_held(tmp_path: Path, vendor: VendorServer, why: str) -> None:
    shop = counter(tmp_path, vendor)
    call = shop.submission(still())
    first = shop.provider.submit(call).provider_id or ""
    if why == "removed":
        vendor.manner.removed.add(first)  # type: ignore[attr-defined]
    vendor.arm(FAULTS["accept-then-drop"] if why == "twice" else FAULTS["reset-after-body"])
    with pytest.raises(StageError, match="CF-G080"):
        shop.buy(still())
    assert len(vendor.requests("submit")) == 2


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(others=st.lists(st.integers(0, 5), max_size=6), at=st.integers(0, 6))
def test_ours_is_found_wherever_it_stands_and_never_anothers(
    tmp_path: Path, vendor: VendorServer, others: list[int], at: int
) -> None:
    from datetime import UTC, datetime

    from cine_forge.generation.providers.provider import Sought

    vendor.jobs.clear()
    shop = counter(tmp_path, vendor)
    seeds = [*others[:at], 99, *others[at:]]
    made = [shop.provider.submit(shop.submission(still(seed=seed))).provider_id for seed in seeds]
    sought = Sought("rc-1", shop.submission(still(seed=99)), datetime.now(UTC))
    assert shop.provider.find(sought) == made[min(at, len(others))]
    unsent = Sought("rc-1", shop.submission(still(seed=77)), datetime.now(UTC))
    assert shop.provider.find(unsent) is None


def test_what_is_asked_equals_what_replicates_own_client_asks(tmp_path: Path, vendor: VendorServer) -> None:
    shop = counter(tmp_path, vendor)
    told = {"prompt": "a lamp", "aspect_ratio": "16:9", "seed": 7, "output_format": "png"}
    client = replicate.Client(api_token=KEY, base_url=vendor.base_url)
    made = client.models.predictions.create("black-forest-labs/flux-1.1-pro", input=told)
    made.reload()
    client.predictions.cancel(made.id)
    sent = shop.provider.submit(shop.submission(still()))
    shop.provider.poll(sent.provider_id or "")
    shop.provider.cancel(sent.provider_id or "")  # type: ignore[attr-defined]
    asked = [_shape(one) for _, one in vendor.asked]
    assert len(asked) == 6 and asked[:3] == asked[3:]


def test_a_result_that_was_removed_is_charged_and_says_so(tmp_path: Path, vendor: VendorServer) -> None:
    shop = counter(tmp_path, vendor)
    vendor.waits = 1
    shop.buy(still(), polls=1)
    vendor.manner.removed.update(vendor.jobs)  # type: ignore[attr-defined]
    receipt = shop.buy(still())
    assert (receipt.state, receipt.trouble) == (State.FAILED, Trouble.LOST)
    assert receipt.cost_micro_usd == vendor.invoice == 40_000


def test_nothing_that_is_written_holds_a_key_or_a_signature(tmp_path: Path, vendor: VendorServer) -> None:
    vendor.arm(FAULTS["failed"])
    shop = counter(tmp_path, vendor)
    shop.buy(still())
    shop.buy(still(seed=9))
    assert b"r8_canary" not in shop.written() and b"Signature" not in shop.written()


def _shape(asked: Any) -> tuple[Any, ...]:
    words = [word for word in asked.path.split("/") if word.count("-") != 4]
    return asked.method, words, asked.json, asked.headers["authorization"]
