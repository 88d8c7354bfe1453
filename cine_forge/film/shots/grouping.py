"""The grouping of a scene: its strategy, and the batches in which its shots are generated.

Rules of seed 001: a continuity batch with fewer shots than the least batch size and a oner of one shot
are below the threshold and go shot by shot (`video_i2v`); a coverage pass is one batch whatever its count.
Ids are `BATCH_001` or `ONER_001` within the scene.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from cine_forge.film.schemas.scene import Scene
from cine_forge.film.schemas.shot import Batch, SceneGrouping
from cine_forge.kernel.ground.errors import Fault, StageError

Strategy = Literal["coverage", "continuity", "oner"]
BatchModality = Literal["video_i2v", "r2v_multi"]

MIN_BATCH_SIZE = 3
_MOST_IN_BATCH = 6
_ONER = re.compile(
    r"\boner\b|\bone[- ]take\b|"
    r"\b(?:in|as) (?:a single|one (?:single|continuous|unbroken|long))(?: (?:continuous|unbroken|long))? "
    r"(?:take|shot)\b|"
    r"\b(?:continuous|unbroken|uninterrupted) (?:take|shot)\b",
    re.IGNORECASE,
)
_ASKING = frozenset({"action", "note", "synopsis", "section", "parenthetical"})


def strategy_of(scene: Scene, wanted: str = "auto") -> Strategy:
    """Return the strategy for a scene: the wanted one, or by `auto` a oner where the script asks for it."""
    if wanted == "coverage":
        return "coverage"
    if wanted == "continuity":
        return "continuity"
    texts = [scene.heading, *(element.text for element in scene.elements if element.type in _ASKING)]
    asked = any(_ONER.search(text) for text in texts)
    return "oner" if wanted == "oner" or asked else "coverage"


def group_shots(
    scene: str,
    shots: Sequence[str],
    strategy: Strategy,
    *,
    min_batch_size: int = MIN_BATCH_SIZE,
    modalities: Sequence[str] = ("video_i2v",),
) -> SceneGrouping:
    """Cluster shots (ids in order) into batches; several go together only where `r2v_multi` can be made."""
    name = "ONER" if strategy == "oner" else "BATCH"
    batches = []
    for number, members in enumerate(_clusters(shots, strategy), start=1):
        below = is_below_threshold(strategy, len(members), min_batch_size)
        together = not below and len(members) > 1 and "r2v_multi" in modalities
        modality: BatchModality = "r2v_multi" if together else "video_i2v"
        batches.append(
            Batch(id=f"{name}_{number:03d}", modality=modality, shots=members, below_threshold=below)
        )
    return SceneGrouping(scene=scene, strategy=strategy, batches=tuple(batches))


def is_below_threshold(strategy: Strategy, count: int, min_batch_size: int = MIN_BATCH_SIZE) -> bool:
    """Tell whether so few shots must be generated one by one."""
    if strategy == "continuity":
        return count < min_batch_size
    return strategy == "oner" and count == 1


def check_batch(grouping: SceneGrouping, batch: Batch, strategy: str) -> None:
    """Refuse a batch that was grouped otherwise or is forced together.

    Raises StageError CF-F120 when the scene was grouped by another strategy or has no such batch, CF-F121
    when a batch below the threshold asks for `r2v_multi`.
    """
    if grouping.strategy != strategy or batch.id not in {own.id for own in grouping.batches}:
        own = f"`{grouping.scene}`, which is grouped by `{grouping.strategy}`"
        what = f"`{batch.id}` of `{strategy}` is not a batch of {own}"
        raise StageError(
            Fault("CF-F120", what, grouping.scene, f"use `{grouping.strategy}` and one of its batches")
        )
    if batch.below_threshold and batch.modality == "r2v_multi":
        what = f"`{batch.id}` has {len(batch.shots)} shots, too few to be generated together"
        raise StageError(
            Fault("CF-F121", what, grouping.scene, "generate its shots one by one with `video_i2v`")
        )


def _clusters(shots: Sequence[str], strategy: Strategy) -> list[tuple[str, ...]]:
    if strategy != "continuity":
        return [tuple(shots)]
    return [tuple(shots[start : start + _MOST_IN_BATCH]) for start in range(0, len(shots), _MOST_IN_BATCH)]
