"""Downloads: a result is brought home from the host it lies on, and from no other.

Only `https` (and `http` where the provider itself is this machine), only hosts of the list, no private
address after a name is resolved or a redirect followed, at most so many bytes, never slower than so many a
second. No key goes along. What went wrong says whether asking again can help.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Hosts:
    """Hosts that may be downloaded from. `*.x` is any host below `x`; `loopback` allows this machine."""

    names: tuple[str, ...]
    loopback: bool = False


@dataclass(frozen=True)
class FetchLimits:
    """How long and how much: seconds for all of it, bytes, and the least bytes a second after a start."""

    deadline_s: float = 900.0
    most_bytes: int = 4 * 1024**3
    least_bytes_a_second: int = 16 * 1024
    most_redirects: int = 4


class Unfetched(Exception):
    """The file did not come. `gone`: the URL holds nothing any more; `place`: it may not be reached."""

    def __init__(
        self, kind: Literal["nothing", "place", "gone", "refused", "broken", "slow", "too_large"], why: str
    ) -> None:
        super().__init__(why)
        self.kind = kind
        self.why = why


@dataclass(frozen=True)
class Fetched:
    """What came: its size, its sha-256 and what the server called it."""

    bytes: int
    sha256: str
    media_type: str


def download(url: str, target: Path, *, hosts: Hosts, limits: FetchLimits | None = None) -> Fetched:
    """Write the whole file to `target`, which does not exist yet. Raises Unfetched; then `target` is gone."""
    raise NotImplementedError
