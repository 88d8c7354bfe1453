"""The registry of runners: modality in, runner out (seed 000).

Every known modality starts as a stub that says what is missing; `register_default_runners` puts the
default ones in their place, in any order and any number of times. A default runner is live where a shipped
adapter does what it needs; else the stub answers for it. The functions of this module work on the registry of
the process; a desk works on a copy of it, with live runners of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from cine_forge.generation.action import Action
from cine_forge.generation.payloads import Modality
from cine_forge.generation.providers.provider import provider_names, read_capabilities
from cine_forge.generation.runner import (
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
from cine_forge.generation.step_runner import StepRunner
from cine_forge.kernel.ground.errors import Fault, ModuleError, UsageError, listed, nearest

_LACKING = {
    Modality.IMAGE_T2I: "a provider that makes stills",
    Modality.VIDEO_I2V: "a provider that makes clips",
    Modality.AUDIO_T2A: "a provider that makes sound on its own; clips carry theirs",
    Modality.LIPSYNC_POST: "a provider that moves lips to a voice",
    Modality.TEXT_AUTHOR: "a language model",
    Modality.R2V_MULTI: "a provider that makes clips of references",
    Modality.VIDEO_R2V: "a provider that takes references alone",
    Modality.VIDEO_PASS: "a provider that makes stretches of a clip anew",
    Modality.IMAGE_PREVIZ: "a provider that makes stills",
    Modality.EVAL_IMAGE: "a judge of stills",
    Modality.EVAL_VIDEO: "a judge of clips",
}
"""What each modality needs, in words. A stub says it, and how to get it."""

_STILLS = frozenset({Action.T2I, Action.I2I, Action.IS2I})
_NEEDS: Mapping[Modality, frozenset[Action]] = {
    Modality.IMAGE_T2I: _STILLS,
    Modality.VIDEO_I2V: frozenset({Action.T2V, Action.I2V, Action.R2V, Action.F2V}),
    Modality.AUDIO_T2A: frozenset({Action.T2S, Action.T2A, Action.T2M}),
    Modality.LIPSYNC_POST: frozenset({Action.LIPSYNC}),
    Modality.TEXT_AUTHOR: frozenset({Action.T2T}),
    Modality.R2V_MULTI: frozenset({Action.R2V, Action.MS2V}),
    Modality.VIDEO_R2V: frozenset({Action.R2V}),
    Modality.VIDEO_PASS: frozenset({Action.V2V}),
    Modality.IMAGE_PREVIZ: _STILLS,
    Modality.EVAL_IMAGE: frozenset({Action.EVAL}),
    Modality.EVAL_VIDEO: frozenset({Action.EVAL}),
}
"""Of these actions one at least, done by a shipped adapter, makes a modality live."""

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


def is_shipped(modality: Modality) -> bool:
    """Return whether a shipped adapter does what the modality needs; each declaration is read once."""
    return any(_NEEDS[modality] & _actions_of(name) for name in provider_names())


@cache
def _actions_of(provider: str) -> frozenset[Action]:
    return frozenset(read_capabilities(provider).actions)


class RunnerRegistry:
    """Runners by the name of their modality. A live one is never replaced by another caller's.

    `shipped` says whether an adapter does what a modality needs; else a default runner is a stub.
    """

    def __init__(self, shipped: Callable[[Modality], bool] = is_shipped) -> None:
        self._shipped = shipped
        self._runners: dict[str, Runner] = {name.value: _stub(name) for name in Modality}
        self._defaults: set[str] = set()

    def get(self, modality: str) -> Runner:
        """Return the runner: the default one's stub while no shipped adapter does what it needs.

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
        if modality in self._defaults and not self._shipped(Modality(modality)):
            return _stub(Modality(modality), "no adapter that ships does it")
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

    def copied(self) -> RunnerRegistry:
        """Return a registry of the same runners that changes on its own."""
        twin = RunnerRegistry(self._shipped)
        twin._runners, twin._defaults = dict(self._runners), set(self._defaults)
        return twin

    def is_live(self, modality: str) -> bool:
        """Return whether something performs the modality, so that a plan can say so before any spend."""
        return not isinstance(self.get(modality), StubRunner)

    def names(self) -> tuple[str, ...]:
        """Return the known modalities, sorted."""
        return tuple(sorted(self._runners))


def _stub(name: Modality, why: str = "call `register_default_runners(step_runner)` first") -> StubRunner:
    return StubRunner(name, f"it needs {_LACKING[name]}; {why}")


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
