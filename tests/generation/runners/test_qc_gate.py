"""QC gates: a shape that any callable may have, and two that really measure pixels."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from cine_forge.generation.runners.qc_gate import make_identity_gate, make_video_drift_gate
from cine_forge.generation.runners.step_runner import StepRunner
from cine_forge.generation.verdict import GateVerdict, summed
from cine_forge.kernel.ground.errors import StageError
from cine_forge.media.clip import ClipSpec, write_clip
from cine_forge.media.still import write_png
from tests.generation.studio import Studio
from tests.generation.support import image

RED, BLUE = (190, 60, 50), (51, 102, 153)


def still(path: Path, *colours: tuple[int, int, int]) -> Path:
    """Write a picture of equal bands."""
    bands = [np.full((36 // len(colours), 64, 3), colour, np.uint8) for colour in colours]
    write_png(path, np.concatenate(bands))
    return path


def clip(path: Path, *colours: tuple[int, int, int]) -> Path:
    """Write a clip of four frames of each colour."""
    pictures = [np.full((36, 64, 3), colour, np.uint8) for colour in colours for _ in range(4)]
    write_clip(path, ClipSpec(64, 36, Fraction(24)), pictures, np.zeros((8, 2), np.float32))
    return path


@pytest.mark.row("C13")
@pytest.mark.parametrize(
    ("colours", "score"), [((BLUE,), 1.0), ((BLUE, RED), 0.5), ((RED,), 0.0)], ids=["same", "half", "other"]
)
def test_the_identity_gate_measures_how_many_colours_are_those_of_the_reference(
    tmp_path: Path, colours: tuple[tuple[int, int, int], ...], score: float
) -> None:
    gate = make_identity_gate(still(tmp_path / "sheet.png", BLUE), least=0.6)
    verdict = gate(still(tmp_path / "made.png", *colours), {})
    assert verdict.score == pytest.approx(score, abs=0.05)
    assert (verdict.passed, verdict.gate) == (score >= 0.6, "identity")
    assert "of the colours are those of sheet.png" in verdict.says


@pytest.mark.row("C13")
def test_of_a_clip_the_frame_counts_that_is_least_like_the_reference(tmp_path: Path) -> None:
    gate = make_identity_gate(still(tmp_path / "sheet.png", BLUE))
    assert gate(clip(tmp_path / "steady.mp4", BLUE), {}).passed
    assert not gate(clip(tmp_path / "turns.mp4", BLUE, RED), {}).passed


@pytest.mark.row("C13")
def test_the_drift_gate_measures_how_far_a_clip_leaves_its_first_frame(tmp_path: Path) -> None:
    gate = make_video_drift_gate(most=0.4)
    steady, turning = gate(clip(tmp_path / "a.mp4", BLUE), {}), gate(clip(tmp_path / "b.mp4", BLUE, RED), {})
    assert (steady.passed, turning.passed) == (True, False)
    assert steady.score is not None and turning.score is not None
    assert steady.score < 0.1 and turning.score > 0.9
    assert "the first frame" in turning.says


@pytest.mark.row("C13")
def test_a_still_that_fails_its_gate_is_no_success_and_says_why(tmp_path: Path) -> None:
    gate = make_identity_gate(still(tmp_path / "sheet.png", RED))
    slots = {name: value for name, value in image().items() if name != "modality"}
    runner = StepRunner(Studio(tmp_path), folder=tmp_path)
    result = runner.execute_keyframe(**slots, gates=[gate], max_gate_retries=0)
    assert (result.success, result.final_state) == (False, "settled")
    assert result.gate_verdict is not None and not result.gate_verdict.passed
    assert result.error is not None and result.error.startswith("gate `identity`: 0% of the colours")


def test_what_cannot_be_seen_is_a_fault_and_no_verdict(tmp_path: Path) -> None:
    (tmp_path / "x.mp4").write_bytes(b"<html>")
    (tmp_path / "x.png").write_bytes(b"<html>")
    for name in ("x.mp4", "x.png"):
        with pytest.raises(StageError, match="CF-X002"):
            make_identity_gate(tmp_path / name)


@pytest.mark.row("C13")
def test_several_verdicts_are_summed_up_by_those_that_failed() -> None:
    good, bad = GateVerdict("a", True, "fine", 0.9), GateVerdict("b", False, "no", 0.2)
    worse = GateVerdict("c", False, "never", 0.1)
    assert summed([]) is None
    assert summed([good]) is good
    assert summed([good, good]) == GateVerdict("a, a", True, "fine; fine", 0.9)
    assert summed([good, bad, worse]) == GateVerdict("b, c", False, "no; never", 0.1)
