"""The QC gate: every check says what it found and what it expected."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from cine_forge.film.requests.clips import ClipFormat, ClipReferences, clip_payload
from cine_forge.film.takes.qc import Thresholds, fix_note, run_checks, verdict_of
from cine_forge.generation.payloads import Reference, VideoPayload
from tests.film.builders import shot

GOOD = {
    "width": 640,
    "height": 360,
    "has_audio": True,
    "audio_rms_db": -20.0,
    "mean_luma": 80.0,
    "black": False,
}


def asked(**changes: Any) -> VideoPayload:
    board = Reference(entity="shot", role="board", path="b.png", sha256="b")
    form = ClipFormat(640, 360, "24")
    return clip_payload(shot(), ClipReferences(board), model="local-clip", seed=1, form=form).model_copy(
        update=changes
    )


def failed(**facts: Any) -> list[str]:
    request = asked()
    measured = GOOD | {"frames": request.frames, "seconds": request.frames / 24} | facts
    return [
        check.name
        for check in run_checks(SimpleNamespace(**measured), request, Thresholds())
        if not check.passed
    ]


@pytest.mark.row("G13")
@pytest.mark.parametrize(
    ("facts", "names"),
    [
        ({}, []),
        ({"frames": 12, "seconds": 0.5}, ["frames", "duration"]),
        ({"width": 360, "height": 640}, ["aspect"]),
        ({"black": True}, ["not_black"]),
        ({"mean_luma": 1.0}, ["not_black"]),
        ({"has_audio": False, "audio_rms_db": None}, ["has_sound"]),
        ({"audio_rms_db": -90.0}, ["has_sound"]),
    ],
)
def test_each_fault_of_a_clip_fails_its_own_check(facts: dict[str, Any], names: list[str]) -> None:
    assert failed(**facts) == names


@pytest.mark.row("G13")
def test_a_verdict_carries_what_was_found_and_expected() -> None:
    measured = SimpleNamespace(**GOOD | {"frames": 72, "seconds": 3.0, "audio_rms_db": -90.0})
    checks = run_checks(measured, asked(frames=72), Thresholds())
    verdict = verdict_of("shot", "shot/take:1", checks, attempts_left=1)
    assert verdict.reasons == ("has_sound: -90.0 dB RMS, expected -60 dB RMS",)
    assert (verdict.verdict, fix_note(verdict)) == ("reroll", "has sound")


@pytest.mark.row("D12")
@pytest.mark.parametrize(("left", "word"), [(1, "reroll"), (0, "reject"), (-1, "reject")])
def test_a_failed_take_is_rerolled_while_attempts_are_left(left: int, word: str) -> None:
    measured = SimpleNamespace(**GOOD | {"frames": 1, "seconds": 0.1})
    verdict = verdict_of("s", "t", run_checks(measured, asked(), Thresholds()), attempts_left=left)
    assert verdict.verdict == word


def test_sound_is_not_missed_where_none_was_asked_for() -> None:
    silent = SimpleNamespace(
        **GOOD | {"frames": 72, "seconds": 3.0, "has_audio": False, "audio_rms_db": None}
    )
    checks = run_checks(silent, asked(generate_audio=False, frames=72), Thresholds())
    assert all(check.passed for check in checks)


@pytest.mark.row("G21")
@pytest.mark.parametrize(("fps", "frames"), [("24", 72), ("25", 75), ("24000/1001", 72), ("30000/1001", 90)])
def test_a_shot_has_the_frames_of_its_seconds_at_the_deliverys_rate(fps: str, frames: int) -> None:
    board = Reference(entity="shot", role="board", path="b.png", sha256="b")
    three = shot(duration_s=3.0)
    payload = clip_payload(
        three, ClipReferences(board), model="local-clip", seed=1, form=ClipFormat(640, 360, fps)
    )
    assert payload.frames == frames


@pytest.mark.row("D12")
@pytest.mark.parametrize("facts", [{"has_audio": False, "audio_rms_db": None}, {"audio_rms_db": -200.0}])
def test_a_mute_take_is_not_paid_for_again(facts: dict[str, Any]) -> None:
    measured = SimpleNamespace(**GOOD | {"frames": 72, "seconds": 3.0} | facts)
    verdict = verdict_of("s", "t", run_checks(measured, asked(frames=72), Thresholds()), attempts_left=2)
    assert (verdict.verdict, verdict.reasons) == ("reject", ("has_sound: no sound, expected -60 dB RMS",))


def test_a_clip_of_a_mute_model_is_asked_for_without_sound() -> None:
    board = Reference(entity="shot", role="board", path="b.png", sha256="b")
    form = ClipFormat(640, 360, "24", sound=False)
    payload = clip_payload(shot(), ClipReferences(board), model="local-clip", seed=1, form=form)
    assert payload.generate_audio is False
