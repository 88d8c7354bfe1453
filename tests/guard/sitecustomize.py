"""No network in a test run, nor in any Python process that a test starts.

`tests/conftest.py` calls `watch` in the test process and puts this folder on PYTHONPATH, so that a child
interpreter imports this file on its own at start. Loopback and Unix sockets are free.
"""

from __future__ import annotations

import ipaddress
import os
import sys

SEEN: list[str] = []
"""Every refused address, so that a test which swallows the refusal still fails."""

_REACHING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind"})
_NAMING = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})
_ANYWHERE = frozenset({"0.0.0.0", "::", ""})


class NetworkRefused(BaseException):
    """A test reached for an address beyond loopback. A BaseException, so that no `except` hides it."""


def is_local(host: str | bytes | None) -> bool:
    """Say whether `host` is this machine by its own word: loopback, `localhost`, or nothing."""
    name = host.decode(errors="replace") if isinstance(host, bytes) else host or ""
    if name in _ANYWHERE or name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


def watch() -> None:
    """Refuse, from now on and for good, every address beyond loopback in this process."""
    if not getattr(sys, "_cine_forge_watched", False):
        sys._cine_forge_watched = True  # type: ignore[attr-defined]  # one hook per process; hooks stay
        sys.addaudithook(_audit)


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if event in _REACHING:
        address = arguments[-1]
        if isinstance(address, tuple):
            _refuse_unless_local(event, address[0])
    elif event in _NAMING:
        _refuse_unless_local(event, arguments[0])


def _refuse_unless_local(event: str, host: object) -> None:
    if (isinstance(host, str | bytes) or host is None) and not is_local(host):
        SEEN.append(f"{event} {host!r}")
        raise NetworkRefused(f"a test may reach loopback only: {event} to {host!r}")


if os.environ.get("CINE_FORGE_GUARD") == "1":
    watch()
