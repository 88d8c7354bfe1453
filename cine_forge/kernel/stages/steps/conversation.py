"""The conversation: what was said, and what was captured, so far.

A block works on a copy and gives back what its merge mode says, only when all of it went well; that is
why a step that fails leaves nothing behind, however deep it stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal

MergeMode = Literal["all_messages", "last_response", "none"]
MERGE_MODES: tuple[MergeMode, ...] = ("all_messages", "last_response", "none")

Speaker = Literal["system", "user", "assistant"]


@dataclass(frozen=True)
class Message:
    """One thing said."""

    role: Speaker
    text: str


class Conversation:
    """Messages in order, and captured values by key. Values go in and come out as copies."""

    def __init__(self, messages: Iterable[Message] = (), captured: Mapping[str, Any] | None = None) -> None:
        self._messages = list(messages)
        self._captured = deepcopy(dict(captured or {}))

    @property
    def messages(self) -> tuple[Message, ...]:
        """Return what was said, the first thing first."""
        return tuple(self._messages)

    @property
    def captured(self) -> dict[str, Any]:
        """Return what was captured, as a copy that may be changed freely."""
        return deepcopy(self._captured)

    def copied(self) -> Conversation:
        """Return a conversation that goes on by itself."""
        return Conversation(self._messages, self._captured)

    def say(self, *messages: Message) -> None:
        """Add messages."""
        self._messages += messages

    def capture(self, key: str, value: Any) -> None:
        """Keep a value under a key."""
        self._captured[key] = deepcopy(value)

    def since(self, start: Conversation) -> tuple[Message, ...]:
        """Return what was said after this copy was made of `start`."""
        return tuple(self._messages[len(start._messages) :])

    def merge(self, branch: Conversation, mode: MergeMode) -> None:
        """Take back a copy that went on: what it says anew, its last answer, or nothing; and its captures."""
        new = branch.since(self)
        if mode == "last_response":
            new = tuple(one for one in new if one.role == "assistant")[-1:]
        if mode != "none":
            self._messages += new
        self._captured = branch.captured

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Conversation) and vars(self) == vars(other)


def last_answer(messages: Sequence[Message]) -> str | None:
    """Return the last thing that a model said, or None."""
    return next((one.text for one in reversed(messages) if one.role == "assistant"), None)
