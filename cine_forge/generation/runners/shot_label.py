"""Shot labels: what a still or a clip is called in lists and file names, from the id of its shot alone.

The number of a take or an attempt comes from the ledger, which counts it within its owner and never twice.
"""

from __future__ import annotations

import re

_APART = frozenset({"take", "attempt"})


def canonical_label(entity: str) -> str:
    """Return the label of a shot: `12A` for `ep001/setup:12A/take:3`, in letters that any file name takes."""
    parts = [part for part in entity.split("/") if part.partition(":")[0] not in _APART]
    name = parts[-1].rpartition(":")[2] if parts else entity
    return re.sub(r"[^\w.-]+", "_", name).strip("_.") or "shot"


def keyframe_label(entity: str, attempt: int) -> str:
    """Return the label of a still: `12A_keyframe2` for the second attempt."""
    return f"{canonical_label(entity)}_keyframe{attempt}"


def video_label(entity: str, take: int) -> str:
    """Return the label of a clip: `12A_take3`."""
    return f"{canonical_label(entity)}_take{take}"
