"""Dialects: how one vendor wants to be asked, and how its answers read. Pure: no network, no file, no clock.

An adapter is a dialect and nothing more. What all vendors share (keys, deadlines, what a broken line means,
allowed hosts, waiting, downloads, keeping what came at once) is done once, by `remote`, for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from cine_forge.generation.providers.call import Answer, Call
from cine_forge.generation.providers.provider import (
    PollOutcome,
    Sought,
    Submission,
    SubmitOutcome,
    Uploaded,
    Usage,
)
from cine_forge.generation.providers.trouble import Trouble


@dataclass(frozen=True)
class Delivered:
    """A result that came with the answer itself. `media_type` is what the vendor called it."""

    content: bytes
    media_type: str = ""
    cost_micro_usd: int | None = None
    usage: Usage | None = None


@dataclass(frozen=True)
class Elsewhere:
    """A result that stands ready at a URL as soon as the request is answered."""

    url: str
    cost_micro_usd: int | None = None
    usage: Usage | None = None


class Dialect(Protocol):
    """One vendor's protocol. Every method that reads takes any status, since some say errors with 200."""

    def signed(self, call: Call, keys: Mapping[str, str], now: datetime) -> Mapping[str, str]:
        """Return the headers that prove who asks. `keys` are by the names of their variables."""

    def submit(self, submission: Submission) -> Call:
        """Return the request that buys. Raises StageError CF-G023 for what this vendor cannot be asked."""

    def submitted(
        self, answer: Answer, submission: Submission
    ) -> SubmitOutcome | Delivered | Elsewhere | None:
        """Read the answer to a submit; None leaves it to the status alone."""

    def poll(self, provider_id: str) -> Call | None:
        """Return the request that asks how it stands, or None where everything is answered at once."""

    def polled(self, answer: Answer, provider_id: str) -> PollOutcome | Delivered | Call | None:
        """Read how it stands; a call is what has to be asked next for it, and None leaves it to the status.

        An unknown word means that it runs.
        """

    def find(self, sought: Sought) -> Call | None:
        """Return the request that looks for a lost submit, or None where the vendor offers no way."""

    def found(self, answer: Answer, sought: Sought) -> str | Call | None:
        """Return the vendor's id of it, what has to be asked next, or None when it is nowhere."""

    def trouble(self, answer: Answer) -> Trouble | None:
        """Say what an error answer means where the vendor's own code says more than its status."""

    def complaint(self, answer: Answer) -> str | None:
        """Return the sentence in which an error answer says what is wrong."""


@runtime_checkable
class Checking(Protocol):
    """A dialect that asks the vendor, at no cost, whether it would take what is to be bought."""

    def check(self, submission: Submission) -> Call:
        """Return the request that asks."""

    def checked(self, answer: Answer, submission: Submission) -> SubmitOutcome | Literal["go on"] | None:
        """Read the answer: a refusal, or None to go on after a good one; `go on` does after any."""


@runtime_checkable
class Uploading(Protocol):
    """A dialect whose references have to be brought to the vendor first, in one or more requests."""

    def upload(self, file: Path, media_type: str, sha256: str) -> Call:
        """Return the first request of an upload."""

    def uploaded(self, answer: Answer, file: Path, media_type: str) -> Call | Uploaded | None:
        """Read an answer of an upload: the next request, the place where it lies, or None for an error."""


@runtime_checkable
class Cancelling(Protocol):
    """A dialect whose vendor can be told to stop. What was made by then is still settled."""

    def cancel(self, provider_id: str) -> Call | tuple[Call, ...]:
        """Return the request that asks to stop, or several that are all sent."""
