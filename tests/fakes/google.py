"""Google's Interactions on loopback: background interactions with a clip at Google's files.

Facts: google-genai, types of interactions (2026-08); errors as google.rpc.Status says them. Small clips come
inside the answer when a test asks for it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from tests.fakes.vendor import Asked, Job, Place, Result, Said, Wanted, Word

KEY = "google-key-of-tests-0123456789"
KEYS = {"GEMINI_API_KEY": KEY}

_PLACE = "/v1beta/interactions"
_WORDS = {"waiting": "queued", "running": "in_progress", "unknown": "dreaming", "cancelled": "cancelled"}
_STATUS = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED",
}  # fmt: skip
_TASKS = {"text_to_video": 0, "image_to_video": 1, "reference_to_video": 1}


class GoogleManner:
    """How Google speaks. With `inline` the clip is in the answer."""

    name = "google"
    places: frozenset[Place] = frozenset({"submit", "poll", "cancel", "download"})

    def __init__(self, *, inline: bool = False) -> None:
        self.inline = inline
        if inline:
            self.places = self.places - {"download"}

    def place(self, asked: Asked) -> Place | None:
        if asked.path.startswith("/v1beta/files/"):
            return "download"
        if asked.path == _PLACE:
            return "submit" if asked.method == "POST" else None
        if not asked.path.startswith(f"{_PLACE}/"):
            return None
        return "cancel" if asked.path.endswith("/cancel") else "poll"

    def trusts(self, asked: Asked) -> bool:
        return asked.headers.get("x-goog-api-key") == KEY

    def wanted(self, asked: Asked, jobs: Iterable[Job]) -> Wanted | Said:
        body = asked.json
        task = body.get("generation_config", {}).get("video_config", {}).get("task")
        pictures = [part for part in body.get("input", ()) if part.get("type") == "image"]
        shape = body.get("response_format", {})
        if task not in _TASKS or len(pictures) < _TASKS[task] or shape.get("type") != "video":
            return self.error(400, f"task `{task}` with {len(pictures)} pictures")
        if shape.get("aspect_ratio") not in ("16:9", "9:16") or not str(shape.get("duration")).endswith("s"):
            return self.error(400, f"response_format {shape}")
        return Wanted("video", str(body.get("model")), body)

    def named(self, asked: Asked) -> str:
        name = asked.path.removesuffix("/cancel").rpartition("/")[2]
        return name.partition(":")[0]

    def told(self, place: Place, job: Job, word: Word, result: Result) -> Said:
        told: dict[str, Any] = {"id": job.id, "model": job.wanted.model, "object": "interaction"}
        if word in _WORDS:
            return Said(200, {**told, "status": _WORDS[word]})
        if word in ("failed", "declined"):
            why = "it was blocked by a safety filter" if word == "declined" else "the model failed"
            code = "SAFETY" if word == "declined" else "INTERNAL"
            return Said(200, {**told, "status": "failed", "errors": [{"code": code, "message": why}]})
        parts = {"done": [self._clip(job, result)], "none": [{"type": "video"}], "empty": []}[word]
        steps = [{"type": "thought"}, {"type": "model_output", "content": parts}]
        return Said(200, {**told, "status": "completed", "steps": steps, "usage": {"total_tokens": 9}})

    def listed(self, jobs: Iterable[tuple[Job, Word, Result]], asked: Asked) -> Said:
        return self.error(404, "there is no list")

    def cancelled(self, job: Job) -> Said:
        return Said(200, {"id": job.id, "status": "cancelled"})

    def uploaded(self, asked: Asked, url: str) -> Said:
        return self.error(404, "there are no uploads")

    def error(self, status: int, message: str) -> Said:
        told = {"code": status, "message": message, "status": _STATUS.get(status, "UNKNOWN")}
        return Said(status, {"error": told})

    def _clip(self, job: Job, result: Result) -> dict[str, Any]:
        clip = {"type": "video", "mime_type": result.media_type}
        if self.inline:
            return {**clip, "data": base64.b64encode(result.content).decode()}
        if "/media/" not in result.url:
            return {**clip, "uri": result.url}
        origin = result.url.partition("/media/")[0]
        return {**clip, "uri": f"{origin}/v1beta/files/{job.id}:download?alt=media"}
