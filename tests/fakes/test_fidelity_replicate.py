"""Replicate's own client is content with the fake: predictions, their list, files, cancelling."""

from __future__ import annotations

import io
from collections.abc import Iterator

import httpx
import pytest
import replicate
from replicate.exceptions import ReplicateError

from tests.fakes.replicate import KEY, VERSION, ReplicateManner
from tests.fakes.vendor import FAULTS, VendorServer

FLUX = "black-forest-labs/flux-1.1-pro"


@pytest.fixture
def vendor() -> Iterator[VendorServer]:
    with VendorServer(ReplicateManner(page=2), pace=(1, 1, 0.0)) as server:
        yield server


@pytest.fixture
def client(vendor: VendorServer, monkeypatch: pytest.MonkeyPatch) -> replicate.Client:
    monkeypatch.setenv("REPLICATE_BASE_URL", vendor.base_url)
    monkeypatch.setenv("REPLICATE_API_TOKEN", KEY)
    return replicate.Client()


def test_it_makes_a_prediction_polls_it_and_fetches_the_result(client: replicate.Client) -> None:
    made = client.models.predictions.create(FLUX, input={"prompt": "a lamp"})
    words = [client.predictions.get(made.id).status for _ in range(3)]
    assert [made.status, *words] == ["starting", "starting", "processing", "succeeded"]
    assert httpx.get(client.predictions.get(made.id).output).content.startswith(b"\x89PNG")


def test_it_makes_a_prediction_of_a_version(vendor: VendorServer, client: replicate.Client) -> None:
    client.predictions.create(version=VERSION, input={"prompt": "a lamp"})
    assert [asked.path for asked in vendor.requests("submit")] == ["/v1/predictions"]


def test_it_pages_through_the_list(client: replicate.Client) -> None:
    made = [client.models.predictions.create(FLUX, input={"prompt": str(n)}).id for n in range(3)]
    first = client.predictions.list()
    second = client.predictions.list(first.next)
    assert [one.id for one in (*first.results, *second.results)] == made[::-1] and second.next is None


@pytest.mark.parametrize(("fault", "word"), [("failed", "failed"), ("declined", "failed")])
def test_it_reads_a_prediction_that_failed(
    vendor: VendorServer, client: replicate.Client, fault: str, word: str
) -> None:
    vendor.arm(FAULTS[fault])
    made = client.models.predictions.create(FLUX, input={"prompt": "a lamp"})
    made.reload()
    assert made.status == word and made.error


def test_it_reads_a_refused_request(vendor: VendorServer, client: replicate.Client) -> None:
    with pytest.raises(ReplicateError) as caught:
        client.models.predictions.create(FLUX, input={"words": "a lamp"})
    assert caught.value.status == 422 and vendor.invoice == 0


def test_it_cancels_and_brings_a_file(vendor: VendorServer, client: replicate.Client) -> None:
    made = client.models.predictions.create(FLUX, input={"prompt": "a lamp"})
    made.cancel()
    assert made.status == "canceled" and vendor.invoice == 0
    assert client.files.create(io.BytesIO(b"a picture"), filename="a.png").urls["get"].endswith("upload-1")
