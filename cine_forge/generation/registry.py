"""The registry of runners: modality in, runner out (seed 000).

Every known modality starts as a stub that says what is missing; `register_default_runners` puts the
live ones in their place, in any order and any number of times. The functions of this module work on
the registry of the process; a desk works on a copy of it, with live runners of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cine_forge.generation.payloads import Modality
from cine_forge.generation.runner import (
    ImageRunner,
    NewId,
    Runner,
    StubRunner,
    TextRunner,
    VideoRunner,
    fresh_id,
)
from cine_forge.generation.step_runner import StepRunner
from cine_forge.kernel.ground.errors import Fault, ModuleError, UsageError, listed, nearest

_LACKING = {
    Modality.IMAGE_T2I: "call `register_default_runners(step_runner)` first",
    Modality.VIDEO_I2V: "call `register_default_runners(step_runner)` first",
    Modality.AUDIO_T2A: "it needs a provider that makes sound on its own; clips carry theirs",
    Modality.LIPSYNC_POST: "it needs a provider that moves lips to a voice",
    Modality.TEXT_AUTHOR: "call `register_default_runners(step_runner)` first",
    Modality.R2V_MULTI: "it needs a provider that makes several shots of references at once",
    Modality.VIDEO_R2V: "it needs a provider that takes references alone",
    Modality.VIDEO_PASS: "it needs a step that joins segments",
    Modality.IMAGE_PREVIZ: "it needs a step that fills the eight previz slots",
    Modality.EVAL_IMAGE: "it needs a judge of stills",
    Modality.EVAL_VIDEO: "it needs a judge of clips",
}


_LIVE: Mapping[Modality, Callable[[StepRunner, NewId], Runner]] = {
    Modality.IMAGE_T2I: ImageRunner,
    Modality.VIDEO_I2V: VideoRunner,
    Modality.TEXT_AUTHOR: TextRunner,
}


class RunnerRegistry:
    """Runners by the name of their modality. A live one is never replaced by another caller's."""

    def __init__(self) -> None:
        self._runners: dict[str, Runner] = {name.value: StubRunner(name, _LACKING[name]) for name in Modality}
        self._defaults: set[str] = set()

    def get(self, modality: str) -> Runner:
        """Return the runner. Raises UsageError CF-G001 that lists the known names."""
        if modality not in self._runners:
            hint = nearest(modality, self._runners)
            known = f"known: {listed(self.names())}"
            raise UsageError(
                Fault(
                    "CF-G001",
                    f"there is no modality `{modality}`",
                    hint="; ".join(filter(None, (hint, known))),
                )
            )
        return self._runners[modality]

    def register(self, name: str, runner: Runner) -> None:
        """Add a runner, or put it in the place of a stub. Raises ModuleError CF-G002 for a live name."""
        known = self._runners.get(name)
        if known is not None and not isinstance(known, StubRunner):
            what = f"modality `{name}` has a runner already: {type(known).__name__}"
            raise ModuleError(Fault("CF-G002", what, hint="give the new modality a name of its own"))
        self._runners[str(name)] = runner

    def register_default_runners(self, step_runner: StepRunner, *, new_id: NewId = fresh_id) -> None:
        """Put the live runners of this step runner in. A runner that someone else registered stays."""
        for name, kind in _LIVE.items():
            if name in self._defaults or not self.is_live(name):
                self._runners[name.value] = kind(step_runner, new_id)
                self._defaults.add(name.value)

    def copied(self) -> RunnerRegistry:
        """Return a registry of the same runners that changes on its own."""
        twin = RunnerRegistry()
        twin._runners, twin._defaults = dict(self._runners), set(self._defaults)
        return twin

    def is_live(self, modality: str) -> bool:
        """Return whether something performs the modality, so that a plan can say so before any spend."""
        return not isinstance(self.get(modality), StubRunner)

    def names(self) -> tuple[str, ...]:
        """Return the known modalities, sorted."""
        return tuple(sorted(self._runners))


RUNNERS = RunnerRegistry()
"""The registry of this process."""


def get_runner(modality: str) -> Runner:
    """Return the runner of a modality from the registry of this process."""
    return RUNNERS.get(modality)


def register_runner(name: str, runner: Runner) -> None:
    """Add a runner to the registry of this process."""
    RUNNERS.register(name, runner)


def register_default_runners(step_runner: StepRunner, *, new_id: NewId = fresh_id) -> None:
    """Make the registry of this process live."""
    RUNNERS.register_default_runners(step_runner, new_id=new_id)
