"""Builders of the payloads of every modality, as plain data."""

from __future__ import annotations

from typing import Any

from tests.generation.support import image, video

SHEET = {"entity": "character:ann", "role": "identity", "path": "sheet.png", "sha256": "0" * 64}
CLIP = {"entity": "shot:a", "role": "clip", "path": "take.mp4", "sha256": "1" * 64}
VOICE = {"entity": "character:ann", "role": "sound", "path": "line.wav", "sha256": "2" * 64}
FRAME = {"entity": "shot:a", "width": 64, "height": 36, "seed": 7}


def speech(**changes: Any) -> dict[str, Any]:
    """Return what is asked for a spoken line."""
    plain = {"modality": "audio_t2a", "entity": "shot:a", "kind": "speech", "prompt": "Who is there?"}
    return {**plain, "seconds": 1.5, "seed": 7, "voice": "character:ann", "language": "en", **changes}


def sound(kind: str = "effect", **changes: Any) -> dict[str, Any]:
    """Return what is asked for an effect or music."""
    plain = {"modality": "audio_t2a", "entity": "shot:a", "kind": kind, "prompt": "rain on a tin roof"}
    return {**plain, "seconds": 2.0, "seed": 7, **changes}


def lipsync(**changes: Any) -> dict[str, Any]:
    """Return what is asked for other lips."""
    plain = {"modality": "lipsync_post", "entity": "shot:a", "clip": CLIP, "sound": VOICE, "seconds": 2.0}
    return {**plain, **changes}


def references(**changes: Any) -> dict[str, Any]:
    """Return what is asked for a clip from references alone."""
    plain = {"modality": "video_r2v", **FRAME, "prompt": "she turns", "frames": 6}
    return {**plain, "reference_images": [SHEET], **changes}


def several(*frames: int, **changes: Any) -> dict[str, Any]:
    """Return what is asked for shots of so many frames, two of 6 and 8 unless told."""
    shots = [
        {"entity": f"shot:{number}", "prompt": f"shot {number}", "frames": length}
        for number, length in enumerate(frames or (6, 8), start=1)
    ]
    plain = {"modality": "r2v_multi", **FRAME, "prompt": "at the door", "shots": shots}
    return {**plain, "reference_images": [SHEET], **changes}


def segment(number: int, first: int, frames: int = 6) -> dict[str, Any]:
    """Return one stretch of a clip."""
    return {"entity": f"segment:{number}", "first": first, "frames": frames, "prompt": f"stretch {number}"}


def stretches(*firsts: int, **changes: Any) -> dict[str, Any]:
    """Return what is asked for a pass over a clip: segments of 6 frames from these frames."""
    segments = [segment(number, first) for number, first in enumerate(firsts or (0, 12), start=1)]
    return {"modality": "video_pass", **FRAME, "clip": CLIP, "segments": segments, **changes}


def previz(**changes: Any) -> dict[str, Any]:
    """Return what is asked for a previz still with all eight slots filled."""
    one = ("scene_ref", "pose_ref", "light_ref", "frame_ref")
    many = ("identity_refs", "expression_refs", "wardrobe_refs", "prop_refs")
    slots = dict.fromkeys(one, SHEET) | {name: [SHEET] for name in many}
    plain = {"modality": "image_previz", **FRAME, "prompt": "a lamp", "tier": "pencil"}
    return {**plain, **slots, **changes}


def judged(kind: str = "image", **changes: Any) -> dict[str, Any]:
    """Return what a judge is asked about a still (`image`) or a clip (`video`)."""
    criteria = [{"name": "likeness", "question": "Is it Ann?", "least": 0.6}]
    plain = {"modality": f"eval_{kind}_v1", "entity": "shot:a", "subject": SHEET, "criteria": criteria}
    return {**plain, **({"seconds": 2.0} if kind == "video" else {}), **changes}


EVERY = {
    "image_t2i": image(),
    "video_i2v": video(),
    "text_author": {
        "modality": "text_author",
        "entity": "scene:a",
        "step": "breakdown",
        "messages": [{"role": "user", "text": "Who is here?"}],
        "seed": 7,
    },
    "audio_t2a": speech(),
    "lipsync_post": lipsync(),
    "video_r2v": references(),
    "r2v_multi": several(),
    "video_pass": stretches(),
    "image_previz": previz(),
    "eval_image_v1": judged(),
    "eval_video_v1": judged("video"),
}
"""A payload of every modality."""
