"""The log of one unit: what its processes print, kept up to a size.

The first half is written as it comes, so that it is there whatever happens; of what follows the last half
is held in memory and written when the unit ends. What lies between is counted and dropped.
"""

from __future__ import annotations

import contextlib
import os
from collections import deque
from pathlib import Path

MOST_BYTES = 1 << 20
_HALF = MOST_BYTES // 2
_LAST_BYTES = 4096
_LAST_LINES = 20


class OutputLog:
    """Takes bytes; makes the file at the first of them. A full disk loses the log, never the unit."""

    def __init__(self, path: Path) -> None:
        self.taken = 0
        self.dropped = 0
        self._path = path
        self._handle: int | None = None
        self._room = _HALF
        self._tail: deque[bytes] = deque()
        self._tail_bytes = 0
        self._last = b""

    def take(self, piece: bytes) -> None:
        """Keep what fits."""
        self.taken += len(piece)
        self._last = (self._last + piece)[-_LAST_BYTES:]
        self._write(piece[: self._room])
        rest = piece[self._room :]
        self._room -= len(piece) - len(rest)
        if rest:
            self._tail.append(rest)
            self._tail_bytes += len(rest)
        while self._tail_bytes > _HALF:
            over = self._tail_bytes - _HALF
            first = self._tail.popleft()
            if len(first) > over:
                self._tail.appendleft(first[over:])
            self._tail_bytes -= min(over, len(first))
            self.dropped += min(over, len(first))

    def last_lines(self) -> list[str]:
        """Return the last lines, without what would steer a terminal."""
        text = self._last.decode(errors="replace")
        lines = ["".join(sign for sign in line if sign.isprintable()) for line in text.splitlines()]
        return [line for line in lines if line][-_LAST_LINES:]

    def close(self) -> None:
        """Write what is held."""
        if self.dropped:
            self._write(f"\n[{self.dropped:,} bytes are left out here]\n".encode())
        for piece in self._tail:
            self._write(piece)
        if self._handle is not None:
            os.close(self._handle)

    def _write(self, piece: bytes) -> None:
        if not piece:
            return
        with contextlib.suppress(OSError):
            if self._handle is None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
                self._handle = os.open(self._path, flags, 0o644)
            os.write(self._handle, piece)
