"""Google's Interactions: a question that is answered in the background, with a clip in it or beside it.

Facts: google-genai, types of interactions (2026-08); ai.google.dev. A clip of some size lies at Google's own
files and is fetched with the key; a small one may come inside the answer. It is found by its id alone.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from cine_forge.generation.action import Action, slots_of
from cine_forge.generation.providers.call import Answer, Call
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.dialect import Delivered
from cine_forge.generation.providers.opening import Opening
from cine_forge.generation.providers.provider import PollOutcome, Sought, Submission, SubmitOutcome
from cine_forge.generation.providers.remote import Remote
from cine_forge.generation.providers.shaping import media_type_of, shaped
from cine_forge.generation.providers.trouble import Trouble

_PLACE = "/v1beta/interactions"
_FILES = "/v1beta/files/"
_TASKS = {
    Action.T2V: "text_to_video",
    Action.I2V: "image_to_video",
    Action.F2V: "image_to_video",
    Action.R2V: "reference_to_video",
}
_POLICY = ("safety", "prohibited", "blocked", "recitation", "filtered", "policy")


def open_provider(opening: Opening, capabilities: Capabilities) -> Remote:
    """Open Google for one project."""
    return Remote(opening, capabilities, Interactions())


class Interactions:
    """How Google wants to be asked."""

    def signed(self, call: Call, keys: Mapping[str, str], now: datetime) -> Mapping[str, str]:
        """Prove who asks."""
        return {"x-goog-api-key": keys.get("GEMINI_API_KEY", "")}

    def submit(self, submission: Submission) -> Call:
        """Ask in the background: settings as the profile says, words and pictures as the input."""
        body = {"model": submission.endpoint, "background": True, "store": True, **shaped(submission)}
        body["input"] = [{"type": "text", "text": submission.payload.prompt}, *_pictures(submission)]
        body["generation_config"] = {
            **body.get("generation_config", {}),
            "video_config": {"task": _TASKS[submission.action]},
        }
        return Call("POST", _PLACE, body=body)

    def submitted(self, answer: Answer, submission: Submission) -> SubmitOutcome | None:
        """Take the interaction's id."""
        name = answer.text_at("id") if answer.is_good else None
        return SubmitOutcome("submitted", provider_id=name) if name else None

    def poll(self, provider_id: str) -> Call:
        """Ask for the interaction."""
        return Call("GET", f"{_PLACE}/{provider_id}")

    def polled(self, answer: Answer, provider_id: str) -> PollOutcome | Delivered | Call | None:
        """Read the interaction, or the file that it named. A word that nobody knows means that it runs."""
        if answer.call is not None and _FILES in answer.call.path:
            return Delivered(answer.body) if answer.is_good and _is_clip(answer.body) else None
        if not answer.is_good or answer.text_at("status") is None:
            return None
        match answer.at("status"):
            case "completed":
                return _made(answer)
            case "failed":
                return _failed(answer)
            case "cancelled":
                error = "the interaction was cancelled"
                return PollOutcome("failed", error=error, trouble=Trouble.UNFINISHED, cost_micro_usd=0)
            case "budget_exceeded":
                error = _told(answer) or "the budget of the account is used up"
                return PollOutcome("failed", error=error, trouble=Trouble.SETTING, cost_micro_usd=0)
            case "incomplete":
                error = _told(answer) or "the answer ended before the clip was whole"
                return PollOutcome("failed", error=error, trouble=Trouble.CUT, billed=True)
        return PollOutcome("running")

    def find(self, sought: Sought) -> Call | None:
        """There is no list."""
        return None

    def found(self, answer: Answer, sought: Sought) -> str | Call | None:
        """Find nothing."""
        return None

    def cancel(self, provider_id: str) -> Call:
        """Ask to stop."""
        return Call("POST", f"{_PLACE}/{provider_id}/cancel", body={})

    def trouble(self, answer: Answer) -> Trouble | None:
        """Read what its own word says better than the status."""
        match answer.at("error", "status"):
            case "RESOURCE_EXHAUSTED" | "UNAVAILABLE":
                return Trouble.THROTTLED
            case "UNAUTHENTICATED" | "PERMISSION_DENIED" | "NOT_FOUND" | "FAILED_PRECONDITION":
                return Trouble.SETTING
            case "INVALID_ARGUMENT":
                return Trouble.REJECTED
        return None

    def complaint(self, answer: Answer) -> str | None:
        """Return the message."""
        return answer.text_at("error", "message")


def _pictures(submission: Submission) -> Iterator[dict[str, Any]]:
    """Yield every picture in the payload's order, each as it is."""
    for held in slots_of(submission.payload).values():
        for reference in held:
            file = submission.files[reference.path]
            data = base64.b64encode(file.read_bytes()).decode()
            yield {"type": "image", "mime_type": media_type_of(file), "data": data}


def _made(answer: Answer) -> PollOutcome | Delivered | Call:
    """Take the clip: it is in the answer, or at Google's files, or at a place of its own."""
    for video in _videos(answer):
        uri, data = video.get("uri"), video.get("data")
        if isinstance(data, str) and data:
            try:
                return Delivered(base64.b64decode(data, validate=True), str(video.get("mime_type") or ""))
            except binascii.Error:
                error = "the clip in the answer is no base64"
                return PollOutcome("failed", error=error, trouble=Trouble.UNREADABLE, billed=True)
        if isinstance(uri, str) and uri:
            return Call("GET", uri) if _FILES in uri else PollOutcome("succeeded", output_url=uri)
    error = _told(answer) or "the interaction is completed and holds no clip"
    return PollOutcome("failed", error=error, trouble=Trouble.EMPTY, billed=True)


def _is_clip(content: bytes) -> bool:
    """Return whether it begins as an MP4 does (ISO/IEC 14496-12, 4.3): a page in its place is no clip."""
    return content[4:8] == b"ftyp"


def _videos(answer: Answer) -> Iterator[Mapping[str, Any]]:
    """Yield every clip of an answer, wherever it stands."""
    whole = answer.at("output_video")
    if isinstance(whole, dict):
        yield whole
    for step in answer.at("steps") or ():
        for part in (step.get("content") or ()) if isinstance(step, dict) else ():
            if isinstance(part, dict) and part.get("type") == "video":
                yield part


def _failed(answer: Answer) -> PollOutcome:
    error = _told(answer) or "the interaction failed"
    code = f"{answer.at('errors', 0, 'code')} {error}".lower()
    kept_back = any(word in code for word in _POLICY)
    trouble = Trouble.FILTERED if kept_back else Trouble.FAULTY
    return PollOutcome("failed", error=error, trouble=trouble, cost_micro_usd=0)


def _told(answer: Answer) -> str | None:
    """Return why it says that it failed."""
    return answer.text_at("errors", 0, "message") or answer.text_at("error", "message")
