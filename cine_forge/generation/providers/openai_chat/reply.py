"""The reply: what a server said, judged: an answer, a refusal that took nothing, or something to be held.

HTTP 200 is no success before the answer in it is whole. An error in the range of 500 may have come after a
model had answered, so it is never taken for a refusal; 429 and 503 are refusals by their definition
(RFC 6585, 4; RFC 9110, 15.6.4), and so is what is wrong with the request itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cine_forge.generation.providers.provider import PollOutcome, SubmitOutcome, Usage
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.wire.client import Reply
from cine_forge.wire.secret import said, without
from cine_forge.wire.waiting import asked_wait_s

_BUSY = frozenset({429, 503, 529})
_SETTING = frozenset({401, 402, 403, 404, 405})
_UNSURE = frozenset({408, 409, 499})
_ENDED_WELL = frozenset({"stop", "eos", "eos_token", "end_turn", "stop_sequence"})


@dataclass(frozen=True)
class Answered:
    """An outcome with the words of the model, if it said any."""

    outcome: PollOutcome
    text: str | None = None


def judge(reply: Reply, secret: str, now: datetime) -> Answered | SubmitOutcome:
    """Return what a reply means. `secret` is cut out of everything that is kept of it."""
    secrets = [secret] if secret else []
    data = _object(reply.body)
    if 200 <= reply.status < 300:
        return _answer(data, secrets)
    told = _message(data) or reply.body[:500].decode(errors="replace")
    error = f"HTTP {reply.status}: {said(told, secrets)}"
    return _refusal(reply, error, _code(data), now)


def _refusal(reply: Reply, error: str, code: str, now: datetime) -> SubmitOutcome:
    status = reply.status
    if 300 <= status < 400:
        what = f"HTTP {status}: it sends on to another address, which is not followed"
        return SubmitOutcome("refused", error=what, trouble=Trouble.SETTING)
    if status in _UNSURE or (status >= 500 and status not in _BUSY) or status < 200:
        return SubmitOutcome("unknown", error=error, trouble=Trouble.LOST)
    if status in _SETTING or code == "insufficient_quota":
        return SubmitOutcome("refused", error=error, trouble=Trouble.SETTING)
    if status in _BUSY:
        wait_s = asked_wait_s(reply.headers, now)
        asks = "" if wait_s is None else f"; it asks to be left alone for {wait_s:g} s"
        return SubmitOutcome("refused", error=error + asks, trouble=Trouble.THROTTLED, wait_s=wait_s)
    trouble = Trouble.FILTERED if code == "content_filter" else Trouble.REJECTED
    return SubmitOutcome("refused", error=error, trouble=trouble)


def _answer(data: dict[str, Any] | None, secrets: list[str]) -> Answered:
    if data is None:
        return _failed(Trouble.UNREADABLE, "the answer is no JSON object", None)
    usage = _usage(data.get("usage"))
    if data.get("error"):
        told = said(_message(data) or "it does not say what", secrets)
        return Answered(
            PollOutcome("failed", error=f"the server failed: {told}", trouble=Trouble.FAULTY, usage=usage)
        )
    choices = data.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        return _failed(Trouble.EMPTY, "the answer holds no choice", usage)
    message = choices[0].get("message")
    if not isinstance(message, dict):
        return _failed(Trouble.EMPTY, "the choice holds no message", usage)
    return _chosen(choices[0].get("finish_reason"), message, usage, secrets)


def _chosen(finish: Any, message: dict[str, Any], usage: Usage | None, secrets: list[str]) -> Answered:
    refusal, content = message.get("refusal"), message.get("content")
    if refusal:
        return _failed(Trouble.DECLINED, f"the model declined: {said(str(refusal), secrets)}", usage)
    if finish == "content_filter":
        return _failed(Trouble.FILTERED, "a filter of the vendor kept the answer back", usage)
    if finish == "length":
        return _failed(Trouble.CUT, "the answer was cut at its greatest length", usage)
    if finish in ("tool_calls", "function_call") or message.get("tool_calls"):
        return _failed(Trouble.UNFINISHED, "the model called a tool, and it was offered none", usage)
    if not isinstance(finish, str) or finish not in _ENDED_WELL:
        word = said(json.dumps(finish), secrets, 60)
        return _failed(Trouble.UNFINISHED, f"the answer ended for a reason that is not known: {word}", usage)
    if content is None or content == "":
        return _failed(Trouble.EMPTY, "the message is empty", usage)
    if not isinstance(content, str):
        return _failed(Trouble.UNREADABLE, "the message is no text", usage)
    return Answered(PollOutcome("succeeded", usage=usage), without(_whole(content), secrets))


def _failed(trouble: Trouble, error: str, usage: Usage | None) -> Answered:
    """Return a failure of an answer that a model may well have worked for."""
    return Answered(PollOutcome("failed", error=error, trouble=trouble, usage=usage, billed=True))


def _whole(content: str) -> str:
    """Return the text with halves of surrogate pairs replaced: they cannot be written down."""
    return content.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _usage(told: Any) -> Usage | None:
    if not isinstance(told, dict):
        return None
    read, written = told.get("prompt_tokens"), told.get("completion_tokens")
    if type(read) is int and type(written) is int and min(read, written) >= 0:
        return Usage(read, written)
    return None


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _message(data: dict[str, Any] | None) -> str:
    error = (data or {}).get("error")
    found = error.get("message") if isinstance(error, dict) else error
    return found if isinstance(found, str) else "" if found is None else json.dumps(found)[:500]


def _code(data: dict[str, Any] | None) -> str:
    error = (data or {}).get("error")
    return str(error.get("code")) if isinstance(error, dict) else ""
