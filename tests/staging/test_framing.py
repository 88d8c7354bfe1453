"""Framing: the camera holds what the shot list asks for, in every size, angle, move and aspect."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cine_forge.staging.blocking import Camera, Figure, Look
from cine_forge.staging.framing import Framing, frame_shot, head_top_m, sensor_mm
from cine_forge.staging.grammar import Angle, Move, Pose, Size

LOOK = Look(skin="#e6b898", hair="#3a2a20", top="#885544", bottom="#222233", accent="#ddbb44")
ANN = Figure(id="ann", name="ANN", look=LOOK, at=(-0.6, 0.0), facing_deg=100)
BOB = Figure(id="bob", name="BOB", look=LOOK, at=(0.6, 0.2), facing_deg=262)
BY_SIZE = [
    Size.EXTREME_WIDE,
    Size.WIDE,
    Size.FULL,
    Size.MEDIUM_WIDE,
    Size.MEDIUM,
    Size.MEDIUM_CLOSE,
    Size.CLOSE,
    Size.EXTREME_CLOSE,
]


def seen(camera: Camera, point: tuple[float, float, float], aspect: float) -> tuple[float, float]:
    """Where a point falls in the frame, -1 to 1 right and up (roll left out)."""
    ahead = np.array(camera.target) - np.array(camera.eye)
    ahead = ahead / np.linalg.norm(ahead)
    right = np.cross([0, 1, 0], ahead)
    right = right / np.linalg.norm(right)
    way = np.array(point) - np.array(camera.eye)
    wide, high = (camera.lens_mm / (side / 2) for side in sensor_mm(aspect))
    return float(way @ right / (way @ ahead) * wide), float(
        way @ np.cross(ahead, right) / (way @ ahead) * high
    )


def face(figure: Figure) -> tuple[float, float, float]:
    return (figure.at[0], head_top_m(figure) - 0.065 * LOOK.height_m, figure.at[1])


def head_share(size: Size, aspect: float = 16 / 9) -> float:
    """How much of the frame's height the head takes."""
    camera = frame_shot(Framing(size=size, aspect=aspect), [ANN, BOB], "ann")
    top = head_top_m(ANN)
    return (
        seen(camera, (*ANN.at[:1], top, ANN.at[1]), aspect)[1]
        - seen(camera, (*ANN.at[:1], top - 0.23, ANN.at[1]), aspect)[1]
    ) / 2


@pytest.mark.row("G9")
def test_the_closer_the_size_the_larger_the_head() -> None:
    shares = [head_share(size) for size in BY_SIZE]
    assert shares == sorted(shares)
    assert head_share(Size.CLOSE) > 0.45
    assert head_share(Size.EXTREME_CLOSE) > 1.0
    assert head_share(Size.EXTREME_WIDE) < 0.05


@pytest.mark.row("G9")
@pytest.mark.parametrize("aspect", [16 / 9, 2.39, 1.0, 9 / 16])
@pytest.mark.parametrize("angle", Angle)
@pytest.mark.parametrize("size", [size for size in Size if size is not Size.INSERT])
def test_the_face_of_the_focus_is_in_every_frame(size: Size, angle: Angle, aspect: float) -> None:
    for figure in (ANN, BOB):
        camera = frame_shot(Framing(size=size, angle=angle, aspect=aspect), [ANN, BOB], figure.id)
        x, y = seen(camera, face(figure), aspect)
        assert abs(x) < 0.95 and abs(y) < 0.95


@pytest.mark.parametrize("move", Move)
def test_the_face_is_in_the_first_frame_of_every_move(move: Move) -> None:
    for size in BY_SIZE:
        camera = frame_shot(Framing(size=size, move=move), [ANN, BOB], "ann", seconds=6)
        x, y = seen(camera, face(ANN), 16 / 9)
        assert abs(x) < 1 and abs(y) < 1
        assert (camera.travel > 0) == (move not in (Move.STATIC, Move.HANDHELD))


@pytest.mark.parametrize("size", [Size.FULL, Size.WIDE])
def test_a_full_shot_holds_head_and_feet_of_everybody(size: Size) -> None:
    camera = frame_shot(Framing(size=size), [ANN, BOB])
    for figure in (ANN, BOB):
        for level in (0.0, head_top_m(figure)):
            x, y = seen(camera, (figure.at[0], level, figure.at[1]), 16 / 9)
            assert abs(x) < 1 and abs(y) < 1


def test_without_a_focus_a_medium_shot_holds_both() -> None:
    camera = frame_shot(Framing(size=Size.MEDIUM), [ANN, BOB])
    assert all(abs(seen(camera, face(figure), 16 / 9)[0]) < 0.9 for figure in (ANN, BOB))


@pytest.mark.row("G9")
def test_angles_raise_lower_and_tilt_the_camera() -> None:
    eyes = {angle: frame_shot(Framing(size=Size.MEDIUM, angle=angle), [ANN, BOB], "ann") for angle in Angle}
    assert eyes[Angle.LOW].eye[1] < eyes[Angle.EYE].eye[1] < eyes[Angle.HIGH].eye[1] < eyes[Angle.TOP].eye[1]
    assert eyes[Angle.DUTCH].roll_deg != 0 and eyes[Angle.EYE].roll_deg == 0
    assert math.dist(eyes[Angle.POV].eye[::2], BOB.at) < 0.01


def test_over_the_shoulder_stands_behind_the_partner_who_is_in_the_frame() -> None:
    camera = frame_shot(Framing(size=Size.MEDIUM, angle=Angle.OVER_SHOULDER, lens_mm=50), [ANN, BOB], "ann")
    to_partner, to_focus = (math.dist(camera.eye[::2], figure.at) for figure in (BOB, ANN))
    assert to_partner < to_focus
    shoulder = (BOB.at[0], 1.4, BOB.at[1])
    assert abs(seen(camera, shoulder, 16 / 9)[0]) < 1.25


@pytest.mark.parametrize("size", BY_SIZE)
def test_the_line_between_two_people_is_never_crossed(size: Size) -> None:
    for angle in (Angle.EYE, Angle.LOW, Angle.HIGH, Angle.OVER_SHOULDER):
        for focus in ("ann", "bob", None):
            camera = frame_shot(Framing(size=size, angle=angle), [ANN, BOB], focus)
            across = (BOB.at[0] - ANN.at[0]) * (camera.eye[2] - ANN.at[1]) - (BOB.at[1] - ANN.at[1]) * (
                camera.eye[0] - ANN.at[0]
            )
            assert across < 0


def test_a_single_leaves_room_before_the_eyes() -> None:
    for figure, side in ((ANN, -1), (BOB, 1)):
        camera = frame_shot(Framing(size=Size.CLOSE), [ANN, BOB], figure.id)
        assert side * seen(camera, face(figure), 16 / 9)[0] > 0.05


def test_the_lens_is_the_one_asked_for_unless_the_camera_would_touch_the_face() -> None:
    assert frame_shot(Framing(size=Size.CLOSE, lens_mm=85), [ANN], "ann").lens_mm == 85
    near = frame_shot(Framing(size=Size.EXTREME_CLOSE, lens_mm=24), [ANN], "ann")
    assert near.lens_mm > 24 and math.dist(near.eye, near.target) > 0.6


@pytest.mark.parametrize("pose", Pose)
def test_every_pose_is_framed_by_its_head(pose: Pose) -> None:
    figure = ANN.model_copy(update={"pose": pose})
    camera = frame_shot(Framing(size=Size.MEDIUM), [figure], "ann")
    x, y = seen(camera, face(figure), 16 / 9)
    assert abs(x) < 1 and abs(y) < 1


def test_an_empty_set_is_framed_like_one_with_a_person_at_its_middle() -> None:
    camera = frame_shot(Framing(size=Size.WIDE), [])
    assert abs(seen(camera, (0, 1, 0), 16 / 9)[0]) < 0.1
