"""Replicate: a prediction of a model, polled until it ends, and found again in the list by what it was asked.

A model goes by `owner/name`, or by `owner/name:version` where it has no version of its own accord. Facts:
replicate 1.0.7, replicate.com/docs. What a prediction made is removed an hour after its end, while its
status stays `succeeded`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from cine_forge.generation.providers.call import Answer, Call, Part
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.opening import Opening
from cine_forge.generation.providers.provider import PollOutcome, Sought, Submission, SubmitOutcome, Uploaded
from cine_forge.generation.providers.remote import Remote
from cine_forge.generation.providers.replicate.listing import LIST, found_in, moment
from cine_forge.generation.providers.shaping import shape_of, shaped
from cine_forge.generation.providers.trouble import Trouble

_FLAGGED = ("nsfw", "flagged as sensitive", "(e005)", "safety")
"""How models of Replicate say that a filter kept the result back."""
_SOON = re.compile(r"resets in ~?(\d+)s")


def open_provider(opening: Opening, capabilities: Capabilities) -> Remote:
    """Open Replicate for one project."""
    return Remote(opening, capabilities, Replicate())


class Replicate:
    """How Replicate wants to be asked."""

    def signed(self, call: Call, keys: Mapping[str, str], now: datetime) -> Mapping[str, str]:
        """Prove who asks."""
        return {"authorization": f"Bearer {keys.get('REPLICATE_API_TOKEN', '')}"}

    def submit(self, submission: Submission) -> Call:
        """Make a prediction."""
        model = shape_of(submission).endpoint or submission.endpoint
        name, _, version = model.partition(":")
        if version:
            return Call("POST", LIST, body={"version": version, "input": shaped(submission)})
        return Call("POST", f"/v1/models/{name}/predictions", body={"input": shaped(submission)})

    def submitted(self, answer: Answer, submission: Submission) -> SubmitOutcome | None:
        """Take the prediction's id; a busy Replicate says in words when it will listen again."""
        if answer.is_good and answer.text_at("id") is not None and answer.text_at("status") is not None:
            return SubmitOutcome("submitted", provider_id=answer.text_at("id"))
        soon = _SOON.search(answer.text_at("detail") or "")
        if answer.status != 429 or "retry-after" in answer.headers or soon is None:
            return None
        told = self.complaint(answer)
        return SubmitOutcome("refused", error=told, trouble=Trouble.THROTTLED, wait_s=float(soon[1]))

    def poll(self, provider_id: str) -> Call:
        """Ask for the prediction."""
        return Call("GET", f"{LIST}/{provider_id}")

    def polled(self, answer: Answer, provider_id: str) -> PollOutcome | None:
        """Read the prediction. A word that nobody knows means that it runs."""
        if not answer.is_good or answer.text_at("status") is None:
            return None
        error = answer.text_at("error") or ""
        match answer.at("status"):
            case "succeeded":
                return _made(answer)
            case "failed":
                flagged = any(word in error.lower() for word in _FLAGGED)
                trouble = Trouble.FILTERED if flagged else Trouble.FAULTY
                return PollOutcome("failed", error=error or "the prediction failed", trouble=trouble)
            case "canceled" | "aborted":
                return PollOutcome("failed", error="the prediction was cancelled", trouble=Trouble.FAULTY)
        return PollOutcome("running")

    def find(self, sought: Sought) -> Call:
        """Ask for the list, newest first."""
        return Call("GET", LIST)

    def found(self, answer: Answer, sought: Sought) -> str | Call | None:
        """Return the prediction that was asked what we asked. Raises StageError CF-G080 when in doubt."""
        return found_in(answer, sought)

    def cancel(self, provider_id: str) -> Call:
        """Ask to stop."""
        return Call("POST", f"{LIST}/{provider_id}/cancel")

    def upload(self, file: Path, media_type: str, sha256: str) -> Call:
        """Bring a file, in one request."""
        part = Part("content", file.read_bytes(), filename=file.name, media_type=media_type)
        return Call("POST", "/v1/files", form=(part,))

    def uploaded(self, answer: Answer, file: Path, media_type: str) -> Uploaded | None:
        """Read where the file lies and how long it does."""
        url = answer.text_at("urls", "get") if answer.is_good else None
        return Uploaded(url, moment(answer.at("expires_at"))) if url else None

    def trouble(self, answer: Answer) -> Trouble | None:
        """The statuses say all."""
        return None

    def complaint(self, answer: Answer) -> str | None:
        """Return title and detail of a problem."""
        title, detail = answer.text_at("title"), answer.text_at("detail")
        return f"{title}: {detail}" if title and detail else detail or title


def _made(answer: Answer) -> PollOutcome:
    """Take the first file of the output, whichever way the model packs it."""
    url = _address(answer.at("output"))
    if url is not None:
        return PollOutcome("succeeded", output_url=url)
    if answer.at("data_removed") is True:
        error = "the result was removed: Replicate keeps it for an hour"
        return PollOutcome("failed", error=error, trouble=Trouble.LOST, billed=True)
    error = "the prediction succeeded and names no result"
    return PollOutcome("failed", error=error, trouble=Trouble.EMPTY, billed=True)


def _address(output: Any) -> str | None:
    """Return the first address in an output: a text, a list of them, or an object with some."""
    if isinstance(output, str):
        return output if output.startswith(("https://", "http://")) else None
    held = output.values() if isinstance(output, dict) else output if isinstance(output, list) else ()
    return next((url for one in held if (url := _address(one)) is not None), None)
