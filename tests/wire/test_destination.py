"""Which addresses may be reached."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from cine_forge.wire.destination import Unresolved, destination, resolve


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/v1",
        "ftp://example.org",
        "file:///etc/passwd",
        "https://",
        "//example.org",
        "https://user:key@example.org/v1",
        "https://example.org/v1?key=1",
        "https://example.org/v1#x",
        "https://10.0.0.1/v1",
        "https://169.254.169.254/latest",
        "https://[fe80::1]/",
        "https://0.0.0.0/",
        "http://2130706433/",
        "https://exa mple.org/",
        "https://ex\u0430mple.org/",
        "http://127.0.0.1.nip.example/",
    ],
)
def test_a_url_that_may_not_be_reached_is_refused_as_written(url: str) -> None:
    with pytest.raises(ValueError):
        destination(url)


@pytest.mark.parametrize("url", ["https://api.example.org/v1/", "https://8.8.8.8:8443", "http://127.0.0.1:8/v1",
                                 "http://[::1]:9/v1", "http://localhost:11434/v1"])  # fmt: skip
def test_what_may_be_reached_keeps_its_host_and_path(url: str) -> None:
    found = destination(url)
    assert found.target("/chat") == f"{found.path}/chat" and found.host in url


def _answers(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "::1", "fe80::1%eth0", "::ffff:127.0.0.1",
     "100.64.0.1", "0.0.0.0", "224.0.0.1"],
)  # fmt: skip
def test_a_name_that_leads_to_a_private_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    _answers(monkeypatch, "8.8.8.8", address)
    with pytest.raises(Unresolved, match="private"):
        resolve(destination("https://api.example.org/v1"))


def test_the_address_that_was_looked_at_is_the_one_that_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    _answers(monkeypatch, "8.8.8.8", "8.8.4.4")
    to = destination("https://api.example.org/v1")
    assert to.origin(resolve(to)) == "https://8.8.8.8:443" and to.authority == "api.example.org"


def test_this_machines_name_must_be_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    _answers(monkeypatch, "8.8.8.8")
    with pytest.raises(Unresolved, match="not this machine"):
        resolve(destination("http://localhost:1/v1"))
