"""The result of a run: seven fields, frozen, mapped from a step's ten without guessing."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace
from itertools import count
from types import SimpleNamespace

import pytest

from cine_forge.generation.runners.runner import ImageRunner, RunResult, fresh_id, run_result
from cine_forge.generation.runners.step_runner import StepResult
from cine_forge.kernel.ground.errors import InternalError

STEP = StepResult(
    shot_id="shot:a",
    success=True,
    final_state="settled",
    output_path="receipts/rc-1/output.png",
    cost_usd=0.4,
    error=None,
    take_index=3,
    gate_verdict="pass",
    model="fake-still",
    pipeline="fake",
)


@pytest.mark.row("C7")
@pytest.mark.row("C33")
def test_a_run_result_has_exactly_the_seven_fields_of_the_contract() -> None:
    names = [field.name for field in fields(RunResult)]
    assert names == ["id", "modality", "output_path", "output_url", "metadata", "success", "error"]


@pytest.mark.row("C8")
def test_a_step_result_has_exactly_ten_fields() -> None:
    assert [field.name for field in fields(StepResult)] == [
        "shot_id",
        "success",
        "final_state",
        "output_path",
        "cost_usd",
        "error",
        "take_index",
        "gate_verdict",
        "model",
        "pipeline",
    ]


@pytest.mark.row("C8")
def test_six_fields_of_the_step_land_in_metadata_and_three_are_copied() -> None:
    assert run_result("image_t2i", STEP, "id-1") == RunResult(
        id="id-1",
        modality="image_t2i",
        output_path="receipts/rc-1/output.png",
        output_url=None,
        metadata={
            "final_state": "settled",
            "cost_usd": 0.4,
            "take_index": 3,
            "gate_verdict": "pass",
            "model": "fake-still",
            "pipeline": "fake",
        },
        success=True,
        error=None,
    )


@pytest.mark.row("C8")
@pytest.mark.parametrize("name", [field.name for field in fields(StepResult)])
def test_a_step_that_lacks_a_field_fails_loudly_by_its_name(name: str) -> None:
    crippled = SimpleNamespace(**{key: value for key, value in vars(STEP).items() if key != name})
    with pytest.raises(InternalError, match=f"CF-G003.*`{name}`"):
        run_result("image_t2i", crippled, "id-1")  # type: ignore[arg-type]  # that is the fault


@pytest.mark.row("C9")
def test_success_is_the_real_flag_whatever_the_final_state_says() -> None:
    assert run_result("image_t2i", replace(STEP, final_state="failed"), "id-1").success is True
    assert run_result("image_t2i", replace(STEP, success=False), "id-1").success is False


@pytest.mark.row("C32")
def test_results_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        STEP.success = False  # type: ignore[misc]  # that is the point
    with pytest.raises(FrozenInstanceError):
        run_result("image_t2i", STEP, "id-1").success = False  # type: ignore[misc]  # likewise


class Recorder:
    """A step runner that returns one result."""

    def execute_keyframe(self, **slots: object) -> StepResult:
        return STEP


@pytest.mark.row("C10")
def test_two_runs_of_one_payload_have_different_ids() -> None:
    numbers = count(1)
    runner = ImageRunner(Recorder(), lambda: f"run-{next(numbers)}")  # type: ignore[arg-type]  # a fake
    assert [runner.run({"prompt": "a"}).id, runner.run({"prompt": "a"}).id] == ["run-1", "run-2"]


def test_fresh_ids_do_not_repeat() -> None:
    assert len({fresh_id() for _ in range(1000)}) == 1000
