"""The models of Kling, Ark, Atlas Cloud and FLORA as data: what a profile says is what its vendor takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from cine_forge.generation.action import Action
from cine_forge.generation.dispatch.inspection import inspect
from cine_forge.generation.dispatch.order import Order, Origin
from cine_forge.generation.money.prices import estimate
from cine_forge.generation.money.receipt import State
from cine_forge.generation.payloads import read_payload
from cine_forge.generation.profiles import Profile
from cine_forge.generation.providers.capabilities import read_capabilities
from cine_forge.staging.grammar import Move
from tests.fakes import ark, atlas, flora, kling
from tests.fakes.counter import Counter
from tests.fakes.vendor import VendorServer
from tests.generation.asked import references, several
from tests.generation.support import ORIGIN, image, reference, shipped_profiles, video
from tests.generation.vendor_orders import opened, submission

MANNERS: Mapping[str, tuple[Any, Mapping[str, str]]] = {
    "kling": (kling.KlingManner, kling.KEYS),
    "ark": (ark.ArkManner, ark.KEYS),
    "atlas": (atlas.AtlasManner, atlas.KEYS),
    "flora": (flora.FloraManner, flora.KEYS),
}
OURS = {name: one for name, one in shipped_profiles().items() if name.partition("-")[0] in MANNERS}
SIZE = {"width": 1280, "height": 720}
SHEETS = {Action.I2V: ("start_frame",), Action.F2V: ("start_frame", "end_frame"), Action.I2I: ("pose_ref",)}


def asked(profile: Profile, action: Action, folder: Path) -> dict[str, Any]:
    """Return a payload that asks a model for one of its actions."""
    sheet, seconds = reference(folder), min(profile.durations.only_s) if profile.durations else 0
    slots: dict[str, Any] = dict.fromkeys(SHEETS.get(action, ()), sheet)
    match profile.modality:
        case "image_t2i":
            many = {"identity_refs": [sheet, sheet]} if action is Action.IS2I else {}
            return image(**SIZE, **slots, **many)
        case "video_r2v":
            clip = {**SIZE, "frames": round(24 * seconds), "generate_audio": profile.sound}
            return references(**clip, reference_images=[sheet])
        case "r2v_multi":
            return several(48, 72, **SIZE, reference_images=[sheet], native=True)
    many = {"reference_images": [sheet, sheet]} if action is Action.R2V else {}
    return video(**SIZE, frames=round(24 * seconds), **slots, **many)


def cases() -> list[tuple[str, Action]]:
    return [(name, action) for name, profile in OURS.items() for action in profile.actions]


@pytest.fixture(scope="module")
def servers() -> Iterator[Mapping[str, VendorServer]]:
    running = {name: VendorServer(manner()) for name, (manner, _) in MANNERS.items()}
    for server in running.values():
        server.__enter__()
    yield running
    for server in running.values():
        server.__exit__()


@pytest.mark.row("G20")
@pytest.mark.parametrize(("model", "action"), cases())
def test_every_action_of_every_model_is_taken_by_its_vendor(
    model: str, action: Action, servers: Mapping[str, VendorServer], tmp_path: Path
) -> None:
    name, profile = model.partition("-")[0], OURS[model]
    payload = asked(profile, action, tmp_path)
    order = Order(read_payload(payload), 1, None, Origin.read(ORIGIN))
    assert inspect(order, profile, read_capabilities(name), tmp_path) == ()
    vendor = opened(name, servers[name].base_url, tmp_path, MANNERS[name][1])
    wanted = submission(model, payload, tmp_path, f"rc-{model}-{action}")
    if vendor.capabilities.upload:
        there = {path: vendor.upload(file, "image/png", "0" * 64).url for path, file in wanted.files.items()}
        wanted = submission(model, payload, tmp_path, f"rc-{model}-{action}", there)
    assert wanted.action is action
    assert vendor.submit(wanted).state == "submitted"


@pytest.mark.row("G20")
@pytest.mark.parametrize("model", sorted(OURS))
def test_a_profile_is_whole(model: str, tmp_path: Path) -> None:
    profile, able = OURS[model], read_capabilities(model.partition("-")[0])
    assert set(profile.shapes) == set(profile.actions) <= set(able.actions)
    assert all(count <= able.reference_slots[slot] for slots in profile.actions.values()
               for slot, count in slots.items())  # fmt: skip
    moves = set(profile.camera_words)
    assert moves == ({str(move) for move in Move} if profile.durations else set())
    assert profile.price.as_of == "2026-11-21" and len(profile.price.source) > 20
    for action in profile.actions:
        assert estimate(profile, read_payload(asked(profile, action, tmp_path))).micro_usd > 10_000


def test_nothing_that_a_vendor_would_not_read_is_left_out_silently(tmp_path: Path) -> None:
    able = read_capabilities("kling")
    for model, prompt, found in (
        ("kling-v3-omni", "blur", ["CF-G023"]), ("kling-v3-std", "blur", []),
        ("kling-v3-std", "x" * 2501, ["CF-G021", "CF-G021"]),
    ):  # fmt: skip
        payload = read_payload(video(**SIZE, frames=120, negative_prompt=prompt))
        faults = inspect(Order(payload, 1, None, Origin.read(ORIGIN)), OURS[model], able, tmp_path)
        assert [fault.code for fault in faults] == found


@pytest.mark.row("B20")
@pytest.mark.parametrize(("model", "name", "length"), [
    ("kling-image", "prompt", 501), ("kling-image", "negative_prompt", 201),
])  # fmt: skip
def test_a_picture_of_klings_older_models_takes_short_prompts(
    model: str, name: str, length: int, tmp_path: Path
) -> None:
    for size, codes in ((length - 1, []), (length, ["CF-G021"])):
        order = Order(read_payload(image(**SIZE, **{name: "x" * size})), 1, None, Origin.read(ORIGIN))
        faults = inspect(order, OURS[model], read_capabilities("kling"), tmp_path)
        assert [fault.code for fault in faults] == codes


@pytest.mark.row("B20")
def test_a_shot_of_several_has_a_limit_of_its_own(tmp_path: Path) -> None:
    payload = several(48, 72, **SIZE, reference_images=[reference(tmp_path)], native=True)
    for size, codes in ((512, []), (513, ["CF-G021"])):
        payload["shots"][0]["prompt"] = "x" * size
        order = Order(read_payload(payload), 1, None, Origin.read(ORIGIN))
        faults = inspect(order, OURS["kling-v3-omni-shots"], read_capabilities("kling"), tmp_path)
        assert [fault.code for fault in faults] == codes


@pytest.mark.row("C11")
def test_several_shots_are_one_purchase_where_the_model_makes_them_natively(tmp_path: Path) -> None:
    with VendorServer(kling.KlingManner(), tariff=lambda _: 840_000) as server:
        counter = Counter(tmp_path, server, "kling-v3-omni-shots", kling.KEYS)
        payload = several(48, 72, **SIZE, reference_images=[reference(tmp_path)], native=True)
        receipt = counter.buy(payload)
        assert (receipt.state, receipt.action, receipt.cost_micro_usd) == (State.SETTLED, "ms2v", 840_000)
        assert receipt.est_cost_micro_usd == 840_000 == server.invoice
