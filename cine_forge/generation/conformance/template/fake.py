"""NewVendor as it speaks, for the kit: which request is which, and its words. It knows no socket.

When to say what, who is charged, and everything that goes wrong on the way is the kit's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cine_forge.generation.conformance.fault import Place, Word
from cine_forge.generation.conformance.vendor import Clock, Job, Result, Wanted
from cine_forge.wire.loopback import Asked, Said

KEYS = {"NEW_VENDOR_API_KEY": "a-key-that-only-tests-use"}
"""What the fake lets in."""

_PLACE = "/v1/generations"
_WORDS: dict[Word, str] = {
    "waiting": "queued", "running": "running", "unknown": "pondering", "done": "done", "empty": "done",
    "none": "done", "failed": "failed", "declined": "failed", "cancelled": "cancelled",
}  # fmt: skip


def open_fake(clock: Clock) -> NewVendorManner:
    """Return the fake for a clock, by which it may say when something was made."""
    return NewVendorManner()


class NewVendorManner:
    """How NewVendor speaks."""

    name = "new_vendor"
    places: frozenset[Place] = frozenset({"submit", "poll", "list", "cancel", "download"})

    def place(self, asked: Asked) -> Place | None:
        """Say what a request is for, or None for one that the vendor does not know."""
        if asked.path == _PLACE:
            return "submit" if asked.method == "POST" else "list"
        if asked.path.endswith("/cancel"):
            return "cancel"
        return "poll" if asked.path.startswith(f"{_PLACE}/") else None

    def trusts(self, asked: Asked) -> bool:
        """Say whether it proves who asks."""
        return asked.headers.get("authorization") == f"Bearer {KEYS['NEW_VENDOR_API_KEY']}"

    def wanted(self, asked: Asked, jobs: Iterable[Job]) -> Wanted | Said:
        """Read a submit, or refuse it as the vendor would."""
        told = asked.json
        if not told.get("input", {}).get("prompt"):
            return self.error(422, "a prompt is missing")
        return Wanted("image", str(told.get("model")), told["input"], told.get("client_id"))

    def named(self, asked: Asked) -> str:
        """Return the id in a poll or a cancel."""
        return asked.path.removesuffix("/cancel").rpartition("/")[2]

    def told(self, place: Place, job: Job, word: Word, result: Result) -> Said:
        """Answer a submit or a poll."""
        return Said(201 if place == "submit" else 200, _generation(job, word, result))

    def listed(self, jobs: Iterable[tuple[Job, Word, Result]], asked: Asked) -> Said:
        """Answer a list, by our own id."""
        own = asked.query.get("client_id")
        return Said(200, {"items": [_generation(*one) for one in jobs if one[0].wanted.own_id == own]})

    def cancelled(self, job: Job) -> Said:
        """Answer a cancel."""
        return Said(200, {"id": job.id})

    def uploaded(self, asked: Asked, url: str) -> Said:
        """Answer an upload; there is none."""
        return self.error(404, "there are no uploads")

    def error(self, status: int, message: str) -> Said:
        """Return an error as the vendor says it."""
        return Said(status, {"message": message, **({"code": "busy"} if status == 429 else {})})


def _generation(job: Job, word: Word, result: Result) -> dict[str, Any]:
    told: dict[str, Any] = {"id": job.id, "client_id": job.wanted.own_id, "status": _WORDS[word]}
    if word == "done":
        told["url"] = result.url
    if word in ("failed", "declined"):
        told |= {"code": "policy" if word == "declined" else "internal", "message": "the model did not"}
    return told
