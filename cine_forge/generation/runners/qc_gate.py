"""QC gates that measure: colours like those of a reference, colours that stay what they were.

They know colours and no faces, and say so. A gate that knows faces is any callable of the same shape.
"""

from __future__ import annotations

from pathlib import Path

from cine_forge.generation.verdict import Facts, GateFunction, GateVerdict
from cine_forge.media.likeness import drift_of, likeness, palette_of, pictures_of


def make_identity_gate(reference: Path, *, least: float = 0.35) -> GateFunction:
    """Return a gate that asks how much of its colours a still or clip shares with a reference picture.

    Of a clip the frame that is least like it counts. The reference is read when the gate is made; raises
    StageError CF-X002 when it cannot be.
    """
    wanted = palette_of(pictures_of(reference)[0])

    def identity_gate(path: Path, facts: Facts) -> GateVerdict:
        score = round(min(likeness(wanted, palette_of(one)) for one in pictures_of(path)), 4)
        says = f"{score:.0%} of the colours are those of {reference.name}; {least:.0%} are asked"
        return GateVerdict("identity", score >= least, says, score, least)

    return identity_gate


def make_video_drift_gate(*, most: float = 0.5) -> GateFunction:
    """Return a gate that asks how far a clip's colours leave those of its first frame, from 0 to 1."""

    def video_drift_gate(path: Path, facts: Facts) -> GateVerdict:
        drift = round(drift_of(path), 4)
        says = f"the colours leave those of the first frame by {drift:.0%}; {most:.0%} are allowed"
        return GateVerdict("video_drift", drift <= most, says, drift, most)

    return video_drift_gate
