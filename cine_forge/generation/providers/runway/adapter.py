"""Runway: a task is made, then asked for until it ends, and says what it charged in credits.

Facts: runwayml 5.24 (types of requests and tasks), docs.dev.runwayml.com (task failures). THROTTLED is a
task that was taken and waits for a slot of the account; only a refused create is a 429.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cine_forge.generation.providers.call import Answer, Call
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.opening import Opening
from cine_forge.generation.providers.provider import PollOutcome, Sought, Submission, SubmitOutcome, Usage
from cine_forge.generation.providers.remote import Remote
from cine_forge.generation.providers.shaping import shape_of, shaped
from cine_forge.generation.providers.trouble import Trouble

_VERSION = "2024-11-06"
_REFERENCES = "referenceImages"


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
        """Make a task. References are told as objects, each with its address."""
        told = shaped(submission)
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
                error = answer.text_at("failure") or code or "the task failed"
                return PollOutcome("failed", error=error, trouble=trouble, usage=_usage(answer))
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
