"""OpenAI-compatible images: one request, and the still comes with its answer.

Without a reference it is a generation, in JSON; with some it is an edit, as a form that holds the files
themselves. Models of OpenAI answer with the picture, other servers with a URL. Facts: openai 3.54.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime

from cine_forge.generation.action import Action, slots_of
from cine_forge.generation.providers.call import Answer, Call, Part
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.dialect import Delivered, Elsewhere
from cine_forge.generation.providers.opening import Opening
from cine_forge.generation.providers.provider import PollOutcome, Sought, Submission, SubmitOutcome, Usage
from cine_forge.generation.providers.remote import Remote
from cine_forge.generation.providers.shaping import media_type_of, shape_of, shaped
from cine_forge.generation.providers.trouble import Trouble

_FILES = "image[]"
_FILTERED = ("moderation_blocked", "content_policy_violation")
_ACCOUNT = ("insufficient_quota", "billing_hard_limit_reached", "billing_limit_user_error")


def open_provider(opening: Opening, capabilities: Capabilities) -> Remote:
    """Open the images interface for one project."""
    return Remote(opening, capabilities, OpenAIImages())


class OpenAIImages:
    """How the images interface wants to be asked."""

    def signed(self, call: Call, keys: Mapping[str, str], now: datetime) -> Mapping[str, str]:
        """Prove who asks."""
        return {"authorization": f"Bearer {keys.get('OPENAI_API_KEY', '')}"}

    def submit(self, submission: Submission) -> Call:
        """Ask for one still."""
        if submission.action is Action.T2I:
            return Call("POST", "/images/generations", body=shaped(submission))
        fields = shape_of(submission).fields
        plain = {key for key in fields.values() if key != _FILES} | {*shape_of(submission).fixed}
        told = shaped(submission, only=plain)
        values = tuple(Part(name, str(value).encode()) for name, value in told.items())
        return Call("POST", "/images/edits", form=(*values, *_files(submission, fields)))

    def submitted(
        self, answer: Answer, submission: Submission
    ) -> SubmitOutcome | Delivered | Elsewhere | None:
        """Take the picture, or the place where it lies. One that is not there was worked for."""
        if not answer.is_good or not isinstance(answer.at("data"), list):
            return None
        usage, url = _usage(answer), answer.text_at("data", 0, "url")
        content = _decoded(answer.text_at("data", 0, "b64_json"))
        if content:
            return Delivered(content, "image/png", usage=usage)
        if url is not None:
            return Elsewhere(url, usage=usage)
        error = "the server answered without a picture"
        ended = PollOutcome("failed", error=error, trouble=Trouble.EMPTY, usage=usage, billed=True)
        return SubmitOutcome("submitted", provider_id=submission.own_id, finished=ended)

    def poll(self, provider_id: str) -> Call | None:
        """Everything was in the answer."""
        return None

    def polled(self, answer: Answer, provider_id: str) -> PollOutcome | None:
        """Nothing is ever polled."""
        return None

    def find(self, sought: Sought) -> Call | None:
        """Nothing can be asked for again."""
        return None

    def found(self, answer: Answer, sought: Sought) -> str | None:
        """Nothing is ever found."""
        return None

    def trouble(self, answer: Answer) -> Trouble | None:
        """Tell a filter and an empty account from what the status says."""
        code = answer.text_at("error", "code") or ""
        if answer.is_good:
            return None
        return Trouble.FILTERED if code in _FILTERED else Trouble.SETTING if code in _ACCOUNT else None

    def complaint(self, answer: Answer) -> str | None:
        """Return the server's sentence."""
        return answer.text_at("error", "message")


def _files(submission: Submission, fields: Mapping[str, str]) -> tuple[Part, ...]:
    """Return the references as files, slot by slot in the order of the table."""
    held = slots_of(submission.payload)
    paths = [one.path for name, key in fields.items() if key == _FILES for one in held.get(name, ())]
    files = [submission.files[path] for path in paths]
    return tuple(
        Part(_FILES, file.read_bytes(), filename=file.name, media_type=media_type_of(file)) for file in files
    )


def _decoded(told: str | None) -> bytes | None:
    try:
        return base64.b64decode(told, validate=True) if told else None
    except (binascii.Error, ValueError):
        return None


def _usage(answer: Answer) -> Usage | None:
    """Return the tokens that the server counted, of words and pictures together."""
    read, made = answer.at("usage", "input_tokens"), answer.at("usage", "output_tokens")
    if not (isinstance(read, int) and isinstance(made, int)):
        return None
    return Usage(input_tokens=read, output_tokens=made)
