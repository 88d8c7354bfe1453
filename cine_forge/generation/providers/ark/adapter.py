"""Ark: clips as tasks that are listed and told by their tokens, stills at once.

Only what succeeds is charged (Ark API reference, billing of video generation). A result lies at its URL for a
day; a task that succeeded and has nothing left to show is one whose day is over.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime

from cine_forge.generation.providers.ark.listing import found_in, page_call
from cine_forge.generation.providers.ark.wording import STILLS, TASKS, path_of, wording_of
from cine_forge.generation.providers.call import Answer, Call
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.dialect import Delivered, Elsewhere
from cine_forge.generation.providers.opening import Opening
from cine_forge.generation.providers.provider import PollOutcome, Sought, Submission, SubmitOutcome, Usage
from cine_forge.generation.providers.remote import Remote
from cine_forge.generation.providers.trouble import Trouble

_KEY = "ARK_API_KEY"
_TASK = "tasks/"
"""Before the id of a task, so that a still, which is none, is never asked for as one."""

_TROUBLES = (
    ("Sensitive", Trouble.FILTERED),
    ("PolicyViolation", Trouble.FILTERED),
    ("RiskDetection", Trouble.FILTERED),
    ("Overdue", Trouble.SETTING),
    ("NotOpen", Trouble.SETTING),
    ("Authentication", Trouble.SETTING),
    ("InvalidEndpoint", Trouble.SETTING),
    ("RateLimit", Trouble.THROTTLED),
    ("Overloaded", Trouble.THROTTLED),
    ("QuotaExceeded", Trouble.THROTTLED),
    ("SetLimitExceeded", Trouble.SETTING),
)
"""What a part of an error's code means (Ark API reference, error codes); the status says the rest."""


class Ark:
    """The dialect. Pure: it holds nothing."""

    def signed(self, call: Call, keys: Mapping[str, str], now: datetime) -> Mapping[str, str]:
        """Return the key of the region."""
        return {"authorization": f"Bearer {keys[_KEY]}"} if _KEY in keys else {}

    def submit(self, submission: Submission) -> Call:
        """Return the request; our own id goes along as what Ark traces it by."""
        headers = {"x-client-request-id": submission.own_id}
        return Call("POST", path_of(submission), body=wording_of(submission), headers=headers)

    def submitted(
        self, answer: Answer, submission: Submission
    ) -> SubmitOutcome | Delivered | Elsewhere | None:
        """Read a task's id, or the still itself."""
        if not answer.is_good:
            return None
        if path_of(submission) == STILLS:
            return _still(answer, submission.own_id)
        task = answer.text_at("id")
        return SubmitOutcome("submitted", f"{_TASK}{task}") if task else None

    def poll(self, provider_id: str) -> Call | None:
        """Ask for the task; a still was answered at once."""
        task = provider_id.removeprefix(_TASK)
        return None if task == provider_id else Call("GET", f"{TASKS}/{task}")

    def polled(self, answer: Answer, provider_id: str) -> PollOutcome | None:
        """Read the task; no error of a request says how it stands."""
        if not answer.is_good:
            return None
        match answer.at("status"):
            case "succeeded":
                return _succeeded(answer)
            case "failed":
                told = answer.text_at("error", "message") or "the task failed"
                trouble = _meaning(answer.text_at("error", "code")) or Trouble.FAULTY
                return PollOutcome("failed", error=told, trouble=trouble, cost_micro_usd=0)
            case "cancelled" | "expired" as word:
                error = f"the task is {word}"
                return PollOutcome("failed", error=error, trouble=Trouble.UNFINISHED, cost_micro_usd=0)
        return PollOutcome("running")

    def find(self, sought: Sought) -> Call | None:
        """Ask for the list of tasks; stills stand in none."""
        return None if path_of(sought.submission) == STILLS else page_call(TASKS)

    def found(self, answer: Answer, sought: Sought) -> str | Call | None:
        """Return the task that is ours. Raises StageError CF-G085 when that cannot be told."""
        found = found_in(answer, sought)
        return f"{_TASK}{found}" if isinstance(found, str) else found

    def trouble(self, answer: Answer) -> Trouble | None:
        """Say what the code of an error means."""
        return _meaning(answer.text_at("error", "code")) if not answer.is_good else None

    def complaint(self, answer: Answer) -> str | None:
        """Return code and message."""
        code, message = answer.text_at("error", "code"), answer.text_at("error", "message")
        return f"{code}: {message}" if code and message else message or code


def open_provider(opening: Opening, capabilities: Capabilities) -> Remote:
    """Open the provider; nothing is sent before it is asked."""
    return Remote(opening, capabilities, Ark())


def _succeeded(answer: Answer) -> PollOutcome:
    counted = answer.at("usage", "completion_tokens")
    usage = Usage(output_tokens=counted) if isinstance(counted, int) and counted > 0 else None
    url = answer.text_at("content", "video_url")
    if url is None:
        error = "the task succeeded and its result is no longer there"
        return PollOutcome("failed", error=error, trouble=Trouble.EMPTY, usage=usage, billed=True)
    return PollOutcome("succeeded", url, usage=usage)


def _still(answer: Answer, own_id: str) -> SubmitOutcome | Delivered | Elsewhere | None:
    """Return the first still that came, or why there is none."""
    coded = answer.text_at("data", 0, "b64_json")
    if coded is not None:
        try:
            return Delivered(base64.b64decode(coded, validate=True))
        except binascii.Error:
            return _stillless(answer, own_id, "the still is no base64", Trouble.UNREADABLE)
    url = answer.text_at("data", 0, "url")
    if url is not None:
        return Elsewhere(url)
    code, told = answer.text_at("data", 0, "error", "code"), answer.text_at("data", 0, "error", "message")
    if told is not None or isinstance(answer.at("data"), list):
        return _stillless(answer, own_id, told or "no still came", _meaning(code) or Trouble.EMPTY)
    return None


def _stillless(answer: Answer, own_id: str, error: str, trouble: Trouble) -> SubmitOutcome:
    free = answer.at("usage", "generated_images") == 0
    outcome = PollOutcome(
        "failed", error=error, trouble=trouble, cost_micro_usd=0 if free else None, billed=not free
    )
    return SubmitOutcome("submitted", provider_id=own_id, finished=outcome)


def _meaning(code: str | None) -> Trouble | None:
    return next((trouble for part, trouble in _TROUBLES if part in (code or "")), None)
