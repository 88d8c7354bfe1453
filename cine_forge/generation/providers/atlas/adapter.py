"""Atlas Cloud: a prediction is asked for, and told until it ended, under whichever status of HTTP.

The status of a success may hold a failure, and the status of a failure may hold the end of a prediction
(AtlasCloudAI/mcp-server, src/tools/prediction.ts): the word in the answer decides, where there is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from cine_forge.generation.payloads import Modality
from cine_forge.generation.providers.call import Answer, Call, Part
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.opening import Opening
from cine_forge.generation.providers.provider import PollOutcome, Sought, Submission, SubmitOutcome, Uploaded
from cine_forge.generation.providers.remote import Remote
from cine_forge.generation.providers.shaping import shape_of, shaped
from cine_forge.generation.providers.trouble import Trouble

_KEY = "ATLASCLOUD_API_KEY"
_STILLS = (Modality.IMAGE_T2I, Modality.IMAGE_PREVIZ)
_KEPT_FOR = {"x-atlascloud-object-expiration-hours": "336"}
"""Results are kept as long as they can be, 14 days, so that a run that stood still finds them."""

_LASTS = timedelta(hours=12)
"""Uploads are for a while, and nobody says for how long."""

_TROUBLES = {
    1039: Trouble.FILTERED,
    401: Trouble.SETTING,
    402: Trouble.SETTING,
    403: Trouble.SETTING,
    413: Trouble.REJECTED,
    422: Trouble.REJECTED,
    429: Trouble.THROTTLED,
    451: Trouble.REJECTED,
}
"""What a code means (atlascloud.ai/docs, errors); 1039 is moderation."""

_GOOD_CODES = (None, 0, 200)
_ENDED = {"failed": Trouble.FAULTY, "timeout": Trouble.UNFINISHED, "canceled": Trouble.UNFINISHED}


class Atlas:
    """The dialect. Pure: it holds nothing."""

    def signed(self, call: Call, keys: Mapping[str, str], now: datetime) -> Mapping[str, str]:
        """Return the key."""
        return {"authorization": f"Bearer {keys[_KEY]}"} if _KEY in keys else {}

    def submit(self, submission: Submission) -> Call:
        """Return the request; the table of the action names the model that is asked."""
        path = "generateImage" if submission.payload.modality in _STILLS else "generateVideo"
        model = shape_of(submission).endpoint or submission.endpoint
        body = {**shaped(submission), "model": model}
        return Call("POST", f"model/{path}", body=body, headers=_KEPT_FOR)

    def submitted(self, answer: Answer, submission: Submission) -> SubmitOutcome | None:
        """Read the prediction's id; one may have ended at once."""
        made = answer.text_at("data", "id") if answer.is_good else None
        if made is None:
            return None
        ended = self.polled(answer, made)
        finished = ended if ended is not None and ended.state != "running" else None
        return SubmitOutcome("submitted", provider_id=made, finished=finished)

    def poll(self, provider_id: str) -> Call:
        """Ask for the prediction."""
        return Call("GET", f"model/prediction/{provider_id}")

    def polled(self, answer: Answer, provider_id: str) -> PollOutcome | None:
        """Read the prediction by its word, whatever the status of the answer."""
        word = answer.at("data", "status")
        if word in ("completed", "succeeded") and answer.is_good:
            return _succeeded(answer)
        if isinstance(word, str) and word in _ENDED:
            error = answer.text_at("data", "error") or answer.text_at("msg") or f"the prediction is {word}"
            trouble = _meaning(answer.at("data", "error_code")) or _ENDED[word]
            return PollOutcome("failed", error=error, trouble=trouble)
        return PollOutcome("running") if answer.is_good and word is not None else None

    def find(self, sought: Sought) -> Call | None:
        """Return None: what the account's history tells could be anybody's."""
        return None

    def found(self, answer: Answer, sought: Sought) -> str | None:
        """Return None."""
        return None

    def trouble(self, answer: Answer) -> Trouble | None:
        """Say what the code of the envelope means where it is no success."""
        code = answer.at("code")
        if code in _GOOD_CODES or answer.text_at("data", "id") is not None:
            return None
        return _meaning(code) or (Trouble.LOST if answer.is_good else None)

    def complaint(self, answer: Answer) -> str | None:
        """Return code and message."""
        message = answer.text_at("msg") or answer.text_at("message") or answer.text_at("data", "error")
        code = answer.at("code")
        return message if code in _GOOD_CODES or message is None else f"{code}: {message}"

    def upload(self, file: Path, media_type: str, sha256: str) -> Call:
        """Return the request that brings a file."""
        part = Part("file", file.read_bytes(), f"{sha256[:16]}{file.suffix}", media_type)
        return Call("POST", "model/uploadMedia", form=(part,))

    def uploaded(self, answer: Answer, file: Path, media_type: str) -> Uploaded | None:
        """Read where it lies; documents call it `download_url` or `url`."""
        url = answer.text_at("data", "download_url") or answer.text_at("data", "url")
        return Uploaded(url, _term(answer)) if answer.is_good and url else None


def open_provider(opening: Opening, capabilities: Capabilities) -> Remote:
    """Open the provider; nothing is sent before it is asked."""
    return Remote(opening, capabilities, Atlas())


def _succeeded(answer: Answer) -> PollOutcome:
    url = answer.text_at("data", "outputs", 0) or answer.text_at("data", "output", 0)
    url = url or answer.text_at("data", "output")
    if url is None:
        error = "the prediction is completed and has no output"
        return PollOutcome("failed", error=error, trouble=Trouble.EMPTY, billed=True)
    return PollOutcome("succeeded", url)


def _meaning(code: object) -> Trouble | None:
    try:
        return _TROUBLES.get(int(str(code)))
    except ValueError:
        return None


def _term(answer: Answer) -> datetime:
    """Return how long an upload is used, by the server's own clock; without one it is used once."""
    try:
        said = parsedate_to_datetime(answer.headers.get("date", ""))
    except (TypeError, ValueError):
        return datetime.fromtimestamp(0, UTC)
    return (said if said.tzinfo else said.replace(tzinfo=UTC)) + _LASTS
