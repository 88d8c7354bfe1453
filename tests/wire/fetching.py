"""Fetching in tests: from this machine, within quick limits, and how it ended."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from cine_forge.wire.download import Fetched, FetchLimits, Hosts, Unfetched, download

HERE = Hosts((), loopback=True)
BODY = b"0123456789" * 100
QUICK = {"deadline_s": 5.0, "span_s": 2.0, "most_bytes": 100_000}


def fetch(url: str, target: Path, hosts: Hosts = HERE, look_up: Any = None, **limits: Any) -> Fetched:
    return download(url, target, hosts=hosts, limits=FetchLimits(**{**QUICK, **limits}), look_up=look_up)


def unfetched(url: str, target: Path, hosts: Hosts = HERE, look_up: Any = None, **limits: Any) -> Unfetched:
    """Return how a download ended; it has left nothing in the folder."""
    with pytest.raises(Unfetched) as caught:
        fetch(url, target, hosts, look_up, **limits)
    assert list(target.parent.iterdir()) == []
    return caught.value


def leads_to(*addresses: str) -> Any:
    """Return a look-up that answers each question with the next address, the last one for ever."""
    rest = list(addresses)

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        address = rest.pop(0) if len(rest) > 1 else rest[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    return look_up
