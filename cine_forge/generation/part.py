"""Parts: which purchases one payload stands for. Most stand for one, themselves.

Several shots that are not asked for in one request are one request each, and so is every segment of a pass.
Each part is a payload like any other: it is routed, inspected, priced and receipted by itself.
"""

from __future__ import annotations

from cine_forge.generation.payload_kinds.several_shots import (
    MultiShotPayload,
    PassPayload,
    ReferencesPayload,
    ShotRequest,
)
from cine_forge.generation.payloads import AnyPayload


def parts_of(payload: AnyPayload) -> tuple[AnyPayload, ...]:
    """Return the payloads to be bought, in order: as many as there are shots or segments."""
    match payload:
        case MultiShotPayload(native=False):
            return tuple(_alone(payload, shot) for shot in payload.shots)
        case PassPayload():
            return tuple(payload.model_copy(update={"segments": (one,)}) for one in payload.segments)
    return (payload,)


def _alone(payload: MultiShotPayload, shot: ShotRequest) -> ReferencesPayload:
    own = {reference.path for reference in payload.reference_images}
    further = [reference for reference in shot.reference_images if reference.path not in own]
    return ReferencesPayload(
        entity=shot.entity,
        prompt="\n".join(filter(None, (payload.prompt, shot.prompt))),
        negative_prompt=payload.negative_prompt,
        width=payload.width,
        height=payload.height,
        fps=payload.fps,
        frames=shot.frames,
        seed=payload.seed,
        reference_images=(*payload.reference_images, *further),
        generate_audio=payload.generate_audio,
        blocking=shot.blocking,
    )
