"""Runway as it speaks: tasks, their words and their cost in credits. Facts: the types of runwayml 5.24."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from email.utils import formatdate
from typing import Any

from tests.fakes.vendor import Asked, Job, Place, Result, Said, Wanted, Word

_POLICY = "eyJleHBpcmF0aW9uIjoiY2FuYXJ5In0="
KEY = "key_runway_canary_0123456789abcdef"
CREDIT = 10_000
"""What one credit costs in micro-USD."""
_WORDS = {"waiting": "THROTTLED", "running": "RUNNING", "unknown": "DREAMING"}
_WIDE = ("1280:720", "720:1280")
_STILLS = (
    "1024:1024", "1080:1080", "1168:880", "1360:768", "1440:1080", "1080:1440", "1808:768", "1920:1080",
    "1080:1920", "2112:912", "1280:720", "720:1280", "720:720", "960:720", "720:960", "1680:720",
)  # fmt: skip
_FRAMES = (*_WIDE, "1080:1920", "1920:1080")
_CLIPS = (*_WIDE, "1104:832", "960:960", "832:1104", "1584:672")
_MUST: Mapping[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...]]] = {
    ("text_to_video", "gen4.5"): (("promptText", "ratio", "duration"), _WIDE),
    ("image_to_video", "gen4.5"): (("promptText", "ratio", "duration", "promptImage"), _CLIPS),
    ("text_to_image", "gen4_image"): (("promptText", "ratio"), _STILLS),
    **{
        (kind, f"veo3.1{tier}"): (("promptText", "ratio", *more), _FRAMES)
        for tier in ("", "_fast")
        for kind, more in (("text_to_video", ()), ("image_to_video", ("promptImage",)))
    },
}
"""What each model must be told, and the ratios that it makes."""
_MAY = (
    "model", "promptText", "negativePrompt", "ratio", "duration", "audio", "promptImage", "seed",
    "referenceImages",
)  # fmt: skip
_MOST_SIGNS = 5 * 1024 * 1024
"""A data URI must be shorter."""


class RunwayManner:
    """The words of the API."""

    name = "runway"
    places: frozenset[Place] = frozenset(("submit", "poll", "cancel", "upload", "download"))

    def place(self, asked: Asked) -> Place | None:
        if asked.path.startswith("/v1/tasks/"):
            return {"GET": "poll", "DELETE": "cancel"}.get(asked.method)  # type: ignore[return-value]
        if asked.path == "/v1/uploads" or asked.path.startswith("/bucket/"):
            return "upload"
        return "submit" if asked.method == "POST" else None

    def trusts(self, asked: Asked) -> bool:
        if asked.path.startswith("/bucket/"):  # whoever signed the form is known, and a second proof is none
            return "authorization" not in asked.headers and _POLICY.encode() in asked.body
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
        if asked.path.startswith("/bucket/"):
            return Said(204, b"", {"date": formatdate(usegmt=True)})
        if asked.json.get("type") != "ephemeral" or not asked.json.get("filename"):
            return self.error(400, "an ephemeral upload has a name")
        name = url.rpartition("/")[2]
        fields = {"key": name, "policy": _POLICY, "x-amz-signature": "canary-of-the-form"}
        told = {"runwayUri": f"runway://{name}", "uploadUrl": f"{asked.origin}/bucket/{name}"}
        return Said(200, {**told, "fields": fields})

    def error(self, status: int, message: str) -> Said:
        return Said(status, {"error": message})


def _wrong(kind: str, told: Mapping[str, Any]) -> Iterable[str]:
    known = _MUST.get((kind, str(told.get("model"))))
    if known is None:
        return ["model"]
    must, ratios = known
    wrong = [name for name in must if name not in told] + [name for name in told if name not in _MAY]
    wrong += ["ratio"] if told.get("ratio") not in ratios else []
    lengths = (4, 6, 8) if str(told["model"]).startswith("veo") else range(2, 11)
    if told.get("duration", 4) not in lengths or isinstance(told.get("duration"), str):
        wrong.append("duration")
    if not 1 <= len(str(told.get("promptText", "")).encode("utf-16-le")) // 2 <= 1000:
        wrong.append("promptText")
    references = told.get("referenceImages", [])
    if len(references) > 3 or not all(isinstance(one, dict) and _lies(one.get("uri")) for one in references):
        wrong.append("referenceImages")
    return wrong if _is_framed(told) else [*wrong, "promptImage"]


def _is_framed(told: Mapping[str, Any]) -> bool:
    """Say whether the frames are one address, or a first one and perhaps a last where the model takes it."""
    frames = told.get("promptImage")
    if not isinstance(frames, list):
        return frames is None or _lies(frames)
    places = [one.get("position") for one in frames]
    known = [["first"], ["first", "last"]] if str(told["model"]).startswith("veo") else [["first"]]
    return places in known and all(_lies(one.get("uri")) for one in frames)


def _lies(address: Any) -> bool:
    """Say whether a picture may lie there: short enough in the request, or at a place that is known."""
    plain = str(address)
    return plain.startswith(("https://", "runway://")) or (
        plain.startswith("data:image/") and len(plain) < _MOST_SIGNS
    )
