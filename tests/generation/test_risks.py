"""The thirteen risks of seed 000, each held by a test that is named after what it promises."""

from __future__ import annotations

import inspect
import json
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest

from cine_forge.generation.action import Action
from cine_forge.generation.dispatch.order import Order
from cine_forge.generation.payloads import VideoPayload, read_payload
from cine_forge.generation.profiles import Shape
from cine_forge.generation.providers.provider import Seal, Submission
from cine_forge.generation.providers.shaping import shaped
from cine_forge.generation.runners.registry import RunnerRegistry
from cine_forge.generation.runners.runner import ImageRunner, RunResult, VideoRunner
from cine_forge.generation.runners.step_runner import StepResult, StepRunner
from cine_forge.generation.verdict import Facts, GateVerdict
from cine_forge.kernel.ground.errors import StageError
from tests.generation.asked import previz
from tests.generation.studio import Studio
from tests.generation.support import ORIGIN, House, image, profile, reference, video


def passing(path: Path, facts: Facts) -> GateVerdict:
    """Pass everything."""
    return GateVerdict("any", passed=True)


def refusing(path: Path, facts: Facts) -> GateVerdict:
    """Pass nothing."""
    return GateVerdict("none", passed=False, says="not her")


class Recorder(StepRunner):
    """A step runner that keeps what it was called with, every slot at its name."""

    def __init__(self, folder: Path) -> None:
        super().__init__(Studio(folder), folder=folder)
        self.calls: list[dict[str, Any]] = []

    def execute_keyframe(self, **slots: Any) -> StepResult:
        bound = inspect.signature(StepRunner.execute_keyframe).bind(self, **slots)
        bound.apply_defaults()
        self.calls.append(dict(bound.arguments))
        return super().execute_keyframe(**slots)

    def execute_video(self, **slots: Any) -> StepResult:
        bound = inspect.signature(StepRunner.execute_video).bind(self, **slots)
        bound.apply_defaults()
        self.calls.append(dict(bound.arguments))
        return super().execute_video(**slots)


def plain(asked: dict[str, Any]) -> dict[str, Any]:
    """Return slots without the name of the modality, which the runner of it knows."""
    return {name: value for name, value in asked.items() if name != "modality"}


@pytest.mark.row("C20")
def test_r1_gates_are_threaded_as_they_are_and_absence_is_an_explicit_none(tmp_path: Path) -> None:
    recorder, gates = Recorder(tmp_path), [passing]
    ImageRunner(recorder).run({**plain(image()), "gates": gates})
    VideoRunner(recorder).run({**plain(video()), "gates": gates})
    ImageRunner(recorder).run(plain(image()))
    assert [call["gates"] for call in recorder.calls[:2]] == [gates, gates]
    assert all(call["gates"] is gates for call in recorder.calls[:2])
    assert recorder.calls[2]["gates"] is None


@pytest.mark.row("C20")
def test_r1_gates_enter_no_payload_and_no_receipt(tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    StepRunner(studio, folder=tmp_path).execute_keyframe(**plain(image()), gates=[passing])
    StepRunner(studio, folder=tmp_path).execute_keyframe(**plain(image()))
    assert studio.orders[0].receipt_id == studio.orders[1].receipt_id


@pytest.mark.row("C21")
def test_r2_on_status_hears_each_state_of_a_clip_and_a_still_refuses_it(tmp_path: Path) -> None:
    heard: list[str] = []
    runner = StepRunner(Studio(tmp_path), folder=tmp_path)
    runner.execute_video(**plain(video()), on_status=heard.append)
    assert heard == ["submitted", "settled"]
    with pytest.raises(StageError, match="CF-G004 payload image_t2i: unknown key `on_status`"):
        runner.execute_keyframe(**plain(image()), on_status=heard.append)


@pytest.mark.row("C21")
def test_r2_on_status_hears_every_state_that_dispatch_makes_durable(tmp_path: Path) -> None:
    heard: list[str] = []
    desk = House(tmp_path).desk()
    desk._dispatch.carry(Order(read_payload(image()), on_status=heard.append))
    told = ["reserved", "submitting", "submitted", "terminal", "downloaded", "settled"]
    assert heard == told


@pytest.mark.row("C22")
@pytest.mark.parametrize(("given", "attempts"), [({}, 4), ({"max_gate_retries": 0}, 1)])
def test_r3_a_refused_still_is_made_again_three_times_unless_told(
    tmp_path: Path, given: dict[str, int], attempts: int
) -> None:
    studio = Studio(tmp_path)
    slots = {**plain(image()), "gates": [refusing], **given}
    result = ImageRunner(StepRunner(studio, folder=tmp_path)).run(slots)
    assert [order.attempt for order in studio.orders] == list(range(1, attempts + 1))
    assert len({order.receipt_id for order in studio.orders}) == attempts
    assert (result.success, result.metadata["gate_verdict"].says) == (False, "not her")


@pytest.mark.row("C22")
def test_r3_five_retries_are_six_attempts_and_a_pass_ends_them_early(tmp_path: Path) -> None:
    studio, seen = Studio(tmp_path), list[int]()

    def third_time(path: Path, facts: Facts) -> GateVerdict:
        seen.append(facts["attempt"])
        return GateVerdict("patience", passed=len(seen) >= 3)

    runner = StepRunner(studio, folder=tmp_path)
    assert runner.execute_keyframe(**plain(image()), gates=[third_time], max_gate_retries=5).success
    assert seen == [1, 2, 3]
    runner.execute_keyframe(**plain(image(seed=8)), gates=[refusing], max_gate_retries=5)
    assert len(studio.orders) == 3 + 6


@pytest.mark.row("C22")
@pytest.mark.parametrize("retries", [-1, 1.5, True, None])
def test_r3_a_number_of_retries_that_is_none_is_refused(tmp_path: Path, retries: Any) -> None:
    studio = Studio(tmp_path)
    with pytest.raises(StageError, match=r"CF-G060.*max_gate_retries"):
        StepRunner(studio).execute_keyframe(**plain(image()), max_gate_retries=retries)
    assert studio.orders == []


@pytest.mark.row("C23")
@pytest.mark.parametrize("kind", [ImageRunner, VideoRunner])
def test_r4_a_snapshot_of_the_inputs_comes_back_as_it_went_in(tmp_path: Path, kind: Any) -> None:
    snapshot = {"refs": ["a.png"], "bible": {"tone": "dusk"}, "overrides": None}
    before = json.dumps(snapshot)
    asked = plain(image() if kind is ImageRunner else video())
    runner = kind(StepRunner(Studio(tmp_path), folder=tmp_path))
    result = runner.run({**asked, "gates": [passing], "inputs_snapshot": snapshot})
    assert result.metadata["inputs_snapshot"] is snapshot
    assert json.dumps(snapshot) == before


@pytest.mark.row("C23")
def test_r4_a_gate_is_told_the_snapshot_and_no_snapshot_leaves_no_trace(tmp_path: Path) -> None:
    told: list[Facts] = []

    def listening(path: Path, facts: Facts) -> GateVerdict:
        told.append(facts)
        return passing(path, facts)

    runner = ImageRunner(StepRunner(Studio(tmp_path), folder=tmp_path))
    runner.run({**plain(image()), "gates": [listening], "inputs_snapshot": {"bible": 3}})
    assert told[0]["inputs_snapshot"] == {"bible": 3}
    assert "inputs_snapshot" not in runner.run(plain(image())).metadata


@pytest.mark.row("C24")
@pytest.mark.parametrize("said", [True, False])
def test_r5_sound_that_was_said_to_be_off_stays_off(tmp_path: Path, said: bool) -> None:
    studio = Studio(tmp_path)
    VideoRunner(StepRunner(studio)).run(plain(video(generate_audio=said)))
    assert studio.orders[0].payload.model_dump()["generate_audio"] is said


@pytest.mark.row("C25")
def test_r6_four_slots_of_references_stay_apart_up_to_the_adapter(tmp_path: Path) -> None:
    house = House(tmp_path)
    refs = {name: reference(tmp_path, f"{name}.png") for name in ("scene", "pose", "face", "smile")}
    house.provider.capabilities = house.provider.capabilities.model_copy(
        update={
            "reference_slots": dict.fromkeys(("scene_ref", "pose_ref", "identity_refs", "expression_refs"), 1)
        }
    )
    slots = dict(house.provider.capabilities.reference_slots)
    house.profile = house.profile.model_copy(update={"actions": {"is2i": slots}})
    asked: dict[str, Any] = {"scene_ref": refs["scene"], "pose_ref": refs["pose"]}
    asked |= {"identity_refs": [refs["face"]], "expression_refs": [refs["smile"]]}
    house.send(image(**asked))
    sent = house.provider.sent[0].payload.model_dump(mode="json")
    assert {name: sent[name] for name in asked} == asked


@pytest.mark.row("C26")
def test_r7_reference_images_keep_their_order_and_are_text_and_never_paths(tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    names = ["b.png", "a.png", "c.png"]
    sheets = [reference(tmp_path, name) for name in names]
    VideoRunner(StepRunner(studio)).run(plain(video(reference_images=sheets)))
    payload = studio.orders[0].payload
    assert isinstance(payload, VideoPayload)
    found = [one.path for one in payload.reference_images]
    assert found == names
    assert {type(path) for path in found} == {str}


@pytest.mark.row("C26")
def test_r7_the_order_of_references_is_what_the_vendor_gets(tmp_path: Path) -> None:
    names = ["b.png", "a.png", "c.png"]
    payload = read_payload(video(reference_images=[reference(tmp_path, name) for name in names]))
    shape = Shape(fields={"reference_images": "image_urls", "references": "all"})
    known = profile().model_copy(update={"shapes": {Action.R2V: shape}})
    urls = {name: f"https://v/{name}" for name in names}
    sent = Submission(Seal(), "rc-1", payload, 1, Action.R2V, "m", "e", urls=urls, profile=known)
    told = [f"https://v/{name}" for name in names]
    assert shaped(sent) == {"image_urls": told, "all": told}


@pytest.mark.row("C27")
def test_r8_many_runs_share_the_one_step_runner_that_was_injected_and_its_cost_log(tmp_path: Path) -> None:
    recorder, registry = Recorder(tmp_path), RunnerRegistry()
    registry.register_default_runners(recorder)
    for seed in range(5):
        registry.get("image_t2i").run(plain(image(seed=seed)))
    assert len(recorder.calls) == 5
    assert {id(call["self"]) for call in recorder.calls} == {id(recorder)}
    assert len(recorder.costs.lines) == 5


@pytest.mark.row("C28")
def test_r9_an_elements_payload_reaches_the_hints_as_a_copy(tmp_path: Path) -> None:
    studio, elements = Studio(tmp_path), {"elements": [{"frontal": "ann.png"}]}
    VideoRunner(StepRunner(studio)).run({**plain(video()), "elements_payload": elements})
    elements["elements"].clear()
    payload = studio.orders[0].payload
    assert isinstance(payload, VideoPayload) and payload.hints is not None
    assert payload.hints.elements == {"elements": [{"frontal": "ann.png"}]}


@pytest.mark.row("C28")
@pytest.mark.row("D19")
def test_r9_elements_leave_the_other_hints_alone(tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    slots = {**plain(video(hints={"tier": "pro"})), "elements_payload": {"a": 1}}
    VideoRunner(StepRunner(studio)).run(slots)
    hints = studio.orders[0].payload.model_dump()["hints"]
    assert hints == {"tier": "pro", "elements": {"a": 1}}


@pytest.mark.row("D19")
@pytest.mark.row("D32")
def test_the_tier_and_the_elements_reach_the_vendor_under_the_names_of_its_table() -> None:
    payload = read_payload(video(hints={"tier": "pro", "elements": {"a": 1}}))
    fields = {"prompt": "prompt", "tier": "mode", "elements": "input.elements"}
    table = {Action.T2V: Shape(fields=fields)}
    known = profile().model_copy(update={"shapes": table})
    submission = Submission(Seal(), "rc-1", payload, 1, Action.T2V, "m", "e", profile=known)
    assert shaped(submission) == {"prompt": "she turns", "mode": "pro", "input": {"elements": {"a": 1}}}


@pytest.mark.row("C29")
@pytest.mark.parametrize("said", [None, "", "blurry"])
def test_r10_an_absent_negative_prompt_is_none_and_an_empty_one_is_empty(
    tmp_path: Path, said: str | None
) -> None:
    studio = Studio(tmp_path)
    given = {} if said is None else {"negative_prompt": said}
    VideoRunner(StepRunner(studio)).run(plain(video(**given)))
    assert studio.orders[0].payload.model_dump()["negative_prompt"] == said


@pytest.mark.row("C30")
def test_r11_a_missing_end_frame_fails_inside_with_no_provider_asked(tmp_path: Path) -> None:
    house, studio = House(tmp_path), Studio(tmp_path)
    gone = {"entity": "shot:a", "role": "pose", "path": "gone.png", "sha256": "0" * 64}
    VideoRunner(StepRunner(studio)).run(plain(video(end_frame=gone)))
    assert len(studio.orders) == 1, "the wrapper looked for the file itself"
    with pytest.raises(StageError, match=r"CF-G020.*`gone\.png`.*is not there"):
        house.send(image(pose_ref=gone))
    assert house.provider.sent == []


@pytest.mark.row("C31")
def test_r12_the_verdict_is_singular_all_the_way(tmp_path: Path) -> None:
    runner = ImageRunner(StepRunner(Studio(tmp_path), folder=tmp_path))
    result = runner.run({**plain(image()), "gates": [passing, refusing], "max_gate_retries": 0})
    assert "gate_verdicts" not in result.metadata
    assert result.metadata["gate_verdict"] == GateVerdict("none", passed=False, says="not her")


@pytest.mark.row("C32")
def test_r13_a_step_is_frozen_and_the_runner_makes_a_result_of_its_own(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    step = recorder.execute_keyframe(**plain(image()))
    result = ImageRunner(recorder).run(plain(image()))
    assert isinstance(result, RunResult)
    with pytest.raises(FrozenInstanceError):
        step.success = False  # type: ignore[misc]  # that is the point


@pytest.mark.row("C16")
@pytest.mark.parametrize("kind", [ImageRunner, VideoRunner])
def test_what_a_runner_threads_is_what_a_direct_call_gets(tmp_path: Path, kind: Any) -> None:
    recorder = Recorder(tmp_path)
    asked = {**plain(image() if kind is ImageRunner else video()), "attempt": 2, "take_owner": "shot:a"}
    kind(recorder).run(asked)
    direct = recorder.execute_keyframe if kind is ImageRunner else recorder.execute_video
    direct(**asked)
    assert recorder.calls[0] == recorder.calls[1]
    assert ORIGIN["run_id"] not in str(recorder.calls)


@pytest.mark.row("C11")
@pytest.mark.row("C25")
def test_a_vendor_takes_the_eight_slots_of_a_previz_by_its_table_alone(tmp_path: Path) -> None:
    slots = [name for name in previz() if name.endswith(("_ref", "_refs"))]
    sheets = {name: reference(tmp_path, f"{name}.png") for name in slots}
    filled = {name: sheets[name] if name.endswith("_ref") else [sheets[name]] for name in slots}
    payload = read_payload(previz(**filled))
    shape = Shape(fields=dict.fromkeys(slots, "image_urls"), spoken=dict.fromkeys(slots, "list"))
    known = profile().model_copy(update={"shapes": {Action.IS2I: shape}})
    urls = {f"{name}.png": f"https://v/{name}" for name in slots}
    sent = Submission(Seal(), "rc-1", payload, 1, Action.IS2I, "m", "e", urls=urls, profile=known)
    assert shaped(sent) == {"image_urls": [f"https://v/{name}" for name in slots]}
    assert len(slots) == 8
