"""Outputs: what was downloaded, measured by its own bytes and never by its name.

HTTP 200 is not success: a file that holds no picture is no output. Whether a readable one is what the
shot needs is the QC gate's question.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
from PIL import Image, UnidentifiedImageError

from cine_forge.generation.payloads import ImagePayload, VideoPayload
from cine_forge.generation.receipt import Output
from cine_forge.kernel.ground.errors import Fault, StageError
from cine_forge.kernel.ground.hashing import digest_of_file


def output_name(payload: ImagePayload | VideoPayload) -> str:
    """Return the name that the output of a payload is kept under."""
    return "output.png" if isinstance(payload, ImagePayload) else "output.mp4"


def measure(path: Path, *, kept_as: str) -> Output:
    """Measure a still (PNG) or a clip (MP4); `kept_as` is its path relative to the project.

    Raises StageError CF-G033 when it cannot be read as one.
    """
    found = {"path": kept_as, "sha256": digest_of_file(path), "bytes": path.stat().st_size}
    facts = _still(path) if kept_as.endswith(".png") else _clip(path)
    if facts is None:
        what = f"the provider's result is no readable {'picture' if kept_as.endswith('.png') else 'clip'}"
        hint = "the receipt says what was sent; ask for another attempt"
        raise StageError(Fault("CF-G033", what, kept_as, hint))
    return Output.model_validate({**found, **facts})


def _still(path: Path) -> dict[str, object] | None:
    try:
        with Image.open(path, formats=("PNG",)) as picture:
            picture.verify()
            return {"media_type": "image/png", "width": picture.width, "height": picture.height}
    except (UnidentifiedImageError, OSError, SyntaxError):
        return None


def _clip(path: Path) -> dict[str, object] | None:
    try:
        with av.open(str(path), format="mp4") as container:
            if not container.streams.video:
                return None
            pictures = container.streams.video[0]
            frames = sum(packet.size > 0 for packet in container.demux(pictures))
            fps = Fraction(pictures.average_rate or 0)
            sound = bool(container.streams.audio)
            size = {"width": pictures.width, "height": pictures.height}
    except (av.FFmpegError, OSError):
        return None
    if not frames or not fps:
        return None
    played = round(float(frames / fps), 6)
    return {
        "media_type": "video/mp4",
        **size,
        "fps": str(fps),
        "frames": frames,
        "seconds": played,
        "has_sound": sound,
    }
