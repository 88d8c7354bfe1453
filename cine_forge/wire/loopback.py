"""A server on this machine for tests of adapters: one thread a connection, and every way a line can break.

It answers by a function and knows no vendor.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

Line = Literal[
    "whole", "reset_before", "reset_after", "drop", "late", "cut", "cut_chunk", "drip", "huge", "heads",
    "noise", "restart",
]  # fmt: skip
"""What becomes of the connection: the answer comes whole, late, cut, byte by byte, without end, or not."""


@dataclass(frozen=True)
class Asked:
    """One request as it arrived. Names of headers are in small letters."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @cached_property
    def path(self) -> str:
        return urlsplit(self.target).path

    @cached_property
    def query(self) -> Mapping[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query))

    @cached_property
    def json(self) -> Any:
        """Return the body as JSON, or an empty mapping when it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return {}

    @property
    def origin(self) -> str:
        """Return where this fake is reached."""
        return f"http://{self.headers['host']}"


@dataclass(frozen=True)
class Said:
    """One answer: bytes as they are, anything else as JSON."""

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def encoded(self) -> tuple[bytes, Mapping[str, str]]:
        """Return the body's bytes and all headers."""
        if isinstance(self.body, bytes):
            return self.body, {"content-type": "application/octet-stream", **self.headers}
        return json.dumps(self.body).encode(), {"content-type": "application/json", **self.headers}


Answerer = Callable[[Asked], tuple[Said, Line]]

_MOST_HUGE = 256 * 1024 * 1024
_DRIP_S = 0.02
_POLL_S = 0.1
"""How often a listener looks whether it shall end, where nothing wakes it."""


class LoopbackServer:
    """Listens on a port of this machine that stays the same over a restart."""

    def __init__(self, answer: Answerer, late_s: float = 3.0) -> None:
        self.answer = answer
        self.late_s = late_s
        self.closing = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._server = self._bound(0)
        self._port = self._server.server_address[1]

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Begin to answer."""
        target = self._server.serve_forever
        threading.Thread(target=target, args=(_POLL_S,), daemon=True).start()

    def stop(self) -> None:
        """Answer nobody any more, and cut who is still there."""
        self.closing.set()
        self._go_down()

    def restart(self) -> None:
        """Go down and come back: connections end, what was not answered never is."""
        self._go_down()
        self._server = self._bound(self._port)
        self.start()

    def opened(self, plug: socket.socket) -> None:
        with self._lock:
            self._open.add(plug)

    def closed(self, plug: socket.socket) -> None:
        with self._lock:
            self._open.discard(plug)

    def _go_down(self) -> None:
        with contextlib.suppress(OSError):  # wakes the listener, where the system knows that
            self._server.socket.shutdown(socket.SHUT_RDWR)
        self._server.shutdown()
        self._server.server_close()
        self._cut_all()

    def _cut_all(self) -> None:
        with self._lock:
            for plug in self._open:
                with contextlib.suppress(OSError):
                    plug.shutdown(socket.SHUT_RDWR)

    def _bound(self, port: int) -> ThreadingHTTPServer:
        kind = type("_Server", (ThreadingHTTPServer,), {"request_queue_size": 1024, "daemon_threads": True})
        server: ThreadingHTTPServer = kind(("127.0.0.1", port), type("_H", (_Handler,), {"home": self}))
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        return server


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    home: LoopbackServer

    def setup(self) -> None:
        super().setup()
        self.home.opened(self.connection)

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            super().finish()
        self.home.closed(self.connection)

    def _any(self) -> None:
        heads = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(heads.get("content-length", "0")))
        said, line = self.home.answer(Asked(self.command, self.path, heads, body))
        self.close_connection = line != "whole"
        with contextlib.suppress(OSError):
            getattr(self, f"_{line}")(said)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = _any  # noqa: N815

    def _head(self, said: Said, length: int | None) -> bytes:
        body, headers = said.encoded()
        self.send_response(said.status)
        for name, value in headers.items():
            self.send_header(name, value)
        if length is not None:
            self.send_header("content-length", str(length))
        self.end_headers()
        return body

    def _whole(self, said: Said) -> None:
        self.wfile.write(self._head(said, len(said.encoded()[0])))

    def _late(self, said: Said) -> None:
        self.home.closing.wait(self.home.late_s)
        self._whole(said)

    def _drop(self, _: Said) -> None:
        """Close without a word."""

    def _reset_before(self, _: Said) -> None:
        self._reset()

    def _reset_after(self, _: Said) -> None:
        self._reset()

    def _cut(self, said: Said) -> None:
        body = said.encoded()[0]
        self.wfile.write(self._head(said, len(body))[: len(body) // 2])

    def _cut_chunk(self, said: Said) -> None:
        cut = type(said)(
            said.status, said.encoded()[0], {**said.encoded()[1], "transfer-encoding": "chunked"}
        )
        body = self._head(cut, None)
        half = body[: max(1, len(body) // 2)]
        self.wfile.write(f"{len(half):x}\r\n".encode() + half + b"\r\n")

    def _drip(self, said: Said) -> None:
        body = self._head(said, 10_000_000)
        for at in range(10_000_000):
            self.wfile.write(body[at % max(1, len(body)) :][:1] or b" ")
            self.wfile.flush()
            if self.home.closing.wait(_DRIP_S):
                return

    def _huge(self, said: Said) -> None:
        self._head(said, _MOST_HUGE)
        block = bytes(65536)
        for _ in range(_MOST_HUGE // len(block)):
            self.wfile.write(block)

    def _heads(self, _: Said) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(100_000):
            self.wfile.write(f"x-head-{number}: {'a' * 64}\r\n".encode())

    def _noise(self, _: Said) -> None:
        self.wfile.write(b"\x00\x01 this is no HTTP \xff\r\n\r\n")

    def _restart(self, _: Said) -> None:
        self._reset()
        threading.Thread(target=self.home.restart, daemon=True).start()

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
