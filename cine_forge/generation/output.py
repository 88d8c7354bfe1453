"""Outputs: what was downloaded, measured by its own bytes and never by its name.

HTTP 200 is not success: a file that holds no picture and no words is no output. Whether a readable one is
what the shot needs is the QC gate's question.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cine_forge.generation.payloads import AnyPayload, ImagePayload, TextPayload
from cine_forge.generation.receipt import Output
from cine_forge.kernel.ground.errors import Fault, StageError
from cine_forge.kernel.ground.hashing import digest_of_file
from cine_forge.media.probe import probe_clip, probe_still

_PNG = b"\x89PNG\r\n\x1a\n"
_MP4_BRAND = b"ftyp"  # stands at byte 4 of an ISO base media file


def output_name(payload: AnyPayload) -> str:
    """Return the name that the output of a payload is kept under."""
    if isinstance(payload, TextPayload):
        return "output.json"
    return "output.png" if isinstance(payload, ImagePayload) else "output.mp4"


def measure(path: Path, *, kept_as: str) -> Output | Fault:
    """Measure a still (PNG), a clip (MP4) or a text (JSON), or return CF-G033 when it is none of that name.

    `kept_as` is the path relative to the project that the output has or will have.
    """
    if kept_as.endswith(".json"):
        return _text(path, kept_as)
    still = kept_as.endswith(".png")
    with path.open("rb") as stream:
        start = stream.read(len(_PNG))
    if not (start == _PNG if still else start[4:] == _MP4_BRAND):
        return _unreadable(kept_as, f"it begins with {start!r}")
    if not still and not _is_whole(path):
        return _unreadable(kept_as, "it was cut short")
    try:
        facts = _still(path) if still else _clip(path)
    except StageError as error:
        return _unreadable(kept_as, error.faults[0].what)
    return Output(path=kept_as, sha256=digest_of_file(path), bytes=path.stat().st_size, **facts)


def read_text(path: Path) -> dict[str, Any]:
    """Return a text output: `text`, `input_tokens`, `output_tokens`. Raises ValueError when it is none."""
    found = json.loads(path.read_bytes())
    if not (isinstance(found, dict) and isinstance(found.get("text"), str)):
        raise ValueError("it has no `text`")
    return found


def _text(path: Path, kept_as: str) -> Output | Fault:
    try:
        read_text(path)
    except ValueError as error:
        return _unreadable(kept_as, str(error))
    size = path.stat().st_size
    return Output(path=kept_as, sha256=digest_of_file(path), bytes=size, media_type="application/json")


def _still(path: Path) -> dict[str, Any]:
    found = probe_still(path)
    return {"media_type": "image/png", "width": found.width, "height": found.height}


def _clip(path: Path) -> dict[str, Any]:
    found = probe_clip(path)
    return {
        "media_type": "video/mp4",
        "width": found.width,
        "height": found.height,
        "fps": str(found.fps),
        "frames": found.frames,
        "seconds": round(found.seconds, 6),
        "has_sound": found.has_audio,
    }


def _is_whole(path: Path) -> bool:
    """Walk the top-level boxes of an MP4 (ISO/IEC 14496-12, 4.2): the last must end where the file ends."""
    size, at = path.stat().st_size, 0
    with path.open("rb") as stream:
        while 0 <= at < size:
            stream.seek(at)
            head = stream.read(16).ljust(16, b"\0")
            length = int.from_bytes(head[:4], "big")
            if length == 0:
                return True
            if length == 1:
                length = int.from_bytes(head[8:], "big")
            if length < 8:
                return False
            at += length
    return at == size


def _unreadable(kept_as: str, why: str) -> Fault:
    kind = {".png": "picture", ".json": "answer"}.get(Path(kept_as).suffix, "clip")
    what = f"the provider's result is no readable {kind}: {why}"
    return Fault("CF-G033", what, kept_as, "the receipt says what was sent; ask for another attempt")
