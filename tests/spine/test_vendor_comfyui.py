"""The whole spine through ComfyUI, by graphs of the project and `--provider comfyui` alone.

With `CINE_FORGE_COMFYUI_URL` it is a real server, which needs no weights for these graphs; in a sweep it is
the fake. Otherwise it is skipped by name: a server of that kind is nobody's to expect.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from typing import Any
from urllib.request import urlopen
from zlib import crc32

import pytest

from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import Receipt, State
from tests.fakes.comfyui import ComfyUi
from tests.fakes.medium import Made, mp4, png
from tests.fakes.vendor import VendorServer, Wanted
from tests.spine.studio import ROOT, Film, new_film

URL = "CINE_FORGE_COMFYUI_URL"
SIZE = {"aspect": "16:9", "width": 256, "height": 144, "fps": "24"}
SCRIPT = """# THE KEY

**INT. KITCHEN - DAY**

ANN MORO (34), short red hair, blue shirt, turns a brass KEY over on the table.

ANN
It was under the stone all along.
"""
PROFILE = """model: {model}
description: Graphs without weights
modality: {modality}
endpoint: {plain}
actions:
{actions}shapes:
{shapes}prompt: {{most: 100000}}
sizes: {{least: 16, most: 4096}}
{more}price: {{as_of: "2026-01-01", source: one's own machine}}
pace: {{least_s: 1}}
"""
STILLS = "scene_ref: 1, pose_ref: 1, identity_refs: 8, expression_refs: 8"
CLIPS = "start_frame: 1, end_frame: 1, reference_images: 8"
LENGTHS = "durations: {most_s: 60}\n"
MOST = 8

pytestmark = [
    pytest.mark.sweep if not os.environ.get(URL) else pytest.mark.row("D37"),
]


def node(kind: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": kind, "inputs": inputs}


def board(count: int) -> dict[str, Any]:
    """Return a still of `count` references, each laid over those before it."""
    nodes, slots = {}, []
    for at in range(count):
        nodes[f"load{at}"] = node("LoadImage", image="reference.png")
        scale = {"upscale_method": "lanczos", "width": 64, "height": 36, "crop": "center"}
        nodes[f"scale{at}"] = node("ImageScale", image=[f"load{at}", 0], **scale)
        slots.append([f"load{at}", "image"])
    last = "scale0"
    for at in range(1, count):
        over = {"blend_factor": 0.5, "blend_mode": "normal"}
        nodes[f"blend{at}"] = node("ImageBlend", image1=[last, 0], image2=[f"scale{at}", 0], **over)
        last = f"blend{at}"
    nodes["save"] = node("SaveImage", images=[last, 0], filename_prefix="x")
    sides = {side: [[f"scale{at}", side] for at in range(count)] for side in ("width", "height")}
    return {"graph": nodes, "slots": {**sides, "references": slots, "prefix": [["save", "filename_prefix"]]}}


def clip(count: int, frames: tuple[str, ...]) -> dict[str, Any]:
    """Return the first frame held; what else is referred to is loaded and laid under it."""
    told = board(count + len(frames))
    nodes, slots = told["graph"], told["slots"]
    places = slots.pop("references")
    last = nodes.pop("save")["inputs"]["images"]
    slots |= {name: [places[at]] for at, name in enumerate(frames)}
    slots |= {"references": places[len(frames) :]} if count else {}
    nodes["hold"] = node("RepeatImageBatch", image=last, amount=24)
    nodes["film"] = node("CreateVideo", images=["hold", 0], fps=24.0)
    nodes["save"] = node("SaveVideo", video=["film", 0], filename_prefix="x", format="mp4", codec="h264")
    return {"graph": nodes, "slots": {**slots, "frames": [["hold", "amount"]], "fps": [["film", "fps"]]}}


def furnish(folder: Path, url: str) -> None:
    """Write what is configuration: graphs, two profiles, and where the server is."""
    graphs, models = folder / "providers" / "comfyui" / "graphs", folder / "configs" / "models"
    graphs.mkdir(parents=True)
    models.mkdir(parents=True)
    made = {f"board-{count}": board(count) for count in range(1, MOST + 1)}
    made |= {"framed-0": clip(0, ("start_frame",)), "ends-0": clip(0, ("start_frame", "end_frame"))}
    for count in range(1, MOST + 1):
        made[f"cast-{count}"] = clip(count, ("start_frame",))
        made[f"ends-{count}"] = clip(count, ("start_frame", "end_frame"))
    for name, template in made.items():
        (graphs / f"{name}.json").write_text(json.dumps(template))
    shape = "  {}: {{endpoint: '{}', fields: {{own_id: prefix}}}}\n"
    stills = "".join(shape.format(action, "board-{references}") for action in ("i2i", "is2i"))
    ways = {"i2v": "framed-0", "r2v": "cast-{references}", "f2v": "ends-{references}"}
    clips = "".join(shape.format(action, graph) for action, graph in ways.items())
    told = {
        "still": ("image_t2i", "plain-still", {"t2i": "", "i2i": STILLS, "is2i": STILLS}, stills, ""),
        "clip": ("video_i2v", "plain-clip", {"t2v": "", **dict.fromkeys(ways, CLIPS)}, clips, LENGTHS),
    }
    for kind, (modality, plain, actions, shapes, more) in told.items():
        rows = "".join(f"  {action}: {{{slots}}}\n" for action, slots in actions.items())
        filled = {"modality": modality, "plain": plain, "actions": rows, "shapes": shapes, "more": more}
        (models / f"mine-{kind}.yaml").write_text(PROFILE.format(model=f"mine-{kind}", **filled))
    own = there(url).replace("comfyui-plain-still", "mine-still").replace("comfyui-plain-clip", "mine-clip")
    (folder / "configs" / "providers.yaml").write_text(own)


def there(url: str) -> str:
    """Return what ships of providers, and where the server is."""
    shipped = (ROOT / "configs" / "providers.yaml").read_text()
    return f"{shipped}\nendpoints:\n  comfyui: {{base_url: '{url}'}}\n"


def makes(wanted: Wanted, number: int) -> Made:
    """Make what the fake's graph asks."""
    nodes = wanted.settings
    if wanted.kind == "image":
        size = next(one["inputs"] for one in nodes.values() if one["class_type"] == "ImageScale")
        return png(size["width"], size["height"], number), "image/png", ".png"
    told = {key: value for one in nodes.values() for key, value in one["inputs"].items()}
    frames = told.get("amount") or told["batch_size"]
    return mp4(256, 144, frames, number), "video/mp4", ".mp4"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    if os.environ.get(URL):
        yield os.environ[URL]
        return
    with VendorServer(ComfyUi(), tariff=lambda wanted: 0, makes=makes) as server:
        yield server.base_url


def bought(film: Film) -> list[Receipt]:
    """Return the receipts of this server."""
    ledger = Ledger(film.folder / "ledger.sqlite")
    found = [one for one in ledger.receipts() if one.provider == "comfyui"]
    ledger.close()
    return found


def files_of(receipt: Receipt, url: str) -> list[str]:
    """Return the names of what the server itself says it saved for a receipt."""
    job = receipt.provider_id or ""
    with urlopen(f"{url}/history/{job}", timeout=60) as said:
        entry = json.loads(said.read())[job]
    assert entry["status"]["status_str"] == "success"
    return [file["filename"] for node in entry["outputs"].values() for file in node["images"]]


def assert_each_was_made_once(film: Film, url: str) -> None:
    """Hold the ledger against the server's history: one job for each receipt, and each job saved once."""
    receipts = bought(film)
    assert {one.state for one in receipts} == {State.SETTLED}
    assert len({one.provider_id for one in receipts}) == len(receipts)
    assert len({(one.payload_digest, one.attempt) for one in receipts}) == len(receipts)
    for receipt in receipts:
        (name,) = files_of(receipt, url)
        assert name.startswith(f"{receipt.own_id}_00001_"), "a second one would be counted on"


@pytest.fixture
def film(tmp_path: Path, url: str) -> Film:
    """Return a film whose ids no server has seen, since its seed is its own."""
    made = new_film(tmp_path / "film", SCRIPT, SIZE)
    project = made.folder / "project.yaml"
    seed = crc32(f"{os.getpid()} {tmp_path}".encode())
    project.write_text(project.read_text().replace("seed: 7\n", f"seed: {seed}\n"))
    furnish(made.folder, url)
    return made


def test_the_whole_film_is_drawn_by_graphs_and_again_and_with_one_line_changed(film: Film, url: str) -> None:
    film.run("--provider", "comfyui")
    first = bought(film)
    assert {one.modality for one in first} == {"image_t2i", "video_i2v"}
    assert sum(one.cost_micro_usd or 0 for one in first) == 0
    assert film.media("delivery", ".mp4").stat().st_size > 1_000
    assert set(film.run("--provider", "comfyui").values()) == {"reused"} and bought(film) == first
    film.edit("all along.", "all these years.")
    film.run("--provider", "comfyui")
    more = {one.id for one in bought(film)} - {one.id for one in first}
    assert 0 < len(more) < len(first)
    assert_each_was_made_once(film, url)


def test_the_film_is_drawn_by_the_graphs_that_ship_when_only_the_url_is_told(film: Film, url: str) -> None:
    for name in ("providers", "configs"):
        rmtree(film.folder / name)
    (film.folder / "configs").mkdir()
    (film.folder / "configs" / "providers.yaml").write_text(there(url))
    film.run("--provider", "comfyui")
    assert {one.modality for one in bought(film)} == {"image_t2i", "video_i2v"}
    assert_each_was_made_once(film, url)


def test_a_driver_that_is_killed_again_and_again_has_each_picture_made_once(film: Film, url: str) -> None:
    for most in range(1, 6):
        driver = subprocess.Popen([*film.command(), "--quiet", "--provider", "comfyui"], cwd=ROOT)
        while driver.poll() is None and lines_of_receipts(film) < most:
            threading.Event().wait(0.02)
        driver.kill()
        driver.wait()
    film.run("--provider", "comfyui")
    assert_each_was_made_once(film, url)


def lines_of_receipts(film: Film) -> int:
    """Return how much was written of receipts until now."""
    return sum(path.read_bytes().count(b"\n") for path in film.folder.glob("runs/*/receipts.jsonl"))
