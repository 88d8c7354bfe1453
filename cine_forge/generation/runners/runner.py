"""Runners: the one door to a modality. `run(payload) -> RunResult`, and nothing else is public.

Modules never see a runner: dispatch takes it from the registry. A runner adds nothing to what
`StepRunner` does; it threads the slots through unchanged and maps the result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from secrets import token_hex
from typing import Any, Protocol

from cine_forge.generation.runners.step_result import PassResult, StepResult
from cine_forge.generation.runners.step_runner import MOST_GATE_RETRIES, StepRunner
from cine_forge.kernel.ground.errors import Fault, InternalError, listed


@dataclass(frozen=True)
class RunResult:
    """What a run came to. The seven fields are a contract (seed 000); `id` is new for each run."""

    id: str
    modality: str
    output_path: str | None
    output_url: str | None
    metadata: Mapping[str, Any]
    success: bool
    error: str | None


class Runner(Protocol):
    """Who can perform one modality."""

    def run(self, payload: Mapping[str, Any]) -> RunResult:
        """Perform the payload: its fields, and the slots of the step (`attempt`, `take_owner`, `origin`)."""


NewId = Callable[[], str]


def fresh_id() -> str:
    """Return an id that was never given before: 16 random hex digits. It enters no artifact."""
    return token_hex(8)


@dataclass(frozen=True)
class ImageRunner:
    """`image_t2i`: wraps `StepRunner.execute_keyframe`."""

    step_runner: StepRunner
    new_id: NewId = fresh_id

    def run(self, payload: Mapping[str, Any]) -> RunResult:
        """Perform a still. `gates` are handed on as they are, None where there are none."""
        slots = {**payload, "gates": payload.get("gates")}
        slots |= {"max_gate_retries": payload.get("max_gate_retries", MOST_GATE_RETRIES)}
        slots |= {"inputs_snapshot": payload.get("inputs_snapshot")}
        step = self.step_runner.execute_keyframe(**slots)
        return run_result("image_t2i", step, self.new_id(), inputs_snapshot=slots["inputs_snapshot"])


@dataclass(frozen=True)
class VideoRunner:
    """`video_i2v`, which covers text to video too: wraps `StepRunner.execute_video`."""

    step_runner: StepRunner
    new_id: NewId = fresh_id

    def run(self, payload: Mapping[str, Any]) -> RunResult:
        """Perform a clip. Live slots are handed on as they are, None where there are none."""
        live = ("gates", "on_status", "inputs_snapshot", "elements_payload")
        slots = {**payload, **{name: payload.get(name) for name in live}}
        step = self.step_runner.execute_video(**slots)
        return run_result("video_i2v", step, self.new_id(), inputs_snapshot=slots["inputs_snapshot"])


@dataclass(frozen=True)
class TextRunner:
    """`text_author`: wraps `StepRunner.execute_text`."""

    step_runner: StepRunner
    new_id: NewId = fresh_id

    def run(self, payload: Mapping[str, Any]) -> RunResult:
        """Perform a call of a language model."""
        return run_result("text_author", self.step_runner.execute_text(**payload), self.new_id())


@dataclass(frozen=True)
class AudioRunner:
    """`audio_t2a`: wraps `StepRunner.execute_sound`."""

    step_runner: StepRunner
    new_id: NewId = fresh_id

    def run(self, payload: Mapping[str, Any]) -> RunResult:
        """Perform speech, an effect or music."""
        return run_result("audio_t2a", self.step_runner.execute_sound(**payload), self.new_id())


@dataclass(frozen=True)
class LipSyncPostProcessor:
    """`lipsync_post`: wraps `StepRunner.execute_lipsync`."""

    step_runner: StepRunner
    new_id: NewId = fresh_id

    def run(self, payload: Mapping[str, Any]) -> RunResult:
        """Perform other lips for a clip."""
        return run_result("lipsync_post", self.step_runner.execute_lipsync(**payload), self.new_id())


@dataclass(frozen=True)
class PrevizRunner:
    """`image_previz`: wraps `StepRunner.execute_previz`."""

    step_runner: StepRunner
    new_id: NewId = fresh_id

    def run(self, payload: Mapping[str, Any]) -> RunResult:
        """Perform a previz still."""
        step, snapshot = self.step_runner.execute_previz(**payload), payload.get("inputs_snapshot")
        return run_result("image_previz", step, self.new_id(), inputs_snapshot=snapshot)


@dataclass(frozen=True)
class ReferencesRunner:
    """`video_r2v`: wraps `StepRunner.execute_wan_r2v`."""

    step_runner: StepRunner
    new_id: NewId = fresh_id

    def run(self, payload: Mapping[str, Any]) -> RunResult:
        """Perform a clip from references alone."""
        step, snapshot = self.step_runner.execute_wan_r2v(**payload), payload.get("inputs_snapshot")
        return run_result("video_r2v", step, self.new_id(), inputs_snapshot=snapshot)


@dataclass(frozen=True)
class R2VMultiRunner:
    """`r2v_multi`: wraps `StepRunner.execute_multi_shot`."""

    step_runner: StepRunner
    new_id: NewId = fresh_id

    def run(self, payload: Mapping[str, Any]) -> RunResult:
        """Perform several shots."""
        return pass_result("r2v_multi", self.step_runner.execute_multi_shot(**payload), self.new_id())


@dataclass(frozen=True)
class PassRunner:
    """`video_pass`: wraps `StepRunner.execute_pass`."""

    step_runner: StepRunner
    new_id: NewId = fresh_id

    def run(self, payload: Mapping[str, Any]) -> RunResult:
        """Perform segments of a clip anew."""
        return pass_result("video_pass", self.step_runner.execute_pass(**payload), self.new_id())


@dataclass(frozen=True)
class ImageJudge:
    """`eval_image_v1`: wraps `StepRunner.execute_judgement`."""

    step_runner: StepRunner
    new_id: NewId = fresh_id

    def run(self, payload: Mapping[str, Any]) -> RunResult:
        """Ask a judge of stills."""
        step = self.step_runner.execute_judgement(**{**payload, "modality": "eval_image_v1"})
        return run_result("eval_image_v1", step, self.new_id())


@dataclass(frozen=True)
class VideoJudge:
    """`eval_video_v1`: wraps `StepRunner.execute_judgement`."""

    step_runner: StepRunner
    new_id: NewId = fresh_id

    def run(self, payload: Mapping[str, Any]) -> RunResult:
        """Ask a judge of clips."""
        step = self.step_runner.execute_judgement(**{**payload, "modality": "eval_video_v1"})
        return run_result("eval_video_v1", step, self.new_id())


@dataclass(frozen=True)
class StubRunner:
    """A modality that nothing performs yet. `lacking` says what is missing."""

    modality: str
    lacking: str

    def run(self, payload: Mapping[str, Any]) -> RunResult:
        """Refuse. Raises NotImplementedError naming what is missing."""
        raise NotImplementedError(f"`{self.modality}` has no live runner: {self.lacking}")


_IN_METADATA = ("final_state", "cost_usd", "take_index", "gate_verdict", "model", "pipeline")


def run_result(
    modality: str, step: StepResult, result_id: str, *, inputs_snapshot: Mapping[str, Any] | None = None
) -> RunResult:
    """Map the step's fields by seed 000's table: no `shot_id`, and `success` as it is, never inferred.

    A snapshot of the inputs that came along is in the metadata as it came. Raises InternalError CF-G003 when
    the step lacks one of the ten fields.
    """
    _check_complete(modality, step)
    snapshot = {} if inputs_snapshot is None else {"inputs_snapshot": inputs_snapshot}
    return RunResult(
        id=result_id,
        modality=modality,
        output_path=None if step.output_path is None else str(step.output_path),
        output_url=None,
        metadata={name: getattr(step, name) for name in _IN_METADATA} | snapshot,
        success=step.success,
        error=step.error,
    )


def pass_result(modality: str, passed: PassResult, result_id: str) -> RunResult:
    """Map all parts to one result; `metadata["segments"]` has an entry for each, in order.

    Raises InternalError CF-G003 when a part lacks one of the ten fields of a step.
    """
    for segment in passed.segments:
        _check_complete(modality, segment.step)
    whole = run_result(modality, passed.step(), result_id)
    entries = [segment.entry() for segment in passed.segments]
    return replace(whole, metadata={**whole.metadata, "segments": entries})


def _check_complete(modality: str, step: StepResult) -> None:
    missing = [name for name in StepResult.__dataclass_fields__ if not hasattr(step, name)]
    if missing:
        what = f"a step result of `{modality}` lacks {listed(missing)}"
        raise InternalError(Fault("CF-G003", what, hint="return a `StepResult` with all its ten fields"))
