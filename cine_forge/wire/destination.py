"""Destinations: the one address that an endpoint of the configuration may be reached at, and no other.

Only `https` leaves this machine, and never for a private address, whatever the name resolves to; plain
`http` is for this machine itself. A name is resolved here, once, and the address that was looked at is the
one that is connected to, so that it cannot become another in between.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_PORTS = {"https": 443, "http": 80}
_THIS_MACHINE = "localhost"
_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
_WORLD_6 = ipaddress.IPv6Network("2000::/3")  # RFC 4291, 2.4: what is given out for the world
_TRANSLATED_6 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LookUp = Callable[..., list[tuple[Any, ...]]]
"""Finds the addresses of a name, as `socket.getaddrinfo` does."""


@dataclass(frozen=True)
class Destination:
    """A scheme, a host, a port and the path that everything below stands under."""

    scheme: str
    host: str
    port: int
    path: str = ""

    @property
    def is_loopback(self) -> bool:
        """Say whether it is this machine, by its name or its literal address."""
        literal = _literal(self.host)
        return self.host == _THIS_MACHINE if literal is None else literal.is_loopback

    @property
    def authority(self) -> str:
        """Return host and port as the `Host` header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    def origin(self, address: str) -> str:
        """Return scheme, address and port; the address is one that `resolve` gave."""
        host = f"[{address}]" if ":" in address else address
        return f"{self.scheme}://{host}:{self.port}"

    def target(self, path: str) -> str:
        """Return the whole path of one below this destination, with its query."""
        return f"{self.path}/{path.lstrip('/')}"


class Unresolved(Exception):
    """A name has only addresses that may not be reached, or none; the latter may pass (`passing`)."""

    def __init__(self, why: str, *, passing: bool = False) -> None:
        super().__init__(why)
        self.passing = passing


def destination(base_url: str) -> Destination:
    """Read a base URL. Raises ValueError with a sentence that says what is wrong with it."""
    parts = urlsplit(base_url)
    if parts.username is not None or parts.password is not None:
        raise ValueError("a URL holds no name and no key; keys come from the environment")
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(f"expected `https://host/path`, found `{base_url[:100]}`")
    if parts.query or parts.fragment:
        raise ValueError("a base URL has no `?` and no `#`")
    plain = _literal(parts.hostname) is not None or _NAME.fullmatch(parts.hostname)
    if not plain or any(not sign.isprintable() or sign == " " for sign in base_url):
        raise ValueError("a host is written in plain letters, digits, `-` and `.`")
    found = Destination(
        parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme], parts.path.rstrip("/")
    )
    if parts.scheme == "http" and not found.is_loopback:
        raise ValueError(f"`{found.host}` is not this machine: write `https`")
    literal = _literal(found.host)
    if literal is not None and not (found.is_loopback or _is_public(literal)):
        raise ValueError(f"`{found.host}` is a private address")
    return found


def resolve(to: Destination, look_up: LookUp | None = None) -> str:
    """Return the address to connect to. Raises Unresolved; every address of a name is looked at.

    A name that has one private address among public ones is refused as a whole. It is looked up once.
    """
    if _literal(to.host) is not None:
        return to.host
    try:
        found = (look_up or socket.getaddrinfo)(to.host, to.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unresolved(f"`{to.host}` has no address: {error}", passing=True) from None
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    wrong = [one for one in addresses if not _may_reach(one, loopback=to.is_loopback)]
    if wrong or not addresses:
        kind = "is not this machine" if to.is_loopback else "is a private address"
        raise Unresolved(f"`{to.host}` leads to {', '.join(wrong) or 'nowhere'}, which {kind}")
    return addresses[0]


def _may_reach(address: str, *, loopback: bool) -> bool:
    literal = ipaddress.ip_address(address)
    return literal.is_loopback if loopback else _is_public(literal)


def _is_public(literal: Address) -> bool:
    """Say whether an address is of the world, and so is the one that is wrapped in it, if any."""
    if isinstance(literal, ipaddress.IPv4Address):
        return literal.is_global and not literal.is_multicast
    wrapped = _wrapped(literal)
    if wrapped is not None:
        return _is_public(wrapped)
    return literal in _WORLD_6 and literal.is_global


def _wrapped(literal: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if literal in _TRANSLATED_6:
        return ipaddress.IPv4Address(int(literal) & 0xFFFFFFFF)
    return literal.ipv4_mapped or literal.sixtofour


def _literal(host: str) -> Address | None:
    """Return the address that a host is written as; other notations of numbers are no names either."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
