"""sync on loopback: clip and sound in a form, generations with the name of their result, and a list.

Facts: syncsdk 2025-12 (create_with_files, Generation, GenerationError), sync.so/docs. That the list tells the
name of the result is not said there; `names` false is the list without it. `frame_micro_usd` is what a frame
costs; with None the server cannot tell (sync.so/docs, estimate cost).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fakes.vendor import Asked, Job, Place, Result, Said, Wanted, Word

KEY = "sync-key-of-tests-0123456789"
KEYS = {"SYNC_API_KEY": KEY}

_WORDS = {
    "waiting": "PENDING", "running": "PROCESSING", "unknown": "RENDERING", "done": "COMPLETED",
    "empty": "COMPLETED", "none": "COMPLETED", "failed": "FAILED", "declined": "REJECTED",
    "cancelled": "FAILED",
}  # fmt: skip
_EPOCH = datetime(2026, 11, 21, 12, tzinfo=UTC)


def _since_epoch(seconds: float) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)


class SyncManner:
    """How sync speaks. `made_at` says when a job was made, by its seconds."""

    name = "sync"
    places: frozenset[Place] = frozenset({"submit", "poll", "list", "download", "check"})

    def __init__(
        self,
        *,
        names: bool = True,
        made_at: Callable[[float], datetime] = _since_epoch,
        frame_micro_usd: int | None = 2_000,
    ) -> None:
        self.names = names
        self.made_at = made_at
        self.frame_micro_usd = frame_micro_usd

    def place(self, asked: Asked) -> Place | None:
        if asked.path == "/v2/generations":
            return "list"
        if asked.path == "/v2/generations/estimate":
            return "check"
        if asked.path == "/v2/generate":
            return "submit" if asked.method == "POST" else None
        return "poll" if asked.path.startswith("/v2/generate/") else None

    def trusts(self, asked: Asked) -> bool:
        return asked.headers.get("x-api-key") == KEY

    def checked(self, asked: Asked) -> Said:
        """Estimate by the frames, as a server does that knows the endpoint."""
        told = asked.json
        length, fps = told.get("duration", 0), told.get("fps", 30)
        if not str(told.get("model", "")).startswith(("lipsync-", "sync-")) or length <= 0 or fps <= 0:
            return self.error(400, "a model, a positive duration and a positive fps")
        if self.frame_micro_usd is None:
            return self.error(422, "cost_estimate_unavailable")
        frames = round(length * fps)
        cost = frames * self.frame_micro_usd / 1_000_000
        return Said(200, {"estimatedFrameCount": frames, "estimatedGenerationCost": cost})

    def wanted(self, asked: Asked, jobs: Iterable[Job]) -> Wanted | Said:
        files = [name for name in (b"video", b"audio") if b'name="%s"; filename=' % name in asked.body]
        if len(files) != 2 or not _field(asked.body, "model").startswith(("lipsync-", "sync-")):
            return self.error(400, "one clip, one sound and a model")
        return Wanted("video", _field(asked.body, "model"), {}, _field(asked.body, "outputFileName") or None)

    def named(self, asked: Asked) -> str:
        return asked.path.rpartition("/")[2]

    def told(self, place: Place, job: Job, word: Word, result: Result) -> Said:
        return Said(201 if place == "submit" else 200, self._generation(job, word, result))

    def listed(self, jobs: Iterable[tuple[Job, Word, Result]], asked: Asked) -> Said:
        return Said(200, [self._generation(job, word, result) for job, word, result in jobs])

    def cancelled(self, job: Job) -> Said:
        return self.error(404, "nothing is cancelled here")

    def uploaded(self, asked: Asked, url: str) -> Said:
        return self.error(404, "there are no uploads")

    def error(self, status: int, message: str) -> Said:
        return Said(status, {"message": message, "statusCode": status})

    def _generation(self, job: Job, word: Word, result: Result) -> dict[str, Any]:
        told: dict[str, Any] = {
            "id": job.id,
            "createdAt": self.made_at(job.at).isoformat().replace("+00:00", "Z"),
            "model": job.wanted.model,
            "input": [],
            "status": _WORDS[word],
        }
        if self.names:
            told["outputFileName"] = job.wanted.own_id
        if word == "done":
            told |= {"outputUrl": result.url, "outputDuration": 1.0}
        if word in ("failed", "declined", "cancelled"):
            told |= {"error": "no face was found in the clip", "error_code": "generation_input_rejected"}
        return told


def _field(body: bytes, name: str) -> str:
    """Return a plain field of a form."""
    return body.partition(f'name="{name}"\r\n\r\n'.encode())[2].partition(b"\r\n")[0].decode()
