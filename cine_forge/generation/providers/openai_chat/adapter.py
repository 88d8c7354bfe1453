"""The OpenAI-compatible provider: one call of `chat/completions`, answered at once.

What a model said is written down before anything else happens, so that a process that dies over it loses no
answer that was paid for. The key is read from the environment for each call and stands nowhere else.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cine_forge.generation.payloads import TextPayload
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.openai_chat.reply import Answered, judge
from cine_forge.generation.providers.openai_chat.request import request_body
from cine_forge.generation.providers.opening import Opening
from cine_forge.generation.providers.provider import PollOutcome, Sought, Submission, SubmitOutcome, Usage
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import Fault, StageError
from cine_forge.kernel.ground.files import replace_atomically
from cine_forge.wire.client import Broken, Client, Limits
from cine_forge.wire.secret import said

_PATH = "chat/completions"


class OpenAIChat:
    """Asks the endpoint of the strategy file. Answers are kept in its workspace by our own ids."""

    def __init__(self, opening: Opening, capabilities: Capabilities) -> None:
        self.capabilities = capabilities
        self._opening = opening
        self._endpoint = opening.endpoints.get(capabilities.name)

    def submit(self, submission: Submission) -> SubmitOutcome:
        """Ask once and wait for the answer."""
        payload, endpoint = submission.payload, self._endpoint
        if not isinstance(payload, TextPayload):
            return _refused("it answers texts and makes nothing else")
        wrong = self.capabilities.wrong_setting(endpoint, self._opening.environment)
        if endpoint is None or wrong is not None:
            return _refused(wrong[1] if wrong else "it has no endpoint")
        key = endpoint.key(self._opening.environment)
        body = request_body(payload, submission.endpoint, endpoint)
        try:
            reply = Client(endpoint.destination, Limits(deadline_s=endpoint.deadline_s)).post_json(
                _PATH, body, {"authorization": f"Bearer {key}"} if key else {}
            )
        except Broken as error:
            judged = _broken(error, key)
        else:
            judged = judge(reply, key, self._opening.clock())
        return self._kept(submission.own_id, judged) if isinstance(judged, Answered) else judged

    def poll(self, provider_id: str) -> PollOutcome:
        """Return how an answer ended that was kept."""
        told = self._read(provider_id)
        if told is None:
            error = "the answer is no longer here"
            return PollOutcome("failed", error=error, trouble=Trouble.LOST, billed=True)
        usage = Usage(*told["usage"]) if told["usage"] else None
        trouble = Trouble(told["trouble"]) if told["trouble"] else None
        return PollOutcome(
            "failed" if told["text"] is None else "succeeded",
            error=told["error"],
            trouble=trouble,
            usage=usage,
            billed=told["billed"],
        )

    def download(self, provider_id: str, outcome: PollOutcome, target: Path) -> None:
        """Write the answer. Raises StageError CF-G032 when it is no longer here."""
        told = self._read(provider_id)
        if told is None or told["text"] is None:
            what = f"the answer of `{provider_id}` is no longer here"
            raise StageError(Fault("CF-G032", what, hint="look into the receipt; it was paid for"))
        counts = dict(zip(("input_tokens", "output_tokens"), told["usage"] or (None, None), strict=True))
        target.write_text(json.dumps({"text": told["text"], **counts}, indent=1) + "\n", encoding="utf-8")

    def find(self, sought: Sought) -> str | None:
        """Return the id of an answer that was kept; the server knows nothing of our ids."""
        return sought.own_id if self._file(sought.own_id).is_file() else None

    def close(self) -> None:
        """Hold nothing."""

    def _kept(self, own_id: str, answered: Answered) -> SubmitOutcome:
        outcome = answered.outcome
        told = {
            "text": answered.text,
            "usage": [outcome.usage.input_tokens, outcome.usage.output_tokens] if outcome.usage else None,
            "error": outcome.error,
            "trouble": outcome.trouble,
            "billed": outcome.billed,
        }
        self._opening.workspace.mkdir(parents=True, exist_ok=True)
        replace_atomically(self._file(own_id), json.dumps(told).encode())
        return SubmitOutcome("submitted", provider_id=own_id, finished=outcome)

    def _read(self, own_id: str) -> dict[str, Any] | None:
        try:
            told: dict[str, Any] = json.loads(self._file(own_id).read_bytes())
        except (OSError, ValueError):
            return None
        return told

    def _file(self, own_id: str) -> Path:
        return self._opening.workspace / f"{own_id}.json"


def open_provider(opening: Opening, capabilities: Capabilities) -> OpenAIChat:
    """Open the provider; nothing is sent and nothing is read before it is asked."""
    return OpenAIChat(opening, capabilities)


def _refused(why: str) -> SubmitOutcome:
    return SubmitOutcome("refused", error=why, trouble=Trouble.SETTING)


def _broken(error: Broken, key: str) -> Answered | SubmitOutcome:
    why = said(error.why, [key] if key else [])
    if error.kind == "unsent":
        return SubmitOutcome("refused", error=why, trouble=Trouble.UNREACHED)
    if error.kind == "too_large":
        return Answered(PollOutcome("failed", error=why, trouble=Trouble.UNREADABLE, billed=True))
    return SubmitOutcome("unknown", error=why, trouble=Trouble.LOST)
