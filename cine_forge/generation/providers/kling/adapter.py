"""Kling, asked directly: every task under an id of ours, by which it is found whatever became of the answer.

An answer with the status of a success may be a refusal: its `code` says so, and what the code means is the
table below (Kling API reference, error codes). A task is known by its kind as well, so our id of it is
`videos/text2video/8672…`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cine_forge.generation.providers.call import Answer, Call
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.kling.token import signed_token
from cine_forge.generation.providers.kling.wording import kind_of, wording_of
from cine_forge.generation.providers.opening import Opening
from cine_forge.generation.providers.provider import PollOutcome, Sought, Submission, SubmitOutcome, Usage
from cine_forge.generation.providers.remote import Remote
from cine_forge.generation.providers.trouble import Trouble

_ACCESS, _SECRET = "KLING_ACCESS_KEY", "KLING_SECRET_KEY"
_WRONG_VALUE = 1201
_PAGE = 500
_KNOWN_ALREADY = ("external_task_id", "external task", "duplicate", "already exist", "not unique")
"""How a refusal may say that an id is known: no words are published, and one too many leads to a look."""

_TROUBLES: tuple[tuple[range, Trouble], ...] = (
    (range(1000, 1005), Trouble.SETTING),
    (range(1100, 1104), Trouble.SETTING),
    (range(1200, 1204), Trouble.REJECTED),
    (range(1300, 1302), Trouble.FILTERED),
    (range(1302, 1304), Trouble.THROTTLED),
    (range(1304, 1305), Trouble.SETTING),
    (range(5000, 5003), Trouble.LOST),
)
"""What each code means; one that nobody knows, under the status of a success, may have been taken."""

_HINTS = {
    1003: "the clock of this machine may be ahead",
    1004: "the clock of this machine may be behind",
    1101: "the account is in arrears",
    1102: "the resource pack is used up or has ended",
    1304: "this address is not on the list of the account",
}


class Kling:
    """The dialect. Pure: it holds nothing."""

    def signed(self, call: Call, keys: Mapping[str, str], now: datetime) -> Mapping[str, str]:
        """Return a token that begins now; none without both keys."""
        access_key, secret_key = keys.get(_ACCESS), keys.get(_SECRET)
        if not (access_key and secret_key):
            return {}
        return {"authorization": f"Bearer {signed_token(access_key, secret_key, now)}"}

    def submit(self, submission: Submission) -> Call:
        """Return the task's request, under our own id."""
        return Call("POST", f"v1/{kind_of(submission)}", body=wording_of(submission))

    def submitted(self, answer: Answer, submission: Submission) -> SubmitOutcome | None:
        """Read the task's id; an id of ours that is known already means that it was taken before."""
        told = (self.complaint(answer) or "").lower()
        if answer.at("code") == _WRONG_VALUE and any(word in told for word in _KNOWN_ALREADY):
            return SubmitOutcome("unknown", error=self.complaint(answer), trouble=Trouble.TAKEN)
        task = answer.text_at("data", "task_id") if answer.is_good and answer.at("code") == 0 else None
        return SubmitOutcome("submitted", f"{kind_of(submission)}/{task}") if task else None

    def poll(self, provider_id: str) -> Call:
        """Ask for the task; asking takes none of the account's slots."""
        return Call("GET", f"v1/{provider_id}")

    def polled(self, answer: Answer, provider_id: str) -> PollOutcome | None:
        """Read the task. Anything but a whole answer with code 0 says nothing of it."""
        if not answer.is_good or answer.at("code") != 0:
            return None
        match answer.at("data", "task_status"):
            case "succeed":
                return _succeeded(answer)
            case "failed":
                return _failed(answer)
        return PollOutcome("running")

    def find(self, sought: Sought) -> Call:
        """Ask for the task by our own id, which its path takes instead of Kling's."""
        return Call("GET", f"v1/{kind_of(sought.submission)}/{sought.own_id}")

    def found(self, answer: Answer, sought: Sought) -> str | Call | None:
        """Return the task's id when it is ours; what has no task of our id is looked for in the list too.

        Documents differ in how our id is asked for, and an absence that is none would be paid twice.
        """
        kind, data = kind_of(sought.submission), answer.at("data")
        if isinstance(data, list):
            tasks = (one for one in data if isinstance(one, dict) and _own_id(one) == sought.own_id)
            return next((f"{kind}/{one['task_id']}" for one in tasks if one.get("task_id")), None)
        if isinstance(data, dict) and data.get("task_id") and _own_id(data) in (None, sought.own_id):
            return f"{kind}/{data['task_id']}"
        return Call("GET", f"v1/{kind}", query={"pageNum": "1", "pageSize": str(_PAGE)})

    def trouble(self, answer: Answer) -> Trouble | None:
        """Say what the code means; a success has code 0 and says nothing."""
        code = answer.at("code")
        if not isinstance(code, int) or code == 0:
            return None
        known = next((trouble for codes, trouble in _TROUBLES if code in codes), None)
        return known or (Trouble.LOST if answer.is_good else None)

    def complaint(self, answer: Answer) -> str | None:
        """Return code and message, with what a person can do about it."""
        code, message = answer.at("code"), answer.text_at("message")
        if not isinstance(code, int):
            return message
        hint = f" ({_HINTS[code]})" if code in _HINTS else ""
        return f"{code} {message or 'without a message'}{hint}"


def open_provider(opening: Opening, capabilities: Capabilities) -> Remote:
    """Open the provider; nothing is sent before it is asked."""
    return Remote(opening, capabilities, Kling())


def _own_id(task: Mapping[str, Any]) -> Any:
    told = task.get("task_info")
    return told.get("external_task_id") if isinstance(told, dict) else None


def _succeeded(answer: Answer) -> PollOutcome:
    """Return where the first result lies; a success without one was charged all the same."""
    made = (answer.text_at("data", "task_result", kind, 0, "url") for kind in ("videos", "images"))
    url = next((url for url in made if url), None)
    if url is None:
        error = "the task succeeded and has no result"
        return PollOutcome("failed", error=error, trouble=Trouble.EMPTY, usage=_usage(answer), billed=True)
    return PollOutcome("succeeded", url, usage=_usage(answer))


def _failed(answer: Answer) -> PollOutcome:
    """Return why it failed. Units that Kling says it kept are charged, and nothing where it says 0."""
    told = answer.text_at("data", "task_status_msg") or "the task failed"
    kept_back = any(word in told.lower() for word in ("risk", "policy", "sensitive", "moderation"))
    trouble, usage = Trouble.FILTERED if kept_back else Trouble.FAULTY, _usage(answer)
    if usage is None or usage.credits:
        return PollOutcome("failed", error=told, trouble=trouble, usage=usage, billed=True)
    return PollOutcome("failed", error=told, trouble=trouble, cost_micro_usd=0)


def _usage(answer: Answer) -> Usage | None:
    """Return the units of the resource pack that were taken, or None when it does not say."""
    try:
        return Usage(credits=float(answer.at("data", "final_unit_deduction")))
    except (TypeError, ValueError):
        return None
