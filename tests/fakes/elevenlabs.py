"""ElevenLabs as it speaks. Facts: elevenlabs 2.78 (requests), elevenlabs.io/docs (errors)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.fakes.vendor import Asked, Job, Place, Result, Said, Wanted, Word

KEY = "xi_canary_0123456789abcdef"
VOICE = "21m00Tcm4TlvDq8ikWAM"
_MAY: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "text-to-speech": ("text", ("text", "model_id", "language_code", "voice_settings", "seed")),
    "sound-generation": ("text", ("text", "model_id", "duration_seconds", "prompt_influence", "loop")),
    "music": ("prompt", ("prompt", "model_id", "music_length_ms", "force_instrumental")),
}
_STATUSES = {429: "too_many_concurrent_requests", 401: "invalid_api_key", 503: "system_busy"}


class ElevenLabsManner:
    """The words of the API; a sound is the body of the answer."""

    name = "elevenlabs"
    places: frozenset[Place] = frozenset(("submit",))

    def place(self, asked: Asked) -> Place | None:
        return "submit" if asked.method == "POST" and asked.path.split("/")[2:3][0] in _MAY else None

    def trusts(self, asked: Asked) -> bool:
        return asked.headers.get("xi-api-key") == KEY

    def wanted(self, asked: Asked, jobs: Iterable[Job]) -> Wanted | Said:
        kind, *voice = asked.path.split("/")[2:]
        must, known = _MAY[kind]
        if kind == "text-to-speech" and voice != [VOICE]:
            return Said(400, {"detail": {"status": "voice_not_found", "message": f"no voice {voice}"}})
        wrong = [name for name in asked.json if name not in known] or ([] if asked.json.get(must) else [must])
        seconds = asked.json.get("duration_seconds")
        if wrong or not (seconds is None or 0.5 <= seconds <= 30):
            detail: list[dict[str, Any]] = [
                {"loc": ["body", *wrong], "msg": "not valid", "type": "value_error"}
            ]
            return Said(422, {"detail": detail})
        return Wanted("audio", str(asked.json.get("model_id")), asked.json)

    def named(self, asked: Asked) -> str:
        return ""

    def told(self, place: Place, job: Job, word: Word, result: Result) -> Said:
        match word:
            case "declined":
                why = {"status": "content_against_policy", "message": "It may not be said"}
                return Said(400, {"detail": why})
            case "failed" | "cancelled":
                return self.error(500, "it broke; canary-of-the-vendor")
            case "empty" | "none":
                return Said(200, b"", {"content-type": "audio/mpeg"})
        return Said(200, result.content, {"content-type": "audio/mpeg", "request-id": job.id})

    def listed(self, jobs: Iterable[tuple[Job, Word, Result]], asked: Asked) -> Said:
        return self.error(404, "not here")

    def cancelled(self, job: Job) -> Said:
        return self.error(404, "not here")

    def uploaded(self, asked: Asked, url: str) -> Said:
        return self.error(404, "not here")

    def error(self, status: int, message: str) -> Said:
        return Said(status, {"detail": {"status": _STATUSES.get(status, "error"), "message": message}})
