"""Outputs: what was downloaded, measured by its own bytes and never by its name.

HTTP 200 is not success: a file that holds no picture, no sound and no words is no output. Whether a readable
one is what the shot needs is the QC gate's question.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from cine_forge.generation.money.receipt import Output
from cine_forge.generation.payload_kinds.judging import JudgedClip, JudgedStill
from cine_forge.generation.payload_kinds.sound import SoundPayload
from cine_forge.generation.payloads import AnyPayload, ImagePayload, PrevizPayload, TextPayload
from cine_forge.kernel.ground.errors import Fault, StageError
from cine_forge.kernel.ground.files import replace_atomically
from cine_forge.kernel.ground.hashing import digest_of_file
from cine_forge.media.extent import is_whole
from cine_forge.media.probe import probe_clip, probe_still
from cine_forge.media.signature import READ, media_type_of_start, sniff
from cine_forge.media.sound import probe_sound
from cine_forge.media.still import read_png, write_png

_CLIP_ENDINGS = (".mp4", ".webm")
_SOUND_ENDINGS = (".wav", ".mp3", ".ogg", ".flac", ".m4a")
_ENDINGS = {
    "image/png": (".png",),
    "video/mp4": (".mp4", ".m4a"),
    "video/quicktime": (".mp4", ".m4a"),
    "video/webm": (".webm",),
    "audio/mp4": (".m4a",),
    "audio/wav": (".wav",),
    "audio/mpeg": (".mp3",),
    "audio/ogg": (".ogg",),
    "audio/flac": (".flac",),
}
"""What a file is by its first bytes, to the endings that it may be kept under."""
_PACKED_STILLS = {"image/jpeg": "original.jpg", "image/webp": "original.webp"}
_JUDGED = "judgement.json"


def output_name(payload: AnyPayload, start: bytes = b"") -> str:
    """Return the name that the output of a payload is kept under.

    A sound or a clip may be packed in many ways: its first bytes (`start`) say which, WAV or MP4 where they
    say nothing.
    """
    match payload:
        case TextPayload():
            return "output.json"
        case JudgedStill() | JudgedClip():
            return _JUDGED
        case ImagePayload() | PrevizPayload():
            return "output.png"
        case SoundPayload():
            return f"output{_ending(start, _SOUND_ENDINGS)}"
    return f"output{_ending(start, _CLIP_ENDINGS)}"


def kept_output(folder: Path, payload: AnyPayload) -> Path | None:
    """Return where the output of a payload lies in its folder, or None when it is not there yet."""
    first = output_name(payload)
    packings = next((one for one in (_SOUND_ENDINGS, _CLIP_ENDINGS) if first.endswith(one)), ())
    names = [first, *(f"output{ending}" for ending in packings)]
    return next((folder / name for name in names if (folder / name).exists()), None)


def unpacked(part: Path, payload: AnyPayload) -> str:
    """Return the name under which a fresh result is kept; a still that came as JPEG or WebP becomes a PNG.

    Every pixel stays as it came, and who reads boards and stills meets one form. The bytes that came stay
    beside it as `original.jpg` or `original.webp`, with whatever the vendor signed in them.
    """
    with part.open("rb") as stream:
        start = stream.read(READ)
    name, came = output_name(payload, start), media_type_of_start(start)
    if name.endswith(".png") and came in _PACKED_STILLS:
        with suppress(StageError):  # what cannot be read is found out when it is measured
            pixels = read_png(part)
            replace_atomically(part.with_name(_PACKED_STILLS[came]), part.read_bytes())
            write_png(part, pixels)
    return name


def measure(path: Path, *, kept_as: str) -> Output | Fault:
    """Measure a still (PNG), a clip (MP4, WebM), a sound, a text or a judgement (JSON).

    Returns CF-G033 when it is none of that name.
    `kept_as` is the path relative to the project that the output has or will have.
    """
    if kept_as.endswith(".json"):
        return _words(path, kept_as)
    came, ending = sniff(path), Path(kept_as).suffix
    if ending not in _ENDINGS.get(came or "", ()):  # nothing else is opened: a playlist leads elsewhere
        return _unreadable(kept_as, f"by its first bytes it is {came or 'nothing that we know'}")
    if ending in _SOUND_ENDINGS:
        return _sound(path, kept_as)
    still = ending == ".png"
    if not still and not is_whole(path, came or ""):
        return _unreadable(kept_as, "it was cut short")
    try:
        facts = _still(path) if still else _clip(path, ending)
    except StageError as error:
        return _unreadable(kept_as, error.faults[0].what)
    return Output(path=kept_as, sha256=digest_of_file(path), bytes=path.stat().st_size, **facts)


def read_text(path: Path) -> dict[str, Any]:
    """Return a text output: `text`, `input_tokens`, `output_tokens`. Raises ValueError when it is none."""
    found = json.loads(path.read_bytes())
    if not (isinstance(found, dict) and isinstance(found.get("text"), str)):
        raise ValueError("it has no `text`")
    return found


def read_judgement(path: Path) -> dict[str, float]:
    """Return the scores of a judgement by criterion, from 0 to 1. Raises ValueError when it is none."""
    found = json.loads(path.read_bytes())
    scores = found.get("scores") if isinstance(found, dict) else None
    if not isinstance(scores, dict) or not scores:
        raise ValueError("it has no `scores`")
    wrong = [name for name, score in scores.items() if not _is_score(score)]
    if wrong:
        raise ValueError(f"the score of `{wrong[0]}` is no number from 0 to 1")
    return {str(name): float(score) for name, score in scores.items()}


def _is_score(score: object) -> bool:
    return isinstance(score, int | float) and not isinstance(score, bool) and 0 <= score <= 1


def _words(path: Path, kept_as: str) -> Output | Fault:
    try:
        read_judgement(path) if kept_as.endswith(_JUDGED) else read_text(path)
    except ValueError as error:
        return _unreadable(kept_as, str(error))
    size = path.stat().st_size
    return Output(path=kept_as, sha256=digest_of_file(path), bytes=size, media_type="application/json")


def _ending(start: bytes, known: tuple[str, ...]) -> str:
    """Return which of the known endings the first bytes ask for; the first one where they ask for none."""
    asked = _ENDINGS.get(media_type_of_start(start) or "", ())
    return next((ending for ending in asked if ending in known), known[0])


def _sound(path: Path, kept_as: str) -> Output | Fault:
    try:
        found = probe_sound(path)
    except StageError as error:
        return _unreadable(kept_as, error.faults[0].what)
    return Output(
        path=kept_as,
        sha256=digest_of_file(path),
        bytes=path.stat().st_size,
        media_type=found.media_type,
        seconds=round(found.seconds, 6),
        has_sound=True,
    )


def _still(path: Path) -> dict[str, Any]:
    found = probe_still(path)
    return {"media_type": "image/png", "width": found.width, "height": found.height}


def _clip(path: Path, ending: str) -> dict[str, Any]:
    found = probe_clip(path)
    return {
        "media_type": f"video/{ending[1:]}",
        "width": found.width,
        "height": found.height,
        "fps": str(found.fps),
        "frames": found.frames,
        "seconds": round(found.seconds, 6),
        "has_sound": found.has_audio,
    }


def _unreadable(kept_as: str, why: str) -> Fault:
    ending = Path(kept_as).suffix
    kind = {".png": "picture", ".json": "answer"}.get(ending, "clip")
    if ending in _SOUND_ENDINGS:
        kind = "sound"
    what = f"the provider's result is no readable {kind}: {why}"
    return Fault("CF-G033", what, kept_as, "the receipt says what was sent; ask for another attempt")
