"""OpenAI-compatible images through the desk: a still that comes with its answer, and what it counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI

from cine_forge.generation.money.receipt import State
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import StageError
from tests.fakes.counter import Counter
from tests.fakes.openai_images import KEY, MADE, ImagesManner, form_of
from tests.fakes.vendor import FAULTS, VendorServer
from tests.generation.support import image, png, reference

CHARGE = len("a lamp") * 8 + MADE * 30
"""What a still costs in micro-USD, by what it counts."""


@pytest.fixture
def vendor() -> Iterator[VendorServer]:
    with VendorServer(ImagesManner(), tariff=lambda wanted: CHARGE) as server:
        yield server


def counter(folder: Path, vendor: VendorServer) -> Counter:
    return Counter(folder, vendor, "openai-gpt-image-2", {"OPENAI_API_KEY": KEY})


def still(**changes: Any) -> dict[str, Any]:
    return image(blocking=None, width=1280, height=720, **changes)


@pytest.mark.parametrize("by_url", [False, True])
def test_a_still_is_charged_by_what_the_server_counted(
    tmp_path: Path, vendor: VendorServer, by_url: bool
) -> None:
    vendor.manner.by_url = by_url  # type: ignore[attr-defined]
    receipt = counter(tmp_path, vendor).buy(still())
    assert receipt.state is State.SETTLED, receipt.error
    assert receipt.cost_micro_usd == vendor.invoice == CHARGE
    assert receipt.est_cost_micro_usd >= CHARGE
    assert b"Signature" not in counter(tmp_path, vendor).written()


def test_references_go_along_as_files_in_the_order_of_their_slots(
    tmp_path: Path, vendor: VendorServer
) -> None:
    place, person = reference(tmp_path, "place.png", "set"), reference(tmp_path, "ann.png")
    (tmp_path / "ann.png").write_bytes(png(16, 16))
    person = {**person, "sha256": reference(tmp_path, "ann.png")["sha256"]}
    receipt = counter(tmp_path, vendor).buy(still(scene_ref=place, identity_refs=[person]))
    told = form_of(vendor.requests("submit")[0])
    assert receipt.state is State.SETTLED, receipt.error
    assert [name for name, _, _ in told["image[]"]] == ["place.png", "ann.png"]
    assert (told["size"], told["n"], told["quality"]) == ("1536x864", "1", "high")


@pytest.mark.parametrize("with_file", [False, True])
def test_what_is_asked_equals_what_openais_own_client_asks(
    tmp_path: Path, vendor: VendorServer, with_file: bool
) -> None:
    shop = counter(tmp_path, vendor)
    told: dict[str, Any] = {"model": "gpt-image-2", "prompt": "a lamp", "size": "1536x864", "n": 1}
    told |= {"quality": "high", "output_format": "png"}
    held = reference(tmp_path)
    content = (tmp_path / "sheet.png").read_bytes()
    client = OpenAI(api_key=KEY, base_url=vendor.base_url)
    if with_file:
        client.images.edit(**told, image=[("sheet.png", content, "image/png")])
    else:
        client.images.generate(**told)
    shop.provider.submit(shop.submission(still(scene_ref=held if with_file else None)))
    theirs, ours = [_shape(asked) for asked in vendor.requests("submit")]
    assert ours == theirs


@pytest.mark.parametrize("fault", ["zero-samples", "null-output"])
def test_an_answer_without_a_picture_counts_as_charged(
    tmp_path: Path, vendor: VendorServer, fault: str
) -> None:
    vendor.arm(FAULTS[fault])
    receipt = counter(tmp_path, vendor).buy(still())
    assert (receipt.state, receipt.trouble) == (State.FAILED, Trouble.EMPTY)
    assert receipt.cost_micro_usd == receipt.est_cost_micro_usd


@pytest.mark.parametrize("fault", ["accept-then-cut", "submit-500-taken", "submit-200-html"])
@pytest.mark.row("H2")
def test_a_lost_answer_is_held_and_never_bought_again(
    tmp_path: Path, vendor: VendorServer, fault: str
) -> None:
    vendor.arm(FAULTS[fault])
    shop = counter(tmp_path, vendor)
    for _ in range(2):
        with pytest.raises(StageError, match="CF-G030"):
            shop.buy(still())
    assert len(vendor.requests("submit")) == 1


def _shape(asked: Any) -> tuple[Any, ...]:
    told = form_of(asked) if "multipart" in asked.headers["content-type"] else asked.json
    return asked.method, asked.path, dict(told), asked.headers["authorization"]
