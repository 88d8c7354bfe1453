"""ElevenLabs: one request, and the sound comes with its answer, as MP3.

Speech goes to the voice that the payload names. Facts: elevenlabs 2.78 (requests), elevenlabs.io/docs
(errors). A 200 that holds no sound is no success.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cine_forge.generation.action import Action
from cine_forge.generation.payload_kinds.sound import SoundPayload
from cine_forge.generation.providers.call import Answer, Call
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.dialect import Delivered
from cine_forge.generation.providers.opening import Opening
from cine_forge.generation.providers.provider import PollOutcome, Sought, Submission, SubmitOutcome
from cine_forge.generation.providers.remote import Remote
from cine_forge.generation.providers.shaping import shape_of, shaped
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import Fault, StageError

_FORMAT = {"output_format": "mp3_44100_128"}
_SOUNDS = (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"RIFF", b"OggS", b"fLaC")
_BUSY = ("too_many_concurrent_requests", "system_busy", "rate_limit_exceeded")
_ACCOUNT = ("quota_exceeded", "invalid_api_key", "missing_permissions", "voice_not_found")
_FILTERED = ("content_against_policy", "bad_prompt", "bad_composition_plan", "detected_unusual_activity")


def open_provider(opening: Opening, capabilities: Capabilities) -> Remote:
    """Open ElevenLabs for one project."""
    return Remote(opening, capabilities, ElevenLabs())


class ElevenLabs:
    """How ElevenLabs wants to be asked."""

    def signed(self, call: Call, keys: Mapping[str, str], now: datetime) -> Mapping[str, str]:
        """Prove who asks."""
        return {"xi-api-key": keys.get("ELEVENLABS_API_KEY", "")}

    def submit(self, submission: Submission) -> Call:
        """Ask for one sound. Raises StageError CF-G081 for a voice that is none of ElevenLabs'."""
        payload, told = submission.payload, shaped(submission)
        path = f"/v1/{shape_of(submission).endpoint or submission.endpoint}"
        if submission.action is Action.T2S and isinstance(payload, SoundPayload):
            path += f"/{_voice(payload)}"
            if payload.language:
                told["language_code"] = payload.language.partition("-")[0].lower()
        return Call("POST", path, body=told, query=_FORMAT)

    def submitted(self, answer: Answer, submission: Submission) -> SubmitOutcome | Delivered | None:
        """Take the sound. What holds none was worked for all the same."""
        if not answer.is_good:
            return None
        if answer.body.startswith(_SOUNDS):
            return Delivered(answer.body, answer.headers.get("content-type", ""))
        if not answer.headers.get("content-type", "").startswith("audio/"):
            return None
        error = "the answer holds no sound"
        ended = PollOutcome("failed", error=error, trouble=Trouble.EMPTY, billed=True)
        return SubmitOutcome("submitted", provider_id=submission.own_id, finished=ended)

    def poll(self, provider_id: str) -> Call | None:
        """Everything was in the answer."""
        return None

    def polled(self, answer: Answer, provider_id: str) -> PollOutcome | None:
        """Nothing is ever polled."""
        return None

    def find(self, sought: Sought) -> Call | None:
        """Nothing can be told apart in the history."""
        return None

    def found(self, answer: Answer, sought: Sought) -> str | None:
        """Nothing is ever found."""
        return None

    def trouble(self, answer: Answer) -> Trouble | None:
        """Say what the status word of an error means; `quota_exceeded` comes with a 401."""
        if answer.is_good:
            return None
        word = answer.text_at("detail", "status") or ""
        kinds = ((_BUSY, Trouble.THROTTLED), (_ACCOUNT, Trouble.SETTING), (_FILTERED, Trouble.FILTERED))
        return next((trouble for words, trouble in kinds if word in words), None)

    def complaint(self, answer: Answer) -> str | None:
        """Return the sentence of an error."""
        return answer.text_at("detail", "message") or answer.text_at("detail") or answer.text_at(
            "detail", 0, "msg"
        )  # fmt: skip


def _voice(payload: SoundPayload) -> str:
    """Return the voice for a path. Raises StageError CF-G081 when it cannot be one."""
    voice = payload.voice or ""
    if voice.isalnum() and voice.isascii():
        return voice
    hint = "cast the voice by its id of ElevenLabs, twenty letters and digits"
    raise StageError(Fault("CF-G081", f"`{voice}` is no voice of ElevenLabs", payload.entity, hint))
