"""The joints of a person in a pose, at an instant: standing, sitting, walking, on the phone, pointing, lying.

Figure's own axes: x to the person's right, y up from the ground, z the way they face; metres. A pose is a
set of joints, chosen so that it reads as a silhouette. `Beat` is what changes from frame to frame.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cine_forge.staging.blocking import Look
from cine_forge.staging.grammar import Pose

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Beat:
    """An instant of a body: breath -1 to 1, step in turns, gesture 0 to 1, nod in radians."""

    breath: float = 0.0
    step: float = 0.0
    gesture: float = 0.0
    nod: float = 0.0
    reach: bool = False


@dataclass
class Skeleton:
    """Joints by name; index 0 of a pair is the left side (-x), 1 the right."""

    pelvis: Vector
    chest: Vector
    neck: Vector
    head: Vector
    head_axes: Vector
    head_size: float
    shoulders: list[Vector]
    elbows: list[Vector]
    wrists: list[Vector]
    tips: list[Vector]
    hips: list[Vector]
    knees: list[Vector]
    ankles: list[Vector]
    toes: list[Vector]
    lying: bool = False
    seat: float = 0.0
    lean: float = field(default=0.0)


def head_size_m(look: Look) -> float:
    """Return chin to crown in metres: a child's head is large for its body."""
    return 0.168 + 0.034 * look.height_m


def skeleton(look: Look, pose: Pose, beat: Beat, habit: int) -> Skeleton:
    """Return the joints of a person in a pose. `habit` chooses how this person stands or sits (0, 1, 2)."""
    made = _upright(look, pose, beat, habit)
    match pose:
        case Pose.SIT:
            _sit(made, look, beat, habit)
        case Pose.WALK:
            _walk(made, look, beat)
        case Pose.PHONE:
            _bend_arm(made, look, 1, (0.30, -0.66, 0.34), made.head + _turn(made, (0.105, -0.055, 0.06)))
        case Pose.POINT:
            _reach_out(made, look, 1, (0.12, 0.05, 1.0))
        case Pose.LIE:
            return _laid(made, look)
    if beat.reach:
        _present(made, look)
    elif beat.gesture > 0.01:
        _gesture(made, look, beat)
    return made


def _upright(look: Look, pose: Pose, beat: Beat, habit: int) -> Skeleton:
    h, b = look.height_m, look.build**0.6
    size = head_size_m(look)
    sway = 0.012 * h * (1 if habit == 1 else -1) if pose is Pose.STAND else 0.0
    seat = 0.0
    lift = 0.0022 * beat.breath * h
    pelvis = np.array([sway, 0.525 * h, 0.0])
    chest = np.array([0.3 * sway, 0.735 * h + lift, 0.004 * h])
    neck = np.array([0.0, h - size - 0.012 * h + lift, 0.006 * h])
    head = np.array([0.0, h - size / 2 + lift, 0.030 * h])
    wide = 0.104 * b * h
    shoulders = [np.array([side * wide, 0.803 * h + lift * 1.3, -0.002 * h]) for side in (-1, 1)]
    hips = [np.array([sway + side * 0.050 * b * h, 0.50 * h, 0.0]) for side in (-1, 1)]
    spread = 0.062 * h
    knees = [np.array([side * spread * 0.95 + 0.4 * sway, 0.275 * h, 0.012 * h]) for side in (-1, 1)]
    ankles = [np.array([side * spread, 0.045 * h, -0.012 * h]) for side in (-1, 1)]
    toes = [np.array([side * spread * 1.35, 0.018 * h, 0.098 * h]) for side in (-1, 1)]
    out = 0.150 * b * h
    elbows = [np.array([side * out, 0.628 * h + lift, -0.022 * h]) for side in (-1, 1)]
    wrists = [np.array([side * out * 1.02, 0.485 * h + lift, 0.030 * h]) for side in (-1, 1)]
    tips = [np.array([side * out * 0.98, 0.405 * h + lift, 0.050 * h]) for side in (-1, 1)]
    axes = _nodded(beat.nod)
    made = Skeleton(
        pelvis,
        chest,
        neck,
        head,
        axes,
        size,
        shoulders,
        elbows,
        wrists,
        tips,
        hips,
        knees,
        ankles,
        toes,
        seat=seat,
    )
    if pose is Pose.STAND:
        _habit(made, look, habit)
    return made


def _nodded(angle: float) -> Vector:
    cos, sin = math.cos(angle), math.sin(angle)
    return np.array([[1.0, 0.0, 0.0], [0.0, cos, -sin], [0.0, sin, cos]])


def _turn(made: Skeleton, way: tuple[float, float, float]) -> Vector:
    return np.asarray(made.head_axes @ np.array(way))


def _habit(made: Skeleton, look: Look, habit: int) -> None:
    """Some rest a hand on the hip, some hold their hands before them, some just stand."""
    h = look.height_m
    if habit == 1:
        _bend_arm(
            made, look, 0, (-1.0, -0.35, -0.45), made.pelvis + np.array([-0.112 * h, 0.062 * h, 0.012 * h])
        )
        made.tips[0] = made.wrists[0] + np.array([0.030, -0.030, 0.070]) * h
    if habit == 2:
        for side, sign in ((0, -1), (1, 1)):
            _bend_arm(
                made, look, side, (sign * 0.35, -0.9, -0.2), np.array([sign * 0.020 * h, 0.54 * h, 0.115 * h])
            )


def _bend_arm(
    made: Skeleton, look: Look, side: int, elbow: tuple[float, float, float], wrist: Vector
) -> None:
    """Put the wrist at a place; the elbow goes the given way from the shoulder, kept to the arm's length."""
    h = look.height_m
    shoulder = made.shoulders[side]
    upper, lower = 0.178 * h, 0.150 * h
    way = wrist - shoulder
    reach = float(np.linalg.norm(way))
    if reach > (upper + lower) * 0.99:
        wrist = shoulder + way / reach * (upper + lower) * 0.99
        way, reach = wrist - shoulder, (upper + lower) * 0.99
    along = (upper**2 - lower**2 + reach**2) / (2 * reach)
    off = math.sqrt(max(0.0, upper**2 - along**2))
    hint = np.array(elbow) - way * (np.array(elbow) @ way) / reach**2
    hint /= np.linalg.norm(hint) + 1e-9
    made.elbows[side] = shoulder + way / reach * along + hint * off
    made.wrists[side] = wrist
    lead = wrist - made.elbows[side]
    made.tips[side] = wrist + lead / (np.linalg.norm(lead) + 1e-9) * 0.10 * h


def _reach_out(made: Skeleton, look: Look, side: int, way: tuple[float, float, float]) -> None:
    h = look.height_m
    step = np.array(way) / np.linalg.norm(way)
    made.elbows[side] = made.shoulders[side] + step * 0.175 * h + np.array([0.02 * h, -0.01 * h, 0.0])
    made.wrists[side] = made.shoulders[side] + step * 0.325 * h
    made.tips[side] = made.wrists[side] + step * 0.10 * h


def _present(made: Skeleton, look: Look) -> None:
    """Bring both hands together before the body, as in an insert of hands."""
    h = look.height_m
    for side, sign in ((0, -1), (1, 1)):
        wrist = made.chest + np.array([sign * 0.075 * h, -0.13 * h, 0.19 * h])
        _bend_arm(made, look, side, (sign * 0.7, -0.8, 0.0), wrist)
        made.tips[side] = made.wrists[side] + np.array([-sign * 0.045, 0.004, 0.078]) * h


def _gesture(made: Skeleton, look: Look, beat: Beat) -> None:
    h = look.height_m
    side, sign = (0, -1) if made.wrists[1][1] > 0.70 * h else (1, 1)
    rest = made.wrists[side]
    up = made.chest + np.array([sign * 0.135 * h, -0.075 * h, 0.17 * h])
    wrist = rest + (up - rest) * min(1.0, beat.gesture)
    tip = made.tips[side] - rest
    _bend_arm(made, look, side, (sign * 0.5, -0.85, -0.3), wrist)
    ahead = made.tips[side] - made.wrists[side]
    made.tips[side] = made.wrists[side] + ahead * beat.gesture + tip * (1 - beat.gesture)


def _sit(made: Skeleton, look: Look, beat: Beat, habit: int) -> None:
    """Lower everything to a seat; thighs ahead, shins down, hands on the thighs or folded."""
    h = look.height_m
    drop = 0.26 * h
    made.seat = 0.255 * h
    down = np.array([0.0, drop, 0.0])
    for name in ("pelvis", "chest", "neck", "head"):
        setattr(made, name, getattr(made, name) - down)
    for pair in (made.shoulders, made.elbows, made.wrists, made.tips, made.hips):
        for side in (0, 1):
            pair[side] = pair[side] - down
    for side, sign in ((0, -1), (1, 1)):
        made.hips[side] = made.hips[side] + np.array([0.0, 0.025 * h, 0.01 * h])
        made.knees[side] = np.array([sign * 0.072 * h, 0.285 * h, 0.255 * h])
        made.ankles[side] = np.array([sign * 0.070 * h, 0.045 * h, 0.235 * h])
        made.toes[side] = np.array([sign * 0.085 * h, 0.018 * h, 0.345 * h])
        inward = 0.018 if habit == 2 else 0.070
        wrist = np.array([sign * inward * h, 0.345 * h, 0.165 * h])
        _bend_arm(made, look, side, (sign * 0.5, -0.5, -0.5), wrist)
        made.tips[side] = made.wrists[side] + np.array([-sign * 0.02, -0.012, 0.092]) * h


def _walk(made: Skeleton, look: Look, beat: Beat) -> None:
    h = look.height_m
    for side, sign in ((0, 1.0), (1, -1.0)):
        phase = math.sin(2 * math.pi * beat.step + (0.35 if beat.step == 0 else 0.0)) * sign
        if beat.step == 0:
            phase = 0.95 * sign
        lifted = max(0.0, math.cos(2 * math.pi * beat.step) * sign)
        made.hips[side][1] -= 0.006 * h
        made.knees[side] = made.hips[side] + np.array(
            [0.0, -0.232 * h, 0.085 * h * phase + 0.055 * h * lifted]
        )
        bend = 0.075 * h * max(0.0, -phase) + 0.07 * h * lifted
        made.ankles[side] = made.knees[side] + np.array(
            [0.0, -0.222 * h + 0.35 * bend, 0.045 * h * phase - bend]
        )
        made.ankles[side][1] = max(made.ankles[side][1], 0.045 * h)
        tip = 0.055 * h * max(0.0, -phase)
        made.toes[side] = made.ankles[side] + np.array([0.0, -0.026 * h - tip * 0.3, 0.105 * h])
        made.toes[side][1] = max(made.toes[side][1], 0.014 * h)
        swing = -phase
        out = np.array([(-1 if side == 0 else 1) * 0.030 * h, 0.0, 0.0])
        made.elbows[side] = (
            made.shoulders[side] + out + np.array([0.0, -0.170 * h, 0.062 * h * swing - 0.012 * h])
        )
        made.wrists[side] = made.elbows[side] + np.array([0.0, -0.132 * h, 0.062 * h * swing + 0.055 * h])
        made.tips[side] = made.wrists[side] + np.array([0.0, -0.080 * h, 0.035 * h * swing + 0.035 * h])


def _laid(made: Skeleton, look: Look) -> Skeleton:
    """Lay the standing person on the back, head away from where the feet were, on a low bed."""
    turn = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
    shift = np.array([0.0, 0.30, 0.45 * look.height_m])
    for name in ("pelvis", "chest", "neck", "head"):
        setattr(made, name, turn @ getattr(made, name) + shift)
    for pair in (
        made.shoulders,
        made.elbows,
        made.wrists,
        made.tips,
        made.hips,
        made.knees,
        made.ankles,
        made.toes,
    ):
        pair[:] = [turn @ joint + shift for joint in pair]
    made.head_axes = turn @ made.head_axes
    made.lying = True
    return made
