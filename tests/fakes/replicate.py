"""Replicate as it speaks: predictions, their list, and files. Facts: replicate 1.0.7, replicate.com/docs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fakes.medium import Kind
from tests.fakes.vendor import Asked, Job, Place, Result, Said, Wanted, Word

KEY = "r8_canary0123456789abcdef"
VERSION = "5c7d5dc6dd8bf75c1acaa8565735e7986bc5b66206b55cca93cb72c9bf15ccaa"
_WORDS = {
    "waiting": "starting",
    "running": "processing",
    "done": "succeeded",
    "empty": "succeeded",
    "none": "succeeded",
    "failed": "failed",
    "declined": "failed",
    "cancelled": "canceled",
    "unknown": "dreaming",
}
_ERRORS = {
    "failed": "CUDA out of memory; canary-of-the-vendor",
    "declined": "The input or output was flagged as sensitive. (E005)",
}
_SEEDANCE = ("prompt", "image", "last_frame_image", "duration", "resolution", "aspect_ratio", "fps", "seed")
INPUTS: Mapping[str, tuple[Kind, tuple[str, ...]]] = {
    "bytedance/seedance-1-pro": ("video", (*_SEEDANCE, "camera_fixed")),
    "black-forest-labs/flux-1.1-pro": (
        "image",
        ("prompt", "image_prompt", "aspect_ratio", "seed", "output_format", "safety_tolerance"),
    ),
    f"someone/old-model:{VERSION}": ("image", ("prompt", "seed")),
}
"""What each model makes and may be told; who names another input is refused, as the real ones do."""


def _now() -> datetime:
    return datetime.now(UTC)


class ReplicateManner:
    """The words of the API. `page` is how many predictions a page of the list holds, 100 in truth."""

    name = "replicate"
    places: frozenset[Place] = frozenset(("submit", "poll", "list", "cancel", "upload", "download"))

    def __init__(self, now: Callable[[], datetime] = _now, page: int = 100) -> None:
        self.now, self.page = now, page
        self.removed: set[str] = set()
        self._made: dict[str, datetime] = {}

    def place(self, asked: Asked) -> Place | None:
        if asked.path == "/v1/files":
            return "upload"
        if asked.method == "POST":
            return "cancel" if asked.path.endswith("/cancel") else "submit"
        if asked.method != "GET":
            return None
        return "list" if asked.path == "/v1/predictions" else "poll"

    def trusts(self, asked: Asked) -> bool:
        return asked.headers.get("authorization") == f"Bearer {KEY}"

    def wanted(self, asked: Asked, jobs: Iterable[Job]) -> Wanted | Said:
        version, told = asked.json.get("version"), asked.json.get("input")
        named = asked.path.removeprefix("/v1/models/").removesuffix("/predictions")
        model = next((one for one in INPUTS if version and one.endswith(f":{version}")), named)
        if model not in INPUTS or not isinstance(told, dict):
            return self.error(404, "The requested resource could not be found.")
        kind, known = INPUTS[model]
        wrong = [name for name in told if name not in known]
        if wrong or not told.get("prompt"):
            return self.error(422, f"- input: {', '.join(wrong) or 'prompt is required'}")
        return Wanted(kind, model.partition(":")[0], told)

    def named(self, asked: Asked) -> str:
        return asked.path.removesuffix("/cancel").rpartition("/")[2]

    def told(self, place: Place, job: Job, word: Word, result: Result) -> Said:
        self._made.setdefault(job.id, self.now())
        return Said(201 if place == "submit" else 200, self._prediction(job, word, result))

    def listed(self, jobs: Iterable[tuple[Job, Word, Result]], asked: Asked) -> Said:
        start = int(asked.query.get("cursor", "0"))
        rows = [self._prediction(job, word, result) for job, word, result in jobs]
        end = start + self.page
        further = f"{asked.origin}/v1/predictions?cursor={end}" if end < len(rows) else None
        return Said(200, {"previous": None, "next": further, "results": rows[start:end]})

    def cancelled(self, job: Job) -> Said:
        return Said(200, self._prediction(job, "cancelled", Result("", b"", "")))

    def uploaded(self, asked: Asked, url: str) -> Said:
        file = {"id": "file-1", "name": "a.png", "content_type": "image/png", "size": len(asked.body)}
        file |= {"etag": "e", "checksums": {}, "metadata": {}, "created_at": self.now().isoformat()}
        ends = (self.now() + timedelta(days=1)).isoformat()
        return Said(201, {**file, "expires_at": ends, "urls": {"get": url}})

    def error(self, status: int, message: str) -> Said:
        return Said(status, {"title": "It went wrong", "detail": message, "status": status})

    def _prediction(self, job: Job, word: Word, result: Result) -> dict[str, Any]:
        gone = job.id in self.removed
        output: Any = {"done": result.url, "empty": []}.get(word)
        url = f"{job.asked.origin}/v1/predictions/{job.id}"
        made = self._made.setdefault(job.id, self.now()).isoformat()
        return {
            "id": job.id,
            "model": job.wanted.model,
            "version": VERSION,
            "status": _WORDS[word],
            "input": {} if gone else dict(job.wanted.settings),
            "output": None if gone else output,
            "data_removed": gone,
            "error": _ERRORS.get(word),
            "logs": "",
            "metrics": {"predict_time": 1.5},
            "created_at": made,
            "started_at": None,
            "completed_at": None,
            "urls": {"get": url, "cancel": f"{url}/cancel"},
        }
