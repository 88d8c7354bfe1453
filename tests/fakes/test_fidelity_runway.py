"""Runway's own client is content with the fake: it makes tasks, polls them, and reads every end."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from runwayml import BadRequestError, RunwayML

from tests.fakes.runway import KEY, RunwayManner
from tests.fakes.vendor import FAULTS, VendorServer

CLIP = {"model": "gen4.5", "prompt_text": "she turns", "ratio": "1280:720", "duration": 5}


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Iterator[VendorServer]:
    with VendorServer(RunwayManner(), pace=(1, 1, 0.0)) as server:
        monkeypatch.setenv("RUNWAYML_BASE_URL", server.base_url)
        monkeypatch.setenv("RUNWAYML_API_SECRET", KEY)
        yield server


def test_it_makes_a_task_polls_it_and_fetches_the_result(vendor: VendorServer) -> None:
    client = RunwayML(max_retries=0)
    task = client.image_to_video.create(**CLIP, prompt_image="https://example.com/a.png")  # type: ignore[call-overload]
    told = [client.tasks.retrieve(task.id) for _ in range(3)]
    assert [one.status for one in told] == ["THROTTLED", "RUNNING", "SUCCEEDED"]
    assert told[2].cost.credits == 5 and b"ftyp" in httpx.get(told[2].output[0]).content[:12]


@pytest.mark.parametrize(
    ("fault", "code"), [("failed", "INTERNAL.BAD_OUTPUT.CODE01"), ("declined", "SAFETY.INPUT.TEXT")]
)
def test_it_reads_a_task_that_failed(vendor: VendorServer, fault: str, code: str) -> None:
    vendor.arm(FAULTS[fault])
    client = RunwayML(max_retries=0)
    task = client.text_to_video.create(**CLIP)  # type: ignore[call-overload]
    told = client.tasks.retrieve(task.id)
    assert (told.status, told.failure_code, told.cost.credits) == ("FAILED", code, 0)


def test_it_reads_a_refused_request(vendor: VendorServer) -> None:
    with pytest.raises(BadRequestError, match="Validation of body failed"):
        RunwayML(max_retries=0).text_to_video.create(**{**CLIP, "duration": 11})  # type: ignore[call-overload]
    assert vendor.invoice == 0


def test_it_cancels_a_task(vendor: VendorServer) -> None:
    client = RunwayML(max_retries=0)
    client.tasks.delete(client.text_to_video.create(**CLIP).id)  # type: ignore[call-overload]
    assert [asked.method for asked in vendor.requests("cancel")] == ["DELETE"] and vendor.invoice == 0


def test_it_brings_a_file_and_names_it_in_a_task(vendor: VendorServer) -> None:
    client = RunwayML(max_retries=0)
    brought = client.uploads.create_ephemeral(file=("a.png", b"a picture"))
    frames = [{"uri": brought.uri, "position": "first"}, {"uri": brought.uri, "position": "last"}]
    plain = {"model": "veo3.1", "prompt_text": "she turns", "ratio": "1280:720", "duration": 4}
    client.image_to_video.create(**plain, prompt_image=frames)  # type: ignore[call-overload]
    assert brought.uri == "runway://upload-1" and b"a picture" in vendor.uploads["upload-2"]
    assert vendor.requests("submit")[0].json["promptImage"] == frames
