"""The test run reaches no network: not in this process, not in a child, not behind a swallowed error."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

OUTSIDE = "192.0.2.1"  # TEST-NET-1, RFC 5737: an address that is nobody's


def _refusal(function: object, *arguments: object) -> BaseException:
    with pytest.raises(BaseException) as caught:
        function(*arguments)  # type: ignore[operator]  # any callable of the socket module
    return caught.value


@pytest.mark.row("F24")
@pytest.mark.row("G1")
def test_a_test_cannot_connect_beyond_loopback(refusals: list[str]) -> None:
    with socket.socket() as plug:
        error = _refusal(plug.connect, (OUTSIDE, 80))
    assert "loopback only" in str(error)
    assert refusals.pop().startswith("socket.connect")


@pytest.mark.row("F24")
def test_a_test_cannot_look_up_a_name(refusals: list[str]) -> None:
    error = _refusal(socket.getaddrinfo, "example.org", 443)
    assert "example.org" in str(error)
    assert refusals.pop().startswith("socket.getaddrinfo")


@pytest.mark.row("F24")
def test_a_child_interpreter_is_watched_as_well() -> None:
    code = f"import socket; socket.create_connection(({OUTSIDE!r}, 80), timeout=5)"
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert child.returncode != 0
    assert "NetworkRefused" in child.stderr


def test_loopback_stays_open() -> None:
    with socket.socket() as ear, socket.socket() as plug:
        ear.bind(("127.0.0.1", 0))
        ear.listen(1)
        plug.connect(ear.getsockname())
        assert plug.getpeername() == ear.getsockname()
