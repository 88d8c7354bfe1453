"""Kling on loopback: tokens that are checked, ids of the caller, codes under the status of a success.

Facts: Kling API reference (authentication, error codes, concurrency rules, tasks). It knows no cancel and
no upload.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from tests.fakes.medium import Kind
from tests.fakes.vendor import Asked, Job, Place, Result, Said, Wanted, Word

ACCESS, SECRET = "kling-access-key-of-tests", "kling-secret-key-of-tests"
KEYS = {"KLING_ACCESS_KEY": ACCESS, "KLING_SECRET_KEY": SECRET}

_KINDS = ("videos/text2video", "videos/image2video", "videos/multi-image2video", "videos/omni-video",
          "images/generations", "images/omni-image")  # fmt: skip
_WORDS: Mapping[Word, str] = {
    "waiting": "submitted", "running": "processing", "done": "succeed", "empty": "succeed", "none": "succeed",
    "failed": "failed", "declined": "failed", "cancelled": "failed", "unknown": "polishing",
}  # fmt: skip
_CODES = {400: 1201, 401: 1002, 402: 1102, 403: 1103, 404: 1203, 429: 1302, 500: 5000, 503: 5001, 504: 5002}
UNIT_MICRO_USD = 140_000
"""What a unit of a pack costs at most."""


def _now() -> datetime:
    return datetime.now(UTC)


class KlingManner:
    """How Kling speaks. `slots` is how many tasks an account may have, None for any number.

    A finished task tells the units that it took, where its charge is one that units can say.
    """

    name = "kling"
    places: frozenset[Place] = frozenset({"submit", "poll", "list", "download"})

    def __init__(self, slots: int | None = None, now: Callable[[], datetime] = _now) -> None:
        self.slots = slots
        self.now = now

    def place(self, asked: Asked) -> Place | None:
        path = asked.path.removeprefix("/v1/")
        if path in _KINDS:
            return "submit" if asked.method == "POST" else "list"
        return "poll" if asked.method == "GET" and path.rpartition("/")[0] in _KINDS else None

    def trusts(self, asked: Asked) -> bool:
        return self._wrong_token(asked) is None

    def wanted(self, asked: Asked, jobs: Iterable[Job]) -> Wanted | Said:
        told, known = asked.json, list(jobs)
        wrong = _wrong(asked.path.removeprefix("/v1/"), told)
        if wrong is not None:
            return _said(400, 1201, wrong)
        own = told.get("external_task_id")
        if own and any(job.wanted.own_id == own for job in known):
            return _said(400, 1201, "external_task_id is not unique")
        if self.slots is not None and len(known) >= self.slots:
            return _said(429, 1303, "parallel task over resource pack limit")
        kind: Kind = "image" if asked.path.startswith("/v1/images") else "video"
        return Wanted(kind, told["model_name"], told, own)

    def named(self, asked: Asked) -> str:
        return asked.path.rpartition("/")[2]

    def told(self, place: Place, job: Job, word: Word, result: Result) -> Said:
        data: dict[str, Any] = {
            "task_id": job.id,
            "task_status": _WORDS[word],
            "task_info": {"external_task_id": job.wanted.own_id},
            "created_at": 1_722_769_557_708,
            "updated_at": 1_722_769_557_708,
        }
        if word == "declined":
            data["task_status_msg"] = "Failure to pass the risk control system"
        if word == "failed":
            data["task_status_msg"] = "internal failure of the model"
        if word in ("done", "empty", "none"):
            made = {"id": job.id, "url": result.url, "duration": "5"}
            told = {"done": [made], "empty": [], "none": None}[word]
            data["task_result"] = {"images" if job.wanted.kind == "image" else "videos": told}
        units = f"{job.charge / UNIT_MICRO_USD:g}"
        if float(units) * UNIT_MICRO_USD == job.charge and word not in ("waiting", "running", "unknown"):
            data["final_unit_deduction"] = units
        return Said(200, _envelope(0, "SUCCEED", data))

    def listed(self, jobs: Iterable[tuple[Job, Word, Result]], asked: Asked) -> Said:
        return Said(200, _envelope(0, "SUCCEED", [
            {"task_id": job.id, "task_status": _WORDS[word],
             "task_info": {"external_task_id": job.wanted.own_id}}
            for job, word, _ in jobs
        ]))  # fmt: skip

    def cancelled(self, job: Job) -> Said:
        return self.error(404, "no such method")

    def uploaded(self, asked: Asked, url: str) -> Said:
        return self.error(404, "no such method")

    def error(self, status: int, message: str) -> Said:
        return _said(status, _CODES.get(status, 5000 if status >= 500 else 1200), message)

    def _wrong_token(self, asked: Asked) -> str | None:
        """Check a token as a server would: its signature, its times, whose it is."""
        try:
            head, claims, seal = asked.headers["authorization"].removeprefix("Bearer ").split(".")
            told = json.loads(_plain(claims))
        except (KeyError, ValueError):
            return "no token"
        own = hmac.new(SECRET.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
        if _plain(seal) != own or json.loads(_plain(head)) != {"alg": "HS256", "typ": "JWT"}:
            return "a wrong signature"
        now = self.now().timestamp()
        return (
            None if told["iss"] == ACCESS and told["nbf"] <= now < told["exp"] else "a wrong time or account"
        )


def _said(status: int, code: int, message: str) -> Said:
    return Said(status, {"code": code, "message": message, "request_id": "r-1"})


def _envelope(code: int, message: str, data: Any) -> dict[str, Any]:
    return {"code": code, "message": message, "request_id": "r-1", "data": data}


def _wrong(kind: str, told: Any) -> str | None:
    """Say what Kling would not take: lengths and exclusions of its reference."""
    if not isinstance(told, dict) or not told.get("model_name"):
        return "model_name is missing"
    if "duration" in told and not isinstance(told["duration"], str):
        return "duration is a string"
    shots = told.get("multi_prompt", [])
    frames = [one.get("type") for one in told.get("image_list", []) if isinstance(one, dict)]
    if told.get("multi_shot") and ("image_tail" in told or any(frames) or told.get("prompt")):
        return "multi_shot takes no prompt, no start and no end frame"
    if any(len(shot["prompt"]) > 512 or int(shot["duration"]) < 1 for shot in shots) or len(shots) > 6:
        return "multi_prompt has 1 to 6 shots of 512 characters"
    if shots and sum(int(shot["duration"]) for shot in shots) != int(told["duration"]):
        return "the shots do not last as long as the task"
    if len(told.get("prompt", "")) > 2500 or (not told.get("prompt") and not told.get("multi_shot")):
        return "prompt has 1 to 2500 characters"
    pictures = [told[name] for name in ("image", "image_tail") if name in told]
    pictures += [next(iter(one.values())) for one in told.get("image_list", [])]
    if kind == "videos/image2video" and not pictures:
        return "image is missing"
    bare = all(one.startswith("http") or _is_base64(one) for one in pictures)
    return None if bare else "an image is a URL or base64 without `data:`"


def _is_base64(text: str) -> bool:
    try:
        return bool(base64.b64decode(text, validate=True))
    except ValueError:
        return False


def _plain(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
