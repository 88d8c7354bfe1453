"""fal's own client is content with the fake: what it asks is understood, what it is told it believes."""

from __future__ import annotations

from collections.abc import Iterator

import fal_client
import httpx
import pytest
from fal_client import client as fal_parts

from tests.fakes.fal import KEY, FalManner
from tests.fakes.vendor import FAULTS, VendorServer

BANANA = "fal-ai/nano-banana-pro"
KLING = "fal-ai/kling-video/v3/pro/image-to-video"


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Iterator[VendorServer]:
    """A fake that takes a while, and fal's client pointed at it by the client's own constants."""
    with VendorServer(FalManner(), pace=(1, 1, 0.0)) as server:
        monkeypatch.setattr(fal_parts, "QUEUE_URL_FORMAT", f"{server.base_url}/")
        monkeypatch.setattr(fal_parts, "REST_URL", server.base_url)
        monkeypatch.setattr(fal_parts, "CDN_URL", server.base_url)
        monkeypatch.setattr(fal_parts, "DEFAULT_QUEUE_POLL_INTERVAL", 0.0)
        yield server


@pytest.fixture
def client(vendor: VendorServer) -> fal_client.SyncClient:
    return fal_client.SyncClient(key=KEY)


def test_it_submits_polls_and_fetches(vendor: VendorServer, client: fal_client.SyncClient) -> None:
    handle = client.submit(BANANA, {"prompt": "a lamp"})
    told = [type(one).__name__ for one in handle.iter_events(interval=0.0)]
    assert told == ["Queued", "InProgress", "Completed"]
    url = handle.get(interval=0.0)["images"][0]["url"]
    assert httpx.get(url).content.startswith(b"\x89PNG")
    assert [asked.path for asked in vendor.requests("submit")] == [f"/{BANANA}"]
    assert vendor.invoice == 50_000


def test_it_finds_a_request_again_by_its_id_alone(client: fal_client.SyncClient) -> None:
    first = client.submit(KLING, {"start_image_url": "https://example.com/a.png", "prompt": "she turns"})
    again = client.get_handle(KLING, first.request_id)
    assert again.response_url == first.response_url
    assert again.get(interval=0.0)["video"]["content_type"] == "video/mp4"


def test_it_reads_a_refused_request(vendor: VendorServer, client: fal_client.SyncClient) -> None:
    with pytest.raises(fal_client.FalClientHTTPError) as caught:
        client.submit(KLING, {"prompt": "she turns", "duration": 5})
    assert caught.value.status_code == 422
    assert vendor.invoice == 0


def test_it_reads_a_model_that_failed(vendor: VendorServer, client: fal_client.SyncClient) -> None:
    vendor.arm(FAULTS["failed"])
    handle = client.submit(BANANA, {"prompt": "a lamp"})
    assert list(handle.iter_events(interval=0.0))[-1].error_type == "runner_error"
    assert vendor.invoice == 0


def test_it_reads_a_refusal_of_the_policy(vendor: VendorServer, client: fal_client.SyncClient) -> None:
    vendor.arm(FAULTS["declined"])
    handle = client.submit(BANANA, {"prompt": "a lamp"})
    with pytest.raises(fal_client.FalClientHTTPError, match="content_policy_violation"):
        handle.get(interval=0.0)


def test_it_cancels_what_waits(vendor: VendorServer, client: fal_client.SyncClient) -> None:
    handle = client.submit(BANANA, {"prompt": "a lamp"})
    handle.cancel()
    assert [asked.method for asked in vendor.requests("cancel")] == ["PUT"]
    assert vendor.invoice == 0


@pytest.mark.parametrize("place", ["fal_v3", "fal"])
def test_it_brings_a_file(vendor: VendorServer, client: fal_client.SyncClient, place: str) -> None:
    url = client.upload(b"a picture", "image/png", "a.png", repository=place)
    assert httpx.get(url).content == b"a picture"
