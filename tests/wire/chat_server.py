"""A fake of a chat server on loopback: real sockets, answers and faults as they are scripted.

Each request takes the next line of the script; the last one stays. What was asked is kept, and the invoice
is what a vendor would charge: for every answer that a model made, delivered or not.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

IN_TOKENS, OUT_TOKENS = 1000, 200


@dataclass(frozen=True)
class Say:
    """One scripted answer. `cut` closes the connection after so many bytes of the body; `drip` writes one by
    one until the client is gone. `billed` says that a model worked."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    drip: bool = False
    silent: bool = False
    billed: bool = False


def completion(content: Any, *, finish: Any = "stop", usage: Any = "told", **message: Any) -> Say:
    """Return what a model answered; a value that is no text is said as JSON."""
    text = content if content is None or isinstance(content, str) else json.dumps(content)
    told = {"prompt_tokens": IN_TOKENS, "completion_tokens": OUT_TOKENS} if usage == "told" else usage
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text, **message},
        "finish_reason": finish,
    }
    body = {"id": "chatcmpl-1", "object": "chat.completion", "choices": [choice], "usage": told}
    return Say(body=json.dumps(body).encode(), billed=True)


def fault(status: int, message: str = "no", headers: Mapping[str, str] | None = None) -> Say:
    """Return an error as such servers say it."""
    return Say(status, json.dumps({"error": {"message": message, "type": "x"}}).encode(), headers or {})


class ChatServer:
    """The server; a context manager. `asked` are the requests' bodies, `heads` their headers and paths."""

    def __init__(self, *script: Say | Callable[[Mapping[str, Any]], Say]) -> None:
        self.script = list(script) or [completion({})]
        self.asked: list[dict[str, Any]] = []
        self.heads: list[dict[str, str]] = []
        self.billed = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def next_for(self, asked: dict[str, Any], head: dict[str, str]) -> Say:
        with self._lock:
            self.asked.append(asked)
            self.heads.append(head)
            line = self.script.pop(0) if len(self.script) > 1 else self.script[0]
            say = line(asked) if callable(line) else line
            self.billed += say.billed
            return say

    def __enter__(self) -> ChatServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # wakes the listener, where the system knows that
            self._server.socket.shutdown(socket.SHUT_RDWR)
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                head = {name.lower(): value for name, value in self.headers.items()}
                say = server.next_for(asked, {**head, ":path": self.path})
                self.close_connection = True
                if not say.silent:
                    self._answer(say)

            def do_GET(self) -> None:
                server.next_for({"fetched": self.path}, {})
                self._answer(Say(404))

            def _answer(self, say: Say) -> None:
                self.send_response(say.status)
                self.send_header("Content-Length", str(len(say.body)))
                for name, value in say.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                parts = [say.body[:1]] * 100_000 if say.drip else [say.body[: say.cut]]
                try:
                    for part in parts:
                        self.wfile.write(part)
                        self.wfile.flush()
                        if say.drip:
                            threading.Event().wait(0.01)
                except OSError:
                    return

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        return Handler
