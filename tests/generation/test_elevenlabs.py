"""ElevenLabs through the desk: speech, effects and music that come with their answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from elevenlabs.client import ElevenLabs

from cine_forge.generation.money.receipt import State
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import StageError
from tests.fakes.counter import LATE_S, Counter
from tests.fakes.elevenlabs import KEY, VOICE, ElevenLabsManner
from tests.fakes.vendor import FAULTS, VendorServer

SPEECH, EFFECTS, MUSIC = "elevenlabs-speech-v3", "elevenlabs-effects-v2", "elevenlabs-music-v1"
LINE = "It was here."


@pytest.fixture
def vendor() -> Iterator[VendorServer]:
    with VendorServer(ElevenLabsManner(), tariff=lambda wanted: 1_200) as server:
        server.late(LATE_S + 1)
        yield server


def counter(folder: Path, vendor: VendorServer, model: str = SPEECH, deadline_s: float = 30.0) -> Counter:
    return Counter(folder, vendor, model, {"ELEVENLABS_API_KEY": KEY}, deadline_s=deadline_s)


def sound(kind: str = "speech", **changes: Any) -> dict[str, Any]:
    plain = {"modality": "audio_t2a", "entity": "line:a", "kind": kind, "prompt": LINE, "seconds": 4.0}
    return {**plain, "seed": 7, "voice": VOICE if kind == "speech" else None, **changes}


@pytest.mark.parametrize(
    ("model", "kind", "asked"),
    [
        (SPEECH, "speech", {"text": LINE, "seed": 7, "model_id": "eleven_v3"}),
        (EFFECTS, "effect", {"text": LINE, "duration_seconds": 4, "model_id": "eleven_text_to_sound_v2"}),
        (MUSIC, "music", {"prompt": LINE, "music_length_ms": 4000, "model_id": "music_v1"}),
        ("elevenlabs-sound", "speech", {"text": LINE, "seed": 7, "model_id": "eleven_v3"}),
        ("elevenlabs-sound", "music", {"prompt": LINE, "music_length_ms": 4000, "model_id": "music_v1"}),
    ],
)
def test_every_kind_of_sound_is_asked_for_and_kept(
    tmp_path: Path, vendor: VendorServer, model: str, kind: str, asked: dict[str, Any]
) -> None:
    receipt = counter(tmp_path, vendor, model).buy(sound(kind))
    assert receipt.state is State.SETTLED, receipt.error
    assert receipt.output is not None and receipt.output.media_type.startswith("audio/")
    assert vendor.requests("submit")[0].json == asked


def test_a_line_costs_by_its_characters(tmp_path: Path, vendor: VendorServer) -> None:
    receipt = counter(tmp_path, vendor).buy(sound())
    assert receipt.cost_micro_usd == vendor.invoice == 1_200


def test_what_is_asked_equals_what_elevenlabs_own_client_asks(tmp_path: Path, vendor: VendorServer) -> None:
    shop = counter(tmp_path, vendor)
    client = ElevenLabs(api_key=KEY, base_url=vendor.base_url)
    told = {"text": LINE, "model_id": "eleven_v3", "seed": 7, "language_code": "en"}
    b"".join(client.text_to_speech.convert(VOICE, **told, output_format="mp3_44100_128"))  # type: ignore[arg-type]
    shop.provider.submit(shop.submission(sound(language="en-GB")))
    theirs, ours = [
        (one.method, one.path, dict(one.query), one.json, one.headers["xi-api-key"])
        for one in vendor.requests("submit")
    ]
    assert ours == theirs


def test_a_voice_of_somebody_else_is_refused_before_anything_is_sent(
    tmp_path: Path, vendor: VendorServer
) -> None:
    receipt = counter(tmp_path, vendor).buy(sound(voice="character:ann/../x"))
    assert receipt.state is State.REFUSED and "no voice of ElevenLabs" in (receipt.error or "")
    assert vendor.asked == []


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        ("declined", Trouble.FILTERED),
        ("submit-401", Trouble.SETTING),
        ("submit-422", Trouble.REJECTED),
        ("submit-429-always", Trouble.THROTTLED),
        ("submit-503", Trouble.THROTTLED),
    ],
)
def test_what_was_refused_has_a_name_and_costs_nothing(
    tmp_path: Path, vendor: VendorServer, fault: str, trouble: Trouble
) -> None:
    vendor.arm(FAULTS[fault])
    shop = counter(tmp_path, vendor)
    shop.buy(sound())
    first = shop.receipts()[0]
    if fault == "submit-503":
        assert first.state is State.SETTLED
        return
    assert (first.state, first.trouble) == (State.REFUSED, trouble)
    assert (first.cost_micro_usd or 0) == vendor.invoice == 0


def test_an_answer_without_a_sound_counts_as_charged(tmp_path: Path, vendor: VendorServer) -> None:
    vendor.arm(FAULTS["zero-samples"])
    receipt = counter(tmp_path, vendor).buy(sound())
    assert (receipt.state, receipt.trouble) == (State.FAILED, Trouble.EMPTY)
    assert receipt.cost_micro_usd == vendor.invoice == 1_200


@pytest.mark.parametrize("fault", ["accept-then-cut", "accept-then-late", "submit-200-html"])
def test_a_lost_answer_is_held_and_never_bought_again(
    tmp_path: Path, vendor: VendorServer, fault: str
) -> None:
    vendor.arm(FAULTS[fault])
    shop = counter(tmp_path, vendor, deadline_s=LATE_S if "late" in fault else 30.0)
    with pytest.raises(StageError, match="CF-G030"):
        shop.buy(sound())
    assert len(vendor.requests("submit")) == 1
    assert b"xi_canary" not in shop.written()
