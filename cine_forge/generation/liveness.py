"""Liveness: whether any adapter at all does what a modality needs, as its declaration says.

The registry asks, so that a runner nobody stands behind says what is missing; and so does the plan, before
anything is spent. Who is chosen is the routes' affair, and whether they may be asked today the provider's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from cine_forge.generation.action import Action
from cine_forge.generation.payloads import Modality
from cine_forge.generation.providers.capabilities import capabilities_in, provider_folders
from cine_forge.kernel.ground.errors import Fault, ProjectError, StageError, UsageError, listed, nearest

NOBODY = "no adapter does it"

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
"""What each modality needs, in words."""

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
"""Of these actions one at least, done by an adapter, makes a modality live."""


def is_carried(modality: Modality, folders: Iterable[Path] = ()) -> bool:
    """Return whether an adapter of ours, or one in the folders, does an action that the modality needs.

    One of somebody's own that cannot be read does nothing; it is told where it is asked for by name.
    """
    return any(_NEEDS[modality] & _actions_in(folder) for folder in provider_folders(folders).values())


def needed(modality: Modality) -> str:
    """Return what a modality needs, as the beginning of a sentence."""
    return f"it needs {_LACKING[modality]}"


def check_carried(modality: str, folders: Iterable[Path] = ()) -> None:
    """Refuse a modality that nobody could perform.

    Raises UsageError CF-G001 for an unknown one, StageError CF-G006 that says what is missing.
    """
    if modality not in list(Modality):
        names = [str(name) for name in Modality]
        hint = nearest(modality, names) or f"known: {listed(names)}"
        raise UsageError(Fault("CF-G001", f"there is no modality `{modality}`", hint=hint))
    known = Modality(modality)
    if not is_carried(known, folders):
        what = f"modality `{modality}` has no live runner: {needed(known)}; {NOBODY}"
        raise StageError(Fault("CF-G006", what))


def _actions_in(folder: Path) -> frozenset[Action]:
    with suppress(ProjectError):
        return frozenset(capabilities_in(folder).actions)
    return frozenset()
