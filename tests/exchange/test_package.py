"""The delivery: a film of the right length, a timeline, a contact sheet, storyboard pages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import opentimelineio as otio
import pytest
from PIL import Image

from cine_forge.exchange.package import Material, deliver, delivery_draft
from cine_forge.exchange.storyboard import BoardPicture, framing_words, panels_of
from cine_forge.film.schemas.cut import Clip, Cut
from cine_forge.film.schemas.shot import Shot
from cine_forge.film.takes.cut import total_frames
from cine_forge.kernel.ground.errors import StageError
from cine_forge.media.clip import ClipSpec, write_clip
from cine_forge.media.probe import probe_clip
from tests.film.builders import assembled, scene

SPEC = ClipSpec(64, 36, "24")
SHOTS = assembled(
    "Ann waits <here>.", "ANN: Is it you, Bob, after all these years away?", "Bob nods & leaves."
).shots


def clip_of(shot: Shot, folder: Path, frames: int) -> Path:
    path = folder / f"{shot.label}.mp4"
    picture = np.full((36, 64, 3), 40 * len(shot.label), dtype=np.uint8)
    write_clip(path, SPEC, [picture] * frames, np.zeros((frames * 2000, 2), dtype=np.float32))
    return path


@pytest.fixture
def material(tmp_path: Path) -> Material:
    board = tmp_path / "board.png"
    Image.new("RGB", (64, 36), "#88aa99").save(board)
    clips = {f"{shot.id}/take:1": clip_of(shot, tmp_path, 12 + n) for n, shot in enumerate(SHOTS)}
    listed = [
        Clip(
            shot=shot.id,
            label=f"{shot.label} take 1",
            scene=shot.scene,
            scene_number="4",
            take=f"{shot.id}/take:1",
            approved=True,
            media=f"artifacts/take/{n}/clip.mp4",
            sha256="a" * 64,
            frames=12 + n,
        )
        for n, shot in enumerate(SHOTS)
    ]
    cut = Cut(
        title="Small & Film", fps="24", width=64, height=36, start_timecode="01:00:00:00", clips=tuple(listed)
    )
    boards = {shot.id: BoardPicture(board, f"artifacts/finish_board/{shot.label}/b.png") for shot in SHOTS}
    return Material(cut, [scene()], SHOTS, clips, boards, {"cut": "cut/ep001@v1"})


def test_a_delivery_is_film_timeline_contact_sheet_and_storyboard(material: Material, tmp_path: Path) -> None:
    names = [file.name for file in deliver(material, tmp_path, aspect=16 / 9, columns=4)]
    assert names == [
        "small_film.mp4",
        "small_film.otio",
        "contact_sheet.png",
        "storyboard_01.png",
        "boards.html",
    ]
    assert all((tmp_path / name).stat().st_size for name in names)


@pytest.mark.row("G15")
def test_film_and_timeline_are_as_long_as_the_cut(material: Material, tmp_path: Path) -> None:
    deliver(material, tmp_path, aspect=16 / 9, columns=4)
    timeline = otio.adapters.read_from_file(str(tmp_path / "small_film.otio"))
    frames = total_frames(material.cut)
    assert probe_clip(tmp_path / "small_film.mp4").frames == frames == timeline.duration().to_frames()


def test_the_same_cut_gives_the_same_files(material: Material, tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        files = deliver(material, tmp_path / name, aspect=16 / 9, columns=4)
        made.append([file.path.read_bytes() for file in files])
    assert made[0] == made[1]


def test_a_clip_that_is_not_at_hand_is_named(material: Material, tmp_path: Path) -> None:
    lost = Material(material.cut, material.scenes, SHOTS, {}, material.boards, {})
    with pytest.raises(StageError, match="CF-X102 4A take 1"):
        deliver(lost, tmp_path, aspect=16 / 9, columns=4)


@pytest.mark.row("G8")
def test_a_panel_says_code_framing_action_and_dialogue(material: Material) -> None:
    panels = panels_of(SHOTS, material.boards)
    assert [panel.code for panel in panels] == [shot.label for shot in SHOTS]
    assert panels[0].action == "Ann waits <here>."
    assert any(panel.dialogue.startswith("ANN: Is it you, Bob") for panel in panels)
    assert framing_words(SHOTS[0]) == "WS · 28 mm"


@pytest.mark.row("G8")
def test_the_page_for_a_browser_shows_text_as_it_is_written(material: Material, tmp_path: Path) -> None:
    deliver(material, tmp_path, aspect=16 / 9, columns=4)
    page = (tmp_path / "boards.html").read_text()
    assert "Ann waits &lt;here&gt;." in page and "<here>" not in page
    assert '<img src="../../../artifacts/finish_board/4A/b.png"' in page


def test_the_delivery_counts_what_it_holds(material: Material) -> None:
    data = delivery_draft(material, (), "ep001").data
    frames = total_frames(material.cut)
    assert (data["frames"], data["shots"], data["scenes"]) == (frames, len(SHOTS), 1)
    assert data["seconds"] == pytest.approx(frames / 24, abs=1e-4)
