"""Signatures: what a file is by its own first bytes, whatever its name or a server calls it.

Whoever takes something from outside asks here first. That a file begins like a clip does not make it one:
what can be decoded is found out by probing.
"""

from __future__ import annotations

import re
from pathlib import Path

READ = 256
"""How many bytes at the start are enough to tell."""

_PLAIN = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"%PDF-", "application/pdf"),
)
_IN_RIFF = {b"WAVE": "audio/wav", b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"mif1": "image/heic",
}
"""Major brands of ISO base media files (ISO/IEC 14496-12, 4.3) that are no plain MP4."""
_EBML = b"\x1a\x45\xdf\xa3"  # RFC 8794, 11.2.1
_PAGE = re.compile(rb"(?i)\s*(?:<!doctype html|<html|<head|<body|<!--)")
_XML = re.compile(rb"\s*<(?:\?xml|[A-Za-z])")
_JSON = re.compile(rb"\s*(?:\{\s*[\"}]|\[)")
_MARK = b"\xef\xbb\xbf"


def sniff(path: Path) -> str | None:
    """Return the media type that a file begins as, or None for none that we know."""
    with path.open("rb") as stream:
        return media_type_of_start(stream.read(READ))


def media_type_of_start(start: bytes) -> str | None:
    """Return the media type of what begins like this; `READ` bytes are enough."""
    for sign, media_type in _PLAIN:
        if start.startswith(sign):
            return media_type
    if start[4:8] == b"ftyp":
        return _BRANDS.get(start[8:12], "video/mp4")
    if start[:4] in (b"RIFF", b"RF64"):
        return _IN_RIFF.get(start[8:12])
    if start.startswith(_EBML):
        return "video/webm" if b"webm" in start else "video/x-matroska"
    return _of_words(start.removeprefix(_MARK)) or ("audio/mpeg" if _is_mpeg_sound(start) else None)


def _of_words(start: bytes) -> str | None:
    if _PAGE.match(start):
        return "text/html"
    if _XML.match(start):
        return "application/xml"
    return "application/json" if _JSON.match(start) else None


def _is_mpeg_sound(start: bytes) -> bool:
    """Say whether it begins with the head of a frame (ISO/IEC 11172-3, 2.4.1.3).

    Eleven set bits, then a version, a layer and a rate that are given out.
    """
    if len(start) < 3 or start[0] != 0xFF or start[1] & 0xE0 != 0xE0:
        return False
    version, layer = start[1] >> 3 & 3, start[1] >> 1 & 3
    rate, frequency = start[2] >> 4, start[2] >> 2 & 3
    return version != 1 and layer != 0 and rate != 15 and frequency != 3
