"""Extents: whether all of a clip came, by the lengths that it declares itself.

A player shows the first half of a torn file without a word. Whoever takes a clip from outside asks here
before it is decoded; what the file is must be known by its first bytes already.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

_HEADER, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"
"""The two elements that a WebM file is made of (RFC 8794, 11.2.1; RFC 9559, 5.1)."""


def is_whole(path: Path, media_type: str) -> bool:
    """Say whether a clip (`video/mp4`, `video/quicktime` or `video/webm`) ends where it says it ends.

    A WebM that was written as a stream declares no length, and is believed.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        ends_at = (
            _end_of_elements(stream, size) if media_type == "video/webm" else _end_of_boxes(stream, size)
        )
    return ends_at == size


def _end_of_boxes(stream: BinaryIO, size: int) -> int | None:
    """Walk the top-level boxes (ISO/IEC 14496-12, 4.2) and return where the last one ends."""
    at = 0
    while 0 <= at < size:
        stream.seek(at)
        head = stream.read(16).ljust(16, b"\0")
        length = int.from_bytes(head[:4], "big")
        if length == 0:
            return size
        if length == 1:
            length = int.from_bytes(head[8:], "big")
        if length < 8:
            return None
        at += length
    return at


def _end_of_elements(stream: BinaryIO, size: int) -> int | None:
    """Walk the header and the segment after it, and return where that ends; an unknown length is the rest."""
    at = 0
    for name in (_HEADER, _SEGMENT):
        stream.seek(at)
        head = stream.read(12)
        width = 9 - head[4].bit_length() if len(head) == 12 and head[4] else 0
        if not (head.startswith(name) and width):
            return None
        mask = (1 << 7 * width) - 1
        length = int.from_bytes(head[4 : 4 + width], "big") & mask
        at = size if length == mask else at + 4 + width + length
    return at
