"""Downloads: a result is brought home from the host it lies on, and from no other.

Only `https` (and `http` where the provider itself is this machine), only hosts of the list, no private
address after a name is resolved or a redirect followed, at most so many bytes, never slower than so many a
second. No key goes along. What went wrong says whether asking again can help. What came is not judged here:
its name and what the server calls it prove nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Literal
from urllib.parse import quote, urljoin, urlsplit

from cine_forge.kernel.ground.errors import StageError
from cine_forge.wire.destination import Destination, LookUp, Unresolved, destination, resolve
from cine_forge.wire.exchange import Incoming, Interrupted, Request, exchange
from cine_forge.wire.watch import Pace, Watch

_MOVED = frozenset({301, 302, 303, 307, 308})
_NOTHING = frozenset({204, 205})
_GONE = frozenset({401, 403, 404, 410})
_PASSING = frozenset({408, 425, 429})
_PRINTED = "".join(map(chr, range(0x21, 0x7F)))
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}")


@dataclass(frozen=True)
class Hosts:
    """Hosts that may be downloaded from. `*.x` is any host below `x`; `loopback` allows this machine."""

    names: tuple[str, ...]
    loopback: bool = False

    def allow(self, host: str) -> bool:
        """Say whether a host other than this machine is one of them."""
        names = [name.lower() for name in self.names]
        return any(host.endswith(name[1:]) if name.startswith("*.") else host == name for name in names)


@dataclass(frozen=True)
class FetchLimits:
    """How long and how much: seconds for all of it, bytes, and the least bytes a second after a start.

    They are counted over spans of `span_s` seconds, of which the first is the start.
    """

    deadline_s: float = 900.0
    most_bytes: int = 4 * 1024**3
    least_bytes_a_second: int = 16 * 1024
    most_redirects: int = 4
    span_s: float = 20.0
    connect_s: float = 10.0


class Unfetched(Exception):
    """The file did not come. `gone`: the URL holds nothing any more; `place`: it may not be reached.

    `broken` and `slow` may pass by themselves, `refused` will not; `nothing` was in it.
    """

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


@dataclass(frozen=True)
class _Place:
    """One URL that has been looked at: what it is reached by, and what is asked for there."""

    url: str
    to: Destination
    request: Request


def download(
    url: str,
    target: Path,
    *,
    hosts: Hosts,
    limits: FetchLimits | None = None,
    look_up: LookUp | None = None,
) -> Fetched:
    """Write the whole file to `target`, which does not exist yet. Raises Unfetched; then `target` is gone.

    The file is durable on return. `look_up` finds the addresses of names. No reason holds a query, where
    signatures live.
    """
    limits = limits or FetchLimits()
    pace = Pace(limits.least_bytes_a_second, limits.span_s)
    place = _place(url, hosts)
    with Watch(limits.deadline_s, pace) as watch:
        for _ in range(limits.most_redirects + 1):
            with _asked(place, watch, limits, look_up) as incoming:
                if incoming.status not in _MOVED:
                    _judge(incoming, limits)
                    return _kept(incoming, target, limits)
                onward = incoming.headers.get("location", "")
            place = _onward(place, onward, hosts)
    raise Unfetched("place", f"it was sent on more than {limits.most_redirects} times")


def _place(url: str, hosts: Hosts) -> _Place:
    """Look at a URL before anything is asked. Raises Unfetched (place)."""
    if _CONTROL.search(url):
        raise Unfetched("place", "the URL holds control signs")
    try:
        parts = urlsplit(quote(url.strip(), safe=_PRINTED))
        to = destination(f"{parts.scheme}://{parts.netloc}")
        query = f"?{parts.query}" if parts.query else ""
        request = Request("GET", f"{parts.path or '/'}{query}", {"accept": "*/*"})
    except ValueError as error:
        raise Unfetched("place", str(error)) from None
    except StageError as error:
        raise Unfetched("place", error.faults[0].what) from None
    if not (hosts.loopback if to.is_loopback else hosts.allow(to.host)):
        raise Unfetched("place", f"`{to.authority}` is no host that results are fetched from")
    return _Place(parts.geturl(), to, request)


def _onward(before: _Place, location: str, hosts: Hosts) -> _Place:
    """Look at where a server sends us. Nobody is sent to this machine but from the very same port of it."""
    if not location:
        raise Unfetched("broken", "it was sent on to nowhere")
    try:
        place = _place(urljoin(before.url, location), hosts)
    except ValueError:
        raise Unfetched("place", "it was sent on to what is no URL") from None
    if place.to.is_loopback and place.to != before.to:
        raise Unfetched("place", f"it was sent on to `{place.to.authority}`, which is this machine")
    return place


@contextmanager
def _asked(place: _Place, watch: Watch, limits: FetchLimits, look_up: LookUp | None) -> Iterator[Incoming]:
    """Ask for a place. Raises Unfetched for whatever happens on the line, also while the caller reads."""
    try:
        address = resolve(place.to, look_up)
    except Unresolved as error:
        raise Unfetched("broken" if error.passing else "place", str(error)) from None
    try:
        with exchange(place.to, address, place.request, watch, connect_s=limits.connect_s) as incoming:
            yield incoming
    except Interrupted as error:
        if error.kind == "untrusted":
            raise Unfetched("place", f"`{place.to.host}` could not prove its name") from None
        raise Unfetched("slow" if watch.why else "broken", watch.why or error.why) from None


def _judge(incoming: Incoming, limits: FetchLimits) -> None:
    """Refuse by its head what is no whole file as it is. Raises Unfetched."""
    status, headers = incoming.status, incoming.headers
    if status != 200:
        raise Unfetched(_meaning(status), f"it was answered {status}")
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Unfetched("refused", "it came packed, though that was not asked for")
    length = headers.get("content-length")
    if length is None and "transfer-encoding" not in headers:
        raise Unfetched("broken", "nobody says where it ends")
    if length is not None and length.isdecimal() and int(length) > limits.most_bytes:
        raise Unfetched("too_large", f"it is longer than {limits.most_bytes:,} bytes")


def _meaning(status: int) -> Literal["nothing", "gone", "refused", "broken"]:
    if status in _NOTHING:
        return "nothing"
    if status in _GONE:
        return "gone"
    return "refused" if 400 <= status < 500 and status not in _PASSING else "broken"


def _kept(incoming: Incoming, target: Path, limits: FetchLimits) -> Fetched:
    """Write what comes to a new file, and leave none when it does not come whole."""
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
    try:
        with os.fdopen(handle, "wb", buffering=0) as file:
            return _poured(incoming, file, limits)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _poured(incoming: Incoming, file: IO[bytes], limits: FetchLimits) -> Fetched:
    size, digest = 0, sha256()
    for part in incoming.parts():
        size += len(part)
        if size > limits.most_bytes:
            raise Unfetched("too_large", f"it is longer than {limits.most_bytes:,} bytes")
        digest.update(part)
        _pour(file, part)
    if not size:
        raise Unfetched("nothing", "it is empty")
    os.fsync(file.fileno())
    said = incoming.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Fetched(size, digest.hexdigest(), said if _MEDIA_TYPE.fullmatch(said) else "")


def _pour(file: IO[bytes], part: bytes) -> None:
    """Write all of it: a file without a buffer may take less at once."""
    rest = memoryview(part)
    while rest:
        rest = rest[file.write(rest) :]
