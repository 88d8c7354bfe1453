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

_CALM = Expression()


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
    """Put body and head in place: a face that moves leaves the body before and after it as it was."""
    clothed, held = _body_at(_calm(stance), at, facing_deg)
    head = _head(stance).placed(at[0], at[1], facing_deg)
    return replace(clothed, parts=(*clothed.parts, *head.parts, *held.parts))


def _calm(stance: Stance) -> Stance:
    return replace(stance, face=_CALM)


@lru_cache(maxsize=128)
def _body_at(stance: Stance, at: tuple[float, float], facing_deg: float) -> tuple[Piece, Piece]:
    _, clothed, held = _body(stance)
    return clothed.placed(at[0], at[1], facing_deg), held.placed(at[0], at[1], facing_deg)


@lru_cache(maxsize=128)
def _body(stance: Stance) -> tuple[Skeleton, Piece, Piece]:
    """Return bones, the clothed body on its seat, and what is held at the head."""
    bones = skeleton(stance.look, stance.pose, stance.beat, stance.habit)
    panels = _seat(bones) if bones.seat and stance.seated else ()
    middle = np.array([0.0, stance.look.height_m / 2, 0.0])
    parts = tuple(body_parts(bones, stance.look, _tall(stance)))
    held = (phone_part(bones),) if stance.pose is Pose.PHONE else ()
    return bones, Piece(middle, panels, parts, (), stance.look.height_m, 0.6), Piece(middle, parts=held)


@lru_cache(maxsize=128)
def _head(stance: Stance) -> Piece:
    bones, look = _body(_calm(stance))[0], stance.look
    turn, shift = bones.head_axes, bones.head
    own = _head_parts(look, stance.face, bones.head_size, _tall(stance) * bones.head_size / look.height_m)
    parts = [
        replace(
            part,
            mesh=part.mesh.moved(turn, shift),
            marks=tuple(mark.moved(turn, shift) for mark in part.marks),
        )
        for part in own
    ]
    return Piece(shift, parts=tuple(parts))


@lru_cache(maxsize=64)
def _head_parts(look: Look, face: Expression, size: float, pixels: float) -> tuple[Part, ...]:
    """Return face and hair in the head's own axes."""
    broad = (0.95 + 0.05 * look.build) * features_of(look).broad
    skull = Skull(size, face.jaw, broad)
    gain = opened(from_hex(look.skin))
    shown = (replace(part, opens=gain) for part in face_parts(look, skull, face, pixels))
    return (*shown, *hair_parts(look, skull, pixels))


def _tall(stance: Stance) -> float:
    return 20 * 1.5**stance.detail


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
