"""Atlas Cloud on loopback: predictions, uploads, failures under the status of a success.

Facts: AtlasCloudAI/mcp-server, atlascloud.ai/docs. It has no list that tells a lost submit, and no cancel.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.fakes.medium import Kind
from tests.fakes.vendor import Asked, Job, Place, Result, Said, Wanted, Word

KEY = "atlas-key-of-tests"
KEYS = {"ATLASCLOUD_API_KEY": KEY}

_WORDS: Mapping[Word, str] = {
    "waiting": "starting", "running": "processing", "done": "completed", "empty": "completed",
    "none": "completed", "failed": "failed", "declined": "failed", "cancelled": "canceled",
    "unknown": "polishing",
}  # fmt: skip


class AtlasManner:
    """How Atlas Cloud speaks. A prediction that failed is told under `failed_status`."""

    name = "atlas"
    places: frozenset[Place] = frozenset({"submit", "poll", "upload", "download"})

    def __init__(self, failed_status: int = 200) -> None:
        self.failed_status = failed_status

    def place(self, asked: Asked) -> Place | None:
        if asked.path in ("/model/generateVideo", "/model/generateImage"):
            return "submit"
        if asked.path == "/model/uploadMedia":
            return "upload"
        return "poll" if asked.path.startswith("/model/prediction/") else None

    def trusts(self, asked: Asked) -> bool:
        return asked.headers.get("authorization") == f"Bearer {KEY}"

    def wanted(self, asked: Asked, jobs: Iterable[Job]) -> Wanted | Said:
        told = asked.json
        if not told.get("model") or not told.get("prompt"):
            return self.error(422, "model and prompt are required")
        pictures = [*told.get("images", []), *told.get("reference_images", [])]
        pictures += [told[name] for name in ("image",) if name in told]
        if not all(str(one).startswith("http") for one in pictures):
            return self.error(422, "an image is a URL")
        kind: Kind = "image" if asked.path.endswith("generateImage") else "video"
        return Wanted(kind, told["model"], told)

    def named(self, asked: Asked) -> str:
        return asked.path.rpartition("/")[2]

    def told(self, place: Place, job: Job, word: Word, result: Result) -> Said:
        data: dict[str, Any] = {"id": job.id, "model": job.wanted.model, "status": _WORDS[word]}
        if word in ("done", "empty", "none"):
            data["outputs"] = {"done": [result.url], "empty": [], "none": None}[word]
        if word in ("failed", "declined", "cancelled"):
            data |= {"error": "it did not work out", "error_code": 1039 if word == "declined" else 1001}
            return Said(self.failed_status, {"code": self.failed_status, "msg": "failed", "data": data})
        return Said(200, {"code": 200, "msg": "success", "data": data})

    def listed(self, jobs: Iterable[tuple[Job, Word, Result]], asked: Asked) -> Said:
        return self.error(404, "no such method")

    def cancelled(self, job: Job) -> Said:
        return self.error(404, "no such method")

    def uploaded(self, asked: Asked, url: str) -> Said:
        if b'name="file"' not in asked.body:
            return self.error(422, "file is missing")
        return Said(200, {"code": 200, "data": {"download_url": url, "size": len(asked.body)}})

    def error(self, status: int, message: str) -> Said:
        body = {"code": status, "msg": message, "request_id": "r-1", "data": None}
        return Said(status, body, {"x-request-id": "r-1"})
