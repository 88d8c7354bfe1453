"""Runners: the one door to a modality. `run(payload) -> RunResult`, and nothing else is public.

Modules never see a runner: dispatch takes it from the registry. A runner adds nothing to what
`StepRunner` does; it threads the slots through unchanged and maps the result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from secrets import token_hex
from typing import Any, Protocol

from cine_forge.generation.step_runner import StepResult, StepRunner
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
        """Perform a still."""
        return run_result("image_t2i", self.step_runner.execute_keyframe(**payload), self.new_id())


@dataclass(frozen=True)
class VideoRunner:
    """`video_i2v`, which covers text to video too: wraps `StepRunner.execute_video`."""

    step_runner: StepRunner
    new_id: NewId = fresh_id

    def run(self, payload: Mapping[str, Any]) -> RunResult:
        """Perform a clip."""
        return run_result("video_i2v", self.step_runner.execute_video(**payload), self.new_id())


@dataclass(frozen=True)
class TextRunner:
    """`text_author`: wraps `StepRunner.execute_text`."""

    step_runner: StepRunner
    new_id: NewId = fresh_id

    def run(self, payload: Mapping[str, Any]) -> RunResult:
        """Perform a call of a language model."""
        return run_result("text_author", self.step_runner.execute_text(**payload), self.new_id())


@dataclass(frozen=True)
class StubRunner:
    """A modality that nothing performs yet. `lacking` says what is missing."""

    modality: str
    lacking: str

    def run(self, payload: Mapping[str, Any]) -> RunResult:
        """Refuse. Raises NotImplementedError naming what is missing."""
        raise NotImplementedError(f"`{self.modality}` has no live runner: {self.lacking}")


_COPIED = ("success", "error", "output_path")
_IN_METADATA = ("final_state", "cost_usd", "take_index", "gate_verdict", "model", "pipeline")


def run_result(modality: str, step: StepResult, result_id: str) -> RunResult:
    """Map the step's fields by seed 000's table: no `shot_id`, and `success` as it is, never inferred.

    Raises InternalError CF-G003 when the step lacks one of the ten fields.
    """
    missing = [name for name in StepResult.__dataclass_fields__ if not hasattr(step, name)]
    if missing:
        what = f"a step result of `{modality}` lacks {listed(missing)}"
        raise InternalError(Fault("CF-G003", what, hint="return a `StepResult` with all its ten fields"))
    return RunResult(
        id=result_id,
        modality=modality,
        output_path=None if step.output_path is None else str(step.output_path),
        output_url=None,
        metadata={name: getattr(step, name) for name in _IN_METADATA},
        success=step.success,
        error=step.error,
    )
