"""The client against a real server on loopback: deadlines, sizes, redirects, and what had been sent."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from cine_forge.wire.client import Broken, Client, Limits
from cine_forge.wire.destination import destination
from tests.wire.chat_server import ChatServer, Say


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with ChatServer(Say(body=b'{"a": 1}', headers={"X-Told": "yes"})) as running:
        yield running


def client(url: str, **limits: float) -> Client:
    return Client(destination(url), Limits(**{"deadline_s": 5.0, **limits}))  # type: ignore[arg-type]  # bytes are whole numbers


def broken(url: str, **limits: float) -> Broken:
    with pytest.raises(Broken) as caught:
        client(url, **limits).post_json("chat", b"{}", {})
    return caught.value


def test_a_request_goes_below_the_base_url_and_the_answer_comes_whole(server: ChatServer) -> None:
    reply = client(server.base_url).post_json("chat/completions", b'{"q": 2}', {"authorization": "Bearer x"})
    assert (reply.status, reply.body, reply.headers["x-told"]) == (200, b'{"a": 1}', "yes")
    assert server.asked == [{"q": 2}] and server.heads[0][":path"] == "/v1/chat/completions"
    assert server.heads[0]["authorization"] == "Bearer x" and server.heads[0]["accept-encoding"] == "identity"


@pytest.mark.row("H8")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_is_never_followed(server: ChatServer, status: int) -> None:
    with ChatServer() as other:
        server.script = [Say(status, headers={"Location": f"{other.base_url}/elsewhere"})]
        reply = client(server.base_url).post_json("chat", b"{}", {"authorization": "Bearer x"})
        assert reply.status == status and other.asked == []


def test_a_port_where_nobody_listens_got_nothing() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert broken(f"http://127.0.0.1:{port}/v1").kind == "unsent"


def test_a_server_that_speaks_no_tls_got_nothing(server: ChatServer) -> None:
    assert broken(server.base_url.replace("http:", "https:")).kind == "unsent"
    assert server.asked == []


def test_a_body_that_is_cut_may_have_been_paid_for(server: ChatServer) -> None:
    server.script = [Say(body=b"x" * 1000, cut=10)]
    assert broken(server.base_url).kind == "cut"


def test_no_answer_at_all_may_have_been_paid_for(server: ChatServer) -> None:
    server.script = [Say(silent=True)]
    assert broken(server.base_url).kind == "cut"


@pytest.mark.parametrize("drip_head", [True, False])
def test_an_answer_that_drips_ends_with_the_deadline(server: ChatServer, drip_head: bool) -> None:
    server.script = [Say(body=b" " * 100_000, drip=True)]
    if not drip_head:
        error = broken(server.base_url, deadline_s=0.2)
    else:
        with _DrippingHeads() as url:
            error = broken(url, deadline_s=0.2)
    assert error.kind == "late" and "0.2 s" in error.why


def test_an_answer_is_read_up_to_a_size_and_no_further(server: ChatServer) -> None:
    server.script = [Say(body=b"x" * 5000)]
    assert broken(server.base_url, most_bytes=4999).kind == "too_large"
    assert len(client(server.base_url, most_bytes=5000).post_json("chat", b"{}", {}).body) == 5000


def test_an_answer_is_never_unpacked(server: ChatServer) -> None:
    server.script = [Say(body=b"\x1f\x8b bomb", headers={"Content-Encoding": "gzip"})]
    assert client(server.base_url).post_json("chat", b"{}", {}).body == b"\x1f\x8b bomb"


def test_a_proxy_of_the_environment_sees_nothing(server: ChatServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with ChatServer() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.base_url)
        client(server.base_url).post_json("chat", b"{}", {})
        assert len(server.asked) == 1 and proxy.asked == []


class _DrippingHeads:
    """A server whose headers never end."""

    def __enter__(self) -> str:
        self._ear = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._drip, daemon=True).start()
        return f"http://127.0.0.1:{self._ear.getsockname()[1]}/v1"

    def __exit__(self, *_: object) -> None:
        self._ear.close()

    def _drip(self) -> None:
        plug, _ = self._ear.accept()
        with plug:
            plug.sendall(b"HTTP/1.1 200 OK\r\n")
            try:
                while True:
                    plug.sendall(b"X-A: b\r\n")
                    threading.Event().wait(0.02)
            except OSError:
                return
