"""Acting: what each person does at an instant of the shot, and where.

People breathe, blink, speak with mouth and hands, and walk. Everything goes in steps coarse enough that the
same body is met again a moment later and need not be built anew.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from cine_forge.kernel.ground.hashing import seed_of
from cine_forge.previz.people.face import Expression
from cine_forge.previz.people.figure import Stance, detail_of, figure_piece, habit_of
from cine_forge.previz.people.skeleton import Beat
from cine_forge.previz.stage.lens import Lens
from cine_forge.previz.stage.piece import Piece
from cine_forge.staging.blocking import Blocking, Figure
from cine_forge.staging.grammar import Pose, Size

Spoken = Sequence[tuple[str, float, float]]
Spot = tuple[float, float]

_STEPS_A_SECOND = 0.95
_DRAWINGS_A_SECOND = 12
_BLINK_S, _BLINK_EVERY_S = 0.13, 3.7
_NEARER_THAN_M = 0.30


@dataclass(frozen=True)
class Actor:
    """A person at one instant: the piece to draw, how far from the camera (m), and the place."""

    piece: Piece
    depth: float
    at: Spot
    state: Hashable


def actors_of(
    blocking: Blocking, lens: Lens, progress: float, second: float, speaking: Spoken
) -> list[Actor]:
    """Return who is before the camera. Whose head the camera looks out of is not there.

    Bodies change twelve times a second, as in drawn animation; who walks moves with every frame.
    """
    second = math.floor(second * _DRAWINGS_A_SECOND + 1e-6) / _DRAWINGS_A_SECOND
    made: list[Actor] = []
    for figure in blocking.figures:
        at, facing = _whereabouts(figure, progress)
        depth = lens.depth_of(np.array([at[0], figure.look.height_m * 0.55, at[1]]))
        gap = math.hypot(at[0] - lens.eye[0], at[1] - lens.eye[2])
        if gap < _NEARER_THAN_M and lens.eye[1] < figure.look.height_m + 0.3:
            continue
        tall = lens.focal * figure.look.height_m / max(depth, 0.3)
        stance = _stance(figure, blocking, min(tall, 9000.0), second, speaking)
        made.append(Actor(figure_piece(figure, stance, at, facing), depth, at, (stance, at, facing)))
    return made


def _whereabouts(figure: Figure, progress: float) -> tuple[Spot, float]:
    if figure.walks_to is None:
        return figure.at, figure.facing_deg
    x = figure.at[0] + (figure.walks_to[0] - figure.at[0]) * progress
    z = figure.at[1] + (figure.walks_to[1] - figure.at[1]) * progress
    way = (figure.walks_to[0] - figure.at[0], figure.walks_to[1] - figure.at[1])
    return (x, z), math.degrees(math.atan2(way[0], way[1]))


def _stance(figure: Figure, blocking: Blocking, tall: float, second: float, speaking: Spoken) -> Stance:
    own = seed_of("beat", figure.id)
    moves, jaw = _speech(figure, second, speaking)
    walks = figure.walks_to is not None or figure.pose is Pose.WALK
    step = round(second * _STEPS_A_SECOND * 24) / 24 % 1.0 if figure.walks_to is not None else 0.0
    talks = moves != (0.0, 0.0) or jaw > 0
    breath = 0.0 if talks else round(math.sin(second * 1.5 + own % 7) * 3) / 3
    blinks = (second + own % 5 + 0.4) % _BLINK_EVERY_S < _BLINK_S
    face = Expression(jaw=jaw, lid=1.0 if blinks else 0.10, smile=0.05)
    reach = blocking.camera.size is Size.INSERT and blocking.camera.focus_id in (None, figure.id)
    beat = Beat(breath, step, moves[0], moves[1], reach)
    pose = Pose.WALK if walks else figure.pose
    return Stance(figure.look, pose, beat, face, habit_of(figure.id), detail_of(tall))


def _speech(figure: Figure, second: float, speaking: Spoken) -> tuple[tuple[float, float], float]:
    """Return gesture and nod, and how far the mouth is open."""
    since = next(
        (second - start for who, start, end in speaking if who == figure.id and start <= second < end), None
    )
    if since is None:
        return (0.0, 0.0), 0.5 if figure.speaking and not speaking else 0.0
    opened = 0.55 * abs(math.sin(since * 8.6)) + 0.35 * math.sin(since * 5.1)
    gesture = round(5 * max(0.0, math.sin(since * 1.15 - 0.3)) ** 2) / 5 * 0.8
    nod = round(2 * math.sin(since * 2.7)) / 2 * 0.045
    return (gesture, nod), min(1.0, round(4 * max(0.0, opened)) / 4)
