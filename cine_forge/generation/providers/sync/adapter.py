"""sync: a clip and a sound in one form, polled until the lips follow, and found again by the result's name.

Facts: syncsdk (types of generations), sync.so/docs: 20 MB for files in a request, REJECTED beside FAILED. The
list tells no input of ours; a generation in it without a name may be another's and is left to a person.
What a generation will cost is asked before it is bought, by its length and its frames (sync.so/docs,
estimate cost): no file is sent for it, and nothing is made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from cine_forge.generation.action import slots_of
from cine_forge.generation.length import length_s
from cine_forge.generation.providers.call import Answer, Call, Part
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.opening import Opening
from cine_forge.generation.providers.provider import PollOutcome, Sought, Submission, SubmitOutcome
from cine_forge.generation.providers.quote import Quote, micro_usd_of
from cine_forge.generation.providers.remote import Remote
from cine_forge.generation.providers.shaping import media_type_of
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import Fault, StageError
from cine_forge.media.probe import probe_clip

_MOST_BYTES = 20_000_000
_COST = "estimatedGenerationCost"
_SAMPLE_S, _SAMPLE_FPS = 10, 25.0
"""What a second costs is asked of so many, at the frames that the profiles' prices are for."""
_SHUT = (401, 402, 403, 429)
"""Who is shut out, or is asked to wait, buys nothing now either."""
_SKEW = timedelta(minutes=2)
"""How far sync's clock and ours may differ."""


def open_provider(opening: Opening, capabilities: Capabilities) -> Remote:
    """Open sync for one project."""
    return Remote(opening, capabilities, Sync())


class Sync:
    """How sync wants to be asked."""

    def signed(self, call: Call, keys: Mapping[str, str], now: datetime) -> Mapping[str, str]:
        """Prove who asks."""
        return {"x-api-key": keys.get("SYNC_API_KEY", "")}

    def check(self, submission: Submission) -> Call:
        """Ask what it will cost. Raises StageError CF-X002 for a clip that cannot be read."""
        clip = slots_of(submission.payload)["clip"][0]
        fps = float(probe_clip(submission.files[clip.path]).fps)
        return _estimate(submission.endpoint, float(length_s(submission.payload)), fps)

    def checked(self, answer: Answer, submission: Submission) -> SubmitOutcome | Literal["go on"] | None:
        """Refuse what will cost more than was set aside; where no cost is told the profile's price holds."""
        cost = micro_usd_of(answer.at(_COST)) if answer.is_good else None
        if cost is None:
            return None if answer.status in _SHUT else "go on"
        most = submission.set_aside_micro_usd
        if most is None or int(cost) <= most:
            return None
        told = f"sync says that it will cost {float(cost):,.0f} micro-USD, and {most:,} are set aside"
        why = f"{told}: mend the price in the profile of `{submission.model}`"
        return SubmitOutcome("refused", error=why, trouble=Trouble.SETTING)

    def submit(self, submission: Submission) -> Call:
        """Send clip and sound with the settings of the profile. Raises StageError CF-G092 for large files."""
        shape = submission.profile.shapes.get(submission.action) if submission.profile else None
        told = {"model": submission.endpoint, "outputFileName": submission.own_id}
        options = json.dumps(dict(shape.fixed) if shape else {})
        fields = [Part(name, text.encode()) for name, text in {**told, "options": options}.items()]
        files = [_file(submission, slot, name) for slot, name in (("clip", "video"), ("sound", "audio"))]
        size = sum(len(part.content) for part in files)
        if size > _MOST_BYTES:
            what = f"clip and sound have {size:,} bytes; sync takes {_MOST_BYTES:,} in one request"
            raise StageError(Fault("CF-G092", what, submission.payload.entity, "make the clip shorter"))
        return Call("POST", "/v2/generate", form=(*fields, *files))

    def submitted(self, answer: Answer, submission: Submission) -> SubmitOutcome | None:
        """Take the generation's id."""
        name = answer.text_at("id") if answer.is_good else None
        return SubmitOutcome("submitted", provider_id=name) if name else None

    def poll(self, provider_id: str) -> Call:
        """Ask for the generation."""
        return Call("GET", f"/v2/generate/{provider_id}")

    def polled(self, answer: Answer, provider_id: str) -> PollOutcome | None:
        """Read the generation. A word that nobody knows means that it runs."""
        if not answer.is_good or answer.text_at("status") is None:
            return None
        error = answer.text_at("error") or answer.text_at("error_code")
        match answer.at("status"):
            case "COMPLETED" if answer.text_at("outputUrl"):
                return PollOutcome("succeeded", output_url=answer.text_at("outputUrl"))
            case "COMPLETED":
                told = "the generation is completed and names no result"
                return PollOutcome("failed", error=told, trouble=Trouble.EMPTY, billed=True)
            case "FAILED":
                told = error or "the generation failed"
                return PollOutcome("failed", error=told, trouble=Trouble.FAULTY, cost_micro_usd=0)
            case "REJECTED":
                told = error or "the clip or the sound was rejected"
                return PollOutcome("failed", error=told, trouble=Trouble.FILTERED, cost_micro_usd=0)
        return PollOutcome("running")

    def find(self, sought: Sought) -> Call:
        """Ask for the list."""
        return Call("GET", "/v2/generations")

    def found(self, answer: Answer, sought: Sought) -> str | Call | None:
        """Return the generation that bears our name. Raises StageError CF-G091 for one that may be ours."""
        rows = answer.data
        if not isinstance(rows, list):
            raise _doubtful(sought, "sync did not answer with a list")
        fresh = [row for row in rows if isinstance(row, dict) and _may_be(row, sought)]
        for row in fresh:
            if row.get("outputFileName") == sought.own_id:
                return str(row.get("id"))
        nameless = [str(row.get("id")) for row in fresh if not row.get("outputFileName")]
        if nameless:
            raise _doubtful(sought, f"it may be `{nameless[0]}`, which bears no name, or not")
        return None

    def prices(self, endpoints: Sequence[str]) -> tuple[Call, ...]:
        """Ask what ten seconds cost by each of these models."""
        return tuple(_estimate(model, _SAMPLE_S, _SAMPLE_FPS) for model in endpoints)

    def priced(self, answer: Answer) -> tuple[Quote, ...] | None:
        """Read what a second costs."""
        cost = micro_usd_of(answer.at(_COST)) if answer.is_good else None
        if cost is None or answer.call is None:
            return None
        return (Quote(answer.call.aside, "second", cost / _SAMPLE_S),)

    def trouble(self, answer: Answer) -> Trouble | None:
        """The statuses say all."""
        return None

    def complaint(self, answer: Answer) -> str | None:
        """Return the message."""
        return answer.text_at("message") or answer.text_at("error")


def _estimate(model: str, seconds: float, fps: float) -> Call:
    told = {"model": model, "duration": seconds, "fps": fps}
    return Call("POST", "/v2/generations/estimate", body=told, aside=model)


def _file(submission: Submission, slot: str, name: str) -> Part:
    reference = slots_of(submission.payload)[slot][0]
    file = submission.files[reference.path]
    return Part(name, file.read_bytes(), filename=file.name, media_type=media_type_of(file))


def _may_be(row: Mapping[str, Any], sought: Sought) -> bool:
    """Return whether a generation of the list could be the one that is looked for."""
    if str(row.get("id")) in sought.taken or row.get("model") not in (None, sought.submission.endpoint):
        return False
    made = _moment(row.get("createdAt"))
    return made is None or made >= sought.since - _SKEW


def _moment(told: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(told)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _doubtful(sought: Sought, why: str) -> StageError:
    what = f"`{sought.own_id}` at sync: {why}; it is not sent again"
    hint = "`cine-forge providers recover` says how a person ends it"
    return StageError(Fault("CF-G091", what, sought.submission.payload.entity, hint))
