"""A real ComfyUI server, where `CINE_FORGE_COMFYUI_URL` names one: every way there and back, without weights.

Any server will do, with no model and no node of anybody else's; what is not ours on it is left alone. Seen
with 0.3.64 on a processor alone.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from zlib import crc32

import pytest
from PIL import Image

from cine_forge.generation.providers.capabilities import read_capabilities
from cine_forge.generation.providers.comfyui.adapter import job_of, open_provider
from cine_forge.generation.providers.comfyui.graph import read_templates
from cine_forge.generation.providers.comfyui.node_book import faults_of
from cine_forge.generation.providers.endpoint import Endpoint
from cine_forge.generation.providers.opening import Opening
from cine_forge.generation.providers.provider import PollOutcome, Submission
from cine_forge.generation.providers.remote import Remote
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.hashing import digest_of_file
from tests.generation.asked import sound
from tests.generation.support import ROOT, image, reference, video
from tests.generation.vendor_orders import sought, submission

URL = os.environ.get("CINE_FORGE_COMFYUI_URL", "")
GRAPHS = ROOT / "cine_forge" / "generation" / "providers" / "comfyui" / "graphs"
STILL, CLIP = "comfyui-plain-still", "comfyui-plain-clip"
LONG = {"width": 320, "height": 180, "frames": 480}

pytestmark = pytest.mark.skipif(not URL, reason="CINE_FORGE_COMFYUI_URL names no ComfyUI server")


def node(kind: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": kind, "inputs": inputs}


SILENCE = {
    "slots": {"seconds": [["1", "duration"]], "prefix": [["2", "filename_prefix"]]},
    "graph": {
        "1": node("EmptyAudio", duration=1.0, sample_rate=44100, channels=2),
        "2": node("SaveAudioMP3", audio=["1", 0], filename_prefix="x", quality="128k"),
    },
}
"""A sound, without weights."""

FIXED = {
    "slots": {"seed": [["2", "seed"]]},
    "graph": {
        "1": node("EmptyImage", width=8, height=8, batch_size=1, color=0x808080),
        "2": node("ImageAddNoise", image=["1", 0], seed=0, strength=0.5),
        "3": node("SaveImage", images=["2", 0], filename_prefix="cine-forge/fixed"),
    },
}
"""A graph whose file has no name of the order's: the same order again comes from the server's cache."""

HALF = {
    "slots": {"prefix": [["2", "filename_prefix"]]},
    "graph": {
        "1": node("EmptyImage", width=8, height=8, batch_size=1, color=0),
        "2": node("SaveImage", images=["1", 0], filename_prefix="x"),
        "3": node("LoadImage", image="cine-forge/there-is-no-such-file.png"),
        "4": node("SaveImage", images=["3", 0], filename_prefix="cine-forge/half"),
    },
}
"""A graph of which one result can be made and the other cannot."""


class Bench:
    """The server, as an adapter with graphs of its own sees it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        graphs = folder / "mine" / "comfyui" / "graphs"
        graphs.mkdir(parents=True)
        for name, template in {"silence": SILENCE, "fixed": FIXED, "half": HALF}.items():
            (graphs / f"{name}.json").write_text(json.dumps(template))
        there = {"comfyui": Endpoint(base_url=URL)}
        opening = Opening(folder / "work", {}, endpoints=there, folders=(folder / "mine",))
        self.remote: Remote = open_provider(opening, read_capabilities("comfyui"))

    def order(self, name: str, model: str, payload: Mapping[str, Any]) -> Submission:
        """Return an order under an id that the server never saw, its files brought there."""
        own = f"test-{os.getpid()}-{self.folder.parent.name}-{self.folder.name}-{name}"
        plain = submission(model, payload, self.folder, own_id=own)
        urls = {
            path: self.remote.upload(file, "image/png", digest_of_file(file)).url
            for path, file in plain.files.items()
        }
        return replace(plain, urls=urls)

    def sent(self, name: str, model: str, payload: Mapping[str, Any]) -> tuple[Submission, str]:
        """Send an order; return it with the server's name for it."""
        order = self.order(name, model, payload)
        told = self.remote.submit(order)
        assert told.state == "submitted" and told.provider_id == job_of(order.own_id), told.error
        return order, told.provider_id

    def ended(self, job: str) -> PollOutcome:
        """Wait until it has ended."""
        while (outcome := self.remote.poll(job)).state == "running":
            threading.Event().wait(0.2)
        return outcome

    def made(self, job: str) -> bytes:
        """Wait for the result and bring it home."""
        outcome = self.ended(job)
        assert outcome.state == "succeeded", outcome.error
        self.remote.download(job, outcome, self.folder / job)
        return (self.folder / job).read_bytes()


def asked(path: str, body: Mapping[str, Any] | None = None) -> Any:
    """Ask the server what no adapter asks."""
    data = None if body is None else json.dumps(body).encode()
    request = Request(URL + path, data, {"Content-Type": "application/json"})
    with urlopen(request, timeout=60) as said:
        return json.loads(said.read() or b"null")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.mark.parametrize("path", sorted(GRAPHS.glob("*.json")), ids=lambda path: path.stem)
def test_every_graph_that_ships_fits_the_nodes_of_this_server(path: Path) -> None:
    graph = read_templates([GRAPHS])[path.stem].graph
    nodes = {key: one.model_dump() for key, one in graph.items()}
    assert faults_of(nodes, asked("/object_info")) == ()


@pytest.mark.parametrize("kind", ["t2i", "i2i", "t2v", "i2v"])
def test_a_picture_or_a_clip_comes_home(kind: str, bench: Bench) -> None:
    one = reference(bench.folder)
    model, payload = {
        "t2i": (STILL, image(blocking=None)),
        "i2i": (STILL, image(blocking=None, identity_refs=[one])),
        "t2v": (CLIP, video()),
        "i2v": (CLIP, video(start_frame=one)),
    }[kind]
    start = bench.made(bench.sent(kind, model, payload)[1])[:12]
    assert start.startswith(b"\x89PNG") if model == STILL else start[4:8] == b"ftyp"


def test_a_sound_comes_home(bench: Bench) -> None:
    order = replace(bench.order("sound", STILL, sound()), endpoint="silence", profile=None)
    told = bench.remote.submit(order)
    assert told.state == "submitted", told.error
    assert len(bench.made(job_of(order.own_id))) > 1_000


def test_the_seed_makes_another_picture_and_the_same_seed_the_same_file_anew(bench: Bench) -> None:
    orders = {"a": 1, "b": 1, "c": 2}
    jobs = [bench.sent(name, STILL, image(blocking=None, seed=seed))[1] for name, seed in orders.items()]
    urls = [bench.ended(job).output_url for job in jobs]
    pixels = [Image.open(BytesIO(bench.made(job))).tobytes() for job in jobs]
    assert pixels[0] == pixels[1] != pixels[2]
    assert len(set(urls)) == 3, "each has a file of its own, though the nodes before it were cached"


def test_the_same_graph_again_comes_from_the_cache_and_brings_the_same_file(bench: Bench) -> None:
    payload = image(blocking=None, seed=crc32(f"{os.getpid()} {bench.folder}".encode()))
    outcomes = []
    for name in ("a", "b"):
        order = replace(bench.order(name, STILL, payload), endpoint="fixed", profile=None)
        told = bench.remote.submit(order)
        assert told.state == "submitted", told.error
        outcomes.append(bench.ended(job_of(order.own_id)))
    assert [one.state for one in outcomes] == ["succeeded", "succeeded"], outcomes
    assert [one.cached for one in outcomes] == [False, True]
    assert outcomes[0].output_url == outcomes[1].output_url


def test_two_are_in_flight_and_both_come_home(bench: Bench) -> None:
    jobs = [bench.sent(str(seed), CLIP, video(seed=seed))[1] for seed in (1, 2)]
    assert all(bench.made(job)[4:8] == b"ftyp" for job in reversed(jobs))


def test_what_runs_and_what_waits_is_found_and_can_be_stopped(bench: Bench) -> None:
    runs, running = bench.sent("a", CLIP, video(**LONG, seed=1))
    waits, waiting = bench.sent("b", CLIP, video(**LONG, seed=2))
    assert bench.remote.find(sought(waits)) == waiting and bench.remote.find(sought(runs)) == running
    assert bench.remote.cancel(waiting) and bench.ended(waiting).trouble is Trouble.LOST
    assert bench.remote.cancel(running)
    outcome = bench.ended(running)
    assert outcome.trouble is Trouble.UNFINISHED and "interrupted at node" in (outcome.error or "")
    assert bench.remote.find(sought(runs)) == running and bench.remote.find(sought(waits)) is None


def test_a_history_that_was_lost_is_told_as_lost(bench: Bench) -> None:
    order, job = bench.sent("a", STILL, image(blocking=None))
    assert bench.ended(job).state == "succeeded"
    asked("/history", {"delete": [job]})
    outcome = bench.ended(job)
    assert (outcome.trouble, outcome.cost_micro_usd) == (Trouble.LOST, 0)
    assert bench.remote.find(sought(order)) is None


def test_a_node_that_fails_is_named_and_the_servers_folders_are_not(bench: Bench) -> None:
    one = reference(bench.folder)
    (bench.folder / one["path"]).write_bytes(b"this is no picture")
    outcome = bench.ended(bench.sent("a", STILL, image(blocking=None, identity_refs=[one]))[1])
    assert outcome.trouble is Trouble.FAULTY and "node 1 (LoadImage)" in (outcome.error or "")
    assert "/cine-forge" not in (outcome.error or "") and "\\cine-forge" not in (outcome.error or "")


def test_a_file_that_is_not_there_is_refused_and_named(bench: Bench) -> None:
    one = reference(bench.folder)
    order = bench.order("a", STILL, image(blocking=None, identity_refs=[one]))
    told = bench.remote.submit(replace(order, urls={one["path"]: "cine-forge/gone.png?type=input"}))
    assert (told.state, told.trouble) == ("refused", Trouble.REJECTED)
    assert "node 1 (LoadImage)" in (told.error or "") and "gone.png" in (told.error or "")


def test_a_graph_that_it_would_make_in_part_is_refused(bench: Bench) -> None:
    order = replace(bench.order("a", STILL, image(blocking=None)), endpoint="half", profile=None)
    told = bench.remote.submit(order)
    assert (told.state, told.trouble) == ("refused", Trouble.REJECTED)
    assert "node 3 (LoadImage)" in (told.error or "")
