"""Wording: a submission as Ark wants it said, of which the table in the model's profile says most.

What no table can say is here: a clip's prompt and pictures are one list with roles (Ark API reference,
creating a video generation task).
"""

from __future__ import annotations

from typing import Any

from cine_forge.generation.providers.provider import Submission
from cine_forge.generation.providers.shaping import shape_of, shaped

TASKS = "contents/generations/tasks"
STILLS = "images/generations"

_ROLES = ("first_frame", "last_frame", "reference_image")
"""A table puts pictures under the names of their roles."""


def path_of(submission: Submission) -> str:
    """Return where it is asked: tasks, unless the profile says else."""
    return shape_of(submission).endpoint or TASKS


def wording_of(submission: Submission) -> dict[str, Any]:
    """Return the body of the request. Raises StageError CF-G023 for what no table says."""
    said = shaped(submission)
    if path_of(submission) == STILLS:
        return said
    content: list[dict[str, Any]] = [{"type": "text", "text": said.pop("prompt", "")}]
    for role in _ROLES:
        held = said.pop(role, [])
        for url in held if isinstance(held, list) else [held]:
            content.append({"type": "image_url", "image_url": {"url": url}, "role": role})
    return {**said, "content": content, "safety_identifier": submission.own_id}
