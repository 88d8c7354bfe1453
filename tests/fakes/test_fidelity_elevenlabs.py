"""ElevenLabs' own client is content with the fake: speech, effects, music, and errors."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from elevenlabs.client import ElevenLabs
from elevenlabs.core.api_error import ApiError

from tests.fakes.elevenlabs import KEY, VOICE, ElevenLabsManner
from tests.fakes.vendor import FAULTS, VendorServer


@pytest.fixture
def vendor() -> Iterator[VendorServer]:
    with VendorServer(ElevenLabsManner()) as server:
        yield server


@pytest.fixture
def client(vendor: VendorServer) -> ElevenLabs:
    return ElevenLabs(api_key=KEY, base_url=vendor.base_url)


def test_it_speaks_and_makes_effects_and_music(vendor: VendorServer, client: ElevenLabs) -> None:
    heard = (
        client.text_to_speech.convert(VOICE, text="It was here.", model_id="eleven_v3"),
        client.text_to_sound_effects.convert(text="a door", duration_seconds=2),
        client.music.compose(prompt="a slow waltz", music_length_ms=10_000),
    )
    assert all(b"".join(sound).startswith(b"RIFF") for sound in heard)
    assert vendor.invoice == 150_000


@pytest.mark.parametrize(("fault", "status"), [("declined", 400), ("failed", 500), ("submit-422", 422)])
def test_it_reads_errors(vendor: VendorServer, client: ElevenLabs, fault: str, status: int) -> None:
    vendor.arm(FAULTS[fault])
    with pytest.raises(ApiError) as caught:
        once = {"max_retries": 0}
        b"".join(client.text_to_speech.convert(VOICE, text="It was here.", request_options=once))  # type: ignore[arg-type]
    assert caught.value.status_code == status and vendor.invoice == 0
