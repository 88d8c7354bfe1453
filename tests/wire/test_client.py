"""The client against a real server on loopback: deadlines, sizes, redirects, and what had been sent."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cine_forge.kernel.ground.errors import StageError
from cine_forge.wire.client import Broken, Client, Limits
from cine_forge.wire.destination import destination
from cine_forge.wire.exchange import Request
from tests.wire.chat_server import ChatServer, Say
from tests.wire.raw_server import Drip, RawServer, head, whole


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


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
def test_every_method_keeps_its_query_and_its_body_as_they_are(method: str) -> None:
    with RawServer(whole(b"{}", "202 Accepted", X_Told="yes")) as server:
        reply = client(server.url("/v1")).send(method, "a/b%2Fc?q=1&r=%20+x/y", {"X-Own": "1"}, b"\x00\xff")
        assert (reply.status, reply.headers["x-told"]) == (202, "yes")
        asked = server.headers()
        assert server.asked[0].startswith(f"{method} /v1/a/b%2Fc?q=1&r=%20+x/y HTTP/1.1\r\n".encode())
    assert (asked["x-own"], asked["content-length"], "content-type" in asked) == ("1", "2", False)
    assert [asked[name] for name in ("accept", "accept-encoding", "connection")] == [
        "application/json",
        "identity",
        "close",
    ]


def test_a_caller_may_say_what_it_accepts_in_any_case() -> None:
    with RawServer(whole(b"")) as server:
        client(server.url("/v1")).send("GET", "x", {"Accept": "image/png"})
        assert (
            server.asked[0].lower().count(b"\r\naccept: ") == 1 and server.headers()["accept"] == "image/png"
        )


WICKED = ["a\r\nX-B: c", "a\nb", "a\rb", "a\0b", "a\x1fb", "caf\u00e9", " a", "a ", "a\x7f"]


@pytest.mark.row("H8")
@pytest.mark.parametrize(
    "wicked", [*WICKED, "a b", "a#b", "../x", "x/../../y", "./x", "%2e%2e/x", "x/.%2E?y"]
)
def test_a_path_that_could_begin_another_line_or_lead_up_is_not_sent(wicked: str) -> None:
    _is_not_sent("GET", wicked, {})


@pytest.mark.row("H8")
@pytest.mark.parametrize("wicked", WICKED)
def test_a_header_that_could_begin_another_is_not_sent(wicked: str) -> None:
    _is_not_sent("GET", "x", {"x-own": wicked})
    _is_not_sent("GET", "x", {f"x{wicked}": "1"})
    _is_not_sent(f"GET{wicked}", "x", {})


def _is_not_sent(method: str, path: str, headers: dict[str, str]) -> None:
    with RawServer(whole(b"")) as server:
        with pytest.raises(StageError, match="CF-G070"):
            client(server.url("/v1")).send(method, path, headers, b"")
        assert server.met == 0


@given(path=st.text(max_size=20), value=st.text(max_size=20))
def test_no_text_becomes_more_than_one_line(path: str, value: str) -> None:
    try:
        request = Request("GET", f"/{path}", {"x-own": value})
    except StageError:
        return
    told = f"{request.target}{request.headers['x-own']}"
    assert told.isascii() and told.isprintable() and " " not in request.target


def test_a_body_without_an_end_that_the_deadline_cuts_is_not_taken_for_whole() -> None:
    with RawServer((head(), Drip(b'{"id": 1}', 0.01))) as server:
        error = broken(server.url("/v1"), deadline_s=0.1)
    assert error.kind == "late"


@pytest.mark.row("H8")
def test_a_hand_that_is_shaken_byte_by_byte_ends_with_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as ear:
        threading.Thread(target=_shake_slowly, args=(ear,), daemon=True).start()
        url = f"https://127.0.0.1:{ear.getsockname()[1]}/v1"
        assert broken(url, deadline_s=0.2, connect_s=0.2).kind == "unsent"


def _shake_slowly(ear: socket.socket) -> None:
    """Begin a record of TLS that never ends; each byte comes before any single wait is over."""
    plug, _ = ear.accept()
    with plug, contextlib.suppress(OSError):
        plug.sendall(b"\x16\x03\x03\x40\x00")
        for _ in range(1000):
            plug.sendall(b"\x00")
            threading.Event().wait(0.02)


def test_nothing_that_comes_back_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with RawServer(whole(b"{}", Location="https://x.test/?sig=canary")) as server:
        client(server.url("/v1")).send("GET", "x", {"authorization": "canary"})
    assert "canary" not in caplog.text
