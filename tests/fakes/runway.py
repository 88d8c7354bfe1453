"""Runway as it speaks: tasks, their words and their cost in credits. Facts: the types of runwayml 5.24."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.fakes.vendor import Asked, Job, Place, Result, Said, Wanted, Word

KEY = "key_runway_canary_0123456789abcdef"
CREDIT = 10_000
"""What one credit costs in micro-USD."""
_WORDS = {"waiting": "THROTTLED", "running": "RUNNING", "unknown": "DREAMING"}
_WIDE = ("1280:720", "720:1280")
_STILLS = (
    "1024:1024", "1080:1080", "1168:880", "1360:768", "1440:1080", "1080:1440", "1808:768", "1920:1080",
    "1080:1920", "2112:912", "1280:720", "720:1280", "720:720", "960:720", "720:960", "1680:720",
)  # fmt: skip
_CLIPS = (*_WIDE, "1104:832", "960:960", "832:1104", "1584:672")
_MUST: Mapping[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "text_to_video": ("gen4.5", ("promptText", "ratio", "duration"), _WIDE),
    "image_to_video": ("gen4.5", ("promptText", "ratio", "duration", "promptImage"), _CLIPS),
    "text_to_image": ("gen4_image", ("promptText", "ratio"), _STILLS),
}
_MAY = ("model", "promptText", "ratio", "duration", "promptImage", "seed", "referenceImages")


class RunwayManner:
    """The words of the API."""

    name = "runway"
    places: frozenset[Place] = frozenset(("submit", "poll", "cancel", "download"))

    def place(self, asked: Asked) -> Place | None:
        if asked.path.startswith("/v1/tasks/"):
            return {"GET": "poll", "DELETE": "cancel"}.get(asked.method)  # type: ignore[return-value]
        return "submit" if asked.method == "POST" else None

    def trusts(self, asked: Asked) -> bool:
        known = asked.headers.get("x-runway-version") == "2024-11-06"
        return known and asked.headers.get("authorization") == f"Bearer {KEY}"

    def wanted(self, asked: Asked, jobs: Iterable[Job]) -> Wanted | Said:
        kind = asked.path.removeprefix("/v1/")
        wrong = list(_wrong(kind, asked.json))
        if wrong:
            issues = [{"code": "invalid", "path": [one], "message": f"{one} is not valid"} for one in wrong]
            return Said(400, {"error": "Validation of body failed", "issues": issues})
        return Wanted("image" if kind == "text_to_image" else "video", asked.json["model"], asked.json)

    def named(self, asked: Asked) -> str:
        return asked.path.rpartition("/")[2]

    def told(self, place: Place, job: Job, word: Word, result: Result) -> Said:
        credits = job.charge // CREDIT
        if place == "submit":
            return Said(200, {"id": job.id, "estimatedCost": {"credits": credits}})
        task: dict[str, Any] = {"id": job.id, "createdAt": "2026-11-21T12:00:00Z"}
        if word in _WORDS:
            progress = {"progress": 0.4} if word == "running" else {}
            return Said(
                200, {**task, **progress, "status": _WORDS[word], "estimatedCost": {"credits": credits}}
            )
        task |= {"cost": {"credits": credits}}
        match word:
            case "failed":
                why = {
                    "failure": "It broke; canary-of-the-vendor",
                    "failureCode": "INTERNAL.BAD_OUTPUT.CODE01",
                }
                return Said(200, {**task, **why, "status": "FAILED"})
            case "declined":
                why = {"failure": "It may not be shown", "failureCode": "SAFETY.INPUT.TEXT"}
                return Said(200, {**task, **why, "status": "FAILED"})
            case "cancelled":
                return Said(200, {**task, "status": "CANCELLED"})
            case "empty" | "none":
                return Said(200, {**task, "status": "SUCCEEDED", "output": [] if word == "empty" else None})
        return Said(200, {**task, "status": "SUCCEEDED", "output": [result.url]})

    def listed(self, jobs: Iterable[tuple[Job, Word, Result]], asked: Asked) -> Said:
        return self.error(404, "no list")

    def cancelled(self, job: Job) -> Said:
        return Said(204, b"")

    def uploaded(self, asked: Asked, url: str) -> Said:
        return self.error(404, "not here")

    def error(self, status: int, message: str) -> Said:
        return Said(status, {"error": message})


def _wrong(kind: str, told: Mapping[str, Any]) -> Iterable[str]:
    if kind not in _MUST:
        return [kind]
    model, must, ratios = _MUST[kind]
    wrong = [name for name in must if name not in told] + [name for name in told if name not in _MAY]
    wrong += ["model"] if told.get("model") != model else []
    wrong += ["ratio"] if told.get("ratio") not in ratios else []
    if "duration" in must and not (isinstance(told.get("duration"), int) and 2 <= told["duration"] <= 10):
        wrong.append("duration")
    if not 1 <= len(str(told.get("promptText", "")).encode("utf-16-le")) // 2 <= 1000:
        wrong.append("promptText")
    references = told.get("referenceImages", [])
    if len(references) > 3 or not all(isinstance(one, dict) and "uri" in one for one in references):
        wrong.append("referenceImages")
    return wrong
