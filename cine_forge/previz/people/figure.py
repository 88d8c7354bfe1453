"""A person as a piece of the picture: skeleton, costume, head and hair put together and put in place.

Geometry is cached by everything that it depends on, so a person who only breathes costs little per frame.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cine_forge.kernel.ground.hashing import seed_of
from cine_forge.previz.people.costume import body_parts, phone_part
from cine_forge.previz.people.face import Expression, face_parts, features_of
from cine_forge.previz.people.hair import hair_parts
from cine_forge.previz.people.skeleton import Beat, Skeleton, skeleton
from cine_forge.previz.people.skull import Skull
from cine_forge.previz.stage.light import opened
from cine_forge.previz.stage.piece import Panel, Part, Piece, box
from cine_forge.staging.blocking import Figure, Look
from cine_forge.staging.colour import from_hex
from cine_forge.staging.grammar import Pose

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Stance:
    """What a person's geometry depends on, but for where they are."""

    look: Look
    pose: Pose
    beat: Beat
    face: Expression
    habit: int
    detail: int
    seated: bool = True


def habit_of(figure_id: str) -> int:
    """Return how a person stands, 0 to 2; the same in every shot."""
    return seed_of("habit", figure_id) % 3


def detail_of(pixels: float) -> int:
    """Return the step of detail (a person's height in pixels, by factors of about 1.5)."""
    return max(0, round(math.log(max(pixels, 20) / 20) / math.log(1.5)))


def figure_piece(figure: Figure, stance: Stance, at: tuple[float, float], facing_deg: float) -> Piece:
    """Return the person at a place on the ground, turned to a bearing."""
    if figure.pose is not Pose.LIE:
        return _standing(stance, at, round(facing_deg, 2))
    return _standing(stance, at, 0.0 if abs(facing_deg % 360) < 1 else round(facing_deg, 2))


@lru_cache(maxsize=128)
def _standing(stance: Stance, at: tuple[float, float], facing_deg: float) -> Piece:
    made = _built(stance)
    return made.placed(at[0], at[1], facing_deg)


@lru_cache(maxsize=128)
def _built(stance: Stance) -> Piece:
    bones = skeleton(stance.look, stance.pose, stance.beat, stance.habit)
    tall = 20 * 1.5**stance.detail
    parts = [*body_parts(bones, stance.look, tall), *_head(stance, bones, tall)]
    if stance.pose is Pose.PHONE:
        parts.append(phone_part(bones))
    panels = _seat(bones) if bones.seat and stance.seated else ()
    middle = np.array([0.0, stance.look.height_m / 2, 0.0])
    return Piece(middle, panels, tuple(parts), (), stance.look.height_m, 0.6)


def _head(stance: Stance, bones: Skeleton, tall: float) -> list[Part]:
    pixels = tall * bones.head_size / stance.look.height_m
    broad = (0.95 + 0.05 * stance.look.build) * features_of(stance.look).broad
    skull = Skull(bones.head_size, stance.face.jaw, broad)
    gain = opened(from_hex(stance.look.skin))
    face = [replace(part, opens=gain) for part in face_parts(stance.look, skull, stance.face, pixels)]
    shared = [*face, *hair_parts(stance.look, skull, pixels)]
    return [
        replace(
            part,
            mesh=part.mesh.moved(bones.head_axes, bones.head),
            marks=tuple(mark.moved(bones.head_axes, bones.head) for mark in part.marks),
        )
        for part in shared
    ]


def _seat(bones: Skeleton) -> tuple[Panel, ...]:
    """A plain chair under a person who sits."""
    wood = (0.36, 0.25, 0.17)
    top = bones.seat - 0.06
    seat = box((0.0, top - 0.04, -0.02), (0.44, 0.05, 0.44), wood)
    legs = [
        panel
        for x in (-0.19, 0.19)
        for z in (-0.2, 0.16)
        for panel in box((x, 0.0, z), (0.04, top - 0.04, 0.04), wood)
    ]
    back = box((0.0, top + 0.18, -0.235), (0.42, 0.30, 0.03), wood)
    return (*seat, *legs, *back)
