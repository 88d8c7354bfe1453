"""A vendor of no name: a server that answers from a script, a dialect that is as plain as one can be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from cine_forge.generation.action import Action
from cine_forge.generation.payloads import read_payload
from cine_forge.generation.providers.call import Answer, Call
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.dialect import Delivered, Elsewhere
from cine_forge.generation.providers.endpoint import Endpoint
from cine_forge.generation.providers.opening import Opening
from cine_forge.generation.providers.provider import (
    PollOutcome,
    Seal,
    Sought,
    Submission,
    SubmitOutcome,
    Uploaded,
)
from cine_forge.generation.providers.remote import Remote
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import Fault, StageError
from cine_forge.wire.loopback import Asked, Line, LoopbackServer, Said
from tests.generation.support import NOON, image

KEY = "canary-key-7d1f29"
ABLE = {
    "name": "plain",
    "description": "a vendor of no name",
    "actions": ["t2i"],
    "idempotency": "key",
    "price_source": "a test",
    "secrets": ["PLAIN_KEY"],
    "deadline_s": 5,
}

Scripted = Said | tuple[Said, Line] | Callable[[Asked], Said]


class Vendor:
    """The server; a context manager. It plays its script, the last line for ever. `asked` is what it got."""

    def __init__(self, *script: Scripted) -> None:
        self.script = list(script) or [Said(body={})]
        self.asked: list[Asked] = []
        self._server = LoopbackServer(self._answer)

    @property
    def base_url(self) -> str:
        return f"{self._server.base_url}/v1"

    @property
    def paths(self) -> list[str]:
        """Return what was asked for, by method and path."""
        return [f"{asked.method} {asked.target}" for asked in self.asked]

    def _answer(self, asked: Asked) -> tuple[Said, Line]:
        self.asked.append(asked)
        line = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(line, tuple):
            return line
        return (line(asked) if callable(line) else line), "whole"

    def __enter__(self) -> Vendor:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()


@dataclass
class Plain:
    """A dialect: `{"id": …}` is taken, `{"bytes": …}` or `{"ready": …}` is the result at once."""

    path: str = "/buy"

    def signed(self, call: Call, keys: Mapping[str, str], now: datetime) -> Mapping[str, str]:
        return {"authorization": f"Bearer {keys.get('PLAIN_KEY', '')}"}

    def submit(self, submission: Submission) -> Call:
        if submission.model == "nobody":
            raise StageError(Fault("CF-G023", "`nobody` is not offered"))
        return Call("POST", self.path, body={"prompt": "a lamp", "own": submission.own_id})

    def submitted(
        self, answer: Answer, submission: Submission
    ) -> SubmitOutcome | Delivered | Elsewhere | None:
        if (own := answer.text_at("id")) is not None:
            return SubmitOutcome("submitted", provider_id=own)
        if (content := answer.text_at("bytes")) is not None:
            return Delivered(content.encode(), cost_micro_usd=7)
        if (url := answer.text_at("ready")) is not None:
            return Elsewhere(url, cost_micro_usd=7)
        if (told := answer.text_at("refused")) is not None:
            return SubmitOutcome("refused", error=told, trouble=Trouble.DECLINED)
        return None

    def poll(self, provider_id: str) -> Call | None:
        return Call("GET", f"/jobs/{provider_id}")

    def polled(self, answer: Answer, provider_id: str) -> PollOutcome | None:
        if (url := answer.text_at("url")) is not None:
            return PollOutcome("succeeded", output_url=url)
        told = answer.text_at("failed")
        return PollOutcome("failed", error=told, trouble=Trouble.FILTERED) if told is not None else None

    def find(self, sought: Sought) -> Call | None:
        return Call("GET", "/jobs", query={"own": sought.own_id})

    def found(self, answer: Answer, sought: Sought) -> str | None:
        return answer.text_at("id")

    def trouble(self, answer: Answer) -> Trouble | None:
        return Trouble(told) if (told := answer.text_at("trouble")) is not None else None

    def complaint(self, answer: Answer) -> str | None:
        return answer.text_at("error")


class Shelf(Plain):
    """The same, with references that are brought in two steps, and a way to stop."""

    def upload(self, file: Path, media_type: str, sha256: str) -> Call:
        return Call("POST", "/files", body={"name": file.name, "sha256": sha256})

    def uploaded(self, answer: Answer, file: Path, media_type: str) -> Call | Uploaded | None:
        if (place := answer.text_at("put")) is not None:
            return Call("PUT", place, content=file.read_bytes(), headers={"content-type": media_type})
        return Uploaded(url) if (url := answer.text_at("url")) is not None else None

    def cancel(self, provider_id: str) -> Call:
        return Call("DELETE", f"/jobs/{provider_id}")


def opening(vendor_url: str, folder: Path, **sites: str) -> Opening:
    endpoint = Endpoint(base_url=vendor_url, sites=sites)
    return Opening(folder, {"PLAIN_KEY": KEY}, endpoints={"plain": endpoint}, clock=lambda: NOON)


def able(**changes: Any) -> Capabilities:
    return Capabilities.model_validate({**ABLE, **changes})


def remote(vendor: Vendor | str, folder: Path, dialect: Plain | None = None, **changes: Any) -> Remote:
    """Open the vendor anew, as a new process would."""
    url = vendor if isinstance(vendor, str) else vendor.base_url
    return Remote(opening(url, folder), able(**changes), dialect or Plain())


def submission(model: str = "m") -> Submission:
    return Submission(Seal(), "rc-1", read_payload(image()), 1, Action.T2I, model, "e")


def sought() -> Sought:
    return Sought("rc-1", submission(), NOON)
