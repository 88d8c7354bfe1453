"""Ark on loopback: tasks with tokens and a list, stills at once.

Facts: byteplussdkarkruntime (ContentGenerationTask), Ark API reference. A cancel is not asked of it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from tests.fakes.medium import Kind
from tests.fakes.vendor import Asked, Clock, Job, Place, Result, Said, Wanted, Word

KEY = "ark-key-of-tests"
KEYS = {"ARK_API_KEY": KEY}
TASKS, STILLS = "/contents/generations/tasks", "/images/generations"

_WORDS: Mapping[Word, str] = {
    "waiting": "queued", "running": "running", "done": "succeeded", "empty": "succeeded", "none": "succeeded",
    "failed": "failed", "declined": "failed", "cancelled": "cancelled", "unknown": "dreaming",
}  # fmt: skip
_CODES = {400: "InvalidParameter", 401: "AuthenticationError", 403: "AccountOverdueError", 404: "NotFound",
          429: "RateLimitExceeded.EndpointRPMExceeded", 500: "InternalServiceError"}  # fmt: skip
_ROLES = {"first_frame", "last_frame", "reference_image"}
TOKEN_MICRO_USD = Fraction(112, 10)
"""What a token costs, so that a charge can be said in tokens."""


class ArkManner:
    """How Ark speaks. With `marks` its list tells the safety identifier of each task.

    `began` is when the fake's clock began.
    """

    name = "ark"
    places: frozenset[Place] = frozenset({"submit", "poll", "list", "download"})

    def __init__(self, *, marks: bool = True, began: datetime = Clock.epoch) -> None:
        self.marks = marks
        self.began = began.timestamp()

    def place(self, asked: Asked) -> Place | None:
        if asked.path == TASKS:
            return "submit" if asked.method == "POST" else "list"
        if asked.path == STILLS:
            return "submit"
        return "poll" if asked.method == "GET" and asked.path.startswith(f"{TASKS}/") else None

    def trusts(self, asked: Asked) -> bool:
        return asked.headers.get("authorization") == f"Bearer {KEY}"

    def wanted(self, asked: Asked, jobs: Iterable[Job]) -> Wanted | Said:
        told = asked.json
        wrong = _wrong_still(told) if asked.path == STILLS else _wrong_task(told)
        if wrong is not None:
            return self.error(400, wrong)
        kind: Kind = "image" if asked.path == STILLS else "video"
        return Wanted(kind, told["model"], told, told.get("safety_identifier"))

    def named(self, asked: Asked) -> str:
        return asked.path.rpartition("/")[2]

    def told(self, place: Place, job: Job, word: Word, result: Result) -> Said:
        if job.wanted.kind == "image":
            return Said(200, _stills(word, result))
        return Said(200, {"id": job.id} if place == "submit" else self._task(job, word, result.url))

    def listed(self, jobs: Iterable[tuple[Job, Word, Result]], asked: Asked) -> Said:
        number, size = int(asked.query["page_num"]), int(asked.query["page_size"])
        tasks = [
            self._task(job, word, result.url) for job, word, result in jobs if job.wanted.kind == "video"
        ]
        return Said(200, {"total": len(tasks), "items": tasks[(number - 1) * size : number * size]})

    def cancelled(self, job: Job) -> Said:
        return self.error(400, "a task that runs cannot be cancelled")

    def uploaded(self, asked: Asked, url: str) -> Said:
        return self.error(404, "no such method")

    def error(self, status: int, message: str) -> Said:
        code = _CODES.get(status, "InternalServiceError" if status >= 500 else "InvalidParameter")
        return Said(status, {"error": {"code": code, "message": message, "type": "x"}})

    def _task(self, job: Job, word: Word, url: str) -> dict[str, Any]:
        asked = job.wanted.settings
        task = {
            "id": job.id,
            "model": job.wanted.model,
            "status": _WORDS[word],
            "created_at": self.began + job.at,
        }
        task |= {name: asked[name] for name in ("seed", "ratio", "resolution", "duration", "generate_audio")}
        if self.marks:
            task["safety_identifier"] = job.wanted.own_id
        if word == "declined":
            task["error"] = {"code": "OutputVideoSensitiveContentDetected", "message": "kept back"}
        if word == "failed":
            task["error"] = {"code": "InternalServiceError", "message": "the model failed"}
        if word in ("done", "empty", "none"):
            task["content"] = {"done": {"video_url": url}, "empty": {}, "none": None}[word]
            tokens = round(job.charge / TOKEN_MICRO_USD)
            task["usage"] = {"completion_tokens": tokens, "total_tokens": tokens}
        return task


class ArkStillsManner(ArkManner):
    """Ark where only stills are asked for: all comes with the submit."""

    places = frozenset({"submit"})


def _stills(word: Word, result: Result) -> dict[str, Any]:
    if word in ("failed", "declined", "cancelled"):
        code = "OutputImageSensitiveContentDetected" if word == "declined" else "InternalServiceError"
        told = {"error": {"code": code, "message": "no still"}}
        return {"data": [told], "usage": {"generated_images": 0}}
    coded = {"b64_json": base64.b64encode(result.content).decode()}
    return {"data": {"empty": [], "none": [{"b64_json": None}]}.get(word, [coded])}


def _wrong_task(told: Any) -> str | None:
    content = told.get("content") if isinstance(told, dict) else None
    if not content or not told.get("model"):
        return "model and content are required"
    roles = [one.get("role") for one in content if one.get("type") == "image_url"]
    if not set(roles) <= _ROLES or (
        set(roles) & {"first_frame", "last_frame"} and "reference_image" in roles
    ):
        return "frames and references are not mixed"
    if not isinstance(told.get("duration"), int) or told.get("resolution") not in ("480p", "720p", "1080p"):
        return "duration is a whole number, resolution one of three"
    return None if 0 <= told.get("seed", 0) < 2**32 else "seed is too large"


def _wrong_still(told: Any) -> str | None:
    if not isinstance(told, dict) or not told.get("prompt") or "x" not in told.get("size", ""):
        return "prompt and size are required"
    width, height = map(int, told["size"].split("x"))
    return None if width * height >= 1280 * 720 else "size is too small"
