"""The scripted provider: answers a conversation from a sheet that a person wrote.

It is synchronous and free. What it says depends on the request alone, so an interrupted submit is simply
done again.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path

from cine_forge.generation.payload_kinds.answers import Answer, read_sheet
from cine_forge.generation.payloads import TextPayload
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.opening import Opening
from cine_forge.generation.providers.provider import PollOutcome, Sought, Submission, SubmitOutcome
from cine_forge.kernel.ground.errors import CineForgeError, Fault, StageError


class ScriptedProvider:
    """Says what is written; what it said is held until it is downloaded."""

    def __init__(self, capabilities: Capabilities) -> None:
        self.capabilities = capabilities
        self._said: dict[str, Answer] = {}
        self._lock = threading.Lock()

    def submit(self, submission: Submission) -> SubmitOutcome:
        """Find the answer. Refused when no sheet came along, it cannot be read, or nothing in it fits."""
        try:
            answer = _answer_to(submission)
        except CineForgeError as error:
            return SubmitOutcome("refused", error="; ".join(str(fault) for fault in error.faults))
        with self._lock:
            self._said[submission.own_id] = answer
        return SubmitOutcome("submitted", submission.own_id, finished=self.poll(submission.own_id))

    def poll(self, provider_id: str) -> PollOutcome:
        """Return how an answer stands: it is there at once, or it is no longer."""
        answer = self._said.get(provider_id)
        if answer is None:
            return PollOutcome("failed", cost_micro_usd=0, error="the answer is no longer here")
        if answer.fail is not None:
            return PollOutcome("failed", cost_micro_usd=0, error=answer.fail)
        return PollOutcome("succeeded", cost_micro_usd=0)

    def download(self, provider_id: str, outcome: PollOutcome, target: Path) -> None:
        """Write the answer. Raises StageError CF-G032 when it is no longer here."""
        with self._lock:
            answer = self._said.pop(provider_id, None)
        if answer is None:
            what = f"the answer of `{provider_id}` is no longer here"
            raise StageError(Fault("CF-G032", what, hint="run again: it is read anew"))
        told = {"text": answer.said(), **answer.model_dump(include={"input_tokens", "output_tokens"})}
        target.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def find(self, sought: Sought) -> str | None:
        """Return the id of an answer that is still held."""
        return sought.own_id if sought.own_id in self._said else None

    def close(self) -> None:
        """Let go of what was said."""
        self._said.clear()


def open_provider(opening: Opening, capabilities: Capabilities) -> ScriptedProvider:
    """Open the scripted provider; it keeps no files."""
    return ScriptedProvider(capabilities)


def _answer_to(submission: Submission) -> Answer:
    payload = submission.payload
    if not isinstance(payload, TextPayload):
        raise StageError(Fault("CF-G046", f"nobody scripted a `{payload.modality}`", payload.entity))
    call = payload.call or 1
    if payload.answer_sheet is not None:
        return payload.answer_sheet.find(payload.step, call, where="answers of the recipe")
    if payload.answers is None:
        hint = "give the stage `config: {answers: …}`, or route `text_author` to another provider"
        raise StageError(Fault("CF-G046", "no answers came with the request", payload.step, hint))
    sheet = read_sheet(submission.files[payload.answers.path])
    return sheet.find(payload.step, call, where=payload.answers.path)
