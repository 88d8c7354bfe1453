"""The embedded provider through the desk: voices, ambiences, previz, several shots, judgements."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cine_forge.generation.desk import Desk, open_desk
from cine_forge.generation.dispatch.surroundings import Surroundings
from cine_forge.generation.liveness import is_carried
from cine_forge.generation.payloads import Modality
from cine_forge.generation.providers.opening import Opening, Providers
from cine_forge.generation.routing import read_routes
from cine_forge.generation.runners.registry import RunnerRegistry
from cine_forge.generation.runners.step_runner import StepRunner
from cine_forge.kernel.ground.errors import ProjectError, StageError
from cine_forge.kernel.ground.hashing import digest_of_file
from cine_forge.media.sound import probe_sound
from cine_forge.media.still import write_png
from tests.generation.asked import judged, references, several, sound, speech, stretches
from tests.generation.studio import Studio
from tests.generation.support import BLOCKING, NOON, ORIGIN, ROOT, png, reference, shipped_profiles


def desk_of(project: Path) -> Desk:
    """Open a desk over the shipped configuration that draws in this thread."""
    surroundings = Surroundings(clock=lambda: NOON, receipts_log=lambda run_id: project / "receipts.jsonl")
    providers = Providers(Opening(project / "receipts" / ".work", workers=0))
    routes = read_routes(ROOT / "configs" / "providers.yaml")
    return open_desk(project, routes, shipped_profiles(), surroundings, providers)


def sent(project: Path, payload: dict[str, Any], attempt: int = 1) -> Any:
    """Send a payload and return the answer."""
    return desk_of(project).ask({"act": "send", "payload": payload, "attempt": attempt}, ORIGIN)


def shots(project: Path, count: int = 2) -> dict[str, Any]:
    """Return several shots that can be drawn, of one reference."""
    asked = several(*range(4, 4 + count), reference_images=[reference(project)])
    for shot in asked["shots"]:
        shot["blocking"] = BLOCKING
    return asked


@pytest.mark.row("C6")
@pytest.mark.parametrize("payload", [speech(), sound()], ids=["speech", "effect"])
def test_a_sound_is_as_long_as_asked_heard_and_the_same_again(
    tmp_path: Path, payload: dict[str, Any]
) -> None:
    answer = sent(tmp_path, payload)
    assert answer["result"]["success"], answer["result"]["error"]
    made = tmp_path / answer["result"]["output_path"]
    facts = probe_sound(made)
    assert (facts.media_type, facts.seconds, made.name) == ("audio/wav", payload["seconds"], "output.wav")
    assert -40 < facts.rms_db < -6 and facts.peak_db < -3
    assert answer["sha256"] == sent(_folder(tmp_path / "again"), payload)["sha256"]


@pytest.mark.row("C6")
def test_another_voice_text_or_kind_of_place_sounds_otherwise(tmp_path: Path) -> None:
    asked = [
        speech(),
        speech(voice="character:bob"),
        speech(prompt="It is you!"),
        sound(),
        sound(prompt="a bar"),
    ]
    assert len({sent(tmp_path, one)["sha256"] for one in asked}) == len(asked)


@pytest.mark.row("C6")
@pytest.mark.row("D21")
def test_music_is_refused_before_anything_is_made_since_no_model_of_ours_makes_it(tmp_path: Path) -> None:
    with pytest.raises(StageError, match=r"CF-G023.*`local-sound` cannot do `t2m`"):
        sent(tmp_path, sound("music"))


def test_a_previz_still_is_drawn_from_its_blocking(tmp_path: Path) -> None:
    asked: dict[str, Any] = {
        "modality": "image_previz",
        "entity": "shot:a",
        "prompt": "a lamp",
        "tier": "pencil",
    }
    asked |= {"width": 64, "height": 36, "seed": 7, "prop_refs": [reference(tmp_path)]}
    answer = sent(tmp_path, {**asked, "blocking": BLOCKING})
    assert (answer["width"], answer["height"], answer["model"]) == (64, 36, "local-previz")
    with pytest.raises(StageError, match="CF-G026"):
        sent(tmp_path, asked)


@pytest.mark.row("D14")
@pytest.mark.row("D20")
def test_several_shots_through_the_desk_are_as_many_clips_and_receipts(tmp_path: Path) -> None:
    answer = sent(tmp_path, shots(tmp_path, 3))
    assert answer["result"]["success"], answer["result"]["error"]
    assert [part["frames"] for part in answer["parts"]] == [4, 5, 6]
    assert len({part["receipt"] for part in answer["parts"]}) == 3
    assert len((tmp_path / "receipts.jsonl").read_text().splitlines()) == 3
    entries = answer["result"]["metadata"]["segments"]
    assert [entry["segment_id"] for entry in entries] == ["shot:1", "shot:2", "shot:3"]


@pytest.mark.row("D10")
def test_a_quote_of_several_shots_is_their_sum_and_names_each(tmp_path: Path) -> None:
    quote = desk_of(tmp_path).ask({"act": "quote", "payload": shots(tmp_path)}, ORIGIN)
    assert len(quote["parts"]) == 2
    assert quote["est_seconds"] == pytest.approx(sum(part["est_seconds"] for part in quote["parts"]))
    assert quote["receipt"] == quote["parts"][0]["receipt"]
    assert not (tmp_path / "receipts").exists()


@pytest.mark.row("D20")
def test_native_shots_raise_where_no_profile_says_that_they_can_be_made(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"CF-G041.*no primary provider of `r2v_multi`"):
        sent(tmp_path, {**shots(tmp_path), "native": True})
    assert not (tmp_path / "receipts.jsonl").exists()


@pytest.mark.row("C6")
def test_a_judge_of_stills_scores_what_it_can_measure(tmp_path: Path) -> None:
    names = ["colours", "light", "steadiness"]
    criteria = [{"name": name, "question": "?"} for name in names]
    asked = judged(subject=reference(tmp_path, role="subject"), criteria=criteria)
    answer = sent(tmp_path, {**asked, "references": [reference(tmp_path, "same.png")]})
    assert answer["scores"] == {"colours": 1.0, "light": 1.0, "steadiness": 1.0}
    assert answer["result"]["output_path"].endswith("judgement.json")


def test_a_judge_tells_another_picture_and_a_black_one(tmp_path: Path) -> None:
    write_png(tmp_path / "black.png", np.zeros((36, 64, 3), np.uint8))
    subject = {**reference(tmp_path, "sheet.png"), "role": "subject", "path": "black.png"}
    subject["sha256"] = digest_of_file(tmp_path / "black.png")
    criteria = [{"name": name, "question": "?"} for name in ("colours", "light")]
    asked = judged(subject=subject, criteria=criteria, references=[reference(tmp_path)])
    assert sent(tmp_path, asked)["scores"] == {"colours": 0.0, "light": 0.0}


def test_a_judge_refuses_a_question_that_it_cannot_measure(tmp_path: Path) -> None:
    (tmp_path / "sheet.png").write_bytes(png(8, 8))
    answer = sent(tmp_path, judged(subject=reference(tmp_path, role="subject")))
    assert not answer["result"]["success"]
    assert "it cannot say `likeness`" in answer["result"]["error"]
    assert answer["scores"] is None


@pytest.mark.row("C6")
def test_what_the_embedded_provider_does_is_live_with_no_key() -> None:
    assert {name for name in Modality if is_carried(name)} >= set(Modality) - {Modality.LIPSYNC_POST}


@pytest.mark.row("C6")
@pytest.mark.parametrize("name", sorted(Modality))
def test_a_default_runner_is_live_exactly_where_an_adapter_does_what_it_needs(name: Modality) -> None:
    for live in (frozenset(Modality), frozenset[Modality]()):
        registry = RunnerRegistry(live.__contains__)
        registry.register_default_runners(StepRunner(Studio(Path())))
        assert registry.is_live(name) is (name in live)
    with pytest.raises(NotImplementedError, match=rf"`{name}` has no live runner: it needs .*no adapter"):
        registry.get(name).run({})


@pytest.mark.row("C34")
def test_a_pass_draws_each_segment_from_its_blocking_and_keeps_their_order(tmp_path: Path) -> None:
    (tmp_path / "take.mp4").write_bytes(b"a clip")
    clip = {**reference(tmp_path, role="clip"), "path": "take.mp4"}
    clip["sha256"] = digest_of_file(tmp_path / "take.mp4")
    asked = stretches(0, 12, 24, clip=clip)
    for number, segment in enumerate(asked["segments"]):
        segment |= {"blocking": BLOCKING, "frames": 3 + number}
    answer = sent(tmp_path, asked)
    assert answer["result"]["success"], answer["result"]["error"]
    assert [part["frames"] for part in answer["parts"]] == [3, 4, 5]
    entries = answer["result"]["metadata"]["segments"]
    assert [entry["segment_id"] for entry in entries] == ["segment:1", "segment:2", "segment:3"]
    assert answer["result"]["output_path"] is None


def test_references_of_one_clip_are_drawn_from_its_blocking(tmp_path: Path) -> None:
    asked = references(reference_images=[reference(tmp_path)], blocking=BLOCKING)
    answer = sent(tmp_path, asked)
    assert (answer["frames"], answer["model"]) == (6, "local-references")


def _folder(path: Path) -> Path:
    path.mkdir()
    return path
