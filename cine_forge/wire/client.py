"""The client: the only way over the network, and the only file that imports httpx.

One request, one connection, one answer. It follows no redirect, uses no proxy of the environment, tries
nothing twice, and ends by a deadline whatever the other side does: the socket is shut when time is up. An
answer is read up to a size and never unpacked. What went wrong says whether anything may have arrived.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import Any, Literal

import httpx

from cine_forge.wire.destination import Destination, Unresolved, resolve

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


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


@dataclass(frozen=True)
class _Request:
    method: str
    url: str
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
        """
        try:
            address = resolve(self._to)
        except Unresolved as error:
            raise Broken("unsent", str(error)) from None
        with _Watch(self._limits.deadline_s) as watch:
            try:
                return self._sent(_Request(method, self._to.url(address, path), headers, body), watch)
            except _NOT_SENT as error:
                raise Broken("unsent", _why(error)) from None
            except httpx.HTTPError as error:
                if watch.rang:
                    raise Broken("late", f"no whole answer in {self._limits.deadline_s:g} s") from None
                raise Broken("cut", _why(error)) from None

    def _sent(self, request: _Request, watch: _Watch) -> Reply:
        limits = self._limits
        timeout = httpx.Timeout(limits.deadline_s, connect=min(limits.connect_s, limits.deadline_s))
        own = {
            "host": self._to.authority,
            "accept": "application/json",
            "accept-encoding": "identity",
            "user-agent": "cine-forge",
            "connection": "close",
        }
        extensions = {"sni_hostname": self._to.host, "trace": watch.trace}
        with (
            httpx.Client(
                verify=_trust(self._to.scheme), timeout=timeout, trust_env=False, follow_redirects=False
            ) as client,
            client.stream(
                request.method,
                request.url,
                content=request.body or None,
                headers={**own, **request.headers},
                extensions=extensions,
            ) as answer,
        ):
            told = {name.lower(): value for name, value in answer.headers.items()}
            return Reply(answer.status_code, told, _read(answer, limits.most_bytes))


@cache
def _trust(scheme: str) -> ssl.SSLContext:
    """Return whose certificates are believed; it is read once. Without TLS there is nobody to believe."""
    if scheme == "https":
        return httpx.create_ssl_context(trust_env=False)
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _read(answer: httpx.Response, most_bytes: int) -> bytes:
    content = bytearray()
    for part in answer.iter_raw():
        content += part
        if len(content) > most_bytes:
            raise Broken("too_large", f"the answer is longer than {most_bytes:,} bytes")
    return bytes(content)


def _why(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


class _Watch:
    """Shuts the connection when the deadline is over, in the middle of whatever is read or written."""

    def __init__(self, deadline_s: float) -> None:
        self.rang = False
        self._plug: socket.socket | None = None
        self._timer = threading.Timer(deadline_s, self._ring)
        self._timer.daemon = True

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Learn of the connection's socket; httpcore calls it at each of its steps."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._plug = info["return_value"].get_extra_info("socket")

    def __enter__(self) -> _Watch:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()

    def _ring(self) -> None:
        self.rang = True
        if self._plug is not None:
            with contextlib.suppress(OSError):
                self._plug.shutdown(socket.SHUT_RDWR)
