"""Exchanges: one request, one connection, one answer as it streams in; the only file that imports httpx.

The client and downloads stand on it. It follows no redirect, uses no proxy of the environment, keeps no
cookie, tries nothing twice and unpacks nothing. What went wrong says whether anything may have arrived. The
request goes out as it was written or not at all: no sign that could begin another line leaves here.
"""

from __future__ import annotations

import logging
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import httpx

from cine_forge.kernel.ground.errors import Fault, StageError
from cine_forge.wire.destination import Destination
from cine_forge.wire.watch import Watch

logging.getLogger("httpcore").setLevel(logging.WARNING)  # below that it writes down every header that comes
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_TARGET = re.compile(r"/[\x21-\x22\x24-\x7e]*")  # RFC 9112, 3.2: no space, no control sign, no fragment
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2
_VALUE = re.compile(r"(?:[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?)?")  # RFC 9110, 5.5, plain letters only
_UP = re.compile(r"(?i)(?:\.|%2e){1,2}")


@dataclass(frozen=True)
class Request:
    """What is sent. `target` begins with `/` and may end with a query; names of headers are in small letters.

    Raises StageError CF-G070 for signs that no request may hold, and for a path that leads up again.
    """

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def __post_init__(self) -> None:
        if not _TARGET.fullmatch(self.target):
            raise _unsendable("the path holds a space, a control sign, `#` or what is no plain letter")
        if any(_UP.fullmatch(step) for step in self.target.partition("?")[0].split("/")):
            raise _unsendable("the path leads up again by `..`")
        if not _NAME.fullmatch(self.method):
            raise _unsendable("the method is no plain word")
        for name, value in self.headers.items():
            if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
                raise _unsendable(f"the header `{name[:40]!a}` holds signs that no header may hold")


class Interrupted(Exception):
    """There is no whole answer. After `unsent` and `untrusted` nothing of the request reached anybody.

    `untrusted`: who answers could not prove the name; `late`: the watch rang.
    """

    def __init__(self, kind: Literal["unsent", "untrusted", "cut", "late"], why: str) -> None:
        super().__init__(why)
        self.kind = kind
        self.why = why


class Incoming:
    """An answer whose head has come. Names of headers are in small letters."""

    def __init__(self, answer: httpx.Response, watch: Watch) -> None:
        self.status = answer.status_code
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in answer.headers.items()}
        self._answer = answer
        self._watch = watch

    def parts(self) -> Iterator[bytes]:
        """Yield the body as it comes, never unpacked. Raises Interrupted."""
        for part in self._answer.iter_raw():
            self._watch.came(len(part))
            yield part
        if self._watch.why:  # a body that ends with the connection looks whole when the watch shuts it
            raise Interrupted("late", self._watch.why)


@contextmanager
def exchange(
    to: Destination, address: str, request: Request, watch: Watch, *, connect_s: float
) -> Iterator[Incoming]:
    """Connect to an address that `resolve` gave, send, and hand over the answer while it comes.

    Raises Interrupted, also for what goes wrong while the caller reads.
    """
    try:
        with httpx.HTTPTransport(verify=_trust(to.scheme), trust_env=False) as way:
            sent = _written(to, address, request, watch, connect_s)
            answer = way.handle_request(sent)
            answer.request = sent
            try:
                yield Incoming(answer, watch)
            finally:
                answer.close()
    except httpx.HTTPError as error:
        if isinstance(error, _NOT_SENT):
            raise Interrupted("untrusted" if _is_distrust(error) else "unsent", _why(error)) from None
        if watch.why:
            raise Interrupted("late", watch.why) from None
        raise Interrupted("cut", _why(error)) from None


def _written(
    to: Destination, address: str, request: Request, watch: Watch, connect_s: float
) -> httpx.Request:
    """Return the request for httpx: to the very address, under the name that the certificate must hold."""
    own = {
        "host": to.authority,
        "accept-encoding": "identity",
        "user-agent": "cine-forge",
        "connection": "close",
    }
    extensions = {
        "timeout": {"connect": connect_s, "read": None, "write": None, "pool": connect_s},
        "sni_hostname": to.host,
        "target": request.target.encode("ascii"),
        "trace": watch.trace,
    }
    return httpx.Request(
        request.method,
        to.origin(address),
        headers={**own, **request.headers},
        content=request.body or None,
        extensions=extensions,
    )


@cache
def _trust(scheme: str) -> ssl.SSLContext:
    """Return whose certificates are believed; it is read once. Without TLS there is nobody to believe."""
    if scheme == "https":
        return httpx.create_ssl_context(trust_env=False)
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _is_distrust(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None


def _why(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _unsendable(why: str) -> StageError:
    return StageError(Fault("CF-G070", f"nothing was sent: {why}", hint="look at the model, ids and keys"))
