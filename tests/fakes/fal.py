"""fal as it speaks: the queue, the results, and the place for files, with the inputs of the models we list.

Facts: the queue's OpenAPI and docs.fal.ai, fal-client 1.0.3, fal-js endpoints.ts of 2026-08-02. What a model
does not know is refused here with the 422 of its own framework, though the real ones pass over it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.fakes.medium import Kind
from tests.fakes.vendor import Asked, Job, Place, Result, Said, Wanted, Word

KEY = "fal-canary-key:0123456789abcdef"
_CDN_TOKEN = "cdn-canary-token"
_REQUEST = re.compile(r"^/(?P<app>.+)/requests/(?P<id>[\w-]+)(?P<rest>/status|/cancel)?$")
_WORDS = {"waiting": "IN_QUEUE", "running": "IN_PROGRESS", "unknown": "BEING_WOVEN"}
_NUMBERS = tuple(str(number) for number in range(3, 16))
_RATIOS = ("21:9", "16:9", "3:2", "4:3", "5:4", "1:1", "4:5", "3:4", "2:3", "9:16", "auto")
_SIZES = ("480p", "720p", "1080p", "4k")


@dataclass(frozen=True)
class Model:
    """What one endpoint makes, what it must be told and what it may be told: a type, or a list of words."""

    kind: Kind
    must: Mapping[str, Any]
    may: Mapping[str, Any]


_KLING = {"duration": _NUMBERS, "negative_prompt": str, "generate_audio": bool, "cfg_scale": float}
_KLING |= {"multi_prompt": list, "shot_type": ("customize", "intelligent"), "elements": list}
_KLING_O3 = {"duration": _NUMBERS, "generate_audio": bool, "aspect_ratio": ("16:9", "9:16", "1:1")}
_SEEDANCE = {"duration": _NUMBERS[1:], "resolution": _SIZES, "aspect_ratio": _RATIOS, "generate_audio": bool}
_VEO: dict[str, Any] = {
    "duration": ("4s", "6s", "8s"),
    "resolution": _SIZES[1:],
    "aspect_ratio": ("16:9", "9:16", "auto"),
}
_VEO |= {"generate_audio": bool, "auto_fix": bool, "safety_tolerance": str}
_VEO_SEEDED = {**_VEO, "negative_prompt": str, "seed": int}
_BANANA = {"resolution": ("1K", "2K", "4K"), "aspect_ratio": _RATIOS, "seed": int, "num_images": int}
_BANANA |= {"output_format": ("jpeg", "png", "webp")}
_TWO_FRAMES = {"first_frame_url": str, "last_frame_url": str}
_MODES = ("cut_off", "loop", "bounce", "silence", "remap")

MODELS: Mapping[str, Model] = {
    "fal-ai/kling-video/v3/pro/text-to-video": Model(
        "video", {"prompt": str}, {**_KLING, "aspect_ratio": ("16:9", "9:16", "1:1")}
    ),
    "fal-ai/kling-video/v3/pro/image-to-video": Model(
        "video", {"start_image_url": str}, {**_KLING, "prompt": str, "end_image_url": str}
    ),
    "fal-ai/kling-video/o3/pro/reference-to-video": Model(
        "video",
        {"prompt": str},
        {**_KLING_O3, "start_image_url": str, "end_image_url": str, "image_urls": list},
    ),
    "bytedance/seedance-2.0/text-to-video": Model("video", {"prompt": str}, _SEEDANCE),
    "bytedance/seedance-2.0/image-to-video": Model(
        "video", {"prompt": str, "image_url": str}, {**_SEEDANCE, "end_image_url": str}
    ),
    "bytedance/seedance-2.0/reference-to-video": Model(
        "video", {"prompt": str}, {**_SEEDANCE, "image_urls": list, "video_urls": list, "audio_urls": list}
    ),
    "fal-ai/veo3.1": Model("video", {"prompt": str}, _VEO_SEEDED),
    "fal-ai/veo3.1/image-to-video": Model("video", {"prompt": str, "image_url": str}, _VEO_SEEDED),
    "fal-ai/veo3.1/first-last-frame-to-video": Model("video", {"prompt": str, **_TWO_FRAMES}, _VEO_SEEDED),
    "fal-ai/veo3.1/reference-to-video": Model("video", {"prompt": str, "image_urls": list}, _VEO),
    "fal-ai/nano-banana-pro": Model("image", {"prompt": str}, _BANANA),
    "fal-ai/nano-banana-pro/edit": Model("image", {"prompt": str, "image_urls": list}, _BANANA),
    "fal-ai/sync-lipsync/v2": Model(
        "video",
        {"video_url": str, "audio_url": str},
        {"model": ("lipsync-2", "lipsync-2-pro"), "sync_mode": _MODES},
    ),
    "fal-ai/elevenlabs/tts/eleven-v3": Model(
        "audio", {"text": str}, {"voice": str, "stability": float, "language_code": str}
    ),
}


class FalManner:
    """The queue's words. `prices` are what a unit costs in USD, and its name, by the endpoint."""

    name = "fal"
    places: frozenset[Place] = frozenset(("submit", "poll", "result", "cancel", "upload", "download"))

    def __init__(self, prices: Mapping[str, tuple[float, str]] | None = None) -> None:
        self.prices = prices or {}

    def place(self, asked: Asked) -> Place | None:
        if asked.path == "/v1/models/pricing":
            return "check"
        if asked.path.startswith(("/storage/", "/files/", "/put/")):
            return "upload"
        found = _REQUEST.match(asked.path)
        if found is None:
            return "submit" if asked.method == "POST" else None
        places: dict[str | None, tuple[str, Place]] = {
            "/status": ("GET", "poll"),
            "/cancel": ("PUT", "cancel"),
            None: ("GET", "result"),
        }
        method, place = places[found["rest"]]
        return place if asked.method == method else None

    def trusts(self, asked: Asked) -> bool:
        if asked.path.startswith("/put/"):
            return True  # the URL is the proof
        wanted = f"Bearer {_CDN_TOKEN}" if asked.path.startswith("/files/") else f"Key {KEY}"
        return asked.headers.get("authorization") == wanted

    def checked(self, asked: Asked) -> Said:
        """Tell prices (docs.fal.ai, platform APIs, pricing); an endpoint that is not known is left out."""
        wanted = asked.query.get("endpoint_id", "").split(",")
        if not 1 <= len(wanted) <= 50 or not wanted[0]:
            return self.error(422, "1 to 50 endpoints")
        rows = [
            {
                "endpoint_id": one,
                "unit_price": self.prices[one][0],
                "unit": self.prices[one][1],
                "currency": "USD",
            }
            for one in wanted
            if one in self.prices
        ]
        return Said(200, {"prices": rows, "next_cursor": None, "has_more": False})

    def wanted(self, asked: Asked, jobs: Iterable[Job]) -> Wanted | Said:
        endpoint = asked.path.strip("/")
        model = MODELS.get(endpoint)
        if model is None:
            return self.error(404, f"Application {endpoint} not found")
        wrong = [*_lacking(model, asked.json), *_unlike(model, asked.json)]
        if wrong:
            return Said(
                422, {"detail": wrong}, {"x-fal-request-id": "none", "x-fal-error-type": "validation"}
            )
        return Wanted(model.kind, endpoint, asked.json)

    def named(self, asked: Asked) -> str:
        found = _REQUEST.match(asked.path)
        return found["id"] if found else ""

    def told(self, place: Place, job: Job, word: Word, result: Result) -> Said:
        own = _app(job.asked.path.strip("/"))
        url = f"{job.asked.origin}/{own}/requests/{job.id}"
        if place == "result":
            return self._result(job, word, result)
        urls = {"request_id": job.id, "response_url": url, "status_url": f"{url}/status"}
        if place == "submit":
            return Said(
                200, {**urls, "cancel_url": f"{url}/cancel", "status": "IN_QUEUE", "queue_position": 0}
            )
        if word in _WORDS:
            return Said(202, {**urls, "status": _WORDS[word], "queue_position": 0, "logs": None})
        done = {**urls, "status": "COMPLETED", "logs": None, "metrics": {"inference_time": 1.5}}
        if word == "failed":
            done |= {"error": "the runner gave up; canary-of-the-vendor", "error_type": "runner_error"}
        if word == "cancelled":
            done |= {"error": "Request was cancelled by the client", "error_type": "client_cancelled"}
        return Said(200, done)

    def listed(self, jobs: Iterable[tuple[Job, Word, Result]], asked: Asked) -> Said:
        return self.error(404, "no list")

    def cancelled(self, job: Job) -> Said:
        if job.cancelled:
            return Said(202, {"status": "CANCELLATION_REQUESTED"})
        return Said(400, {"status": "ALREADY_COMPLETED"})

    def uploaded(self, asked: Asked, url: str) -> Said:
        if asked.path == "/storage/auth/token":
            ends = "2036-01-01T00:00:00+00:00"
            token = {"token": _CDN_TOKEN, "token_type": "Bearer", "expires_at": ends}
            return Said(200, {**token, "base_url": asked.origin})
        if asked.path == "/storage/upload/initiate":
            signed = f"{asked.origin}/put/1?Signature=canary-of-the-storage"
            return Said(200, {"upload_url": signed, "file_url": _next(url)})
        if asked.path.startswith("/put/"):
            return Said(200, b"")
        return Said(200, {"access_url": url})

    def error(self, status: int, message: str) -> Said:
        own = {"x-fal-request-id": "of-the-model"} if status in (422, 500) else {}
        return Said(status, {"detail": message}, own)

    def _result(self, job: Job, word: Word, result: Result) -> Said:
        if word in ("waiting", "running", "unknown"):
            return self.error(400, "Request is still in progress")
        if word == "declined":
            why = {
                "loc": ["body", "prompt"],
                "msg": "The content was flagged",
                "type": "content_policy_violation",
            }
            return Said(422, {"detail": [why]}, {"x-fal-request-id": job.id})
        if word in ("failed", "cancelled"):
            return self.error(500, "the runner gave up")
        key = {"image": "images", "video": "video", "audio": "audio"}[job.wanted.kind]
        if word in ("empty", "none"):
            return Said(200, {key: [] if word == "empty" and key == "images" else None})
        file = {"url": result.url, "content_type": result.media_type, "file_name": "output"}
        file |= {"file_size": len(result.content)}  # type: ignore[dict-item]
        return Said(200, {key: [file] if key == "images" else file, "seed": 7})


def _next(url: str) -> str:
    """Return where the file of the next request will lie."""
    head, _, number = url.rpartition("-")
    return f"{head}-{int(number) + 1}"


def _app(endpoint: str) -> str:
    """Return owner and app, which is all that the queue's URLs hold."""
    parts = endpoint.split("/")
    return "/".join(parts[: 3 if parts[0] in ("workflows", "comfy") else 2])


def _lacking(model: Model, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"loc": ["body", name], "msg": "field required", "type": "value_error.missing"}
        for name in model.must
        if name not in told
    ]


def _unlike(model: Model, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    known = {**model.must, **model.may}
    return [
        {"loc": ["body", name], "msg": f"not {known.get(name, 'known')}: {value!r}", "type": "value_error"}
        for name, value in told.items()
        if name not in known or not _is_like(value, known[name])
    ]


def _is_like(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, tuple):
        return value in wanted
    if wanted is float:
        return isinstance(value, int | float)
    return isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))
