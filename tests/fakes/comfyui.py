"""A ComfyUI server, as version 0.3.64 answered when it was measured: queue, history, nodes, uploads, view.

It knows the few nodes of the graphs without weights, checks a graph as the server does before it queues it,
and takes an id twice. What is cancelled while it waits is forgotten. In one thing it is stricter than what
was measured: an id that is no UUID is refused, as releases of 2026 do (`server.py` of 0.38.1).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from tests.fakes.vendor import Asked, Job, Place, Result, Said, Wanted, Word

_SIDE = ["INT", {"default": 512, "min": 1, "max": 16384, "step": 1}]
_PREFIX = ["STRING", {"default": "ComfyUI"}]


def _node(inputs: Mapping[str, Any], *outputs: str, saves: bool = False) -> dict[str, Any]:
    return {"input": {"required": dict(inputs)}, "output": list(outputs), "output_node": saves}


NODES: Mapping[str, dict[str, Any]] = {
    "EmptyImage": _node(
        {
            "width": _SIDE, "height": _SIDE,
            "batch_size": ["INT", {"default": 1, "min": 1, "max": 4096}],
            "color": ["INT", {"default": 0, "min": 0, "max": 0xFFFFFF}],
        },
        "IMAGE",
    ),
    "ImageScale": _node(
        {
            "image": ["IMAGE"],
            "upscale_method": [["nearest-exact", "bilinear", "area", "bicubic", "lanczos"]],
            "width": ["INT", {"default": 512, "min": 0, "max": 16384}],
            "height": ["INT", {"default": 512, "min": 0, "max": 16384}],
            "crop": [["disabled", "center"]],
        },
        "IMAGE",
    ),
    "ImageBlend": _node(
        {
            "image1": ["IMAGE"],
            "image2": ["IMAGE"],
            "blend_factor": ["FLOAT", {"default": 0.5, "min": 0.0, "max": 1.0}],
            "blend_mode": [["normal", "multiply", "screen", "overlay", "soft_light", "difference"]],
        },
        "IMAGE",
    ),
    "ImageAddNoise": _node(
        {
            "image": ["IMAGE"],
            "seed": ["INT", {"default": 0, "min": 0, "max": 0xFFFFFFFFFFFFFFFF}],
            "strength": ["FLOAT", {"default": 0.5, "min": 0.0, "max": 1.0}],
        },
        "IMAGE",
    ),
    "LoadImage": _node({"image": [["example.png"], {"image_upload": True}]}, "IMAGE", "MASK"),
    "RepeatImageBatch": _node(
        {"image": ["IMAGE"], "amount": ["INT", {"default": 1, "min": 1, "max": 4096}]}, "IMAGE"
    ),
    "CreateVideo": _node(
        {"images": ["IMAGE"], "fps": ["FLOAT", {"default": 30.0, "min": 1.0, "max": 120.0}]}, "VIDEO"
    ),
    "SaveImage": _node({"images": ["IMAGE"], "filename_prefix": _PREFIX}, saves=True),
    "SaveVideo": _node(
        {
            "video": ["VIDEO"], "filename_prefix": _PREFIX,
            "format": ["COMBO", {"options": ["auto", "mp4"]}],
            "codec": ["COMBO", {"options": ["auto", "h264"]}],
        },
        saves=True,
    ),
}  # fmt: skip
"""What `/object_info` says of the nodes; the two forms of a list of choices are both of the real server."""


def _choices(**options: Mapping[str, Any]) -> list[Any]:
    """Return a choice that brings inputs of its own with it."""
    told = [{"key": key, "inputs": inputs} for key, inputs in options.items()]
    return ["COMFY_DYNAMICCOMBO_V3", {"options": told}]


_CODEC = _choices(auto={}, h264={"required": {"crf": ["FLOAT", {"min": 0.0, "max": 51.0}]}})
_FORMAT = _choices(auto={"required": {"codec": _CODEC}}, mp4={"required": {"codec": _CODEC}})
_ANY = ["COMFY_MATCHTYPE_V3", {}]

NEWER_NODES: Mapping[str, dict[str, Any]] = {
    **NODES,
    "SaveVideo": {
        "input": {
            "required": {"video": ["VIDEO"], "filename_prefix": _PREFIX, "format": _FORMAT},
            "optional": {"codec": _choices(auto={}, h264={})},
        },
        "output": ["VIDEO"],
        "output_node": True,
    },
    "BatchImagesNode": _node({"images": ["COMFY_AUTOGROW_V3", {"template": {"min": 2}}]}, "IMAGE"),
    "ComfySwitchNode": _node({"on_true": _ANY, "switch": ["BOOLEAN", {}]}, "COMFY_MATCHTYPE_V3"),
}
"""The same of a release of 2026: choices that bring inputs, inputs that grow, and kinds that follow a link.

Nodes and inputs are named as in 0.38.1 (`nodes_video.py`, `_io.py`); what they hold is cut to what tests ask.
"""


@dataclass
class ComfyUi:
    """How the server speaks.

    `brought` are the names of its input folder, `shown` is what was told last, `gone` what it forgot. With
    `caches` a graph that it has made before is not run again: its file is `told` again, or left `untold`.
    """

    name: str = "comfyui"
    places: frozenset[Place] = frozenset({"submit", "poll", "list", "cancel", "upload", "download", "check"})
    brought: set[str] = field(default_factory=set)
    shown: dict[str, Word] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    files: dict[str, str] = field(default_factory=dict)
    caches: Literal["never", "told", "untold"] = "never"
    entries: dict[str, Any] = field(default_factory=dict)
    graphs: dict[str, Any] = field(default_factory=dict)

    def place(self, asked: Asked) -> Place | None:
        match asked.method, asked.path.split("/")[1]:
            case "POST", "prompt":
                return "submit"
            case "GET", "history":
                return "poll"
            case "GET", "queue":
                return "list"
            case "POST", "queue" | "interrupt":
                return "cancel"
            case "POST", "upload":
                return "upload"
            case "GET", "view":
                return "download"
            case "GET", "object_info":
                return "check"
        return None

    def trusts(self, asked: Asked) -> bool:
        return True

    def checked(self, asked: Asked) -> Said:
        return Said(200, NODES)

    def wanted(self, asked: Asked, jobs: Iterable[Job]) -> Wanted | Said:
        graph, own = asked.json.get("prompt"), asked.json.get("prompt_id")
        if graph is None:
            return _error("no_prompt", "No prompt provided")
        if own is not None and not _is_uuid(own):
            return _error("invalid_prompt_id", "prompt_id must be a valid UUID")
        unknown = [name for name, node in graph.items() if node["class_type"] not in NODES]
        if unknown:
            kind = graph[unknown[0]]["class_type"]
            return _error("invalid_prompt", f"Cannot execute because node {kind} does not exist.")
        for name, node in graph.items():
            file = node["inputs"].get("image") if node["class_type"] == "LoadImage" else None
            if file is not None and file not in self.brought:
                return _unfit(name, node["class_type"], f"image - Invalid image file: {file}")
        video = any(node["class_type"] == "SaveVideo" for node in graph.values())
        self.graphs[own] = graph
        return Wanted("video" if video else "image", "graph", graph, own)

    def named(self, asked: Asked) -> str:
        if asked.path.startswith("/view"):
            return next((job for job, name in self.files.items() if name == asked.query["filename"]), "")
        if asked.method == "POST":
            return str(asked.json.get("prompt_id") or asked.json.get("delete", [""])[0])
        return asked.path.split("/")[-1]

    def absent(self, asked: Asked) -> Said:
        if asked.path == "/history":
            return Said(200, self.entries)
        return Said(200, b"") if asked.method == "POST" else Said(200, {})

    def told(self, place: Place, job: Job, word: Word, result: Result) -> Said:
        own = job.wanted.own_id or job.id
        if place == "submit":
            return Said(200, {"prompt_id": own, "number": job.number, "node_errors": {}})
        self.shown[own] = word
        if word in ("waiting", "running", "unknown") or own in self.gone:
            return Said(200, {})
        graph = self.graphs.get(own)
        first = next((name for name, made in self.graphs.items() if made == graph), own)
        had = self.caches != "never" and first != own
        entry = _entry(own, job, word, "" if had else self._saved(job))
        if had:
            entry["status"]["messages"][1][1]["nodes"] = list(graph or ())
            entry["outputs"] = self.entries[first]["outputs"] if self.caches == "told" else {}
        self.entries[own] = {"prompt": [job.number, own, graph, {}, ["3"]], **entry}
        return Said(200, {own: self.entries[own]})

    def _saved(self, job: Job) -> str:
        """Return the name of its file: the prefix of its graph, and how many of that name there are."""
        ends = (node["inputs"] for node in job.wanted.settings.values())
        prefix = next(inputs["filename_prefix"] for inputs in ends if "filename_prefix" in inputs)
        base = prefix.rpartition("/")[2]
        count = 1 + sum(name.startswith(f"{base}_") for name in self.files.values())
        return self.files.setdefault(job.id, f"{base}_{count:05}_{job.content[2]}")

    def listed(self, jobs: Iterable[tuple[Job, Word, Result]], asked: Asked) -> Said:
        rows: dict[str, list[Any]] = {"running": [], "waiting": []}
        for job, stands, _ in jobs:
            word = self.shown.get(job.wanted.own_id or job.id, stands)
            if word in ("waiting", "running", "unknown"):
                row = [job.number, job.wanted.own_id or job.id, {}, {}, ["3"]]
                rows["waiting" if word == "waiting" else "running"].append(row)
        return Said(200, {"queue_running": rows["running"], "queue_pending": rows["waiting"]})

    def cancelled(self, job: Job) -> Said:
        own = job.wanted.own_id or job.id
        if job.cancelled and self.shown.get(own, "waiting") == "waiting":
            self.gone.add(own)
        return Said(200, b"")

    def uploaded(self, asked: Asked, url: str) -> Said:
        name = asked.body.partition(b'filename="')[2].partition(b'"')[0].decode()
        folder = asked.body.partition(b'name="subfolder"\r\n\r\n')[2].partition(b"\r\n")[0].decode()
        self.brought.add(f"{folder}/{name}")
        return Said(200, {"name": name, "subfolder": folder, "type": "input"})

    def error(self, status: int, message: str) -> Said:
        if status == 500:
            return Said(500, b"500 Internal Server Error\n\nServer got itself in trouble")
        told = {"type": "scripted", "message": message, "details": "", "extra_info": {}}
        return Said(status, {"error": told, "node_errors": {}})


def _is_uuid(name: str) -> bool:
    """Say whether it is one in its one spelling: small letters with hyphens."""
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


def _entry(own: str, job: Job, word: Word, name: str) -> dict[str, Any]:
    """Return an entry of the history: outputs, and a status with its messages."""
    node = {"prompt_id": own, "node_id": "2", "node_type": "CreateVideo"}
    match word:
        case "failed":
            ended = ["execution_error", {**node, **_FAILED}]
        case "declined" | "cancelled":
            ended = ["execution_interrupted", node]
        case _:
            ended = ["execution_success", {"prompt_id": own}]
    good = ended[0] == "execution_success"
    saved = {"filename": name, "subfolder": "cine-forge", "type": "output"}
    shown = {"images": [saved], **({"animated": [True]} if job.wanted.kind == "video" else {})}
    outputs: dict[str, Any] = {"3": shown} if good and word == "done" else {}
    messages = [["execution_start", {"prompt_id": own}], ["execution_cached", {"nodes": []}], ended]
    status = {"status_str": "success" if good else "error", "completed": good, "messages": messages}
    return {"outputs": outputs, "status": status, "meta": {}}


_FAILED = {
    "exception_type": "PIL.UnidentifiedImageError",
    "exception_message": "cannot identify image file '/srv/secret-home/ComfyUI/input/cine-forge/abc.png'\n",
    "traceback": ['File "/srv/secret-home/ComfyUI/execution.py", line 1'],
}


def _error(kind: str, message: str) -> Said:
    told = {"type": kind, "message": message, "details": message, "extra_info": {}}
    return Said(400, {"error": told, "node_errors": {}})


def _unfit(name: str, kind: str, details: str) -> Said:
    told = {"type": "prompt_outputs_failed_validation", "message": "Prompt outputs failed validation"}
    error = {"type": "custom_validation_failed", "message": "Custom validation failed for node"}
    node = {"errors": [{**error, "details": details}], "dependent_outputs": ["3"], "class_type": kind}
    return Said(400, json.loads(json.dumps({"error": told, "node_errors": {name: node}})))
