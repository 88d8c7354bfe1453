"""Chat: the seam to a language model, and the only way a module's steps get through it.

A `ChatClient` takes messages and brings an answer. `DispatchChat` is the one that runs use: each call is
a request of modality `text_author` through `context.dispatch`, so it is routed, priced, capped, written
down as a receipt and never paid twice like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from cine_forge.kernel.ground.errors import Fault, ResumableError, StageError
from cine_forge.kernel.ground.hashing import seed_of
from cine_forge.kernel.stages.steps.conversation import Message


@dataclass(frozen=True)
class ChatParams:
    """How a model is asked. None leaves it to the model; `max_tokens` caps the length of an answer.

    `answer_schema` is a JSON Schema that the answer shall fit, for models that can be held to one.
    """

    temperature: float | None = None
    max_tokens: int | None = None
    answer_schema: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Response:
    """An answer, who gave it and what it cost. Money is micro-USD; `receipt` is where it is accounted."""

    text: str
    model: str | None = None
    provider: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_micro_usd: int = 0
    receipt: str | None = None


class ChatClient(Protocol):
    """Who answers."""

    def chat(self, path: str, messages: tuple[Message, ...], params: ChatParams) -> Response:
        """Return the answer to the messages. `path` is the asking step's, for receipts and for people."""


NOBODY = "nobody"
"""Why nobody answers when no language model is configured at all: no failure, but how things are."""

HALTED = "halted"
"""Why nobody is asked after too many failures in a row: the run has said so once, for all that follow."""

NO_ANSWER = "CF-S040"
"""The code of a call that brought no answer."""

_LATER = ("throttled", HALTED)
"""Why a call took nothing that a later run may well get an answer to, with nothing mended."""


@dataclass(frozen=True)
class Obstacle:
    """Why a question would not be answered now: `why` is one word, `text` a sentence."""

    why: str
    text: str


class Asking(ChatClient, Protocol):
    """Who answers, and says beforehand when nobody would."""

    def obstacle(self, path: str, messages: tuple[Message, ...], params: ChatParams) -> Obstacle | None:
        """Return why nobody would answer these messages now, or None."""


class Sender(Protocol):
    """The part of a unit's context that a chat needs."""

    @property
    def entity(self) -> str: ...

    @property
    def seed(self) -> int: ...

    def dispatch(self, request: Mapping[str, Any]) -> Mapping[str, Any]: ...


@dataclass
class DispatchChat:
    """Asks through the context of a unit. `answers` are those of a rehearsal, as the request carries them.

    `calls` counts what was asked so far.
    """

    context: Sender
    answers: Mapping[str, Any] | None = None
    calls: int = 0

    def chat(self, path: str, messages: tuple[Message, ...], params: ChatParams) -> Response:
        """Send the messages as one payload.

        Parked passes through: the unit is called again from its start, and each earlier call is then
        answered from its receipt. Raises StageError CF-S040 when the provider failed or refused, and
        ResumableError CF-S040 when it took nothing and only has too much to do now.
        """
        self.calls += 1
        answer = self.context.dispatch({"act": "send", "payload": self._payload(path, messages, params)})
        result = answer["result"]
        if not result["success"]:
            what = f"`{answer['provider']}` gave no answer: {result['error']}"
            fault = Fault(NO_ANSWER, what, hint=f"receipt `{answer['receipt']}` says what was sent")
            raise ResumableError(fault) if answer.get("trouble") in _LATER else StageError(fault)
        return Response(
            text=answer["text"],
            model=answer["model"],
            provider=answer["provider"],
            input_tokens=answer.get("input_tokens"),
            output_tokens=answer.get("output_tokens"),
            cost_micro_usd=answer["cost_micro_usd"],
            receipt=answer["receipt"],
        )

    def obstacle(self, path: str, messages: tuple[Message, ...], params: ChatParams) -> Obstacle | None:
        """Ask for a quote, which costs nothing and says whether anybody would answer."""
        quote = self.context.dispatch({"act": "quote", "payload": self._payload(path, messages, params)})
        found = quote.get("obstacle")
        return Obstacle(found["why"], found["text"]) if found else None

    def _payload(self, path: str, messages: tuple[Message, ...], params: ChatParams) -> dict[str, Any]:
        payload: dict[str, Any] = {
            "modality": "text_author",
            "entity": self.context.entity,
            "step": path,
            "messages": [{"role": one.role, "text": one.text} for one in messages],
            "temperature": params.temperature,
            "max_tokens": params.max_tokens,
            "answer_schema": dict(params.answer_schema) if params.answer_schema else None,
            "seed": seed_of(self.context.seed, path),
        }
        return payload | ({**self.answers, "call": self.calls} if self.answers else {})
