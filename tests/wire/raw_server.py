"""A server that says bytes: each connection plays the next script, whole or broken as it is written."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Drip:
    """Say the same again and again until the other side is gone, `pause_s` seconds apart."""

    part: bytes
    pause_s: float = 0.0


@dataclass(frozen=True)
class Hold:
    """Say nothing until the other side is gone."""


@dataclass(frozen=True)
class Reset:
    """Break the connection off so that the other side is told."""


Script = tuple[bytes | Drip | Hold | Reset, ...]


def head(status: str = "200 OK", **headers: object) -> bytes:
    """Return a status line and headers; `_` in a name is `-`."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode()


def whole(body: bytes, status: str = "200 OK", **headers: object) -> Script:
    """Return an answer as it should be."""
    return (head(status, Content_Length=len(body), **headers), body)


class RawServer:
    """The server; a context manager. `asked` are the heads of the requests as they came.

    With `tls` it shakes hands first, and what does so in vain has asked nothing.
    """

    def __init__(self, *scripts: Script, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.scripts = list(scripts)
        self.asked: list[bytes] = []
        self.met = 0
        self._tls = tls
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._ear = socket.create_server((host, 0), family=family)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def port(self) -> int:
        return int(self._ear.getsockname()[1])

    def url(self, path: str = "/clip.mp4", host: str = "127.0.0.1") -> str:
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    def headers(self, number: int = 0) -> Mapping[str, str]:
        """Return the headers of a request, names in small letters."""
        lines = self.asked[number].decode().split("\r\n")[1:]
        return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines if line)}

    def __enter__(self) -> RawServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._ear.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._ear.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                plug, _ = self._ear.accept()
            except OSError:
                return
            self.met += 1
            try:
                with self._tls.wrap_socket(plug, server_side=True) if self._tls else plug as line:
                    line.settimeout(5)
                    self._answer(line)
            except OSError:
                plug.close()

    def _answer(self, line: socket.socket) -> None:
        asked = b""
        while b"\r\n\r\n" not in asked:
            part = line.recv(65536)
            if not part:
                return
            asked += part
        told, _, body = asked.partition(b"\r\n\r\n")
        self.asked.append(told + b"\r\n")
        left = int(self.headers(-1).get("content-length", "0")) - len(body)
        while left > 0 and (part := line.recv(left)):  # what is left unread would break the answer off
            left -= len(part)
        for act in self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]:
            self._do(act, line)

    def _do(self, act: bytes | Drip | Hold | Reset, line: socket.socket) -> None:
        match act:
            case bytes():
                line.sendall(act)
            case Drip(part, pause_s):
                while not self._over.wait(pause_s):
                    line.sendall(part)
            case Hold():
                line.recv(1)
            case Reset():
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                line.close()
