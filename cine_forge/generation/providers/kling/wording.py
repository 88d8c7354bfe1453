"""Wording: a submission as Kling wants it said, of which the table in the model's profile says most.

What no table can say is here: pictures are lists of objects whose key depends on the kind, and the shots of
one clip are numbered, with whole seconds each (Kling API reference, Omni-Video and Multi-Image to Video).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from cine_forge.generation.payload_kinds.several_shots import MultiShotPayload
from cine_forge.generation.providers.provider import Submission
from cine_forge.generation.providers.shaping import shape_of, shaped
from cine_forge.kernel.ground.errors import Fault, StageError

OMNI = "videos/omni-video"
_KEY_OF_A_PICTURE = {"videos/multi-image2video": "image", "images/omni-image": "image", OMNI: "image_url"}
_FRAMES = {"first_frame": "first_frame", "last_frame": "end_frame"}
"""Where a table puts the frames of an omni clip, and what Kling calls them in its list."""


def kind_of(submission: Submission) -> str:
    """Return which of Kling's paths is asked. Raises StageError CF-G023 when the profile names none."""
    kind = shape_of(submission).endpoint
    if kind is None:
        raise _unasked(f"the profile of `{submission.model}` names no path for `{submission.action}`")
    return kind


def wording_of(submission: Submission) -> dict[str, Any]:
    """Return the body of the request. Raises StageError CF-G023 for what Kling cannot be asked."""
    kind, body = kind_of(submission), shaped(submission)
    if isinstance(submission.payload, MultiShotPayload):
        body["multi_prompt"] = _shots(submission.payload)
    frames = [(_FRAMES[name], body.pop(name)) for name in _FRAMES if name in body]
    listed = body.pop("image_list", None)
    pictures = listed if isinstance(listed, list) else [] if listed is None else [listed]
    key = _KEY_OF_A_PICTURE.get(kind)
    if key is not None and (frames or pictures):
        framed = [{key: picture, "type": role} for role, picture in frames]
        body["image_list"] = framed + [{key: picture} for picture in pictures]
    return {**body, "external_task_id": submission.own_id}


def _shots(payload: MultiShotPayload) -> list[dict[str, Any]]:
    return [
        {"index": number, "prompt": shot.prompt, "duration": _whole(shot.entity, length)}
        for number, shot in enumerate(payload.shots, start=1)
        for length in (Fraction(shot.frames) / Fraction(payload.fps),)
    ]


def _whole(entity: str, length_s: Fraction) -> str:
    if length_s.denominator != 1:
        raise _unasked(f"{entity} lasts {float(length_s):.3f} s, and a shot of several lasts whole seconds")
    return str(length_s)


def _unasked(what: str) -> StageError:
    return StageError(Fault("CF-G023", what, hint="nothing was sent"))
