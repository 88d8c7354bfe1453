"""The registry of runners: modality in, runner out (seed 000).

Every known modality starts as a stub that says what is missing; `register_default_runners` puts the
default ones in their place, in any order and any number of times. A default runner is live where a shipped
adapter does what it needs; else the stub answers for it. The functions of this module work on the registry of
the process; a desk works on a copy of it, with live runners of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from cine_forge.generation.liveness import NOBODY, is_carried, needed
from cine_forge.generation.payloads import Modality
from cine_forge.generation.runners.runner import (
    AudioRunner,
    ImageJudge,
    ImageRunner,
    LipSyncPostProcessor,
    NewId,
    PassRunner,
    PrevizRunner,
    R2VMultiRunner,
    ReferencesRunner,
    Runner,
    StubRunner,
    TextRunner,
    VideoJudge,
    VideoRunner,
    fresh_id,
)
from cine_forge.generation.runners.step_runner import StepRunner
from cine_forge.kernel.ground.errors import Fault, ModuleError, UsageError, listed, nearest

_DEFAULTS: Mapping[Modality, Callable[[StepRunner, NewId], Runner]] = {
    Modality.IMAGE_T2I: ImageRunner,
    Modality.VIDEO_I2V: VideoRunner,
    Modality.AUDIO_T2A: AudioRunner,
    Modality.LIPSYNC_POST: LipSyncPostProcessor,
    Modality.TEXT_AUTHOR: TextRunner,
    Modality.R2V_MULTI: R2VMultiRunner,
    Modality.VIDEO_R2V: ReferencesRunner,
    Modality.VIDEO_PASS: PassRunner,
    Modality.IMAGE_PREVIZ: PrevizRunner,
    Modality.EVAL_IMAGE: ImageJudge,
    Modality.EVAL_VIDEO: VideoJudge,
}


class RunnerRegistry:
    """Runners by the name of their modality. A live one is never replaced by another caller's.

    `carried` says whether an adapter does what a modality needs, and is asked once; else a default runner
    is a stub.
    """

    def __init__(self, carried: Callable[[Modality], bool] = is_carried) -> None:
        self._carried = cache(carried)
        self._runners: dict[str, Runner] = {name.value: _stub(name) for name in Modality}
        self._defaults: set[str] = set()

    def get(self, modality: str) -> Runner:
        """Return the runner: the default one's stub while no adapter does what it needs.

        Raises UsageError CF-G001 that lists the known names.
        """
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
        if modality in self._defaults and not self._carried(Modality(modality)):
            return _stub(Modality(modality), NOBODY)
        return self._runners[modality]

    def register(self, name: str, runner: Runner) -> None:
        """Add a runner, or put it in the place of a stub. Raises ModuleError CF-G002 for a live name."""
        known = self.get(name) if name in self._runners else None
        if known is not None and not isinstance(known, StubRunner):
            what = f"modality `{name}` has a runner already: {type(known).__name__}"
            raise ModuleError(Fault("CF-G002", what, hint="give the new modality a name of its own"))
        self._runners[str(name)] = runner
        self._defaults.discard(str(name))

    def register_default_runners(self, step_runner: StepRunner, *, new_id: NewId = fresh_id) -> None:
        """Put the live runners of this step runner in. A runner that someone else registered stays."""
        for name, kind in _DEFAULTS.items():
            if name in self._defaults or isinstance(self._runners[name.value], StubRunner):
                self._runners[name.value] = kind(step_runner, new_id)
                self._defaults.add(name.value)

    def copied(self, carried: Callable[[Modality], bool] | None = None) -> RunnerRegistry:
        """Return a registry of the same runners that changes on its own, and may know other adapters."""
        twin = RunnerRegistry(carried or self._carried)
        twin._runners, twin._defaults = dict(self._runners), set(self._defaults)
        return twin

    def is_live(self, modality: str) -> bool:
        """Return whether something performs the modality, so that a plan can say so before any spend."""
        return not isinstance(self.get(modality), StubRunner)

    def names(self) -> tuple[str, ...]:
        """Return the known modalities, sorted."""
        return tuple(sorted(self._runners))


def _stub(name: Modality, why: str = "call `register_default_runners(step_runner)` first") -> StubRunner:
    return StubRunner(name, f"{needed(name)}; {why}")


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
