"""OpenAI's own client is content with the fake: stills, edits, errors and its own second try."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from openai import BadRequestError, OpenAI

from tests.fakes.openai_images import KEY, ImagesManner
from tests.fakes.vendor import FAULTS, VendorServer


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Iterator[VendorServer]:
    with VendorServer(ImagesManner()) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", f"{server.base_url}/v1")
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        yield server


def test_it_reads_a_still_and_what_it_counted(vendor: VendorServer) -> None:
    told = OpenAI().images.generate(model="gpt-image-2", prompt="a lamp", size="1536x1024")
    assert told.data and base64.b64decode(told.data[0].b64_json or "").startswith(b"\x89PNG")
    assert told.usage and (told.usage.input_tokens, told.usage.output_tokens) == (6, 7024)


def test_it_brings_pictures_to_an_edit(vendor: VendorServer) -> None:
    files = [("a.png", b"\x89PNG one", "image/png"), ("b.png", b"\x89PNG two", "image/png")]
    told = OpenAI().images.edit(model="gpt-image-2", prompt="a lamp", image=files)
    assert told.data and [asked.path for asked in vendor.requests("submit")] == ["/v1/images/edits"]


def test_it_reads_a_refusal_of_the_policy(vendor: VendorServer) -> None:
    vendor.arm(FAULTS["declined"])
    with pytest.raises(BadRequestError) as caught:
        OpenAI().images.generate(model="gpt-image-2", prompt="a lamp")
    assert caught.value.code == "moderation_blocked" and vendor.invoice == 0


def test_it_waits_for_a_busy_server_and_is_charged_once(vendor: VendorServer) -> None:
    vendor.arm(FAULTS["submit-429-now"])
    assert OpenAI().images.generate(model="gpt-image-2", prompt="a lamp").data
    assert vendor.invoice == 50_000
