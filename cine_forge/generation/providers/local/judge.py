"""The embedded judge: scores that are measured on pixels, and no opinion on anything else.

It answers three criteria by their names and refuses every other: `colours` (shared with the references),
`steadiness` (a clip that keeps the colours of its first frame) and `light` (neither black nor blown out).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from cine_forge.generation.payload_kinds.judging import JudgedClip, JudgedStill
from cine_forge.generation.payload_kinds.reference import Reference
from cine_forge.kernel.ground.errors import StageError, listed
from cine_forge.kernel.ground.files import replace_atomically
from cine_forge.media.likeness import Picture, drift_of, likeness, palette_of, pictures_of

Judged = JudgedStill | JudgedClip

_DARKEST, _BRIGHTEST = 16, 239


def judge(payload: Judged, files: Mapping[str, Path], target: Path) -> str | None:
    """Write the scores to `target`, or return why there are none."""
    unknown = [one.name for one in payload.criteria if one.name not in _MEASURES]
    if unknown:
        return f"the embedded judge measures {listed(list(_MEASURES))}; it cannot say `{unknown[0]}`"
    subject = files[payload.subject.path]
    references = [files[one.path] for one in payload.references if _is_seen(one)]
    try:
        scores = {one.name: round(_MEASURES[one.name](subject, references), 4) for one in payload.criteria}
    except StageError as error:
        return error.faults[0].what
    replace_atomically(target, json.dumps({"scores": scores}, indent=1).encode())
    return None


def _colours(subject: Path, references: list[Path]) -> float:
    """Return the best likeness to a reference, of the frame that is least like any."""
    wanted = [palette_of(pictures_of(file)[0]) for file in references]
    shown = [palette_of(picture) for picture in pictures_of(subject)]
    return min(max((likeness(one, other) for other in wanted), default=0.0) for one in shown)


def _steadiness(subject: Path, references: list[Path]) -> float:
    return 1.0 - drift_of(subject)


def _light(subject: Path, references: list[Path]) -> float:
    """Return the share of samples that are neither black nor blown out, of the worst frame."""
    return min(_lit(picture) for picture in pictures_of(subject))


def _lit(picture: Picture) -> float:
    luma = picture.astype(np.float64) @ (0.2126, 0.7152, 0.0722)
    return float(((luma > _DARKEST) & (luma < _BRIGHTEST)).mean())


def _is_seen(reference: Reference) -> bool:
    return reference.role != "sound"


_MEASURES: Mapping[str, Callable[[Path, list[Path]], float]] = {
    "colours": _colours,
    "steadiness": _steadiness,
    "light": _light,
}
