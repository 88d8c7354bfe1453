"""Depths: how far what is stale can be refreshed, from cheap to dear, and which stages end each of them.

A depth is known by what a stage generates, not by its name in a recipe: a recipe that draws no boards has
no depth of boards. Each depth holds those before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cine_forge.generation.payloads import Modality
from cine_forge.staging.grammar import Tier

DEPTHS = ("boards", "stills", "video")
"""Pencil boards; finished stills, which a clip starts from; clips."""

_VIDEO = frozenset({Modality.VIDEO_I2V, Modality.VIDEO_R2V, Modality.VIDEO_PASS, Modality.R2V_MULTI})


def depth_of(resources: Mapping[str, Any]) -> str | None:
    """Return the depth that a stage belongs to by what it generates; None when it ends none."""
    modality, tier = resources.get("modality"), resources.get("tier")
    if modality in _VIDEO:
        return "video"
    if modality == Modality.IMAGE_T2I and tier is not None:
        return "boards" if tier == Tier.PENCIL else "stills"
    return None
