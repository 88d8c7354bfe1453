"""FLORA: runs in a workspace, told with what they really cost.

Each is sent with our own id as its key. A refusal because the key is known means that it was taken before: it
is looked up and never sent again, whichever of the vendor's documents is right.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from pathlib import Path

from cine_forge.generation.payloads import Modality
from cine_forge.generation.providers.call import Answer, Call, Part
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.flora.listing import found_in, page_call
from cine_forge.generation.providers.opening import Opening
from cine_forge.generation.providers.provider import PollOutcome, Sought, Submission, SubmitOutcome, Uploaded
from cine_forge.generation.providers.remote import Remote
from cine_forge.generation.providers.shaping import shape_of, shaped
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import Fault, StageError

_KEY, _WORKSPACE, _PROJECT = "FLORA_API_KEY", "FLORA_WORKSPACE_ID", "FLORA_PROJECT_ID"
_STILLS = (Modality.IMAGE_T2I, Modality.IMAGE_PREVIZ)
_MOST_IN_A_FORM = 4 * 1024 * 1024
"""A larger file needs another way of three requests, one of them to another host."""

_KNOWN = ("idempotency_conflict", "idempotency_duplicate")
_TROUBLES = {
    "insufficient_credits": Trouble.SETTING,
    "unauthorized": Trouble.SETTING,
    "invalid_api_key": Trouble.SETTING,
    "forbidden": Trouble.SETTING,
    "rate_limited": Trouble.THROTTLED,
    "input_validation_error": Trouble.REJECTED,
    "safety_blocked": Trouble.FILTERED,
    "input_unreachable": Trouble.REJECTED,
    "model_timeout": Trouble.UNFINISHED,
    "internal_error": Trouble.FAULTY,
    **dict.fromkeys(_KNOWN, Trouble.TAKEN),
}
"""What a code means, of a refusal or of a run that failed (FLORA API reference, errors)."""


class Flora:
    """The dialect, for one workspace and one project of it."""

    def __init__(self, workspace: str, project: str) -> None:
        self._workspace = workspace
        self._project = project

    def signed(self, call: Call, keys: Mapping[str, str], now: datetime) -> Mapping[str, str]:
        """Return the key."""
        return {"authorization": f"Bearer {keys[_KEY]}"} if _KEY in keys else {}

    def submit(self, submission: Submission) -> Call:
        """Return the request; the table of the action names the model, which decides what is made."""
        body = {
            **shaped(submission),
            "type": "image" if submission.payload.modality in _STILLS else "video",
            "model": shape_of(submission).endpoint or submission.endpoint,
            "workspace_id": self._workspace,
            "project_id": self._project,
        }
        return Call("POST", "generate", body=body, headers={"idempotency-key": submission.own_id})

    def submitted(self, answer: Answer, submission: Submission) -> SubmitOutcome | None:
        """Read the run's id; a key that is known means that it was taken before."""
        if answer.at("error", "code") in _KNOWN:
            return SubmitOutcome("unknown", error=self.complaint(answer), trouble=Trouble.TAKEN)
        run = answer.text_at("run_id") if answer.is_good else None
        return SubmitOutcome("submitted", provider_id=run) if run else None

    def poll(self, provider_id: str) -> Call:
        """Ask for the run."""
        return Call("GET", f"runs/{provider_id}")

    def polled(self, answer: Answer, provider_id: str) -> PollOutcome | None:
        """Read the run and what was charged for it."""
        word = answer.at("status") if answer.is_good else None
        match word:
            case "completed":
                return _completed(answer)
            case "failed":
                told = answer.text_at("error_message") or answer.text_at("error_code") or "the run failed"
                trouble = _TROUBLES.get(answer.text_at("error_code") or "", Trouble.FAULTY)
                return PollOutcome("failed", error=told, trouble=trouble, cost_micro_usd=_cost(answer) or 0)
        return PollOutcome("running") if isinstance(word, str) else None

    def find(self, sought: Sought) -> Call:
        """Ask for the project's newest runs."""
        return page_call(self._workspace, self._project)

    def found(self, answer: Answer, sought: Sought) -> str | Call | None:
        """Return the run that is ours. Raises StageError CF-G085 when that cannot be told."""
        return found_in(answer, sought)

    def trouble(self, answer: Answer) -> Trouble | None:
        """Say what the code of a refusal means."""
        return _TROUBLES.get(answer.text_at("error", "code") or "")

    def complaint(self, answer: Answer) -> str | None:
        """Return code and message."""
        code, message = answer.text_at("error", "code"), answer.text_at("error", "message")
        return f"{code}: {message}" if code and message else message or code

    def upload(self, file: Path, media_type: str, sha256: str) -> Call:
        """Return the request that brings a file. Raises StageError CF-G036 for one above 4 MB."""
        content = file.read_bytes()
        if len(content) > _MOST_IN_A_FORM:
            what = f"the file has {len(content):,} bytes, and FLORA takes {_MOST_IN_A_FORM:,} in one request"
            raise StageError(Fault("CF-G036", what, file.name, "make it smaller; nothing was bought"))
        form = (
            Part("workspace_id", self._workspace.encode()),
            Part("file", content, f"{sha256[:16]}{file.suffix}", media_type),
        )
        return Call("POST", "assets", form=form)

    def uploaded(self, answer: Answer, file: Path, media_type: str) -> Uploaded | None:
        """Read where it lies, once it is ready."""
        url = answer.text_at("url") if answer.is_good and answer.at("status") == "ready" else None
        return Uploaded(url) if url else None


def open_provider(opening: Opening, capabilities: Capabilities) -> Remote:
    """Open the provider; nothing is sent before it is asked."""
    told = opening.environment
    dialect = Flora(told.get(_WORKSPACE, "").strip(), told.get(_PROJECT, "").strip())
    return Remote(opening, capabilities, dialect)


def _completed(answer: Answer) -> PollOutcome:
    url = answer.text_at("outputs", 0, "url")
    if url is None:
        error = "the run is completed and has no output"
        cost = _cost(answer)
        return PollOutcome(
            "failed", error=error, trouble=Trouble.EMPTY, cost_micro_usd=cost, billed=cost is None
        )
    return PollOutcome("succeeded", url, cost_micro_usd=_cost(answer))


def _cost(answer: Answer) -> int | None:
    """Return what was charged in micro-USD, rounded up, or None when it is not told."""
    told = answer.at("charged_cost")
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    try:
        cost = (Decimal(str(told)) * 1_000_000).to_integral_value(ROUND_CEILING)
    except InvalidOperation:
        return None
    return int(cost) if 0 <= cost < 10**12 else None
