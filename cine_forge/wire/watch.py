"""The watch over one exchange: it shuts the connection when time is up or too little comes.

Time-outs of single reads do not end what drips byte by byte; a watch does, in the middle of whatever is
connecting, shaking hands, read or written. It may stay on over several connections, one after another.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any


@dataclass(frozen=True)
class Pace:
    """The least that must come: bytes a second, counted over spans of `span_s` seconds.

    The first span is for starting: nothing has to come in it.
    """

    least_bytes_a_second: int
    span_s: float


class Watch:
    """Rings once, after `deadline_s` seconds or as soon as a span brought too little. A context manager.

    `why` says for what it rang, and is empty until then.
    """

    def __init__(self, deadline_s: float, pace: Pace | None = None) -> None:
        self.why = ""
        self._deadline_s = deadline_s
        self._pace = pace
        self._came = 0
        self._plug: socket.socket | None = None
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    def __enter__(self) -> Watch:
        self._keeper.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._hold(None)

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Learn of the connection's socket; httpcore calls it at each of its steps.

        A copy of the socket is held: shaking hands for TLS takes the first one away.
        """
        if event == "connection.connect_tcp.complete":
            plug: socket.socket = info["return_value"].get_extra_info("socket")
            self._hold(socket.socket(plug.family, plug.type, plug.proto, fileno=os.dup(plug.fileno())))

    def came(self, count: int) -> None:
        """Count bytes that have come."""
        self._came += count

    def _hold(self, plug: socket.socket | None) -> None:
        with self._lock:
            if self._plug is not None:
                self._plug.close()
            self._plug = plug
            if self.why:
                self._shut()

    def _keep(self) -> None:
        """Count span by span until it is over, or ring."""
        pace = self._pace or Pace(0, self._deadline_s)
        left_s, before, least = self._deadline_s, 0, 0.0
        while left_s > 0:
            span_s = min(pace.span_s, left_s)
            if self._over.wait(span_s):
                return
            left_s -= span_s
            fresh, before = self._came - before, self._came
            if fresh < least:
                self._ring(f"only {fresh:,} bytes came in {span_s:g} s")
                return
            least = pace.least_bytes_a_second * min(pace.span_s, left_s)
        self._ring(f"it was not whole in {self._deadline_s:g} s")

    def _ring(self, why: str) -> None:
        with self._lock:
            self.why = why
            self._shut()

    def _shut(self) -> None:
        if self._plug is not None:
            with contextlib.suppress(OSError):
                self._plug.shutdown(socket.SHUT_RDWR)
