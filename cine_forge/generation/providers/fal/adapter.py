"""fal: any endpoint of its queue, asked by the table of the model's profile.

A submit is answered with a request id. The status word is asked for first; what was made is a second
question. Status, result and cancel go by owner and app alone: the rest of an endpoint's name is dropped
(fal-client 1.0.3, `SyncRequestHandle.from_request_id`). Files are brought to the place for files, and where
that takes none, to the storage behind it by a URL that fal signs (fal-client 1.0.3, `fal_v3` before `fal`).
Results of failed runs are errors of the second question, refusals of a policy a 422 there (docs.fal.ai,
model errors).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from cine_forge.generation.providers.call import Answer, Call
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.opening import Opening
from cine_forge.generation.providers.provider import PollOutcome, Sought, Submission, SubmitOutcome, Uploaded
from cine_forge.generation.providers.quote import Quote, micro_usd_of
from cine_forge.generation.providers.remote import Remote
from cine_forge.generation.providers.shaping import shape_of, shaped
from cine_forge.generation.providers.trouble import Trouble

_ID = re.compile(r"[\w-]+")
_HANDLE = re.compile(r"(?:(?:workflows|comfy)/)?[\w.-]+/[\w.-]+/requests/[\w-]+$")
_WORKS = ("IN_QUEUE", "IN_PROGRESS")
_RESULTS = (("video",), ("images", 0), ("image",), ("audio",), ("audio_file",))
"""Where models of fal put what they made (fal-js endpoints.ts)."""
_POLICY = ("content_policy_violation", "content_policy", "nsfw", "moderation")
_KEEP_S = 7 * 86_400
"""How long an upload is kept, in seconds: it is asked for, since fal names no default."""
_LIFE = f'{{"expiration_duration_seconds": {_KEEP_S}}}'
_INITIATE = "/storage/upload/initiate"
_MOST_PRICED = 50
_NOBODY = (401, 403, 429)
"""Who is not known, or is asked to wait, is so at every door."""


def open_provider(opening: Opening, capabilities: Capabilities) -> Remote:
    """Open fal for one project."""
    return Remote(opening, capabilities, Fal())


class Fal:
    """How the queue wants to be asked."""

    def signed(self, call: Call, keys: Mapping[str, str], now: datetime) -> Mapping[str, str]:
        """Prove who asks. The place for files takes a token of its own instead, which a call brings."""
        if call.site == "cdn":
            return {}
        return {"authorization": f"Key {keys.get('FAL_KEY', '')}"}

    def submit(self, submission: Submission) -> Call:
        """Put a request into the queue."""
        endpoint = shape_of(submission).endpoint or submission.endpoint
        return Call("POST", f"/{endpoint}", body=shaped(submission))

    def submitted(self, answer: Answer, submission: Submission) -> SubmitOutcome | None:
        """Take the handle from the URL that the queue itself names, or make it of the id alone."""
        request = answer.text_at("request_id") if answer.is_good else None
        if request is None or not _ID.fullmatch(request):
            return None
        named = _HANDLE.search(answer.text_at("response_url") or "")
        endpoint = shape_of(submission).endpoint or submission.endpoint
        handle = named.group() if named else f"{_app(endpoint)}/requests/{request}"
        return SubmitOutcome("submitted", provider_id=handle)

    def poll(self, provider_id: str) -> Call:
        """Ask for the status."""
        return Call("GET", f"/{provider_id}/status")

    def polled(self, answer: Answer, provider_id: str) -> PollOutcome | Call | None:
        """Read the status, then the result."""
        if answer.call is not None and answer.call.path.endswith("/status"):
            return _status(answer, provider_id)
        return _result(answer) if answer.is_good else _failure(answer)

    def find(self, sought: Sought) -> Call | None:
        """The queue can be asked for nothing but ids of its own."""
        return None

    def found(self, answer: Answer, sought: Sought) -> str | None:
        """Nothing is ever found."""
        return None

    def cancel(self, provider_id: str) -> Call:
        """Ask to stop. What waits is dropped; what runs decides for itself."""
        return Call("PUT", f"/{provider_id}/cancel")

    def upload(self, file: Path, media_type: str, sha256: str) -> Call:
        """Ask for leave to bring a file."""
        query = {"storage_type": "fal-cdn-v3"}
        return Call("POST", "/storage/auth/token", body={}, query=query, site="rest")

    def uploaded(self, answer: Answer, file: Path, media_type: str) -> Call | Uploaded | None:
        """Bring the file with that leave, then read where it lies; what is refused there goes another way."""
        call = answer.call
        if call is not None and call.aside:
            taken = answer.is_good and not answer.is_page
            return Uploaded(call.aside, answer.ends_at(_KEEP_S)) if taken else None
        if call is not None and call.path == _INITIATE:
            return _stored(answer, file, media_type)
        token, url = answer.text_at("token"), answer.text_at("access_url")
        if answer.is_good and url is not None:
            return Uploaded(url, answer.ends_at(_KEEP_S))
        if answer.is_good and token is not None:
            proof = f"{answer.text_at('token_type') or 'Bearer'} {token}"
            headers = {"authorization": proof, "content-type": media_type, "x-fal-file-name": file.name}
            headers["x-fal-object-lifecycle"] = _LIFE
            return Call("POST", "/files/upload", content=file.read_bytes(), headers=headers, site="cdn")
        return None if answer.status in _NOBODY else _initiated(file, media_type)

    def prices(self, endpoints: Sequence[str]) -> tuple[Call, ...]:
        """Ask what these endpoints cost today (docs.fal.ai, platform APIs, pricing: fifty at a time)."""
        parts = (endpoints[at : at + _MOST_PRICED] for at in range(0, len(endpoints), _MOST_PRICED))
        return tuple(
            Call("GET", "/v1/models/pricing", query={"endpoint_id": ",".join(part)}, site="platform")
            for part in parts
        )

    def priced(self, answer: Answer) -> tuple[Quote, ...] | None:
        """Read the price of a unit for each of them."""
        rows = answer.at("prices") if answer.is_good else None
        if not isinstance(rows, list):
            return None
        found = (_quote(row) for row in rows if isinstance(row, dict))
        return tuple(quote for quote in found if quote is not None)

    def trouble(self, answer: Answer) -> Trouble | None:
        """Tell a refusal of the policy from one of the request."""
        if answer.is_good:
            return None
        return Trouble.FILTERED if _is_policy(answer) else None

    def complaint(self, answer: Answer) -> str | None:
        """Return fal's own sentence: a text, or a list of what is wrong with which field."""
        detail = answer.at("detail")
        if isinstance(detail, list):
            return "; ".join(_said(one) for one in detail if isinstance(one, dict)) or None
        return detail if isinstance(detail, str) else answer.text_at("error")


def _quote(row: Mapping[str, Any]) -> Quote | None:
    price, endpoint, unit = micro_usd_of(row.get("unit_price")), row.get("endpoint_id"), row.get("unit")
    if price is None or not (isinstance(endpoint, str) and isinstance(unit, str)):
        return None
    return Quote(endpoint, unit, price) if row.get("currency") == "USD" else None


def _initiated(file: Path, media_type: str) -> Call:
    """Ask for leave to bring a file to the storage."""
    told, query = {"file_name": file.name, "content_type": media_type}, {"storage_type": "gcs"}
    headers = {"x-fal-object-lifecycle-preference": _LIFE}
    return Call("POST", _INITIATE, body=told, query=query, headers=headers, site="rest")


def _stored(answer: Answer, file: Path, media_type: str) -> Call | None:
    """Bring the file by the URL that was signed for it; where it lies then was told with it."""
    place, url = answer.text_at("upload_url"), answer.text_at("file_url")
    if not answer.is_good or place is None or url is None:
        return None
    kind = {"content-type": media_type}
    return Call("PUT", place, content=file.read_bytes(), headers=kind, keyless=True, aside=url)


def _app(endpoint: str) -> str:
    """Return owner and app, with their namespace where they have one."""
    parts = endpoint.split("/")
    return "/".join(parts[: 3 if parts[0] in ("workflows", "comfy") else 2])


def _status(answer: Answer, provider_id: str) -> PollOutcome | Call | None:
    """Read the status. A word that nobody knows means that it runs."""
    if not answer.is_good or answer.text_at("status") is None:
        return None
    if answer.at("status") != "COMPLETED":
        return PollOutcome("running")
    error, kind = answer.text_at("error"), answer.text_at("error_type")
    if error is None and kind is None:
        return Call("GET", f"/{provider_id}")
    trouble = Trouble.FILTERED if _is_policy(answer) else Trouble.FAULTY
    return PollOutcome("failed", error=error or kind, trouble=trouble, cost_micro_usd=0)


def _result(answer: Answer) -> PollOutcome | None:
    """Find what was made. A result without a file was worked for, and may have been charged."""
    if not isinstance(answer.data, dict):
        return None
    for path in _RESULTS:
        url = answer.text_at(*path, "url") or answer.text_at(*path)
        if url is not None:
            return PollOutcome("succeeded", output_url=url)
    return PollOutcome("failed", error="fal is done and names no file", trouble=Trouble.EMPTY, billed=True)


def _failure(answer: Answer) -> PollOutcome | None:
    """Read an error in place of a result: the model's own is the end, one on the way to it is not.

    Only the model's own bears `x-fal-request-id` (fal-client 1.0.3, `_is_ingress_error`); 5xx are not billed.
    """
    own = "x-fal-request-id" in answer.headers or "x-fal-error-type" in answer.headers
    if answer.status != 422 and not (answer.status >= 500 and own):
        return None
    trouble = Trouble.FILTERED if _is_policy(answer) else Trouble.FAULTY
    if answer.status == 422 and trouble is Trouble.FAULTY:
        trouble = Trouble.REJECTED
    error = Fal().complaint(answer) or f"fal's model answered {answer.status}"
    return PollOutcome("failed", error=error, trouble=trouble, cost_micro_usd=0)


def _is_policy(answer: Answer) -> bool:
    kinds = [answer.text_at("error_type"), answer.headers.get("x-fal-error-type")]
    detail = answer.at("detail")
    if isinstance(detail, list):
        kinds += [one.get("type") for one in detail if isinstance(one, dict)]
    return any(word in str(kind).lower() for kind in kinds if kind for word in _POLICY)


def _said(one: Mapping[str, Any]) -> str:
    place = one.get("loc")
    field = str(place[-1]) if isinstance(place, list) and place else "the request"
    return f"{field}: {one.get('msg', one.get('type', 'wrong'))}"
