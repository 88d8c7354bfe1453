"""Runway: a task is made, then asked for until it ends, and says what it charged in credits.

Facts: runwayml 5.24 (types of requests and tasks, uploads), docs.dev.runwayml.com (task failures, inputs,
ephemeral uploads). THROTTLED is a task that was taken and waits for a slot of the account; only a refused
create is a 429. A picture too large for a request is brought by a form that Runway signs, and then has a
`runway://` address for a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from cine_forge.generation.action import slots_of
from cine_forge.generation.providers.call import Answer, Call, Part
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.opening import Opening
from cine_forge.generation.providers.provider import (
    PollOutcome,
    Sought,
    Submission,
    SubmitOutcome,
    Uploaded,
    Usage,
)
from cine_forge.generation.providers.remote import Remote
from cine_forge.generation.providers.shaping import address_of, shape_of, shaped
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import Fault, StageError

_VERSION = "2024-11-06"
_REFERENCES, _FRAMES = "referenceImages", "promptImage"
_POSITIONS = {"start_frame": "first", "end_frame": "last"}
_KEEP_S = 24 * 3600
"""How long an upload is kept, in seconds."""
_MOST_BYTES = 200_000_000
"""The largest file that can be brought."""
_INPUT_REFUSED = "SAFETY.INPUT"
"""What a filter kept back is charged all the same (docs.dev.runwayml.com, task failures)."""


def open_provider(opening: Opening, capabilities: Capabilities) -> Remote:
    """Open Runway for one project."""
    return Remote(opening, capabilities, Runway())


class Runway:
    """How Runway wants to be asked."""

    def signed(self, call: Call, keys: Mapping[str, str], now: datetime) -> Mapping[str, str]:
        """Prove who asks, and say which version of the API is meant."""
        key = keys.get("RUNWAYML_API_SECRET", "")
        return {"authorization": f"Bearer {key}", "x-runway-version": _VERSION}

    def submit(self, submission: Submission) -> Call:
        """Make a task. References are told as objects, two frames each with its place in the clip."""
        told = shaped(submission)
        if isinstance(told.get(_FRAMES), list):
            held = slots_of(submission.payload)
            told[_FRAMES] = [
                {"uri": address_of(submission, held[slot][0]), "position": position}
                for slot, position in _POSITIONS.items()
                if slot in held
            ]
        if isinstance(told.get(_REFERENCES), list):
            told[_REFERENCES] = [{"uri": one} for one in told[_REFERENCES]]
        return Call("POST", f"/v1/{shape_of(submission).endpoint or submission.endpoint}", body=told)

    def submitted(self, answer: Answer, submission: Submission) -> SubmitOutcome | None:
        """Take the task's id."""
        task = answer.text_at("id") if answer.is_good else None
        return SubmitOutcome("submitted", provider_id=task) if task else None

    def poll(self, provider_id: str) -> Call:
        """Ask for the task; its URLs are fresh each time."""
        return Call("GET", f"/v1/tasks/{provider_id}")

    def polled(self, answer: Answer, provider_id: str) -> PollOutcome | None:
        """Read the task. A word that nobody knows means that it runs."""
        if not answer.is_good or answer.text_at("status") is None:
            return None
        match answer.at("status"):
            case "SUCCEEDED":
                return _made(answer)
            case "FAILED":
                code = answer.text_at("failureCode") or ""
                trouble = Trouble.FILTERED if "SAFETY" in code else Trouble.FAULTY
                error, usage = answer.text_at("failure") or code or "the task failed", _usage(answer)
                billed = usage is None and code.startswith(_INPUT_REFUSED)
                return PollOutcome("failed", error=error, trouble=trouble, usage=usage, billed=billed)
            case "CANCELLED":
                why = "the task was cancelled"
                return PollOutcome("failed", error=why, trouble=Trouble.FAULTY, usage=_usage(answer))
        return PollOutcome("running")

    def find(self, sought: Sought) -> Call | None:
        """Tasks are known by their own ids alone."""
        return None

    def found(self, answer: Answer, sought: Sought) -> str | None:
        """Nothing is ever found."""
        return None

    def upload(self, file: Path, media_type: str, sha256: str) -> Call:
        """Ask for a place. Raises StageError CF-G036 for a file that is larger than any that is taken."""
        size = file.stat().st_size
        if size > _MOST_BYTES:
            what = f"the file has {size:,} bytes, and Runway takes {_MOST_BYTES:,}"
            raise StageError(Fault("CF-G036", what, file.name, "make it smaller; nothing was bought"))
        told = {"filename": f"{sha256[:32]}{file.suffix}", "type": "ephemeral"}
        return Call("POST", "/v1/uploads", body=told)

    def uploaded(self, answer: Answer, file: Path, media_type: str) -> Call | Uploaded | None:
        """Bring the file by the form that was signed for it; its address was told before."""
        if not answer.is_good or answer.is_page:
            return None
        if answer.call is not None and answer.call.aside:
            return Uploaded(answer.call.aside, answer.ends_at(_KEEP_S))
        address, place, fields = (answer.at(key) for key in ("runwayUri", "uploadUrl", "fields"))
        if not (isinstance(address, str) and isinstance(place, str) and isinstance(fields, dict)):
            return None
        signs = (Part(name, str(value).encode()) for name, value in fields.items())
        form = (*signs, Part("file", file.read_bytes(), file.name, media_type))
        return Call("POST", place, form=form, keyless=True, aside=address)

    def trouble(self, answer: Answer) -> Trouble | None:
        """The statuses say all."""
        return None

    def complaint(self, answer: Answer) -> str | None:
        """Return Runway's own sentence, with the first thing that is wrong."""
        return answer.text_at("issues", 0, "message") or answer.text_at("error")


def _made(answer: Answer) -> PollOutcome:
    """Take the first result. A success without one was charged all the same."""
    url, usage = answer.text_at("output", 0), _usage(answer)
    if url is None:
        error = "Runway is done and names no result"
        return PollOutcome("failed", error=error, trouble=Trouble.EMPTY, usage=usage, billed=True)
    return PollOutcome("succeeded", output_url=url, usage=usage)


def _usage(answer: Answer) -> Usage | None:
    """Return the credits that a task says it charged in the end."""
    told: Any = answer.at("cost", "credits")
    counted = isinstance(told, int | float) and not isinstance(told, bool)
    return Usage(credits=float(told)) if counted else None
