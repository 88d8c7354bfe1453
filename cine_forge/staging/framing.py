"""Where the camera stands for a shot: size, angle, lens and move turned into a real position.

Scene assembly calls `frame_shot` once per shot; a picture maker then only obeys the camera. The sensor is
36 mm along the picture's longer side. The camera keeps to the audience's side (-z) of the people, so the
line between two of them is never crossed within a scene. It knows people, not walls.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from pydantic import Field

from cine_forge.staging.blocking import Camera, Figure, Point, Staged
from cine_forge.staging.grammar import Angle, Move, Pose, Size

SENSOR_MM = 36.0


class Framing(Staged):
    """What the shot list says about the camera. `aspect` is width over height."""

    size: Size
    angle: Angle = Angle.EYE
    lens_mm: float = Field(35.0, ge=8, le=300)
    move: Move = Move.STATIC
    aspect: float = Field(16 / 9, gt=0.2, lt=5)


class _Subject(Staged):
    """What has to be in the frame: a centre on the ground, heights, and the width to hold (metres)."""

    at: tuple[float, float]
    top: float
    eye: float
    width: float
    depth: float = 0.0
    facing_deg: float
    lying: bool = False


# Of a standing person of 1.75 m: top and bottom of the frame (m above the ground), narrowest width to hold.
_EXTENT: dict[Size, tuple[float, float, float]] = {
    Size.EXTREME_CLOSE: (1.70, 1.535, 0.15),
    Size.CLOSE: (1.80, 1.41, 0.40),
    Size.MEDIUM_CLOSE: (1.83, 1.20, 0.60),
    Size.MEDIUM: (1.86, 0.90, 0.75),
    Size.MEDIUM_WIDE: (1.90, 0.46, 0.90),
    Size.FULL: (1.96, -0.14, 1.00),
    Size.WIDE: (2.40, -0.75, 2.40),
    Size.EXTREME_WIDE: (5.00, -2.10, 6.00),
    Size.INSERT: (1.26, 0.84, 0.42),
}
_TIGHT = frozenset({Size.EXTREME_CLOSE, Size.CLOSE, Size.MEDIUM_CLOSE})
_GROUP = frozenset({Size.MEDIUM_WIDE, Size.FULL, Size.WIDE, Size.EXTREME_WIDE})
_BESIDE_M = 1.9
"""In a full shot, whoever stands as near as this to the focus is held in the frame, not cut in half."""
_PITCH_DEG = {Angle.LOW: -17.0, Angle.HIGH: 27.0, Angle.TOP: 76.0}
_EYE_SHARE = 0.935
_HANDS_M = 0.33
"""How far before the body an insert finds the hands."""
_NEAREST_M = 0.68
"""No camera comes nearer to a face; a closer size is then made by a longer lens."""


def sensor_mm(aspect: float) -> tuple[float, float]:
    """Return width and height (mm) of the part of the sensor that a picture of this aspect uses."""
    return (SENSOR_MM, SENSOR_MM / aspect) if aspect >= 1 else (SENSOR_MM * aspect, SENSOR_MM)


def head_top_m(figure: Figure) -> float:
    """Return how high the top of the head is above the ground in the figure's pose."""
    height = figure.look.height_m
    if figure.pose is Pose.SIT:
        return 0.74 * height
    return 0.42 if figure.pose is Pose.LIE else height


def frame_shot(
    framing: Framing, figures: Sequence[Figure], focus_id: str | None = None, seconds: float = 3.0
) -> Camera:
    """Place the camera so that the focus (or everybody) fills the frame as the size says.

    `seconds` bounds how far a move may travel, so that no move races. With nobody on the set the frame is
    that of a person standing at the origin.
    """
    focus = next((figure for figure in figures if figure.id == focus_id), None)
    partner = _partner(figures, focus)
    if framing.angle is Angle.OVER_SHOULDER and focus and partner:
        return _with_move(_over_shoulder(framing, focus, partner), framing, seconds)
    if framing.angle is Angle.POV and focus and partner:
        return _with_move(_seen_by(framing, focus, partner), framing, seconds)
    subject = _subject(framing, figures, focus)
    return _with_move(_stand_off(framing, subject, focus_id), framing, seconds)


def _partner(figures: Sequence[Figure], focus: Figure | None) -> Figure | None:
    others = [figure for figure in figures if focus is not None and figure.id != focus.id]
    return min(others, key=lambda other: math.dist(other.at, focus.at), default=None) if focus else None


def _subject(framing: Framing, figures: Sequence[Figure], focus: Figure | None) -> _Subject:
    if not figures:
        return _Subject(at=(0, 0), top=1.75, eye=1.64, width=0.5, facing_deg=180)
    held = [focus] if focus and framing.size not in _GROUP else list(figures)
    if focus and framing.size in (Size.FULL, Size.MEDIUM_WIDE):
        held = [figure for figure in figures if math.dist(figure.at, focus.at) < _BESIDE_M]
    places = [spot for figure in held for spot in (figure.at, figure.walks_to or figure.at)]
    xs, zs = [x for x, _ in places], [z for _, z in places]
    tallest = max(held, key=head_top_m)
    top = head_top_m(tallest)
    lead = focus or held[0]
    return _Subject(
        at=((min(xs) + max(xs)) / 2, (min(zs) + max(zs)) / 2),
        top=top,
        eye=top - (1 - _EYE_SHARE) * tallest.look.height_m,
        width=max(xs) - min(xs) + 0.55,
        depth=(max(zs) - min(zs)) / 2,
        facing_deg=lead.facing_deg if len(held) == 1 else 180.0,
        lying=all(figure.pose is Pose.LIE for figure in held),
    )


def _stand_off(framing: Framing, subject: _Subject, focus_id: str | None) -> Camera:
    centre, visible = _window(framing, subject)
    high = sensor_mm(framing.aspect)[1]
    distance = visible * framing.lens_mm / high + subject.depth
    if distance < _NEAREST_M:
        distance = _NEAREST_M
        framing = framing.model_copy(update={"lens_mm": round(min(300.0, distance * high / visible), 2)})
    bearing = _bearing(framing, subject)
    pitch = math.radians(_pitch_deg(framing, subject))
    away = (
        math.sin(bearing) * math.cos(pitch),
        math.sin(pitch),
        math.cos(bearing) * math.cos(pitch),
    )
    shift = _look_room(framing, subject, bearing, visible)
    ahead = _HANDS_M if framing.size is Size.INSERT and focus_id else 0.0
    facing = math.radians(subject.facing_deg)
    target = (
        subject.at[0] + shift * math.cos(bearing) + ahead * math.sin(facing),
        centre,
        subject.at[1] - shift * math.sin(bearing) + ahead * math.cos(facing),
    )
    eye = tuple(place + distance * part for place, part in zip(target, away, strict=True))
    return _camera(framing, (eye[0], max(0.12, eye[1]), eye[2]), target, focus_id)


def _window(framing: Framing, subject: _Subject) -> tuple[float, float]:
    """Return the height the frame is centred on, and how many metres of height it shows."""
    top, bottom, width = _EXTENT[framing.size]
    scale = max(0.6, (subject.top - subject.eye) / (0.065 * 1.75)) if framing.size in _TIGHT else 1.0
    high, low = subject.top + (top - 1.75) * scale, subject.top - (1.75 - bottom) * scale
    if framing.size is Size.FULL:
        low = -0.14
    if subject.lying and framing.size not in _TIGHT:
        width = max(width, 2.1 if framing.size is not Size.MEDIUM else 1.2)
    held = max(width, subject.width + (0.25 if subject.width > 0.6 else 0.0))
    if framing.size in _TIGHT or framing.size is Size.INSERT:
        held = max(width, subject.width + 0.1 if subject.width > 0.6 else 0.0)
    visible = max(high - low, held / framing.aspect)
    headroom = 0.075 * visible if framing.size is not Size.EXTREME_CLOSE else 0.0
    if visible > (high - low) + 1e-9:
        high = min(high + 0.35 * (visible - high + low), subject.top + max(headroom, 0.24 * visible))
    return high - visible / 2, visible


def _bearing(framing: Framing, subject: _Subject) -> float:
    """Return where the camera stands round the subject (radians; 0 is +z, pi the audience's side).

    A close shot looks into the face, three-quarter on the audience's side of the eyeline; the wider the
    shot, the more the camera goes back to where the audience sits.
    """
    off = (subject.facing_deg - 180.0 + 180.0) % 360.0 - 180.0
    share = {Size.EXTREME_CLOSE: 0.74, Size.CLOSE: 0.68, Size.MEDIUM_CLOSE: 0.62, Size.MEDIUM: 0.5}
    turned = share.get(framing.size, 0.22) * off
    if abs(off) > 125 and framing.size in share:
        turned = off - math.copysign(38.0, off)
    aside = -14.0 if framing.size not in share else (-16.0 if abs(off) < 10 else 0.0)
    return math.radians(180.0 + turned + aside)


def _pitch_deg(framing: Framing, subject: _Subject) -> float:
    if framing.size is Size.INSERT:
        return 74.0 if framing.angle is Angle.TOP else 38.0
    if framing.angle in _PITCH_DEG:
        return _PITCH_DEG[framing.angle]
    if subject.lying:
        return 24.0
    wide = {Size.EXTREME_WIDE: 2.6, Size.WIDE: 2.2, Size.FULL: 1.5}
    return wide.get(framing.size, 1.0)


def _look_room(framing: Framing, subject: _Subject, bearing: float, visible: float) -> float:
    """Return how far (m, to the camera's right) the target moves to leave room before the eyes."""
    if subject.width > 0.6 or framing.size in (Size.EXTREME_CLOSE, Size.INSERT):
        return 0.0
    side = math.sin(math.radians(subject.facing_deg) - bearing)
    share = 0.15 if framing.size in (Size.CLOSE, Size.MEDIUM_CLOSE, Size.MEDIUM) else 0.05
    return share * visible * min(1.0, framing.aspect) * side


def _over_shoulder(framing: Framing, focus: Figure, partner: Figure) -> Camera:
    """Look past the partner's shoulder on the audience's side at the focus."""
    gap = math.dist(focus.at, partner.at) or 1.0
    line = ((partner.at[0] - focus.at[0]) / gap, (partner.at[1] - focus.at[1]) / gap)
    side = (line[1], -line[0]) if line[0] >= 0 else (-line[1], line[0])
    _, visible = _window(framing, _subject(framing, [focus], focus))
    wanted = max(visible, 0.62) * framing.lens_mm / sensor_mm(framing.aspect)[1]
    back = max(gap + 0.62, wanted)
    aside = (0.40 + 0.06 * back) * min(1.0, 0.42 + 0.5 * framing.aspect)
    eye_m = head_top_m(focus) - 0.065 * focus.look.height_m
    lift = head_top_m(partner) - 0.02
    eye = (
        focus.at[0] + line[0] * back + side[0] * aside,
        lift,
        focus.at[1] + line[1] * back + side[1] * aside,
    )
    room = 0.16 * visible * min(1.0, framing.aspect)
    target = (focus.at[0] - side[0] * room, eye_m - 0.14, focus.at[1] - side[1] * room)
    lens = max(8.0, min(300.0, back * sensor_mm(framing.aspect)[1] / max(visible, 0.62)))
    return _camera(framing, eye, target, focus.id).model_copy(
        update={"lens_mm": min(lens, framing.lens_mm * 2)}
    )


def _seen_by(framing: Framing, focus: Figure, partner: Figure) -> Camera:
    """Stand at the partner's eyes and look at the focus; the lens makes the size."""
    centre, visible = _window(framing, _subject(framing, [focus], focus))
    eye_m = head_top_m(partner) - 0.065 * partner.look.height_m
    gap = max(0.4, math.dist(focus.at, partner.at))
    lens = max(12.0, min(200.0, gap * sensor_mm(framing.aspect)[1] / visible))
    eye = (partner.at[0], eye_m, partner.at[1])
    shown = gap * sensor_mm(framing.aspect)[1] / lens
    face = head_top_m(focus) - 0.065 * focus.look.height_m
    near = _camera(framing, eye, (focus.at[0], max(centre, face - 0.36 * shown), focus.at[1]), focus.id)
    return near.model_copy(update={"lens_mm": lens})


def _camera(framing: Framing, eye: Point, target: Point, focus_id: str | None) -> Camera:
    return Camera(
        eye=tuple(round(part, 4) for part in eye),
        target=tuple(round(part, 4) for part in target),
        lens_mm=framing.lens_mm,
        roll_deg=11.0 if framing.angle is Angle.DUTCH else 0.0,
        size=framing.size,
        angle=framing.angle,
        move=framing.move,
        focus_id=focus_id,
    )


_SPEED = {  # what a move may travel in a second, as a share of what the frame shows
    Move.PUSH_IN: 0.055,
    Move.PULL_OUT: 0.07,
    Move.TRACK_LEFT: 0.09,
    Move.TRACK_RIGHT: 0.09,
    Move.CRANE_UP: 0.16,
    Move.PAN_LEFT: 0.08,
    Move.PAN_RIGHT: 0.08,
    Move.TILT_UP: 0.07,
    Move.TILT_DOWN: 0.07,
}


def _with_move(camera: Camera, framing: Framing, seconds: float) -> Camera:
    """Give the move its travel, and start a pan, tilt or track half of it early so it passes the subject."""
    share = min(_SPEED.get(framing.move, 0.0) * max(0.5, seconds), 0.28)
    distance = math.dist(camera.eye, camera.target)
    wide, high = (distance * side / camera.lens_mm for side in sensor_mm(framing.aspect))
    if framing.move in (Move.PUSH_IN, Move.PULL_OUT):
        return camera.model_copy(update={"travel": round(share * distance, 4)})
    if framing.move is Move.CRANE_UP:
        return camera.model_copy(update={"travel": round(share * max(high, 1.2) * 1.5, 4)})
    if framing.move in (Move.TRACK_LEFT, Move.TRACK_RIGHT):
        travel = share * wide
        sign = 1.0 if framing.move is Move.TRACK_LEFT else -1.0
        return _aside(camera, sign * travel / 2).model_copy(update={"travel": round(travel, 4)})
    if framing.move in (Move.PAN_LEFT, Move.PAN_RIGHT):
        travel = math.degrees(2 * math.atan(share * wide / 2 / distance))
        sign = 1.0 if framing.move is Move.PAN_LEFT else -1.0
        return _turned(camera, sign * travel / 2).model_copy(update={"travel": round(travel, 4)})
    if framing.move in (Move.TILT_UP, Move.TILT_DOWN):
        travel = math.degrees(2 * math.atan(share * high / 2 / distance))
        sign = -1.0 if framing.move is Move.TILT_UP else 1.0
        lifted = camera.target[1] + sign * share * high / 2
        target = (camera.target[0], round(lifted, 4), camera.target[2])
        return camera.model_copy(update={"travel": round(travel, 4), "target": target})
    return camera


def _aside(camera: Camera, metres: float) -> Camera:
    """Move eye and target to the camera's right."""
    way = (camera.target[0] - camera.eye[0], camera.target[2] - camera.eye[2])
    length = math.hypot(*way) or 1.0
    right = (way[1] / length * metres, -way[0] / length * metres)
    eye = (round(camera.eye[0] + right[0], 4), camera.eye[1], round(camera.eye[2] + right[1], 4))
    target = (round(camera.target[0] + right[0], 4), camera.target[1], round(camera.target[2] + right[1], 4))
    return camera.model_copy(update={"eye": eye, "target": target})


def _turned(camera: Camera, degrees: float) -> Camera:
    """Turn the target round the eye, to the camera's right."""
    turn = math.radians(degrees)
    x, z = camera.target[0] - camera.eye[0], camera.target[2] - camera.eye[2]
    new_x, new_z = x * math.cos(turn) + z * math.sin(turn), z * math.cos(turn) - x * math.sin(turn)
    target = (round(camera.eye[0] + new_x, 4), camera.target[1], round(camera.eye[2] + new_z, 4))
    return camera.model_copy(update={"target": target})
