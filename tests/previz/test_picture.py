"""The picture maker: it obeys the camera, the light and the seed."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from cine_forge.film.shots.viewfinder import face_of, see
from cine_forge.media.clip import ClipSpec
from cine_forge.previz.picture import draw_clip, draw_still
from cine_forge.staging.blocking import Blocking, Prop
from cine_forge.staging.framing import Framing, frame_shot
from cine_forge.staging.grammar import Angle, DayTime, Move, Pose, Size, Tier
from tests.previz.scenes import INDOOR_KINDS, OUTDOOR_KINDS, SMALL, blocked, pair


def finish(blocking: Blocking) -> np.ndarray:
    return draw_still(blocking, tier=Tier.FINISH, size=SMALL, seed=7)


def unlike(one: np.ndarray, other: np.ndarray) -> float:
    """Mean difference per pixel, 0 to 255."""
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


def skin_share(blocking: Blocking, size: tuple[int, int] = SMALL) -> float:
    """The share of the picture that changes when everybody's skin is painted green."""
    green = tuple(
        figure.model_copy(update={"look": figure.look.model_copy(update={"skin": "#00c040"})})
        for figure in blocking.figures
    )
    painted = blocking.model_copy(update={"figures": green})
    one, other = (draw_still(each, tier=Tier.FINISH, size=size, seed=7) for each in (blocking, painted))
    return float((np.abs(one.astype(int) - other.astype(int)).max(axis=2) > 25).mean())


@pytest.mark.row("G9")
@pytest.mark.parametrize("tier", Tier)
def test_one_seed_gives_one_picture(tier: Tier) -> None:
    first = draw_still(blocked(), tier=tier, size=SMALL, seed=7)
    again = draw_still(blocked(), tier=tier, size=SMALL, seed=7)
    assert first.dtype == np.uint8 and first.shape == (180, 320, 3)
    assert first.tobytes() == again.tobytes()


def test_another_seed_is_another_hand_at_the_same_drawing() -> None:
    one = draw_still(blocked(), tier=Tier.PENCIL, size=SMALL, seed=7)
    other = draw_still(blocked(), tier=Tier.PENCIL, size=SMALL, seed=8)
    assert 0 < unlike(one, other) < 25


@pytest.mark.row("G9")
def test_a_close_up_shows_far_more_of_the_face_than_a_wide_shot() -> None:
    close, wide = (skin_share(blocked(size)) for size in (Size.CLOSE, Size.WIDE))
    assert close > 0.15
    assert close > 15 * wide


@pytest.mark.row("G9")
@pytest.mark.parametrize("kind", ["room", "street"])
def test_night_is_less_than_half_as_bright_as_day(kind: str) -> None:
    day = finish(blocked(Size.WIDE, kind=kind)).mean()
    night = finish(blocked(Size.WIDE, kind=kind, daytime=DayTime.NIGHT)).mean()
    assert night < 0.45 * day
    assert night > 8


@pytest.mark.parametrize("kind", ["room", "street"])
@pytest.mark.parametrize("skin", ["#5c3a28", "#a8714c", "#f2d2bb"])
def test_a_face_of_any_skin_can_be_read_at_night(kind: str, skin: str) -> None:
    shot = blocked(Size.CLOSE, kind=kind, daytime=DayTime.NIGHT)
    (other,) = [figure for figure in shot.figures if figure.id == shot.camera.focus_id][:1]
    figure = other.model_copy(update={"look": other.look.model_copy(update={"skin": skin})})
    seen = see(shot.camera, face_of(figure), 16 / 9)
    x, y = round(160 * (1 + seen.x)), round(90 * (1 - seen.y))
    picture = finish(shot.model_copy(update={"figures": (figure,)}))
    face = picture[y - 14 : y + 14, x - 14 : x + 14] @ np.array([0.2126, 0.7152, 0.0722])
    assert 66 < face.mean() < 175
    assert face.max() < 2.8 * face.mean()


def test_dawn_day_dusk_and_night_all_look_different() -> None:
    pictures = [finish(blocked(Size.WIDE, kind="yard", daytime=hour)) for hour in DayTime]
    pairs = [(one, other) for index, one in enumerate(pictures) for other in pictures[index + 1 :]]
    assert all(unlike(one, other) > 12 for one, other in pairs)


@pytest.mark.row("G9")
def test_size_angle_lens_and_move_each_change_the_frame() -> None:
    plain = blocked(Size.MEDIUM)
    longer = plain.model_copy(update={"camera": plain.camera.model_copy(update={"lens_mm": 85.0})})
    others = [blocked(Size.CLOSE), blocked(angle=Angle.LOW), blocked(angle=Angle.DUTCH), longer]
    assert all(unlike(finish(plain), finish(other)) > 6 for other in others)


def test_a_pencil_board_is_grey_on_light_paper_and_carries_the_arrow_of_a_move() -> None:
    still = draw_still(blocked(Size.WIDE), tier=Tier.PENCIL, size=SMALL, seed=7)
    moving = draw_still(blocked(Size.WIDE, move=Move.PUSH_IN), tier=Tier.PENCIL, size=SMALL, seed=7)
    colour = still.max(axis=2).astype(int) - still.min(axis=2)
    assert colour.max() < 24 and still.mean() > 150
    red = (moving[:, :, 0].astype(int) - moving[:, :, 2]) > 60
    assert red.sum() > 30


@pytest.mark.parametrize("size", Size)
@pytest.mark.parametrize("angle", Angle)
def test_every_size_and_angle_draws_something_with_the_subject_in_it(size: Size, angle: Angle) -> None:
    shot = blocked(size, angle=angle)
    empty = shot.model_copy(update={"figures": ()})
    with_people, without = (
        draw_still(one, tier=Tier.FINISH, size=(160, 90), seed=7) for one in (shot, empty)
    )
    changed = np.abs(with_people.astype(int) - without.astype(int)).max(axis=2) > 12
    assert changed.mean() > (0.0008 if size is Size.EXTREME_WIDE else 0.01)


@pytest.mark.parametrize("kind", [*INDOOR_KINDS, *OUTDOOR_KINDS])
def test_every_kind_of_place_draws_and_differs_from_a_bare_one(kind: str) -> None:
    shot = blocked(Size.WIDE, kind=kind)
    bare = shot.model_copy(update={"set": shot.set.model_copy(update={"pieces": ("nothing",)})})
    dressed, stripped = (draw_still(one, tier=Tier.FINISH, size=(160, 90), seed=7) for one in (shot, bare))
    assert dressed.std() > 8
    assert unlike(dressed, stripped) > 0.5


@pytest.mark.parametrize("weather", ["rain", "snow", "fog", "wind"])
def test_weather_is_seen(weather: str) -> None:
    fine = blocked(Size.WIDE, kind="street")
    foul = finish(fine.model_copy(update={"weather": weather}))
    assert (np.abs(finish(fine).astype(int) - foul).max(axis=2) > 12).sum() > 40


@pytest.mark.parametrize("pose", Pose)
def test_every_pose_has_its_own_silhouette(pose: Pose) -> None:
    def posed(chosen: Pose) -> np.ndarray:
        figure = pair()[1].model_copy(update={"pose": chosen, "facing_deg": 215.0})
        shot = blocked(Size.FULL)
        camera = frame_shot(Framing(size=Size.FULL), pair()[1:], "bob")
        return finish(shot.model_copy(update={"figures": (figure,), "camera": camera}))

    if pose is not Pose.STAND:
        assert unlike(posed(pose), posed(Pose.STAND)) > 0.7


def test_an_insert_shows_its_property() -> None:
    camera = frame_shot(Framing(size=Size.INSERT), (), None)
    bare = blocked().model_copy(update={"figures": (), "camera": camera})
    nouns = ("letter", "key", "lantern", "wooden leg")
    shots = [
        finish(bare.model_copy(update={"props": (Prop(name=noun, at=(0, 0.9, 0), colour="#c04030"),)}))
        for noun in nouns
    ]
    assert all(unlike(finish(bare), shot) > 1 for shot in shots)
    assert unlike(shots[0], shots[2]) > 2


@pytest.mark.row("E2")
def test_a_clip_has_its_frames_and_people_in_it_live() -> None:
    frames = list(
        draw_clip(
            blocked(), spec=ClipSpec(*SMALL, Fraction(12)), frames=14, seed=3, speaking=[("ann", 0.1, 1.1)]
        )
    )
    assert len(frames) == 14
    assert unlike(frames[0], frames[9]) > 0.05


def test_a_clip_is_the_same_each_time_it_is_drawn() -> None:
    def drawn(move: Move) -> bytes:
        shot = blocked(move=move)
        return b"".join(
            frame.tobytes()
            for frame in draw_clip(shot, spec=ClipSpec(*SMALL, Fraction(24)), frames=4, seed=3)
        )

    assert drawn(Move.STATIC) == drawn(Move.STATIC)
    assert drawn(Move.HANDHELD) == drawn(Move.HANDHELD)


def test_the_first_frame_of_a_clip_is_the_finish_board() -> None:
    clip = draw_clip(blocked(), spec=ClipSpec(*SMALL, Fraction(24)), frames=2, seed=7)
    assert unlike(next(iter(clip)), finish(blocked())) < 1.0


@pytest.mark.parametrize("move", [move for move in Move if move is not Move.STATIC])
def test_every_move_of_the_camera_changes_the_frame_from_start_to_end(move: Move) -> None:
    frames = list(draw_clip(blocked(move=move), spec=ClipSpec(160, 90, Fraction(2)), frames=4, seed=3))
    assert unlike(frames[0], frames[-1]) > 1.0


def test_who_walks_is_somewhere_else_at_the_end() -> None:
    walker = pair()[1].model_copy(update={"walks_to": (1.6, 0.4)})
    shot = blocked(Size.WIDE).model_copy(update={"figures": (walker,)})
    frames = list(draw_clip(shot, spec=ClipSpec(*SMALL, Fraction(6)), frames=8, seed=3))
    assert unlike(frames[0], frames[-1]) > 1.5


def test_upright_pictures_hold_the_subject_too() -> None:
    figures = pair()
    camera = frame_shot(Framing(size=Size.CLOSE, aspect=9 / 16), figures, "ann")
    shot = blocked(kind="street").model_copy(update={"camera": camera})
    assert draw_still(shot, tier=Tier.FINISH, size=(180, 320), seed=7).shape == (320, 180, 3)
    assert skin_share(shot, (180, 320)) > 0.15


def test_the_same_person_wears_the_same_colours_by_day_in_every_size() -> None:
    hues = []
    for size in (Size.FULL, Size.MEDIUM, Size.MEDIUM_CLOSE):
        camera = frame_shot(Framing(size=size), pair(), "bob")
        pixels = finish(blocked(kind="street").model_copy(update={"camera": camera})).reshape(-1, 3) / 255
        shirt = pixels[(pixels[:, 0] > 1.9 * pixels[:, 1]) & (pixels[:, 0] > 0.3)]
        hues.append(shirt.mean(axis=0) / shirt.mean(axis=0).max())
    assert max(np.abs(hues[0] - hue).max() for hue in hues) < 0.16
