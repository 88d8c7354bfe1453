"""From a script to a playable cut: what comes out, and that nothing is done twice."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import opentimelineio as otio
import pytest
from PIL import Image

from cine_forge.generation.money.account import read_account
from cine_forge.kernel.artifacts.verify.verify import verify
from cine_forge.media.probe import probe_clip
from tests.spine.studio import ROOT, TALL, Film, new_film, units_of
from tests.spine.warm import run


@pytest.mark.row("G1")
def test_the_cut_shows_every_scene_in_order_and_is_as_long_as_its_shots(finished: Film) -> None:
    cut, scenes = finished.data("cut"), finished.data("scene_set")
    shown = list(dict.fromkeys(clip["scene"] for clip in cut["clips"]))
    assert shown == [member["id"] for member in scenes["members"]]
    facts = probe_clip(finished.media("delivery", ".mp4"))
    fps = Fraction(cut["fps"])
    lengths = [finished.data("shot", clip["shot"])["duration_s"] for clip in cut["clips"]]
    assert abs(facts.frames - sum(round(Fraction(str(s)) * fps) for s in lengths)) <= 1
    assert facts.frames == sum(clip["frames"] for clip in cut["clips"])
    assert (facts.width, facts.height, facts.has_audio, facts.black) == (192, 108, True, False)


@pytest.mark.row("G15")
def test_the_timeline_names_every_clip_with_its_media_and_length(finished: Film) -> None:
    timeline = otio.adapters.read_from_file(str(finished.media("delivery", ".otio")))
    clips = list(timeline.find_clips())
    cut = finished.data("cut")
    assert len(clips) == len([clip for clip in clips if clip.media_reference]) >= len(cut["clips"])
    length = timeline.duration()
    assert (length.value, length.rate) == (sum(c["frames"] for c in cut["clips"]), 24)


@pytest.mark.row("G8")
def test_a_contact_sheet_and_board_pages_come_out_as_pictures(finished: Film) -> None:
    for part in ("contact", "board"):
        with Image.open(finished.media("delivery", part)) as picture:
            assert picture.width >= 1000
            assert len(picture.convert("L").getcolors(256) or []) > 20


@pytest.mark.row("A33")
def test_a_second_run_runs_no_module(film: Film) -> None:
    assert set(film.run().values()) == {"reused"}


@pytest.mark.row("A6")
def test_everything_kept_is_whole(finished: Film) -> None:
    assert verify(finished.folder) == ()


@pytest.mark.row("A7")
def test_nothing_is_stale_and_every_take_leads_back_to_the_script(finished: Film) -> None:
    store = finished.wired().store
    assert store.lineage.stale() == ()
    take = next(held for held in store.currents() if held.ref.type == "take")
    reached = {edge.ref.partition("/")[0] for edge in store.lineage.inputs_of(take.ref, transitive=True)}
    assert {"payload", "finish_board", "board_approval", "pencil_board", "sheet", "shot", "scene"} <= reached


@pytest.mark.row("C15")
def test_every_dispatch_has_one_receipt_line(finished: Film) -> None:
    run = next((finished.folder / "runs").iterdir())
    lines = (run / "receipts.jsonl").read_text().splitlines()
    kept = finished.wired().store.currents()
    bought = [held for held in kept if held.ref.type in ("sheet", "pencil_board", "finish_board", "take")]
    assert len(lines) == len(set(lines)) == len(bought)


@pytest.mark.row("D13")
def test_the_pencil_is_half_the_size_and_the_first_reference_of_the_finish(finished: Film) -> None:
    for member in finished.data("cut")["clips"]:
        pencil, finish = (finished.data(f"{tier}_board", member["shot"]) for tier in ("pencil", "finish"))
        assert (pencil["width"], finish["width"]) == (96, 192)
        picture = finished.wired().store.current("pencil_board", member["shot"])
        assert picture is not None
        assert finish["references"][0] == picture.envelope().media[0].sha256


@pytest.mark.row("G21")
def test_a_tall_delivery_at_another_rate_is_obeyed_everywhere(tmp_path: Path) -> None:
    film = new_film(tmp_path / "film", delivery=TALL)
    film.run()
    facts = probe_clip(film.media("delivery", ".mp4"))
    assert (facts.width, facts.height, facts.fps) == (108, 192, 25)
    shot = film.data("cut")["clips"][0]["shot"]
    with Image.open(film.media("finish_board", ".png", shot)) as board:
        assert board.size == (108, 192)


@pytest.mark.row("G13")
def test_a_gate_that_no_take_passes_gives_exactly_two_takes_of_each_shot(film: Film) -> None:
    recipe = (ROOT / "configs" / "recipes" / "ep001.yaml").read_text()
    own = film.folder / "recipes" / "strict.yaml"
    own.parent.mkdir()
    strict = "module: review_reroll_v1\n    params: {min_audio_rms_db: 0}"
    own.write_text(recipe.replace("module: review_reroll_v1", strict))
    done = run(film.command(str(own)))
    assert done.returncode == 0, done.stderr
    store = film.wired().store
    shots = [clip["shot"] for clip in film.data("cut")["clips"]]
    assert sorted(store.entities("take")) == sorted(
        f"{shot}/take:{number}" for shot in shots for number in (1, 2)
    )
    verdicts = {entity: film.data("verdict", entity)["verdict"] for entity in store.entities("verdict")}
    assert {verdicts[f"{shot}/take:1"] for shot in shots} == {"reroll"}
    assert not any(film.data("selection", shot)["approved"] for shot in shots)


@pytest.mark.row("B5")
def test_boards_wait_for_a_person_who_approves_and_the_run_goes_on(tmp_path: Path) -> None:
    film = new_film(tmp_path / "film")
    ended = film.run("--approve", "ask", status=5)
    assert {ended[unit] for unit in units_of("storyboard.approve", ended)} == {"waiting"}
    assert {ended[unit] for unit in units_of("generation", ended)} == {"blocked"}
    labels = [f"shot:{unit['label']}" for key, unit in film.plan("--approve", "ask").items()
              if key.startswith("storyboard.approve/")]  # fmt: skip
    command = [sys.executable, "-m", "cine_forge.cli", "review", "approve", "--as", "ida", "--project"]
    done = run([*command, str(film.folder), *labels])
    assert done.returncode == 0, done.stderr
    ended = film.run("--approve", "ask")
    assert ended["delivery/ep001"] == "done"
    shot = film.data("cut")["clips"][0]["shot"]
    assert film.data("board_approval", shot)["by"] == "ida"
    assert len(list((film.folder / "runs").iterdir())) == 1


def test_the_account_counts_every_receipt_and_holds_nothing_open(finished: Film) -> None:
    account = read_account(finished.folder)
    kept = [folder for folder in (finished.folder / "receipts").glob("rc-*") if folder.is_dir()]
    assert (account.spent, account.reserved, account.unsettled) == (0, 0, ())
    assert account.receipts == len(kept) > 10
