"""Providers: who makes a picture or a clip, and how dispatch speaks to one.

A provider is a folder with `provider.yaml` (its `Capabilities`) and `adapter.py` (how to ask it, with a
function `open_provider(opening, capabilities)`). An adapter takes only a `Submission`, and only dispatch can
make one: it holds the seal. What it answers stands here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from cine_forge.generation.action import Action
from cine_forge.generation.payloads import AnyPayload
from cine_forge.generation.profiles import Profile
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import Fault, InternalError


class Seal:
    """The right to make a submission. Dispatch alone makes one (a contract test reads the tree)."""


@dataclass(frozen=True)
class Submission:
    """A request that has been checked, reserved and written down. Paths in it are absolute.

    `own_id` is the id we chose, so that it can be found again; `files` maps each reference's path, as
    the payload names it, to where it lies, and `urls` to where it was brought for this vendor. `profile`
    says how the model wants to be asked. `set_aside_micro_usd` is what may be spent on it.
    """

    seal: Seal = field(repr=False, compare=False)
    own_id: str
    payload: AnyPayload
    attempt: int
    action: Action
    model: str
    endpoint: str
    files: Mapping[str, Path] = field(default_factory=dict)
    urls: Mapping[str, str] = field(default_factory=dict)
    profile: Profile | None = None
    set_aside_micro_usd: int | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.seal, Seal):
            raise InternalError(Fault("CF-G005", "a submission was made outside dispatch"))


@dataclass(frozen=True)
class Usage:
    """What a vendor counted: tokens (of a clip the frames' are `output_tokens`), or credits of its own."""

    input_tokens: int = 0
    output_tokens: int = 0
    credits: float = 0.0


@dataclass(frozen=True)
class PollOutcome:
    """How a generation stands. `cost_micro_usd` is None where the provider does not tell.

    A price follows from `usage` then; a failure that may have been charged though nobody says so is `billed`.
    A success is `cached` when the provider made nothing for it and gave what it had.
    `wait_s` is how long a vendor that is busy asks not to be asked again, in seconds.
    """

    state: Literal["running", "succeeded", "failed"]
    output_url: str | None = None
    cost_micro_usd: int | None = None
    error: str | None = None
    trouble: Trouble | None = None
    usage: Usage | None = None
    billed: bool = False
    wait_s: float | None = None
    cached: bool = False


@dataclass(frozen=True)
class SubmitOutcome:
    """What became of a submit. `finished` is set when the provider answers with the result at once.

    `refused`: nothing was taken; `wait_s` is how long the provider asks to be left alone then, in seconds.
    `unknown`: the request may have arrived; it is looked up and never sent again.
    """

    state: Literal["submitted", "refused", "unknown"]
    provider_id: str | None = None
    finished: PollOutcome | None = None
    error: str | None = None
    trouble: Trouble | None = None
    wait_s: float | None = None


@dataclass(frozen=True)
class Sought:
    """A submit of which no answer is known. `since` is when it was sent, by our clock.

    `taken` are ids of the provider that other receipts hold already: what is found must be none of them.
    `rivals` is how many other submits to it have no answer either, of which what is found may be one.
    """

    own_id: str
    submission: Submission
    since: datetime
    taken: frozenset[str] = frozenset()
    rivals: int = 0


@dataclass(frozen=True)
class Uploaded:
    """A reference at the vendor's. `expires_at` is None when the vendor sets no term."""

    url: str
    expires_at: datetime | None = None


class Provider(Protocol):
    """One provider, opened. Called from several threads at once."""

    @property
    def capabilities(self) -> Capabilities:
        """Return what it can do."""

    def submit(self, submission: Submission) -> SubmitOutcome:
        """Ask for the generation, once."""

    def poll(self, provider_id: str) -> PollOutcome:
        """Return how it stands. An unknown status word means it still runs."""

    def download(self, provider_id: str, outcome: PollOutcome, target: Path) -> None:
        """Write the whole result to `target`, which does not exist yet."""

    def find(self, sought: Sought) -> str | None:
        """Return the provider's id of what was sent, or None when it does not know of it now.

        Raises StageError CF-G035 when it could not be asked: then nothing follows from not knowing.
        """

    def close(self) -> None:
        """Let go of processes and connections."""


@runtime_checkable
class Uploader(Protocol):
    """A provider that references are brought to before they are named."""

    def upload(self, file: Path, media_type: str, sha256: str) -> Uploaded:
        """Bring one file. Raises StageError CF-G036."""


@runtime_checkable
class Canceller(Protocol):
    """A provider that can be told to stop."""

    def cancel(self, provider_id: str) -> bool:
        """Ask it; return whether the request arrived. What was made by then is still settled."""
