"""The timeline file: an editing program finds the clips, the scenes and where all came from."""

from __future__ import annotations

from fractions import Fraction

import opentimelineio as otio
import pytest

from cine_forge.exchange.timeline import Links, SceneNote, scene_starts, write_timeline
from cine_forge.film.schemas.cut import Clip, Cut
from cine_forge.kernel.ground.errors import StageError

LINKS = Links(
    "../../../", {"s1": SceneNote("4", "INT. OFFICE - DAY"), "s2": SceneNote("5", "EXT. YARD - NIGHT")}
)


def clip(number: int, scene: str, frames: int) -> Clip:
    return Clip(
        shot=f"shot:{number}",
        label=f"{number}A take 1",
        scene=scene,
        scene_number=scene[1:],
        take=f"shot:{number}/take:1",
        approved=True,
        media=f"artifacts/take/shot {number}/v0001.clip.mp4",
        sha256="a" * 64,
        frames=frames,
    )


def cut(fps: str = "24", start: str = "01:00:00:00") -> Cut:
    clips = (clip(1, "s1", 48), clip(2, "s1", 36), clip(3, "s2", 60))
    return Cut(title="Film", fps=fps, width=1280, height=720, start_timecode=start, clips=clips)


def read(text: str) -> otio.schema.Timeline:
    return otio.adapters.read_from_string(text, "otio_json")


@pytest.mark.row("G15")
@pytest.mark.parametrize("fps", ["24", "25", "24000/1001", "30000/1001"])
def test_the_timeline_lasts_as_long_as_its_clips_at_the_deliverys_rate(fps: str) -> None:
    timeline = read(write_timeline(cut(fps), LINKS))
    assert timeline.duration().to_frames() == 144
    assert timeline.duration().rate == pytest.approx(float(Fraction(fps)))
    assert [len(track) for track in timeline.tracks] == [3, 3]


@pytest.mark.row("G15")
def test_each_clip_links_to_its_media_and_names_its_take() -> None:
    first = read(write_timeline(cut(), LINKS)).video_tracks()[0][0]
    assert first.media_reference.target_url == "../../../artifacts/take/shot%201/v0001.clip.mp4"
    assert first.metadata["cine_forge"]["take"] == "shot:1/take:1"


@pytest.mark.row("G15")
def test_each_scene_has_a_marker_with_its_number_and_heading() -> None:
    markers = read(write_timeline(cut(), LINKS)).tracks.markers
    spans = [(m.name, m.marked_range.start_time.value, m.marked_range.duration.value) for m in markers]
    assert spans == [("4 INT. OFFICE - DAY", 0, 84), ("5 EXT. YARD - NIGHT", 84, 60)]


@pytest.mark.row("G21")
def test_the_clock_starts_at_the_deliverys_timecode() -> None:
    timeline = read(write_timeline(cut(start="10:00:00:00"), LINKS))
    assert timeline.global_start_time.to_timecode() == "10:00:00:00"


@pytest.mark.row("G6")
def test_a_drop_frame_start_is_read_as_drop_frame() -> None:
    timeline = read(write_timeline(cut("30000/1001", "01:00:00;00"), LINKS))
    assert timeline.global_start_time.value == 107892


def test_a_start_that_is_no_timecode_is_refused_with_an_example() -> None:
    with pytest.raises(StageError, match=r"CF-X101 project.yaml: `noon` is no timecode"):
        write_timeline(cut(start="noon"), LINKS)


def test_the_same_cut_gives_the_same_bytes() -> None:
    assert write_timeline(cut(), LINKS) == write_timeline(cut(), LINKS)


def test_a_scene_that_comes_back_is_marked_again() -> None:
    clips = (clip(1, "s1", 10), clip(2, "s2", 20), clip(3, "s1", 30))
    assert list(scene_starts(clips)) == [("s1", 0, 10), ("s2", 10, 20), ("s1", 30, 30)]
