"""The client: one question to one destination, and its whole answer.

It ends by a deadline whatever the other side does: the socket is shut when time is up. An answer is read up
to a size and never unpacked. What went wrong says whether anything may have arrived.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cine_forge.wire.destination import Destination, Unresolved, resolve
from cine_forge.wire.exchange import Incoming, Interrupted, Request, exchange
from cine_forge.wire.watch import Watch


@dataclass(frozen=True)
class Limits:
    """How long and how much: seconds to connect, seconds for all of it, bytes of the answer's body."""

    connect_s: float = 10.0
    deadline_s: float = 300.0
    most_bytes: int = 4 * 1024 * 1024


@dataclass(frozen=True)
class Reply:
    """A whole answer. Names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Broken(Exception):
    """There is no whole answer. With `unsent`, nothing of the request reached anybody."""

    def __init__(self, kind: Literal["unsent", "cut", "late", "too_large"], why: str) -> None:
        super().__init__(why)
        self.kind = kind
        self.why = why


class Client:
    """Speaks to one destination. Safe for threads; nothing is kept open between two requests."""

    def __init__(self, to: Destination, limits: Limits) -> None:
        self._to = to
        self._limits = limits

    def post_json(self, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Send a JSON body and return the whole answer, whatever its status. Raises Broken."""
        return self.send("POST", path, {"content-type": "application/json", **headers}, body)

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """Send one request and return the whole answer, whatever its status. Raises Broken.

        `path` is below the destination and may end with a query; a body without a `content-type` has none.
        Raises StageError CF-G070, with nothing sent, for signs that no request may hold.
        """
        told = {"accept": "application/json", **{name.lower(): value for name, value in headers.items()}}
        request = Request(method, self._to.target(path), told, body)
        try:
            address = resolve(self._to)
        except Unresolved as error:
            raise Broken("unsent", str(error)) from None
        limits = self._limits
        connect_s = min(limits.connect_s, limits.deadline_s)
        try:
            with (
                Watch(limits.deadline_s) as watch,
                exchange(self._to, address, request, watch, connect_s=connect_s) as incoming,
            ):
                return Reply(incoming.status, incoming.headers, _read(incoming, limits.most_bytes))
        except Interrupted as error:
            raise Broken("unsent" if error.kind == "untrusted" else error.kind, error.why) from None


def _read(incoming: Incoming, most_bytes: int) -> bytes:
    content = bytearray()
    for part in incoming.parts():
        content += part
        if len(content) > most_bytes:
            raise Broken("too_large", f"the answer is longer than {most_bytes:,} bytes")
    return bytes(content)
