"""fal through the desk: bought once, polled, brought home; what goes wrong has a name and costs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import fal_client
import pytest
from fal_client import client as fal_parts

from cine_forge.generation.money.receipt import Receipt, State
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import StageError
from cine_forge.kernel.ground.hashing import digest_of_file
from tests.fakes.counter import LATE_S, Counter
from tests.fakes.fal import KEY, MODELS, FalManner
from tests.fakes.medium import mp4, png, wav
from tests.fakes.vendor import FAULTS, VendorServer
from tests.generation.support import image, reference, video

ENV = {"FAL_KEY": KEY}
WIDE = {"width": 1280, "height": 720}


@pytest.fixture
def vendor() -> Iterator[VendorServer]:
    with VendorServer(FalManner()) as server:
        server.late(LATE_S + 1)
        yield server


def counter(
    folder: Path, vendor: VendorServer, model: str = "fal-nano-banana-pro", deadline_s: float = 30.0
) -> Counter:
    vendor.tariff = lambda wanted: 150_000
    return Counter(folder, vendor, model, ENV, deadline_s=deadline_s)


def still(**changes: Any) -> dict[str, Any]:
    return image(blocking=None, **WIDE, **changes)


def test_a_still_is_bought_polled_and_brought_home(tmp_path: Path, vendor: VendorServer) -> None:
    receipt = counter(tmp_path, vendor).buy(still())
    assert receipt.state is State.SETTLED
    assert receipt.output is not None and receipt.output.media_type == "image/png"
    assert receipt.cost_micro_usd == vendor.invoice == 150_000
    assert [len(vendor.requests(place)) for place in ("submit", "poll", "result", "download")] == [1, 1, 1, 1]


def test_what_runs_is_parked_and_taken_up(tmp_path: Path, vendor: VendorServer) -> None:
    vendor.waits, vendor.runs = 1, 1
    shop = counter(tmp_path, vendor)
    assert shop.buy(still(), polls=2).state is State.SUBMITTED
    assert shop.buy(still()).state is State.SETTLED
    assert len(vendor.requests("submit")) == 1


def test_references_are_brought_once_and_named_by_their_url(tmp_path: Path, vendor: VendorServer) -> None:
    shop, sheet = counter(tmp_path, vendor), reference(tmp_path)
    shop.buy(still(identity_refs=[sheet], scene_ref={**sheet, "role": "set"}))
    shop.buy(still(identity_refs=[sheet], seed=9))
    urls = [asked.json["image_urls"] for asked in vendor.requests("submit")]
    assert urls == [[f"{vendor.base_url}/media/upload-2"] * 2, [f"{vendor.base_url}/media/upload-2"]]
    assert vendor.uploads["upload-2"] == (tmp_path / "sheet.png").read_bytes()
    assert "fal-canary" not in str(vendor.requests("upload")[1].headers)


REFUSED = replace(FAULTS["upload-413"], times=1)


@pytest.mark.parametrize("after", [0, 1])
def test_a_reference_that_the_place_for_files_refuses_is_brought_to_the_storage(
    tmp_path: Path, vendor: VendorServer, after: int
) -> None:
    vendor.arm(replace(REFUSED, after=after))
    shop, sheet = counter(tmp_path, vendor), reference(tmp_path)
    for seed in (7, 8):
        receipt = shop.buy(still(identity_refs=[sheet], seed=seed))
        assert receipt.state is State.SETTLED, receipt.error
    asked = vendor.requests("upload")
    assert [one.path for one in asked][after + 1 :] == ["/storage/upload/initiate", "/put/1"]
    assert asked[-1].body == (tmp_path / "sheet.png").read_bytes()
    urls = [one.json["image_urls"] for one in vendor.requests("submit")]
    assert urls[0] == urls[1] and vendor.uploads[urls[0][0].rpartition("/")[2]] == asked[-1].body
    assert b"canary-of-the-storage" not in shop.written()


@pytest.mark.parametrize(("fault", "trouble"), [
    ("upload-413", Trouble.SETTING), ("upload-401", Trouble.SETTING), ("upload-200-html", Trouble.SETTING),
])  # fmt: skip
def test_a_reference_that_nobody_takes_buys_nothing(
    tmp_path: Path, vendor: VendorServer, fault: str, trouble: Trouble
) -> None:
    vendor.arm(replace(FAULTS[fault], times=None))
    receipt = counter(tmp_path, vendor).buy(still(identity_refs=[reference(tmp_path)]))
    assert (receipt.state, receipt.trouble) == (State.REFUSED, trouble)
    assert vendor.requests("submit") == [] and len(vendor.requests("upload")) <= 2


def test_the_storage_is_asked_as_by_fals_own_client(
    tmp_path: Path, vendor: VendorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet, shop = reference(tmp_path), counter(tmp_path, vendor)
    monkeypatch.setattr(fal_parts, "REST_URL", vendor.base_url)
    fal_client.SyncClient(key=KEY).upload(
        (tmp_path / "sheet.png").read_bytes(), "image/png", "sheet.png", repository="fal",
        lifecycle=fal_parts.StorageSettings(expires_in=604_800),
    )  # fmt: skip
    vendor.arm(REFUSED)
    shop.provider.upload(tmp_path / "sheet.png", "image/png", sheet["sha256"])  # type: ignore[attr-defined]
    theirs, ours = vendor.requests("upload")[:2], vendor.requests("upload")[3:]
    assert [_brought(one) for one in ours] == [_brought(one) for one in theirs]
    assert "authorization" not in ours[1].headers


def test_what_is_asked_equals_what_fals_own_client_asks(
    tmp_path: Path, vendor: VendorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = counter(tmp_path, vendor, "fal-kling-v3-pro")
    told = {"prompt": "she turns", "start_image_url": "https://files.example/sheet.png", "duration": "3"}
    monkeypatch.setattr(fal_parts, "QUEUE_URL_FORMAT", f"{vendor.base_url}/")
    vendor.waits = 9
    handle = fal_client.SyncClient(key=KEY).submit(
        "fal-ai/kling-video/v3/pro/image-to-video", {**told, "generate_audio": True}
    )
    handle.status()
    handle.cancel()
    start = reference(tmp_path, role="board")
    sent = shop.provider.submit(shop.submission(video(start_frame=start, **WIDE)))
    shop.provider.poll(sent.provider_id or "")
    shop.provider.cancel(sent.provider_id or "")  # type: ignore[attr-defined]
    theirs, ours = vendor.asked[:3], vendor.asked[3:]
    assert [_shape(asked) for _, asked in ours] == [_shape(asked) for _, asked in theirs]


@pytest.mark.parametrize(
    ("model", "slots"),
    [
        ("fal-kling-v3-pro", ()),
        ("fal-kling-v3-pro", ("start_frame",)),
        ("fal-kling-v3-pro", ("start_frame", "end_frame")),
        ("fal-kling-v3-pro", ("start_frame", "reference_images")),
        ("fal-seedance-2.0", ()),
        ("fal-seedance-2.0", ("start_frame",)),
        ("fal-seedance-2.0", ("start_frame", "end_frame")),
        ("fal-seedance-2.0", ("reference_images",)),
        ("fal-veo-3.1", ()),
        ("fal-veo-3.1", ("start_frame",)),
        ("fal-veo-3.1", ("start_frame", "end_frame")),
        ("fal-veo-3.1", ("reference_images",)),
    ],
)
@pytest.mark.row("G20")
def test_every_table_of_a_clip_says_what_its_endpoint_knows(
    tmp_path: Path, vendor: VendorServer, model: str, slots: tuple[str, ...]
) -> None:
    held = reference(tmp_path)
    filled = {name: [held] if name == "reference_images" else held for name in slots}
    shop = counter(tmp_path, vendor, model)
    outcome = shop.provider.submit(shop.submission(video(**WIDE, seed=2**62, **filled)))
    assert outcome.state == "submitted", outcome.error


@pytest.mark.row("C6")
@pytest.mark.parametrize(
    ("model", "asked", "cost"),
    [
        ("fal-eleven-v3", {"text": "a lamp", "voice": "Rachel"}, 600),
        ("fal-sync-lipsync-2", {"model": "lipsync-2", "sync_mode": "cut_off"}, 100_000),
        ("fal-seedance-2.0-references", {"duration": "4", "resolution": "720p"}, 1_209_600),
    ],
)
def test_speech_lips_and_clips_of_references_are_bought_at_their_price(
    tmp_path: Path, vendor: VendorServer, model: str, asked: dict[str, Any], cost: int
) -> None:
    picture, clip, sound = _references(tmp_path)
    plain = {"entity": "shot:a", "prompt": "a lamp", "seed": 7}
    clips = {**plain, **WIDE, "fps": "24", "frames": 96}
    payload = {
        "fal-eleven-v3": {**plain, "kind": "speech", "voice": "Rachel", "seconds": 2.0},
        "fal-sync-lipsync-2": {**plain, "clip": clip, "sound": sound, "seconds": 2.0},
        "fal-seedance-2.0-references": {**clips, "reference_images": [picture], "reference_sounds": [sound]},
    }[model]
    shop = counter(tmp_path, vendor, model)
    vendor.tariff = lambda wanted: cost
    receipt = shop.buy({**payload, "modality": shop.profile.modality})
    assert receipt.state is State.SETTLED, receipt.error
    assert receipt.cost_micro_usd == vendor.invoice == cost
    told = vendor.requests("submit")[0].json
    assert {name: told[name] for name in asked} == asked


def test_a_handle_is_made_of_the_id_where_the_queue_names_no_url(
    tmp_path: Path, vendor: VendorServer
) -> None:
    from cine_forge.generation.providers.call import Answer
    from cine_forge.generation.providers.fal.adapter import Fal

    shop = counter(tmp_path, vendor, "fal-kling-v3-pro")
    answer = Answer(200, {}, b'{"request_id": "a-1", "response_url": "https://fal.run/else"}')
    outcome = Fal().submitted(answer, shop.submission(video(**WIDE)))
    assert outcome is not None and outcome.provider_id == "fal-ai/kling-video/requests/a-1"


def test_every_model_of_the_fake_is_asked_by_some_profile(tmp_path: Path, vendor: VendorServer) -> None:
    from tests.generation.support import shipped_profiles

    ours = [one for name, one in shipped_profiles().items() if name.startswith("fal-")]
    named = {shape.endpoint or one.endpoint for one in ours for shape in one.shapes.values()}
    assert named == set(MODELS)


@pytest.mark.parametrize("fault", ["zero-samples", "null-output"])
def test_a_result_without_a_file_counts_as_charged(tmp_path: Path, vendor: VendorServer, fault: str) -> None:
    vendor.arm(FAULTS[fault])
    receipt = counter(tmp_path, vendor).buy(still())
    assert (receipt.state, receipt.trouble) == (State.FAILED, Trouble.EMPTY)
    assert receipt.cost_micro_usd == vendor.invoice == 150_000


@pytest.mark.parametrize(
    "fault",
    [
        "poll-404-right-after-submit", "poll-429", "poll-503", "poll-200-html", "poll-drop",
        "poll-reset-after", "unknown-status-word", "progress-backwards", "result-drop", "result-200-html",
        "download-403-then-fresh",
    ],
)  # fmt: skip
def test_what_passes_is_waited_for(tmp_path: Path, vendor: VendorServer, fault: str) -> None:
    vendor.arm(FAULTS[fault])
    assert _settled(counter(tmp_path, vendor)).cost_micro_usd == vendor.invoice == 150_000
    assert len(vendor.requests("submit")) == 1


@pytest.mark.parametrize(
    "fault", ["accept-then-drop", "accept-then-late", "accept-then-cut", "submit-500-taken"]
)
@pytest.mark.row("H2")
def test_a_submit_whose_answer_was_lost_is_held_and_never_sent_again(
    tmp_path: Path, vendor: VendorServer, fault: str
) -> None:
    vendor.arm(FAULTS[fault])
    shop = counter(tmp_path, vendor, deadline_s=LATE_S if "late" in fault else 30.0)
    for _ in range(2):
        with pytest.raises(StageError, match="CF-G030"):
            shop.buy(still())
    assert len(vendor.requests("submit")) == 1
    assert shop.receipts()[-1].est_cost_micro_usd == vendor.invoice


def test_a_busy_queue_is_asked_again_and_takes_it_once(tmp_path: Path, vendor: VendorServer) -> None:
    vendor.arm(FAULTS["submit-429-half"])
    shop = counter(tmp_path, vendor)
    assert shop.buy(still()).state is State.SETTLED
    assert len(shop.waits) == 1 and vendor.invoice == 150_000


def test_nothing_that_is_written_holds_a_key_or_a_signature(tmp_path: Path, vendor: VendorServer) -> None:
    vendor.arm(FAULTS["submit-401"], FAULTS["failed"])
    shop = counter(tmp_path, vendor)
    shop.buy(still(identity_refs=[reference(tmp_path)]))
    shop.buy(still(seed=9))
    shop.buy(still(seed=10))
    assert b"0123456789abcdef" not in shop.written()
    assert b"cdn-canary" not in shop.written() and b"Signature" not in shop.written()


def _settled(shop: Counter) -> Receipt:
    for _ in range(4):
        try:
            receipt = shop.buy(still())
        except StageError as error:
            assert error.transient
            continue
        if receipt.state is State.SETTLED:
            return receipt
    raise AssertionError(shop.receipts()[-1])


def _references(folder: Path) -> list[dict[str, Any]]:
    """Write a picture, a clip and a sound, and return references to them."""
    made = {"a.png": png(64, 36, 1), "a.mp4": mp4(64, 36, 48, 1), "a.wav": wav(2.0, 1)}
    for name, content in made.items():
        (folder / name).write_bytes(content)
    roles = zip(made, ("identity", "clip", "sound"), strict=True)
    plain = {"entity": "shot:a"}
    return [
        {**plain, "role": role, "path": name, "sha256": digest_of_file(folder / name)} for name, role in roles
    ]


def _brought(asked: Any) -> tuple[Any, ...]:
    """Return what matters of a request of an upload; fal's own client sends its key to the storage too."""
    heads = ["content-type", "x-fal-object-lifecycle-preference"]
    heads += ["authorization"] if asked.path.startswith("/storage/") else []
    return asked.method, asked.target, asked.body, [asked.headers.get(name) for name in heads]


def _shape(asked: Any) -> tuple[Any, ...]:
    """Return what matters of a request; ids of jobs differ."""
    words = [word for word in asked.path.split("/") if word.count("-") != 4]
    return asked.method, words, asked.json, asked.headers["authorization"]
