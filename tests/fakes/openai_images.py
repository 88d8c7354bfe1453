"""The images interface of OpenAI as it speaks. Facts: openai 3.54 (types of the images API)."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from email import message_from_bytes
from typing import Any

from tests.fakes.vendor import Asked, Job, Place, Result, Said, Wanted, Word

KEY = "sk-canary-0123456789abcdef"
MADE = 7024
"""How many tokens a still of high quality was seen to take; each letter of a prompt counts as one read."""
_KNOWN = ("model", "prompt", "size", "n", "quality", "output_format", "background", "moderation", "image[]")
_SIZE = re.compile(r"^(\d+)x(\d+)$")


class ImagesManner:
    """The words of the interface. With `by_url` a still is named and not sent, as other servers do."""

    name = "openai_images"

    def __init__(self, *, by_url: bool = False, made: int = MADE) -> None:
        self.by_url, self.made = by_url, made

    @property
    def places(self) -> frozenset[Place]:
        return frozenset(("submit", "download") if self.by_url else ("submit",))

    def place(self, asked: Asked) -> Place | None:
        return "submit" if asked.path.endswith(("/images/generations", "/images/edits")) else None

    def trusts(self, asked: Asked) -> bool:
        return asked.headers.get("authorization") == f"Bearer {KEY}"

    def wanted(self, asked: Asked, jobs: Iterable[Job]) -> Wanted | Said:
        told = form_of(asked) if asked.path.endswith("edits") else asked.json
        wrong = [name for name in told if name not in _KNOWN]
        size = _SIZE.match(str(told.get("size", "auto")))
        if size and any(int(side) % 16 for side in size.groups()):
            wrong.append("size")
        if not told.get("prompt") or (asked.path.endswith("edits") and not told.get("image[]")):
            wrong.append("prompt")
        if wrong:
            return self.error(400, f"Unknown or invalid parameter: {wrong[0]}")
        return Wanted("image", str(told.get("model")), told)

    def named(self, asked: Asked) -> str:
        return ""

    def told(self, place: Place, job: Job, word: Word, result: Result) -> Said:
        match word:
            case "declined":
                why = {"message": "It was rejected by the safety system", "code": "moderation_blocked"}
                return Said(400, {"error": {**why, "type": "image_generation_user_error", "param": None}})
            case "failed" | "cancelled":
                return self.error(500, "The server had an error; canary-of-the-vendor")
            case "empty" | "none":
                return Said(200, {"created": 1, "data": [] if word == "empty" else [{"b64_json": None}]})
        still = (
            {"url": result.url} if self.by_url else {"b64_json": base64.b64encode(result.content).decode()}
        )
        read = len(str(job.wanted.settings["prompt"]))
        usage = {"input_tokens": read, "output_tokens": self.made, "total_tokens": read + self.made}
        return Said(200, {"created": 1, "data": [still], "usage": usage, "quality": "high"})

    def listed(self, jobs: Iterable[tuple[Job, Word, Result]], asked: Asked) -> Said:
        return self.error(404, "no list")

    def cancelled(self, job: Job) -> Said:
        return self.error(404, "no such thing")

    def uploaded(self, asked: Asked, url: str) -> Said:
        return self.error(404, "no such thing")

    def error(self, status: int, message: str) -> Said:
        kinds = {429: "rate_limit_exceeded", 401: "invalid_api_key"}
        told = {"message": message, "type": "invalid_request_error", "param": None, "code": kinds.get(status)}
        return Said(status, {"error": told}, {"x-request-id": "req_1"})


def form_of(asked: Asked) -> Mapping[str, Any]:
    """Return the values and files of a form by their names; files are lists of name, type and bytes."""
    head = f"content-type: {asked.headers['content-type']}\r\n\r\n".encode()
    told: dict[str, Any] = {}
    for part in message_from_bytes(head + asked.body).walk():
        name = part.get_param("name", header="content-disposition")
        if not isinstance(name, str):
            continue
        content = part.get_payload(decode=True)
        if part.get_filename() is None:
            told[name] = content.decode() if isinstance(content, bytes) else content
        else:
            told.setdefault(name, []).append((part.get_filename(), part.get_content_type(), content))
    return told
