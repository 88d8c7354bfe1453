"""Frames: bytes with a kind and a length, over a pipe, between the run and what works in another process.

A frame is a kind (one byte), a length (four bytes, big-endian) and so many bytes. What the bytes mean is
not known here. Nothing is unpickled, so whoever writes a frame cannot make its reader execute anything.

    run → keeper    ORDER, ANSWER, STOP          keeper → run    MESSAGE, RESULT, END
    keeper → child  ANSWER                       child → keeper  MESSAGE, RESULT
"""

from __future__ import annotations

import os
import struct
from typing import NamedTuple

ORDER, ANSWER, STOP = b"o", b"a", b"s"
MESSAGE, RESULT, END = b"m", b"r", b"e"

MOST_BYTES = 32 << 20
"""The longest frame that a child may send. Larger things are media: files that are named by their path."""

_HEAD = struct.Struct(">cI")
_KINDS = frozenset((ORDER, ANSWER, STOP, MESSAGE, RESULT, END))
_PIECE_BYTES = 1 << 16


class Garbled(Exception):
    """What came over the pipe is no frame, or one that is too long."""


class Frame(NamedTuple):
    """One frame as it was read."""

    kind: bytes
    body: bytes


def packed(kind: bytes, body: bytes) -> bytes:
    """Return a frame as it goes over the pipe."""
    return _HEAD.pack(kind, len(body)) + body


def write_all(handle: int, data: bytes) -> None:
    """Write all of `data`, however long that takes. Raises OSError when nobody reads any more."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


class FrameReader:
    """Takes frames of at most `most_bytes` from one pipe. `ended` says that no more come."""

    def __init__(self, handle: int, most_bytes: int | None = None) -> None:
        self.handle = handle
        self._most_bytes = most_bytes
        self.ended = False
        self._buffer = bytearray()

    def read(self) -> bool:
        """Read one piece, waiting for it unless the pipe does not block; False when there was none."""
        try:
            piece = os.read(self.handle, _PIECE_BYTES)
        except BlockingIOError:
            return False
        self.ended = not piece
        self._buffer += piece
        return bool(piece)

    def take(self) -> Frame | None:
        """Return the next whole frame that was read, or None. Raises Garbled."""
        if len(self._buffer) < _HEAD.size:
            return None
        kind, length = _HEAD.unpack_from(self._buffer)
        if kind not in _KINDS:
            raise Garbled(f"bytes that are no message: {bytes(self._buffer[:16])!r}")
        if self._most_bytes is not None and length > self._most_bytes:
            raise Garbled(f"a message of {length:,} bytes, at most {self._most_bytes:,} are taken")
        end = _HEAD.size + length
        if len(self._buffer) < end:
            return None
        body = bytes(memoryview(self._buffer)[_HEAD.size : end])
        del self._buffer[:end]
        return Frame(kind, body)

    def wait(self) -> Frame | None:
        """Return the next frame, waiting for it, or None when no more come. Raises Garbled."""
        while (frame := self.take()) is None:
            if self.ended:
                return None
            self.read()
        return frame
