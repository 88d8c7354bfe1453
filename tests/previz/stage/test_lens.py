"""The lens: a real perspective, and moves that end where the camera says."""

from __future__ import annotations

import numpy as np
import pytest

from cine_forge.previz.stage.lens import cut_frame, cut_near, lens_at
from cine_forge.staging.blocking import Camera
from cine_forge.staging.grammar import Move, Size

HEAD_ON = Camera(eye=(0, 1, -4), target=(0, 1, 0), lens_mm=36, size=Size.MEDIUM)


def test_the_target_is_in_the_middle_and_right_is_right_and_up_is_up() -> None:
    lens = lens_at(HEAD_ON, (1600, 900), 0, 0)
    middle, right, above = lens.see(np.array([(0, 1, 0), (1, 1, 0), (0, 2, 0)], float))
    assert np.allclose(middle, (800, 450))
    assert right[0] > 800 and abs(right[1] - 450) < 1e-6
    assert above[1] < 450


@pytest.mark.row("G9")
def test_a_lens_as_long_as_the_sensor_is_wide_sees_as_wide_as_it_is_far() -> None:
    lens = lens_at(HEAD_ON, (1600, 900), 0, 0)
    left, right = lens.see(np.array([(-2, 1, 0), (2, 1, 0)], float))
    assert abs(left[0]) < 1e-6 and abs(right[0] - 1600) < 1e-6


def test_a_longer_lens_makes_things_larger_in_proportion() -> None:
    wide, long = (
        lens_at(HEAD_ON.model_copy(update={"lens_mm": mm}), (1600, 900), 0, 0) for mm in (25.0, 50.0)
    )
    assert abs(long.scale_at(np.zeros(3)) / wide.scale_at(np.zeros(3)) - 2) < 1e-9


@pytest.mark.parametrize(
    ("move", "axis", "sign"),
    [
        (Move.TRACK_RIGHT, 0, 1),
        (Move.TRACK_LEFT, 0, -1),
        (Move.CRANE_UP, 1, 1),
        (Move.PUSH_IN, 2, 1),
        (Move.PULL_OUT, 2, -1),
    ],
)
def test_a_travelling_move_carries_the_eye_its_metres(move: Move, axis: int, sign: int) -> None:
    camera = HEAD_ON.model_copy(update={"move": move, "travel": 0.7})
    gone = lens_at(camera, (1600, 900), 1, 0).eye - np.array(camera.eye)
    assert abs(gone[axis] - sign * 0.7) < 1e-9


@pytest.mark.parametrize(
    ("move", "axis", "sign"),
    [(Move.PAN_RIGHT, 0, 1), (Move.PAN_LEFT, 0, -1), (Move.TILT_UP, 1, 1), (Move.TILT_DOWN, 1, -1)],
)
def test_a_turning_move_turns_by_its_degrees(move: Move, axis: int, sign: int) -> None:
    camera = HEAD_ON.model_copy(update={"move": move, "travel": 10.0})
    ahead = lens_at(camera, (1600, 900), 1, 0).axes[2]
    assert abs(ahead[axis] - sign * np.sin(np.radians(10))) < 1e-9


def test_a_move_is_eased_at_both_ends() -> None:
    camera = HEAD_ON.model_copy(update={"move": Move.PUSH_IN, "travel": 1.0})
    steps = np.diff([lens_at(camera, (1600, 900), share, 0).eye[2] for share in np.linspace(0, 1, 11)])
    assert steps[0] < 0.35 * steps[5] and steps[-1] < 0.35 * steps[5]


def test_what_lies_behind_the_camera_is_cut_away() -> None:
    assert len(cut_near(np.array([(0, 0, -1), (1, 0, -1), (0, 1, -2)], float))) == 0
    half = cut_near(np.array([(-1, 0, -1), (1, 0, -1), (1, 0, 3), (-1, 0, 3)], float))
    assert len(half) == 4 and half[:, 2].min() > 0


def test_a_polygon_far_outside_is_cut_to_about_the_frame() -> None:
    huge = np.array([(-9e4, -9e4), (9e4, -9e4), (9e4, 9e4), (-9e4, 9e4)], float)
    assert np.abs(cut_frame(huge, 1600, 900)).max() < 1700
