"""The registry: stubs that say what is missing, live runners in any order, one runner a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cine_forge.generation.payloads import Modality
from cine_forge.generation.runners import registry as of_the_process
from cine_forge.generation.runners.registry import RunnerRegistry
from cine_forge.generation.runners.runner import ImageRunner, RunResult, VideoRunner
from cine_forge.generation.runners.step_runner import StepResult
from cine_forge.kernel.ground.errors import ModuleError, UsageError


class MyRunner:
    """A runner that someone adds."""

    def run(self, payload: Mapping[str, Any]) -> RunResult:
        return RunResult("id", "my_modality", None, None, dict(payload), True, None)


class CountingStepRunner:
    """A step runner that counts how often it was made and asked."""

    made = 0

    def __init__(self) -> None:
        type(self).made += 1
        self.asked: list[dict[str, Any]] = []

    def execute_keyframe(self, **slots: Any) -> StepResult:
        self.asked.append(slots)
        return StepResult("shot:a", True, "settled", None, 0.0, None, 0, None)

    def execute_video(self, **slots: Any) -> StepResult:
        return self.execute_keyframe(**slots)


@pytest.mark.row("C4")
@pytest.mark.row("C33")
def test_the_strings_of_the_modalities_are_a_contract() -> None:
    assert {name.value for name in Modality} == {
        "image_t2i",
        "video_i2v",
        "audio_t2a",
        "lipsync_post",
        "text_author",
        "r2v_multi",
        "video_r2v",
        "video_pass",
        "image_previz",
        "eval_image_v1",
        "eval_video_v1",
    }


@pytest.mark.row("C5")
def test_a_reserved_modality_is_filled_by_one_registration() -> None:
    registry = RunnerRegistry()
    registry.register("video_pass", MyRunner())
    assert registry.is_live("video_pass")


@pytest.mark.row("C1")
def test_an_unknown_name_is_answered_with_the_known_ones_and_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        RunnerRegistry().get("image_t2")
    assert "did you mean `image_t2i`?" in str(caught.value)
    assert all(f"`{name}`" in str(caught.value) for name in Modality)


@pytest.mark.row("C1")
@pytest.mark.row("C2")
def test_one_line_adds_a_modality_and_its_runner_runs() -> None:
    registry = RunnerRegistry()
    registry.register("my_modality", MyRunner())
    assert registry.get("my_modality").run({"a": 1}).metadata == {"a": 1}


@pytest.mark.row("C2")
def test_a_second_runner_of_one_name_is_refused() -> None:
    registry = RunnerRegistry()
    registry.register("my_modality", MyRunner())
    with pytest.raises(ModuleError, match=r"CF-G002.*MyRunner"):
        registry.register("my_modality", MyRunner())


@pytest.mark.row("C3")
@pytest.mark.row("C6")
@pytest.mark.parametrize("name", sorted(Modality))
def test_every_modality_starts_as_a_stub_that_names_what_is_missing(name: Modality) -> None:
    registry = RunnerRegistry()
    assert not registry.is_live(name)
    with pytest.raises(NotImplementedError, match=rf"`{name}` has no live runner: \w+"):
        registry.get(name).run({})


@pytest.mark.row("C3")
def test_the_default_runners_replace_stubs_and_registering_them_twice_is_harmless() -> None:
    registry, step_runner = RunnerRegistry(), CountingStepRunner()
    for _ in range(2):
        registry.register_default_runners(step_runner)  # type: ignore[arg-type]  # a fake
    assert isinstance(registry.get("image_t2i"), ImageRunner)
    assert isinstance(registry.get("video_i2v"), VideoRunner)


@pytest.mark.row("C3")
@pytest.mark.parametrize("first", ["defaults", "own"])
def test_ones_own_runner_and_the_defaults_come_in_either_order(first: str) -> None:
    registry, own = RunnerRegistry(lambda name: name is not Modality.LIPSYNC_POST), MyRunner()
    if first == "own":
        registry.register("lipsync_post", own)
    registry.register_default_runners(CountingStepRunner())  # type: ignore[arg-type]  # a fake
    if first == "defaults":
        registry.register("lipsync_post", own)
    assert registry.get("lipsync_post") is own
    assert registry.is_live("image_t2i")


def test_the_defaults_leave_a_runner_alone_that_someone_put_in_their_place() -> None:
    registry, own = RunnerRegistry(), MyRunner()
    registry.register("image_t2i", own)
    registry.register_default_runners(CountingStepRunner())  # type: ignore[arg-type]  # a fake
    assert registry.get("image_t2i") is own


def test_a_copy_keeps_what_was_registered_and_changes_on_its_own() -> None:
    registry = RunnerRegistry()
    registry.register("my_modality", MyRunner())
    twin = registry.copied()
    twin.register_default_runners(CountingStepRunner())  # type: ignore[arg-type]  # a fake
    assert twin.is_live("my_modality") and twin.is_live("image_t2i")
    assert not registry.is_live("image_t2i")


@pytest.mark.row("C27")
@pytest.mark.row("C19")
def test_many_runs_use_the_one_injected_step_runner_and_thread_every_slot() -> None:
    before, step_runner, registry = CountingStepRunner.made, CountingStepRunner(), RunnerRegistry()
    registry.register_default_runners(step_runner)  # type: ignore[arg-type]  # a fake
    slots = {"prompt": "a", "negative_prompt": "", "generate_audio": False, "end_frame": None}
    for modality in ("image_t2i", "video_i2v", "image_t2i"):
        registry.get(modality).run(slots)
    still = {**slots, "gates": None, "max_gate_retries": 3, "inputs_snapshot": None}
    clip = {**slots, "gates": None, "on_status": None, "inputs_snapshot": None, "elements_payload": None}
    assert step_runner.asked == [still, clip, still]
    assert CountingStepRunner.made == before + 1


@pytest.mark.row("C1")
def test_the_functions_of_the_module_work_on_one_registry_of_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(of_the_process, "RUNNERS", RunnerRegistry())
    of_the_process.register_runner("my_modality", MyRunner())
    of_the_process.register_default_runners(CountingStepRunner())  # type: ignore[arg-type]  # a fake
    assert of_the_process.get_runner("my_modality").run({}).success
    assert of_the_process.get_runner("image_t2i").run({}).modality == "image_t2i"
