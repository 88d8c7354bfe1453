"""FLORA on loopback: runs with their cost, a list without prompts, assets, and keys that may be known.

Facts: florafauna-ai/flora-typescript, developer.flora.ai. It has no cancel.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tests.fakes.medium import Kind
from tests.fakes.vendor import Asked, Clock, Job, Place, Result, Said, Wanted, Word

KEY, WORKSPACE, PROJECT = "sk_live_of_tests", "ws_of_tests", "prj_of_tests"
KEYS = {"FLORA_API_KEY": KEY, "FLORA_WORKSPACE_ID": WORKSPACE, "FLORA_PROJECT_ID": PROJECT}

_WORDS: Mapping[Word, str] = {
    "waiting": "pending", "running": "running", "done": "completed", "empty": "completed",
    "none": "completed", "failed": "failed", "declined": "failed", "cancelled": "failed",
    "unknown": "polishing",
}  # fmt: skip
_CODES = {401: "invalid_api_key", 402: "insufficient_credits", 403: "forbidden", 404: "not_found",
          429: "rate_limited"}  # fmt: skip
_LONGEST = 2500


class FloraManner:
    """How FLORA speaks. `began` is when the fake's clock began; a longer prompt is blanked and charged."""

    name = "flora"
    places: frozenset[Place] = frozenset({"submit", "poll", "list", "upload", "download"})

    def __init__(self, began: datetime = Clock.epoch, known: str = "idempotency_duplicate") -> None:
        self.began = began.timestamp()
        self.known = known

    def place(self, asked: Asked) -> Place | None:
        plain: Mapping[str, Place] = {"/generate": "submit", "/generations": "list", "/assets": "upload"}
        return plain.get(asked.path) or ("poll" if asked.path.startswith("/runs/") else None)

    def trusts(self, asked: Asked) -> bool:
        return asked.headers.get("authorization") == f"Bearer {KEY}"

    def wanted(self, asked: Asked, jobs: Iterable[Job]) -> Wanted | Said:
        told, key = asked.json, asked.headers.get("idempotency-key")
        if told.get("workspace_id") != WORKSPACE or told.get("project_id") != PROJECT:
            return self.error(403, "another workspace")
        if told.get("type") not in ("image", "video") or not told.get("prompt"):
            return self.error(400, "type and prompt are required")
        if key and any(job.wanted.own_id == key for job in jobs):
            return Said(422, {"error": {"code": self.known, "message": "this key was used"}})
        kind: Kind = "image" if told["type"] == "image" else "video"
        settings = told | ({"prompt": ""} if len(told["prompt"]) > _LONGEST else {})
        return Wanted(kind, told["model"], settings, key)

    def named(self, asked: Asked) -> str:
        return asked.path.rpartition("/")[2]

    def told(self, place: Place, job: Job, word: Word, result: Result) -> Said:
        if place == "submit":
            body = {
                "run_id": job.id,
                "charged_cost": job.charge / 1e6,
                "estimated_seconds": 60,
                "type": "generation",
            }
            return Said(200, body | {"poll_url": f"https://app.flora.ai/api/v1/runs/{job.id}"})
        return Said(200, self._run(job, word, result.url))

    def listed(self, jobs: Iterable[tuple[Job, Word, Result]], asked: Asked) -> Said:
        runs = [self._run(job, word, result.url) for job, word, result in jobs]
        start, size = int(asked.query.get("cursor", "0")), int(asked.query["limit"])
        end = start + size
        meta = {"next_cursor": str(end) if end < len(runs) else None}
        return Said(200, {"generations": runs[start:end], "meta": meta})

    def cancelled(self, job: Job) -> Said:
        return self.error(404, "no such method")

    def uploaded(self, asked: Asked, url: str) -> Said:
        if WORKSPACE.encode() not in asked.body or b'name="file"' not in asked.body:
            return self.error(400, "file and workspace_id are required")
        body = {"asset_id": "as_1", "status": "ready", "uploaded_via": "direct", "url": url}
        return Said(200, body | {"visibility": "workspace", "workspace_id": WORKSPACE})

    def error(self, status: int, message: str) -> Said:
        code = _CODES.get(status, "internal_error" if status >= 500 else "input_validation_error")
        return Said(status, {"error": {"code": code, "message": message}}, {"request-id": "r-1"})

    def _run(self, job: Job, word: Word, url: str) -> dict[str, Any]:
        run: dict[str, Any] = {
            "run_id": job.id,
            "status": _WORDS[word],
            "progress": 50,
            "project_id": PROJECT,
        }
        run |= {"created_at": (self.began + job.at) * 1000, "model": {"model_id": job.wanted.model}}
        if word in ("failed", "declined", "cancelled"):
            code = "safety_blocked" if word == "declined" else "internal_error"
            run |= {"error_code": code, "error_message": "it did not work out", "charged_cost": 0}
        if word in ("done", "empty", "none"):
            made = [{"output_id": "o1", "type": f"{job.wanted.kind}Url", "url": url}]
            run["outputs"] = {"done": made, "empty": [], "none": None}[word]
            run["charged_cost"] = job.charge / 1e6
        return run
