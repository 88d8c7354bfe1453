"""The watch: it shuts what is open when it rings, and what is opened after that."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cine_forge.wire.watch import Pace, Watch

ROOT = Path(__file__).resolve().parents[2] / "cine_forge"


@dataclass
class Stream:
    """What the connection is told of as."""

    plug: socket.socket

    def get_extra_info(self, name: str) -> socket.socket:
        return self.plug


def until(true: Callable[[], bool]) -> None:
    """Wait for what another thread does soon, five seconds at most."""
    for _ in range(500):
        if true():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it never came to be")


def test_a_connection_that_is_made_after_the_watch_rang_is_shut_at_once() -> None:
    near, far = socket.socketpair()
    with near, far, Watch(0.01) as watch:
        until(lambda: bool(watch.why))
        watch.trace("connection.connect_tcp.complete", {"return_value": Stream(near)})
        assert far.recv(1) == b"" and "0.01 s" in watch.why


def test_a_connection_is_shut_though_its_first_socket_was_taken_away() -> None:
    near, far = socket.socketpair()
    with far, Watch(0.05) as watch:
        watch.trace("connection.connect_tcp.complete", {"return_value": Stream(near)})
        taken = socket.socket(fileno=near.detach())
        far.settimeout(5)
        assert far.recv(1) == b""
        taken.close()


def test_a_watch_that_is_over_never_rings_and_holds_nothing() -> None:
    near, far = socket.socketpair()
    with near, far:
        with Watch(60.0, Pace(1, 30.0)) as watch:
            watch.trace("connection.connect_tcp.complete", {"return_value": Stream(near)})
        near.sendall(b"x")
        assert far.recv(1) == b"x"
        near.close()
        far.settimeout(5)
        assert far.recv(1) == b""


def test_what_is_too_slow_rings_before_the_deadline_and_says_how_slow() -> None:
    with Watch(60.0, Pace(1000, 0.01)) as watch:
        until(lambda: bool(watch.why))
    assert watch.why == "only 0 bytes came in 0.01 s"


def test_one_file_alone_speaks_to_the_library_of_the_wire() -> None:
    files = [path for path in ROOT.rglob("*.py") if "import httpx" in path.read_text(encoding="utf-8")]
    assert [path.relative_to(ROOT).as_posix() for path in files] == ["wire/exchange.py"]
