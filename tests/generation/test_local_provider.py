"""The embedded provider through the desk: boards, sheets and clips that depend on the payload alone."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from cine_forge.generation.desk import Desk, open_desk
from cine_forge.generation.dispatch.surroundings import Surroundings
from cine_forge.generation.payloads import read_payload
from cine_forge.generation.providers.local.adapter import LocalProvider
from cine_forge.generation.providers.local.render import seed_of_attempt
from cine_forge.generation.providers.opening import Opening, Providers
from cine_forge.generation.routing import read_routes
from cine_forge.media.still import read_png
from tests.generation.support import (
    LOOK,
    NOON,
    ORIGIN,
    ROOT,
    SET,
    Lost,
    image,
    reference,
    shipped_profiles,
    video,
)

PERSON = {"entity": "character:ann", "name": "ANN", "description": "a baker", "look": LOOK}
PLACE = {"entity": "location:kitchen", "name": "KITCHEN", "set": SET, "place": "INT"}
LINES = [{"voice": "character:ann", "text": "Is it you?", "start_s": 0.1, "length_s": 0.3}]


def desk_of(project: Path, workers: int = 0) -> Desk:
    """Open a desk over the shipped configuration; `workers=0` draws in this thread."""
    project.mkdir(exist_ok=True)
    log = project / "receipts.jsonl"
    surroundings = Surroundings(clock=lambda: NOON, receipts_log=lambda run_id: log)
    providers = Providers(Opening(project / "receipts" / ".work", workers=workers))
    routes = read_routes(ROOT / "configs" / "providers.yaml")
    return open_desk(project, routes, shipped_profiles(), surroundings, providers)


def made(project: Path, payload: dict[str, Any], attempt: int = 1) -> Path:
    """Send a payload in a project and return where its output lies."""
    answer = desk_of(project).ask({"act": "send", "payload": payload, "attempt": attempt}, ORIGIN)
    assert answer["result"]["success"], answer["result"]["error"]
    assert answer["cost_micro_usd"] == 0
    return project / str(answer["result"]["output_path"])


def decoded(path: Path) -> NDArray[np.uint8]:
    """Return the frames of a clip."""
    with av.open(str(path)) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


@pytest.mark.row("D10")
@pytest.mark.parametrize(
    "payload",
    [
        image(),
        image(tier="finish"),
        image(blocking=None, subject=PERSON, width=320, height=240),
        image(blocking=None, subject=PLACE, width=320, height=240),
    ],
    ids=["pencil", "finish", "character sheet", "location sheet"],
)
def test_a_still_has_its_size_and_depends_on_the_payload_alone(
    tmp_path: Path, payload: dict[str, Any]
) -> None:
    first, second = (read_png(made(tmp_path / name, payload)) for name in ("a", "b"))
    assert first.shape == (payload["height"], payload["width"], 3)
    assert first.std() > 1
    assert np.array_equal(first, second)


@pytest.mark.row("D11")
def test_a_clip_has_its_frames_its_sound_and_depends_on_the_payload_alone(tmp_path: Path) -> None:
    payload = video(frames=12, lines=LINES, width=160, height=90)
    first, second = (decoded(made(tmp_path / name, payload)) for name in ("a", "b"))
    assert first.shape == (12, 90, 160, 3)
    assert np.array_equal(first, second)


def test_a_clip_is_measured_in_the_answer(tmp_path: Path) -> None:
    payload = video(frames=10, fps="25", generate_audio=False)
    answer = desk_of(tmp_path).ask({"act": "send", "payload": payload, "take_owner": "shot:a"}, ORIGIN)
    assert [answer[name] for name in ("width", "height", "fps", "frames", "seconds", "take")] == [
        64,
        36,
        "25",
        10,
        0.4,
        1,
    ]


def test_another_attempt_draws_from_another_seed() -> None:
    payload = read_payload(video(seed=7))
    seeds = [seed_of_attempt(payload, attempt) for attempt in (1, 2, 3, 2)]
    assert seeds[0] == 7
    assert len(set(seeds)) == 3 and seeds[1] == seeds[3]


def test_every_reference_slot_is_taken(tmp_path: Path) -> None:
    bound = reference(tmp_path)
    made(tmp_path, image(identity_refs=[bound] * 5, scene_ref=bound, pose_ref=bound, expression_refs=[bound]))
    made(tmp_path, video(start_frame=bound, end_frame=bound, reference_images=[bound] * 3))


@pytest.mark.row("D33")
def test_a_render_that_was_lost_is_drawn_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> None:
        raise Lost

    with monkeypatch.context() as patch:
        patch.setattr(LocalProvider, "download", die)
        with pytest.raises(Lost):
            made(tmp_path, image())
    assert made(tmp_path, image()).exists()
    assert len((tmp_path / "receipts.jsonl").read_text().splitlines()) == 1
    assert list((tmp_path / "receipts" / ".work" / "local").iterdir()) == []


def test_worker_processes_draw_the_same_as_the_callers_thread(tmp_path: Path) -> None:
    desk = desk_of(tmp_path / "pool", workers=1)
    answer = desk.ask({"act": "send", "payload": image()}, ORIGIN)
    desk.close()
    drawn = read_png(tmp_path / "pool" / str(answer["result"]["output_path"]))
    assert np.array_equal(drawn, read_png(made(tmp_path / "inline", image())))


_PARENT = """
import os, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from cine_forge.generation.providers.local.render import begin_worker

if __name__ == "__main__":
    pool = ProcessPoolExecutor(1, get_context("spawn"), begin_worker, (os.getpid(),))
    print(pool.submit(os.getpid).result(), flush=True)
    pool.submit(time.sleep, 600)
    input()
"""


def test_workers_end_when_the_driver_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(_PARENT)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    parent = subprocess.Popen([sys.executable, str(script)], cwd=ROOT, **pipes)
    assert parent.stdout is not None
    worker = os.pidfd_open(int(parent.stdout.readline()))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    ended, _, _ = select.select([worker], [], [], 60)
    os.close(worker)
    assert ended, "a worker outlived its driver"
