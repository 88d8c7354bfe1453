"""Every default runner alike: an id of its own for each run, every slot handed on, every gate asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cine_forge.generation.payloads import Modality
from cine_forge.generation.runners.registry import RunnerRegistry
from cine_forge.generation.runners.runner import RunResult
from cine_forge.generation.runners.step_runner import StepRunner
from cine_forge.generation.verdict import Facts, GateVerdict
from cine_forge.kernel.ground.errors import ModuleError
from tests.generation.asked import EVERY, references, several
from tests.generation.studio import Studio

JUDGED = sorted(set(Modality) - {"text_author", "audio_t2a", "eval_image_v1", "eval_video_v1"})
"""Whose results a gate may look at."""


def registry_over(folder: Path) -> RunnerRegistry:
    """Return a registry whose default runners are live and settle everything."""
    registry = RunnerRegistry(lambda modality: True)
    registry.register_default_runners(StepRunner(Studio(folder), folder=folder))
    return registry


def plain(asked: dict[str, Any]) -> dict[str, Any]:
    """Return slots without the name of the modality, which the runner of it knows."""
    return {name: value for name, value in asked.items() if name != "modality"}


def gate_that(passes: bool, seen: list[Path]) -> Callable[[Path, Facts], GateVerdict]:
    """Return a gate that notes what it was shown."""

    def gate(path: Path, facts: Facts) -> GateVerdict:
        seen.append(path)
        return GateVerdict("likeness", passed=passes, says="not her")

    return gate


@pytest.mark.row("C10")
@pytest.mark.row("C1")
@pytest.mark.parametrize("name", sorted(Modality))
def test_every_run_of_every_modality_is_a_result_of_that_name_with_an_id_of_its_own(
    tmp_path: Path, name: Modality
) -> None:
    runner = registry_over(tmp_path).get(name)
    results: list[RunResult] = [runner.run(plain(EVERY[name])) for _ in range(2)]
    assert [(one.modality, one.success) for one in results] == [(name.value, True)] * 2
    assert results[0].id != results[1].id


@pytest.mark.row("C13")
@pytest.mark.row("C20")
@pytest.mark.parametrize("name", JUDGED)
def test_a_gate_is_asked_of_every_part_and_what_it_fails_is_no_success(tmp_path: Path, name: str) -> None:
    seen: list[Path] = []
    slots = {**plain(EVERY[name]), "gates": [gate_that(False, seen)]}
    slots |= {"max_gate_retries": 0} if name == "image_t2i" else {}
    result = registry_over(tmp_path).get(name).run(slots)
    assert (result.success, result.metadata["gate_verdict"].passed) == (False, False)
    assert len(seen) == (2 if name in ("r2v_multi", "video_pass") else 1)


@pytest.mark.row("C13")
@pytest.mark.row("C20")
def test_takes_of_several_shots_are_asked_of_each(tmp_path: Path) -> None:
    seen: list[Path] = []
    runner, gates = StepRunner(Studio(tmp_path), folder=tmp_path), [gate_that(True, seen)]
    runner.execute_multi_shot_with_takes(takes=3, gates=gates, **plain(several(6, 8)))
    assert len(seen) == 6


@pytest.mark.row("C21")
def test_a_clip_of_references_alone_tells_each_state_like_any_clip(tmp_path: Path) -> None:
    heard: list[str] = []
    registry_over(tmp_path).get("video_r2v").run({**plain(references()), "on_status": heard.append})
    assert heard == ["submitted", "settled"]


@pytest.mark.row("C23")
@pytest.mark.parametrize("name", ["image_t2i", "video_i2v", "image_previz", "video_r2v"])
def test_a_snapshot_of_the_inputs_reaches_the_result_of_every_single_order(tmp_path: Path, name: str) -> None:
    snapshot = {"refs": ["a.png"], "overrides": None}
    result = registry_over(tmp_path).get(name).run({**plain(EVERY[name]), "inputs_snapshot": snapshot})
    assert result.metadata["inputs_snapshot"] is snapshot


@pytest.mark.row("C2")
@pytest.mark.row("C3")
@pytest.mark.parametrize("name", sorted(Modality))
def test_a_live_default_is_no_more_replaced_in_silence_than_anybody_elses(
    tmp_path: Path, name: Modality
) -> None:
    registry = registry_over(tmp_path)
    live, another = registry.get(name), registry.get("image_t2i")
    with pytest.raises(ModuleError, match=rf"CF-G002.*`{name}` has a runner already"):
        registry.register(name, another)
    assert registry.get(name) is live
